"""The model as JSON: exact both ways; the form in which documents are stored and compared."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from formats.codec import Guide, Material, Reader, Reading, Unreadable, Writer
from formats.findings import Finding
from formats.json_places import line_at, line_of
from formats.model import Document, DocumentKind

_LONGEST_NUMBER: Final = 40
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_KIND: Final = re.compile(rb'"kind"\s*:\s*"(?:invoice|reminder|statement)"')
_AT: Final = re.compile(r"(.*?)(?: - at `\$\.?([^`]*)`)?", re.DOTALL)
_UNKNOWN: Final = re.compile("object contains unknown field `(.*)`", re.IGNORECASE | re.DOTALL)
_BYTE: Final = re.compile(r"\(byte ([0-9]+)\)")
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final[msgspec.json.Decoder[Document]] = msgspec.json.Decoder(Document)


def encode(document: Document) -> bytes:
    """Return the document as JSON on one line: fields as in the model, no defaults, no blanks.

    The same document gives the same bytes. Decimals and dates are strings, bytes are base64.

    >>> from formats.model import Invoice
    >>> encode(Invoice(number="4711"))
    b'{"kind":"invoice","number":"4711"}'
    """
    return _ENCODER.encode(document)


def decode(data: bytes) -> Document:
    """Return the document that `encode` wrote.

    Raises:
        Unreadable: IN-JSON-1 no JSON; IN-JSON-2 a field is unknown, missing or of another kind.
    """
    try:
        return _DECODER.decode(data)
    except msgspec.ValidationError as fault:
        raise Unreadable(_unfit(str(fault), data)) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Unreadable(_no_json(str(fault), data)) from fault


def claims(head: bytes, name: str) -> bool:
    """Whether the file is a JSON object that names one of the model's kinds."""
    del name
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    return text.startswith(b"{") and _KIND.search(text) is not None


def read(data: bytes, guides: Sequence[Guide] = ()) -> tuple[Reading, ...]:
    """Return the one document in a JSON file that comes from outside.

    Raises:
        Unreadable: as `decode`, and IN-JSON-3: a number without end or of absurd length.
    """
    del guides
    document = decode(data.removeprefix(_BYTE_ORDER_MARK))
    for path, number in _numbers(document, ""):
        if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
            raise Unreadable(_no_amount(path, number, data))
    return (Reading(document=document),)


def _numbers(group: object, path: str) -> Iterator[tuple[str, Decimal]]:
    """Yield each number with its model path."""
    if isinstance(group, Decimal):
        yield path, group
    elif isinstance(group, msgspec.Struct):
        dot = "." if path else ""
        for field in group.__struct_fields__:
            yield from _numbers(getattr(group, field), f"{path}{dot}{field}")
    elif isinstance(group, tuple):
        for index, item in enumerate(group):
            yield from _numbers(item, f"{path}[{index}]")


def _unfit(fault: str, data: bytes) -> Finding:
    found = _AT.fullmatch(fault)
    assert found is not None
    reason, path = found[1], found[2] or ""
    if unknown := _UNKNOWN.fullmatch(reason):
        reason, path = "the model has no such field", f"{path}.{unknown[1]}".lstrip(".")
    return Finding(
        rule="IN-JSON-2",
        message=f"{path or 'the file'} does not fit the model: {reason[:1].lower()}{reason[1:]}",
        path=path or None,
        place=_place(data, path),
        fix="name fields and write values as the model has them; decimals and dates as strings",
    )


def _place(data: bytes, path: str) -> str:
    line = line_of(data, path) if path else None
    where = f"$.{path}" if path else "$"
    return f"{where} (line {line})" if line else where


def _no_json(fault: str, data: bytes) -> Finding:
    at = _BYTE.search(fault)
    return Finding(
        rule="IN-JSON-1",
        message=f"this is not JSON: {fault.removeprefix('JSON is malformed: ')}",
        place=line_at(data, int(at[1])) if at else "the file",
        fix="send one JSON object in UTF-8",
    )


def _no_amount(path: str, number: Decimal, data: bytes) -> Finding:
    return Finding(
        rule="IN-JSON-3",
        message=f"{number} is no number that an invoice could state",
        path=path,
        place=_place(data, path),
        value=str(number),
        fix="write the number in digits, with a point as decimal separator",
    )


def _write(document: Document, material: Material) -> bytes:
    del material
    return encode(document)


READER: Final = Reader(
    name="canonical",
    words="canonical JSON",
    media_type="application/json",
    claims=claims,
    read=read,
)
WRITER: Final = Writer(
    name="canonical",
    media_type="application/json",
    suffix=".json",
    kinds=frozenset(DocumentKind),
    write=_write,
)

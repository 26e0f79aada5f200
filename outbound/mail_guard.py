"""A composed message is read back: it must say exactly what was meant."""

from base64 import b64decode
from binascii import a2b_qp
from collections.abc import Iterator, Mapping
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses

from outbound.channel import Parcel, Refused

_MARK_MIN = len(b"\r\n--")
_LINE_MAX = 998
"""RFC 5322 section 2.1.1."""
_ENCODED = "=?"
_PARSER = HeaderParser()
_OF_CONTENT = frozenset({"content-type", "content-transfer-encoding", "content-disposition"})


def says_what_was_meant(data: bytes, parcel: Parcel, headers: Mapping[str, str | Address]) -> None:
    """Read a message back and compare it with what it was made of.

    Args:
        data: the message before it is signed.
        parcel: whose texts and enclosures it carries.
        headers: every header of its top but those about its content.

    Raises:
        Refused: it would say something else; the message says what, never its words.
    """
    head = data.partition(b"\r\n\r\n")[0]
    top = _head(head)
    faults = [*_line_faults(data, head), *_top_faults(top, headers), *_part_faults(data, parcel)]
    if faults:
        raise Refused(f"the message would not say what was meant: {', '.join(faults)}")


def _line_faults(data: bytes, head: bytes) -> Iterator[str]:
    if not data.count(b"\r\n") == data.count(b"\r") == data.count(b"\n"):
        yield "bare CR or LF"
    if b"\0" in data:
        yield "a NUL"
    if max(map(len, head.split(b"\r\n"))) > _LINE_MAX:
        yield "a header line that is too long"


def _top_faults(top: Message, headers: Mapping[str, str | Address]) -> Iterator[str]:
    if [name for name in top.keys() if name.lower() not in _OF_CONTENT] != list(headers):  # noqa: SIM118
        yield "headers that nobody asked for"
        return
    for name, value in headers.items():
        said = "".join(str(top[name]).splitlines())
        if isinstance(value, Address):
            meant = [(value.display_name.split(), value.addr_spec)]
            if [(_decoded(a), b) for a, b in getaddresses([said])] != meant:
                yield name
        elif _decoded(said) != value.split():
            yield name


def _head(head: bytes) -> Message:
    """Read headers alone: the whole parser compiles an expression for each boundary it meets."""
    return _PARSER.parsestr(head.decode() + "\r\n\r\n")


def _decoded(text: str) -> list[str]:
    """Return the words of a header; a fold may change how much blank there is between them."""
    if _ENCODED not in text:
        return text.split()
    return str(make_header(decode_header(text))).split()


def _part_faults(data: bytes, parcel: Parcel) -> Iterator[str]:
    try:
        leaves = [(part, _content(part, body)) for part, body in _leaves(data)]
    except ValueError:
        yield "a defect in its form"
        return
    attached = [
        (part.get_filename(), content)
        for part, content in leaves
        if part.get_content_disposition() == "attachment"
    ]
    if attached != [(file.name, file.data) for file in parcel.enclosures]:
        yield "other attachments"
    shown = [
        content.decode(errors="replace").rstrip().splitlines()
        for part, content in leaves
        if part.get_content_disposition() is None
    ]
    meant = [text for text in (parcel.text, parcel.html) if text is not None]
    if shown != [text.rstrip().splitlines() for text in meant]:
        yield "another text"


def _leaves(data: bytes) -> Iterator[tuple[Message, bytes]]:
    """Yield headers and body of each part that holds no others (RFC 2046 section 5.1.1).

    The library's parser looks at each line of an attachment, which takes five times as long.

    Raises:
        ValueError: a delimiter is missing, or something stands where nothing may.
    """
    head, blank, body = data.partition(b"\r\n\r\n")
    part = _head(head)
    if part.get_content_maintype() != "multipart":
        if part.defects:
            raise ValueError("a header that is none")
        yield part, body
        return
    mark = b"\r\n--" + (part.get_boundary() or "").encode()
    before, *inner, after = (b"\r\n" + body).split(mark)
    if not blank or before or len(mark) <= _MARK_MIN or after != b"--\r\n":
        raise ValueError("no delimiter where one should be")
    for each in inner:
        if not each.startswith(b"\r\n"):
            raise ValueError("a delimiter that goes on")
        yield from _leaves(each.removeprefix(b"\r\n"))


def _content(part: Message, body: bytes) -> bytes:
    """Return what a part holds.

    Raises:
        ValueError: it is not encoded as its headers say.
    """
    match str(part["Content-Transfer-Encoding"]).lower():
        case "base64":
            return b64decode(body.replace(b"\r\n", b""), validate=True)
        case "quoted-printable":
            return a2b_qp(body)
        case other:
            raise ValueError(f"an encoding that we do not write: {other}")

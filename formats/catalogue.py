"""The tables of what can be read, written and signed, and which reader takes which bytes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from lxml.etree import QName

from formats import canonical
from formats.cii import read as cii_read
from formats.cii import write as cii_write
from formats.codec import Guide, Reader, Reading, Unreadable, Writer
from formats.edifact import read as edifact_read
from formats.facturae import write as facturae_write
from formats.facturx import read as facturx_read
from formats.facturx import write as facturx_write
from formats.fatturapa import read as fatturapa_read
from formats.fatturapa import write as fatturapa_write
from formats.findings import Actor, Finding
from formats.idoc import read as idoc_read
from formats.idoc.definitions import with_definitions
from formats.idoc.making import profile
from formats.ksef_fa3 import write as ksef_write
from formats.letter import write as letter_write
from formats.mistaken import mistaken
from formats.pdf_text import read as pdf_read
from formats.signatures.envelope import is_signed, name_inside, opened
from formats.table import read as table_read
from formats.ubl import read as ubl_read
from formats.ubl import write as ubl_write
from formats.x12 import read as x12_read
from formats.xml.parsing import parse
from formats.xml.payload import payload, several

READERS: tuple[Reader, ...] = (
    canonical.READER,
    idoc_read.READER,
    edifact_read.READER,
    x12_read.READER,
    ubl_read.READER,
    cii_read.READER,
    fatturapa_read.READER,
    facturx_read.READER,
    pdf_read.READER,
    table_read.READER,
)
"""In the order in which they are asked."""

WRITERS: Mapping[str, Writer] = {
    writer.name: writer
    for writer in (
        *ubl_write.WRITERS,
        *cii_write.WRITERS,
        *facturx_write.WRITERS,
        *letter_write.WRITERS,
        fatturapa_write.WRITER,
        ksef_write.WRITER,
        facturae_write.WRITER,
        canonical.WRITER,
    )
}

_HEAD_BYTES = 4096
_OTHERS: Mapping[bytes, str] = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"II*\0": "a TIFF picture",
    b"MM\0*": "a TIFF picture",
    b"PK\3\4": "a ZIP archive or an Office document",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"\x1f\x8b": "a gzip file",
}
"""First bytes to what is often sent by mistake."""
_SHOWN = 24
"""Characters of an unknown text that are repeated."""
_XML = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_WHAT = "an invoice as UBL, CII, FatturaPA or IDoc"
_NOT_MINE = frozenset({"IN-PDF-NOXML"})
"""What a reader says of a file that the next one may try."""


def read(
    data: bytes, name: str, guides: Sequence[Guide] = ()
) -> tuple[Reader, tuple[Reading, ...]]:
    """Read a file with the first reader that claims it and can.

    Of a signed file (.p7m) what is inside is read, unless it is not what was signed.

    Args:
        data: the whole file.
        name: what the sender calls it; only a hint.
        guides: the sender's mappings and layouts.

    Raises:
        Unreadable: nobody claims it, or the first who does says why it cannot be read.
    """
    if is_signed(data):
        data, name = opened(data).content, name_inside(name)
    fault: Unreadable | None = None
    for reader in _claimants(data, name):
        try:
            return reader, reader.read(data, guides)
        except Unreadable as error:
            fault = error
            if error.finding.rule not in _NOT_MINE:
                break
    raise fault or _unknown(data, name)


def completed(guide: Guide, folder: Path) -> Guide:
    """Return the guide with what the files say that it names, seen from its folder.

    Raises:
        Unreadable: IN-GUIDE, one of them cannot be read, or a guide for IDocs has faults.
    """
    if guide.format != idoc_read.READER.name:
        return guide
    whole = with_definitions(guide, folder)
    profile(whole)
    return whole


def words_of(name: str) -> str:
    """Return what people call the format of a reader.

    >>> words_of("pdf_text")
    'PDF by a layout'
    """
    return next((reader.words for reader in READERS if reader.name == name), name)


def claimant(head: bytes, name: str) -> str:
    """Return the name of the first reader that claims a file that begins so; empty if none does."""
    return next((reader.name for reader in _claiming(head, name)), "")


def strange(head: bytes, name: str) -> Unreadable | None:
    """Return why nobody reads a file that begins so; None if somebody may."""
    if is_signed(head) or _XML.match(head) or claimant(head, name):
        return None
    return _unknown(head, name)


def _claimants(data: bytes, name: str) -> Iterator[Reader]:
    """Yield who claims a file by its head, or if nobody does by how its XML begins further down."""
    claimed = False
    for reader in _claiming(data[:_HEAD_BYTES], name):
        claimed = True
        yield reader
    if not claimed:
        yield from _claiming(_deep_head(data), name)


def _claiming(head: bytes, name: str) -> Iterator[Reader]:
    return (reader for reader in READERS if head and reader.claims(head, name))


def _is_claimed(head: bytes) -> bool:
    return next(_claiming(head, ""), None) is not None


def _deep_head(data: bytes) -> bytes:
    """Return how an XML file begins whose first element is further down; nothing of any other.

    Raises:
        Unreadable: the XML cannot be read, or is no document that is known here.
    """
    if not _XML.match(data[:_HEAD_BYTES]):
        return b""
    root = payload(parse(data, what=_WHAT), what=_WHAT)
    head = b"".join(_opened(element.tag) for element in (root, *islice(root, 1)))
    if _is_claimed(head):
        return head
    known = {tag for tag in {child.tag for child in root} if _is_claimed(_opened(tag))}
    inside = [child for child in root if child.tag in known]
    if len(inside) > 1:
        raise several(inside[1], len(inside), what=_WHAT)
    raise mistaken(root, what=_WHAT)


def _opened(tag: str) -> bytes:
    name = QName(tag)
    return f'<{name.localname} xmlns="{name.namespace or ""}">'.encode()


def _unknown(data: bytes, name: str) -> Unreadable:
    known = ", ".join(reader.words for reader in READERS)
    return Unreadable(
        Finding(
            rule="IN-FORMAT",
            message=f"{name} is in no format that is known here; {_looks(data)}"
            if data
            else f"{name} is empty",
            fix=f"send one of: {known}",
            actor=Actor.ERP,
        )
    )


def _looks(data: bytes) -> str:
    r"""Say of unknown bytes what they look like.

    >>> _looks(b"\x89PNG\r\n"), _looks(b"Dear customer,")
    ('it looks like a PNG picture', 'it begins with the text "Dear customer,"')
    >>> _looks(bytes([0, 1, 255]))
    'it begins with bytes that are no text: 00 01 FF'
    """
    known = next((words for head, words in _OTHERS.items() if data.startswith(head)), None)
    if known is not None:
        return f"it looks like {known}"
    text = " ".join(data[: 4 * _SHOWN].decode("utf-8", "replace").split())
    if text[:_SHOWN].isprintable() and "\N{REPLACEMENT CHARACTER}" not in text[:_SHOWN]:
        return f'it begins with the text "{text[:_SHOWN]}"'
    return f"it begins with bytes that are no text: {data[:8].hex(' ').upper()}"

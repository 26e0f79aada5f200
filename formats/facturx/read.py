"""A PDF with an invoice inside to a Reading."""

from collections.abc import Sequence
from dataclasses import replace

from formats.cii.read import read_cii
from formats.codec import Guide, Reader, Reading, Unreadable
from formats.facturx.container import (
    FILE_NAMES,
    ZUGFERD_NAME,
    is_known_name,
    named_together,
    stated_level,
)
from formats.facturx.fx_rules import breach
from formats.facturx.hybrid import hybrid_findings
from formats.facturx.overlay import FILE_NAME
from formats.facturx.supplements import supplemented
from formats.findings import Finding
from formats.model import Invoice
from formats.pdf.embedded import EmbeddedFile, embedded_files
from formats.pdf.source import MEDIA_TYPE, claims_pdf, opened
from formats.pdf.xmp import packet
from formats.xml.names import tag
from formats.xml.opening import opening_tag

CII = tag("rsm:CrossIndustryInvoice")
HEAD_BYTES = 4096


def read_facturx(data: bytes, guides: Sequence[Guide] = ()) -> tuple[Reading, ...]:
    """Return the invoice embedded in a PDF; what `hybrid` finds comes as notices.

    Other files that lie in the PDF are its supporting documents, as far as these may be of their
    kind.

    The page is read, too, and that by PDFium: do it in a bounded child process.

    Args:
        data: the PDF.
        guides: the sender's; a layout for pages may read what has nothing embedded.

    Raises:
        Unreadable: IN-PDF-NOXML, no invoice is embedded: the page itself may be read by a layout;
            FX-MISSING, none is embedded though the metadata name Factur-X, and the sender has no
            layout; IN-PDF-ZUGFERD1; IN-PDF-…, broken, locked or out of bounds; what `read_cii`
            says.
    """
    with opened(data) as pdf:
        files = embedded_files(pdf)
        xmp = packet(pdf)
    level = stated_level(xmp)
    if level and not any(map(_is_invoice, files)) and not _has_layout(guides):
        raise Unreadable(_named_and_missing(level, files))
    invoices = _invoices(files)
    root = _root(invoices[0])
    if root not in {CII, None} and invoices[0].name.casefold() == ZUGFERD_NAME:
        raise Unreadable(_zugferd_1(invoices[0].name, root))
    reading = read_cii(invoices[0].data)
    found = hybrid_findings(data, invoices, xmp, reading.document)
    reading = replace(reading, notices=(*reading.notices, *found))
    return (_with_files(reading, [file for file in files if file not in invoices]),)


def _with_files(reading: Reading, files: Sequence[EmbeddedFile]) -> Reading:
    if not files or not isinstance(reading.document, Invoice):
        return reading
    with_them = supplemented(reading.document, files)
    unmapped = {**reading.unmapped, **with_them.left}
    return replace(reading, document=with_them.invoice, unmapped=unmapped)


def invoice_xml(data: bytes) -> bytes:
    """Return the XML that `read_facturx` reads from a PDF.

    Raises:
        Unreadable: IN-PDF-NOXML, no invoice is embedded; IN-PDF-…, broken, locked or out of bounds.
    """
    with opened(data) as pdf:
        return _invoices(embedded_files(pdf))[0].data


def _invoices(files: Sequence[EmbeddedFile]) -> list[EmbeddedFile]:
    found = sorted((file for file in files if _is_invoice(file)), key=_rank)
    if not found:
        raise Unreadable(_without_invoice(files))
    return found


def _is_invoice(file: EmbeddedFile) -> bool:
    return is_known_name(file) or _root(file) == CII


def _rank(file: EmbeddedFile) -> tuple[bool, int]:
    """Prefer what we can read, then the name of today."""
    name = file.name.casefold()
    return _root(file) != CII, FILE_NAMES.index(name) if name in FILE_NAMES else len(FILE_NAMES)


def _root(file: EmbeddedFile) -> str | None:
    return opening_tag(file.data[:HEAD_BYTES])


def _has_layout(guides: Sequence[Guide]) -> bool:
    return any(guide.format == "pdf_text" for guide in guides)


def _named_and_missing(level: str, files: Sequence[EmbeddedFile]) -> Finding:
    names = named_together(files[:5]) or "nothing"
    return breach("FX-MISSING", stated=level, names=names, wanted=FILE_NAME)


def _without_invoice(files: Sequence[EmbeddedFile]) -> Finding:
    names = named_together(files[:5])
    return Finding(
        rule="IN-PDF-NOXML",
        message=f"the PDF holds no invoice as XML; embedded: {names or 'nothing'}",
        fix=f"embed the invoice as {FILE_NAME}, or give a layout for this sender's pages",
    )


def _zugferd_1(name: str, root: str | None) -> Finding:
    return Finding(
        rule="IN-PDF-ZUGFERD1",
        message=f"{name} is ZUGFeRD 1 or older, which came before EN 16931",
        value=root,
        fix="send ZUGFeRD 2 or Factur-X",
    )


READER = Reader(
    name="facturx",
    words="Factur-X or ZUGFeRD",
    media_type=MEDIA_TYPE,
    claims=lambda head, _name: claims_pdf(head),
    read=read_facturx,
)

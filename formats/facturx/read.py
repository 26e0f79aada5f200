"""A PDF with an invoice inside to a Reading."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from formats.cii.read import read_cii
from formats.codec import Guide, Reader, Reading, Unreadable
from formats.facturx.levels import Level, level_named, level_of
from formats.facturx.overlay import FILE_NAME
from formats.findings import Finding, Severity
from formats.model import Invoice
from formats.pdf.embedded import EmbeddedFile, embedded_files
from formats.pdf.source import MEDIA_TYPE, claims_pdf, opened
from formats.pdf.xmp import packet
from formats.xml import opening_tag, tag

ZUGFERD_NAME = "zugferd-invoice.xml"  # version 1 wrote it with capitals
FILE_NAMES = (FILE_NAME, "xrechnung.xml", ZUGFERD_NAME)
CII = tag("rsm:CrossIndustryInvoice")
HEAD_BYTES = 4096
CONFORMANCE_LEVEL = re.compile(rb""":ConformanceLevel(?:\s*>|\s*=\s*["'])\s*([^<"']{1,40})""")
RELATIONSHIPS = frozenset({"Alternative", "Data"})  # Data is what France expects


def read_facturx(data: bytes, guides: Sequence[Guide] = ()) -> tuple[Reading, ...]:
    """Return the invoice embedded in a PDF; what is odd about the PDF comes as notices.

    Args:
        data: the PDF.
        guides: not used; the format says what its fields mean.

    Raises:
        Unreadable: IN-PDF-NOXML, no invoice is embedded: the page itself may be read by a layout;
            IN-PDF-ZUGFERD1; IN-PDF-…, broken, locked or out of bounds; what `read_cii` says.
    """
    del guides
    with opened(data) as pdf:
        files = embedded_files(pdf)
        xmp = packet(pdf)
    invoices = sorted((file for file in files if _is_invoice(file)), key=_rank)
    if not invoices:
        raise Unreadable(_without_invoice(files))
    root = _root(invoices[0])
    if root not in {CII, None} and invoices[0].name.casefold() == ZUGFERD_NAME:
        raise Unreadable(_zugferd_1(invoices[0].name, root))
    reading = read_cii(invoices[0].data)
    return (replace(reading, notices=(*reading.notices, *_oddities(invoices, xmp, reading))),)


def _is_invoice(file: EmbeddedFile) -> bool:
    return file.name.casefold() in FILE_NAMES or _root(file) == CII


def _rank(file: EmbeddedFile) -> tuple[bool, int]:
    """Prefer what we can read, then the name of today."""
    name = file.name.casefold()
    return _root(file) != CII, FILE_NAMES.index(name) if name in FILE_NAMES else len(FILE_NAMES)


def _root(file: EmbeddedFile) -> str | None:
    return opening_tag(file.data[:HEAD_BYTES])


def _without_invoice(files: Sequence[EmbeddedFile]) -> Finding:
    names = ", ".join(file.name for file in files[:5])
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


def _oddities(invoices: Sequence[EmbeddedFile], xmp: bytes, reading: Reading) -> Iterator[Finding]:
    """Yield what is against the standard around an XML that could be read all the same."""
    file = invoices[0]
    document = reading.document
    level = level_of(document.specification if isinstance(document, Invoice) else None)
    if len(invoices) > 1:
        names = ", ".join(other.name for other in invoices)
        yield _notice("FX-XML", f"{len(invoices)} invoices are embedded ({names})", "embed one")
    if file.name.casefold() not in FILE_NAMES:
        yield _notice("FX-NAME", f"the invoice is embedded as {file.name!r}", f"use {FILE_NAME}")
    if not file.associated:
        yield _notice("FX-AF", "the invoice is not an associated file", "list it in /AF")
    if file.relationship not in RELATIONSHIPS:
        yield _notice(
            "FX-RELATIONSHIP",
            f"the relationship of the invoice to the page is {file.relationship or 'missing'}",
            f"use {level.relationship if level else 'Alternative'}",
        )
    yield from _profile_oddity(xmp, level)


def _profile_oddity(xmp: bytes, level: Level | None) -> Iterator[Finding]:
    stated = CONFORMANCE_LEVEL.search(xmp)
    if stated is None:
        yield _notice("FX-XMP", "the PDF's metadata do not name Factur-X", "write the fx schema")
    elif level is not None:
        name = stated[1].decode("utf-8", "replace")
        if level_named(name) != level.name:
            message = f"the PDF's metadata say profile {name}, the invoice says {level.name}"
            yield _notice("FX-PROFILE", message, "write the same in both", term="BT-24")


def _notice(rule: str, message: str, fix: str, *, term: str | None = None) -> Finding:
    return Finding(rule=rule, message=message, severity=Severity.WARNING, fix=fix, term=term)


READER = Reader(
    name="facturx",
    media_type=MEDIA_TYPE,
    claims=lambda head, _name: claims_pdf(head),
    read=read_facturx,
)

"""What lies around the embedded invoice: its name, its place in the PDF, the words in XMP."""

import re
from collections.abc import Iterator, Mapping, Sequence

from formats.codec import Unreadable
from formats.facturx.fx_rules import breach
from formats.facturx.levels import WITHOUT_LINES, XRECHNUNG, Level, level_named, level_of
from formats.facturx.overlay import FILE_NAME, FX, PDFA_ID
from formats.findings import Finding
from formats.model import Invoice
from formats.pdf.embedded import EmbeddedFile
from formats.xml.parsing import parse

ZUGFERD_NAME = "zugferd-invoice.xml"  # version 1 wrote it with capitals
XRECHNUNG_NAME = "xrechnung.xml"
FILE_NAMES = (FILE_NAME, XRECHNUNG_NAME, ZUGFERD_NAME)
ZUGFERD_2 = "urn:zugferd:pdfa:CrossIndustryDocument:invoice:2p0#"
RELATIONSHIPS = frozenset({"Alternative", "Data"})  # Data is what France expects
VERSIONS = re.compile(r"1\.0|2p0|2\.\d")
"""Of the schema; ZUGFeRD 2 put its own there, XRechnung does it to this day."""


def container_findings(
    file: EmbeddedFile, xmp: bytes, invoice: Invoice | None
) -> Iterator[Finding]:
    """Yield what is against the standard around an XML that could be read all the same."""
    level = level_of(invoice.specification if invoice else None)
    words = _words(xmp)
    yield from _file(file, words, level)
    yield from _metadata(file, words, level)


def stated_level(xmp: bytes) -> str | None:
    """Return the level that a PDF's metadata state; None where they do not name Factur-X."""
    return _words(xmp).get("ConformanceLevel")


def _file(file: EmbeddedFile, words: Mapping[str, str], level: Level | None) -> Iterator[Finding]:
    allowed = _names(words, level)
    if file.name.casefold() not in allowed:
        yield breach("FX-NAME", name=file.name, wanted=allowed[0])
    if not file.associated:
        yield breach("FX-AF")
    if not file.listed:
        yield breach("FX-LISTED")
    relationship, wanted = file.relationship, level.relationship if level else "Alternative"
    if relationship is None:
        yield breach("FX-UNRELATED", wanted=wanted)
    elif relationship not in RELATIONSHIPS or (level in WITHOUT_LINES and relationship != wanted):
        yield breach("FX-RELATIONSHIP", relationship=relationship, wanted=wanted)


def _names(words: Mapping[str, str], level: Level | None) -> tuple[str, ...]:
    if level is XRECHNUNG:
        return (XRECHNUNG_NAME, FILE_NAME)
    return (ZUGFERD_NAME, FILE_NAME) if ZUGFERD_2 in words else (FILE_NAME, ZUGFERD_NAME)


def _metadata(
    file: EmbeddedFile, words: Mapping[str, str], level: Level | None
) -> Iterator[Finding]:
    part = words.get("part")
    if part != "3":
        yield breach("FX-PDFA", stated=f"PDF/A-{part}" if part else "nothing")
    stated = words.get("ConformanceLevel")
    if stated is None:
        yield breach("FX-XMP")
        return
    if level is not None and level_named(stated) != level.name:
        yield breach("FX-PROFILE", stated=stated, own=level.name)
    name, kind, version = (
        words.get(each, "") for each in ("DocumentFileName", "DocumentType", "Version")
    )
    if name != file.name:
        yield breach("FX-XMP-NAME", stated=name, name=file.name)
    if kind != "INVOICE":
        yield breach("FX-XMP-TYPE", stated=kind)
    if level is not XRECHNUNG and not VERSIONS.fullmatch(version):
        yield breach("FX-XMP-VERSION", stated=version)


def _words(xmp: bytes) -> dict[str, str]:
    """Return the words of the schemas fx and pdfaid by name, and under each namespace nothing."""
    try:
        root = parse(xmp, what="XMP")
    except Unreadable:
        return {}
    found: dict[str, str] = {}
    for node in root.iter("{*}*"):
        named = [(node.tag, node.text or ""), *node.items()]
        for tag, text in ((str(tag), str(text)) for tag, text in named):
            namespace, _, name = tag.lstrip("{").rpartition("}")
            if namespace in {FX, ZUGFERD_2, PDFA_ID}:
                found |= {name: text.strip()[:40], namespace: ""}
    return found


def is_known_name(file: EmbeddedFile) -> bool:
    """Return whether the name alone says that this is an invoice."""
    return file.name.casefold() in FILE_NAMES


def named_together(files: Sequence[EmbeddedFile]) -> str:
    """Return the names in one line."""
    return ", ".join(file.name for file in files)

"""Making PDF/A-3b out of any PDF, or saying why not.

Repairs change what a file carries (fonts, profiles, metadata, scripts), never what its pages show.
Nothing is believed that the validator of pikepdf did not approve. Importing this takes half a
second: do it when you must.
"""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO

from pikepdf import (
    Array,
    ContentScope,
    Dictionary,
    Name,
    Object,
    Pdf,
    Stream,
    String,
    pdfa,
)
from pikepdf.models.metadata import decode_pdf_date
from pikepdf.pdfa import Report
from pikepdf.sanitize import Sanitizer

from formats.codec import Unreadable
from formats.pdf.cmyk import cmyk_profile
from formats.pdf.contents import content_of, resources_of
from formats.pdf.fonts import embed_missing
from formats.pdf.source import is_signed, opened, unreadable
from formats.pdf.xmp import date_metadata

FLAVOUR = "3b"
CATALOGUE_KEYS = ("OpenAction", "AA", "AcroForm", "AF", "OutputIntents", "PieceInfo", "Metadata")
PAGE_KEYS = ("Trans", "Dur", "AA", "PieceInfo")
INFO_KEYS = frozenset({"/Title", "/Author", "/Subject", "/Creator", "/CreationDate"})
CMYK_OPERATOR = re.compile(rb"(?:[\d.+-]+\s+){4}[kK]\b")
SANITIZER = (
    Sanitizer()
    .remove_javascript()
    .remove_external_access()
    .remove_attachments()
    .remove_multimedia()
)


def to_pdfa3(data: bytes, *, created: date) -> bytes:
    """Return the PDF as PDF/A-3b; the same input gives the same bytes.

    Scripts, forms, embedded files and links to the outside are removed, pages look as before.
    `created` is written into the metadata in place of the clock.

    Raises:
        Unreadable: broken or locked (see `opened`); IN-PDF-SIGNED; IN-PDF-ARCHIVAL, which names
            what PDF/A forbids and cannot be repaired, such as a font that is not embedded.
    """
    with opened(data) as pdf:
        if is_signed(pdf):
            raise unreadable(
                "SIGNED", "the PDF is signed; any change breaks it", "send it unsigned"
            )
        _strip(pdf)
        nameless = embed_missing(pdf)
        _calibrate_cmyk(pdf)
        _isolate_transparency(pdf)
        _date(pdf, created)
        pdfa.prepare(pdf, FLAVOUR)
        date_metadata(pdf, created)
        version = "1.7" if pdf.pdf_version > "1.7" else ""
        report = pdfa.check(pdf, FLAVOUR, deterministic_id=True, force_version=version)
        if not report.passed:
            raise _refused(report, nameless)
        written = BytesIO()
        pdf.save(written, **report.save_kwargs)
        return written.getvalue()


def archival_faults(data: bytes) -> list[str]:
    """Return why a written file is not PDF/A-3b; empty if the validator approves it."""
    report = pdfa.validate_written(BytesIO(data), FLAVOUR)
    return [str(finding) for finding in report.findings]


def _refused(report: Report, fonts: tuple[str, ...]) -> Unreadable:
    reasons = [f"{finding.rule}: {finding.message}" for finding in report.findings[:5]]
    fix = "write PDF/A, or at least embed fonts and use plain colours, in the ERP's output"
    if fonts and any("embedded" in finding.message for finding in report.findings):
        names = ", ".join(fonts[:5])
        reasons.insert(0, f"not embedded: {names}")
        fix = f"embed {names} in the ERP's output"
    message = f"the PDF cannot be made PDF/A-3: {'; '.join(reasons)[:800]}"
    return unreadable("ARCHIVAL", message, fix)


def _strip(pdf: Pdf) -> None:
    SANITIZER.apply(pdf)
    for key in CATALOGUE_KEYS:
        _drop(pdf.Root, key)
    if pdf.Root.get(Name.PageMode) == Name.UseAttachments:
        _drop(pdf.Root, "PageMode")
    _drop(pdf.trailer, "DocChecksum")
    for page in pdf.pages:
        for key in PAGE_KEYS:
            _drop(page.obj, key)
    for resources in resources_of(pdf):
        for key in ("Pattern", "Shading"):
            if resources.get(f"/{key}") == Dictionary():
                _drop(resources, key)
    for item in pdf.objects:
        _tidy(item)


def _drop(holder: Object, key: str) -> None:
    if f"/{key}" in holder:
        del holder[f"/{key}"]


def _tidy(item: Object) -> None:
    """Write what the check would not look through in the form that it knows."""
    if isinstance(item, Stream) and item.get(Name.Type) != Name.Metadata:
        _drop(item, "Metadata")
    if not isinstance(item, Dictionary):
        return
    _drop(item, "CIDSet")
    if Name.Title in item and Name.Parent in item:  # an outline item has no /Type
        _drop(item, "Type")
    for key in (Name.FontFile, Name.FontFile2, Name.FontFile3):
        if isinstance(program := item.get(key), Stream):
            _drop(program, "Type")
    descendants = item.get(Name.DescendantFonts)
    for font in (item, *(descendants if isinstance(descendants, Array) else ())):
        system = font.get(Name.CIDSystemInfo) if isinstance(font, Dictionary) else None
        if isinstance(system, Dictionary):
            for key in (Name.Registry, Name.Ordering):
                if isinstance(system.get(key), String):
                    system[key] = String(bytes(system[key]))


def _calibrate_cmyk(pdf: Pdf) -> None:
    """Give DeviceCMYK a profile where it is used (ISO 19005-3, 6.2.4.3)."""
    if not _uses_cmyk(pdf):
        return
    profile = Stream(pdf, cmyk_profile())
    profile[Name.N] = 4
    space = pdf.make_indirect(Array([Name.ICCBased, pdf.make_indirect(profile)]))
    for resources in resources_of(pdf):
        if not isinstance(resources.get(Name.ColorSpace), Dictionary):
            resources[Name.ColorSpace] = Dictionary()
        resources[Name.ColorSpace][Name.DefaultCMYK] = space


def _uses_cmyk(pdf: Pdf) -> bool:
    return any(map(_names_cmyk, pdf.objects)) or any(
        CMYK_OPERATOR.search(content_of(scope)) for scope in pdf.content_scopes()
    )


def _names_cmyk(item: Object) -> bool:
    if isinstance(item, Stream):
        return b"/DeviceCMYK" in item.stream_dict.unparse(resolved=True)
    return isinstance(item, Dictionary | Array) and b"/DeviceCMYK" in item.unparse(resolved=True)


def _isolate_transparency(pdf: Pdf) -> None:
    """Say in which space a page with transparency is blended (ISO 19005-3, 6.2.10)."""
    for page in pdf.pages:
        if Name.Group in page.obj or not any(map(_is_transparent, page.content_scopes())):
            continue
        page.obj[Name.Group] = Dictionary(Type=Name.Group, S=Name.Transparency, CS=Name.DeviceRGB)


def _is_transparent(scope: ContentScope) -> bool:
    resources = scope.resources
    states = resources.get(Name.ExtGState) if resources is not None else None
    pictures = resources.get(Name.XObject) if resources is not None else None
    return any(map(_blends, _values(states))) or any(
        Name.SMask in picture for picture in _values(pictures)
    )


def _blends(state: Object) -> bool:
    opaque = all(state.get(key, 1) == 1 for key in (Name.ca, Name.CA))
    plain = state.get(Name.BM, Name.Normal) in {Name.Normal, Name.Compatible}
    return not (opaque and plain and state.get(Name.SMask, Name("/None")) == Name("/None"))


def _values(holder: object) -> Iterator[Object]:
    if isinstance(holder, Dictionary):
        for value in holder.values():
            if isinstance(value, Dictionary | Stream):
                yield value


def _date(pdf: Pdf, created: date) -> None:
    """Keep what the document information may keep, and date it without the machine's zone."""
    info = pdf.docinfo
    for key in set(info.keys()) - INFO_KEYS:
        del info[key]
    stamp = String(f"D:{created:%Y%m%d}000000+00'00'")
    if not _has_zone(info.get(Name.CreationDate)):
        info[Name.CreationDate] = stamp
    info[Name.ModDate] = stamp


def _has_zone(value: object) -> bool:
    try:
        return isinstance(value, String) and decode_pdf_date(str(value)).tzinfo is not None
    except ValueError:
        return False

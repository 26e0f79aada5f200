"""Any PDF becomes PDF/A-3b and looks as before, or is refused by name."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import ImageChops, ImageStat

from formats.codec import Unreadable
from formats.pdf.archival import archival_faults, to_pdfa3
from formats.pdf.xmp import packet
from tests.formats.pdf.small import (
    CORPORA,
    TEXT,
    dangerous,
    font,
    indirect_fonts,
    one_page,
    pictures,
    signature_form,
    stream_of,
    text_of,
    with_fonts,
)

CREATED = date(2026, 3, 4)
DIFFERENCES = Dictionary(
    Type=Name.Encoding, Differences=Array([65, Name.Euro, Name.Lslash, 200, Name.udieresis])
)
ALPHA = Dictionary(GS=Dictionary(Type=Name.ExtGState, ca=0.5))


def untidy(pdf: Pdf) -> None:
    """What real writers leave behind and the validator will not look through."""
    pdf.trailer["/DocChecksum"] = Name("/abc")
    resources = pdf.pages[0].obj.Resources
    resources[Name.Pattern], resources[Name.Shading] = Dictionary(), Dictionary()
    item = pdf.make_indirect(Dictionary(Type=Name.Outlines, Title=String("1")))
    outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))
    item[Name.Parent] = outlines
    item[Name.Dest] = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root[Name.Outlines] = outlines
    with pdf.open_metadata() as meta:
        meta["{http://ns.adobe.com/photoshop/1.0/}City"] = "Sampleton"


def picture_in_inks(pdf: Pdf) -> None:
    picture = stream_of(
        pdf, bytes((0, 255, 0, 0)), Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1,
        BitsPerComponent=8, ColorSpace=Name.DeviceCMYK, Interpolate=True,
    )  # fmt: skip
    pdf.pages[0].obj.Resources[Name.XObject] = Dictionary(Im=picture)


GOOD: dict[str, Callable[[], bytes]] = {
    "Helvetica": one_page,
    "Times": lambda: one_page(resources=with_fonts(F1=font("Times-BoldItalic"))),
    "Courier in MacRoman": lambda: one_page(
        TEXT.replace(b"17", b"\\212"),
        resources=with_fonts(F1=font("Courier", Encoding=Name.MacRomanEncoding)),
    ),
    "Arial in WinAnsi": lambda: one_page(
        TEXT.replace(b"17", b"17 \\200"),
        resources=with_fonts(F1=font("Arial,Bold", "TrueType", Encoding=Name.WinAnsiEncoding)),
    ),
    "differences": lambda: one_page(
        TEXT.replace(b"17", b"AB\\310"),
        resources=with_fonts(F1=font("Helvetica-Oblique", Encoding=DIFFERENCES)),
    ),
    "font never used": lambda: one_page(
        resources=with_fonts(F1=font("Helvetica"), F2=font("ZapfDingbats")), change=indirect_fonts
    ),
    "inks": lambda: one_page(TEXT + b"0 1 1 0 k 72 72 99 99 re f 1 0 0 0 K 9 9 m 99 99 l S"),
    "picture in inks": lambda: one_page(
        TEXT + b"q 99 0 0 99 72 72 cm /Im Do Q", change=picture_in_inks
    ),
    "half transparent": lambda: one_page(
        b"/GS gs 0 0 1 rg 72 690 99 99 re f " + TEXT, resources={"ExtGState": ALPHA}
    ),
    "dangerous": lambda: one_page(change=dangerous),
    "untidy": lambda: one_page(change=untidy),
    "version 2.0": lambda: one_page(force_version="2.0"),
    "owner's password": lambda: one_page(encryption=pikepdf.Encryption(owner="x", user="")),
}


@pytest.mark.parametrize("case", GOOD)
def test_becomes_pdf_a_and_looks_as_before(case: str) -> None:
    data = GOOD[case]()
    made = to_pdfa3(data, created=CREATED)
    assert archival_faults(made) == []
    assert text_of(made) == text_of(data)
    assert difference(data, made) < 1.0
    assert to_pdfa3(data, created=CREATED) == made


def difference(before: bytes, after: bytes) -> float:
    """Return the largest mean difference of a page's colours, 0 to 255."""
    pairs = zip(pictures(before), pictures(after), strict=True)
    return max(max(ImageStat.Stat(ImageChops.difference(*pair)).mean) for pair in pairs)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "signed": (lambda: one_page(change=signature_form), "IN-PDF-SIGNED"),
    "dingbats": (
        lambda: one_page(resources=with_fonts(F1=font("ZapfDingbats"))),
        "not embedded: ZapfDingbats;",
    ),
    "unknown font": (
        lambda: one_page(resources=with_fonts(F1=font("Verdana", "TrueType"))),
        "not embedded: Verdana;",
    ),
    "glyph that nobody has": (
        lambda: one_page(TEXT.replace(b"17", b"\\201")),
        "codes select the .notdef glyph",
    ),
    "password": (
        lambda: one_page(encryption=pikepdf.Encryption(owner="x", user="y")),
        "needs a password",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_by_name(case: str) -> None:
    make, said = REFUSED[case]
    with pytest.raises(Unreadable) as caught:
        to_pdfa3(make(), created=CREATED)
    assert said in f"{caught.value.finding.rule} {caught.value.finding.message}"


def test_nothing_dangerous_is_left() -> None:
    made = to_pdfa3(one_page(change=dangerous), created=CREATED)
    with pikepdf.open(BytesIO(made)) as pdf:
        everything = b" ".join(item.unparse(resolved=True) for item in pdf.objects)
    for word in (b"JavaScript", b"evil", b"EmbeddedFile", b"shop.example", b"XFA", b"Trans"):
        assert word not in everything, word


def test_dates_are_the_document_s_or_the_given_one() -> None:
    def date_it(pdf: Pdf) -> None:
        pdf.docinfo[Name.CreationDate] = String("D:20260102030405+01'00'")
        pdf.docinfo[Name.ModDate] = String("D:20200101")
        pdf.docinfo["/Company"] = String("private")

    made = to_pdfa3(one_page(change=date_it), created=CREATED)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert str(pdf.docinfo.CreationDate) == "D:20260102030405+01'00"
        assert str(pdf.docinfo.ModDate).startswith("D:20260304000000")
        assert "/Company" not in pdf.docinfo
        assert b"<xmp:MetadataDate>2026-03-04T00:00:00+00:00<" in packet(pdf)


INVOICES = sorted((CORPORA / "pdf-invoices").rglob("*.pdf"))


@pytest.mark.skipif(not INVOICES, reason="corpora/pdf-invoices is not here")
def test_real_invoices_look_as_before() -> None:
    refused = {}
    for path in INVOICES:
        data = path.read_bytes()
        try:
            made = to_pdfa3(data, created=CREATED)
        except Unreadable as fault:
            refused[path.stem] = "pattern" in str(fault).lower()
            continue
        assert archival_faults(made) == [], path
        assert difference(data, made) < 1.0, path
    assert refused == {"Invoice-6": True, "AzureInterior": True}

"""What we write as Factur-X passes our own assertions, and each assertion finds its fault."""

import re
from collections.abc import Callable
from dataclasses import replace as rewritten
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from msgspec.structs import replace
from pikepdf import Array, Dictionary, Name, Pdf, String
from pypdf import PdfReader

from formats.cii.write import write_cii
from formats.codec import Copy, Material, Unreadable
from formats.facturx.levels import BASIC, BASIC_WL, EN_16931, LEVELS, MINIMUM, Level
from formats.facturx.overlay import RDF, overlay_faults
from formats.facturx.read import READER
from formats.facturx.room import NoRoom, narrowed
from formats.facturx.write import FORMS, WRITERS
from formats.model import Invoice, Totals
from formats.pdf.archival import archival_faults
from formats.pdf.xmp import packet
from tests.formats.letter.cases import CASES, CREATED, Case, load, page_texts, printed
from tests.formats.pdf.small import (
    dangerous,
    font,
    one_page,
    signature_form,
    text_of,
    with_fonts,
)
from tests.formats.rules.samples import CLEAN, change

MATERIAL = Material(language="de", created=CREATED)
BY_NAME = {writer.name: writer for writer in WRITERS}
LEVEL_OF = {name: level for name, (level, _) in FORMS.items()}
EN16931 = BY_NAME["facturx-en16931"]
PAGES = [
    case for case in CASES if case.name in {"invoice-de", "reverse-charge-fr", "credit-note-de"}
]


def invoice(sample: str) -> Invoice:
    document = load(sample)
    assert isinstance(document, Invoice)
    return document


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_written_invoice_reads_back(name: str, case: Case) -> None:
    document = invoice(case.sample)
    material = Material(source_pdf=printed(case), created=CREATED)
    data = BY_NAME[name].write(document, material)
    assert overlay_faults(data) == []
    (reading,) = READER.read(data, ())
    carried = narrowed(document, LEVEL_OF[name])
    assert isinstance(reading.document, Invoice)
    assert reading.document == replace(carried, specification=reading.document.specification)
    assert (reading.notices, dict(reading.unmapped)) == ((), {})
    assert BY_NAME[name].write(document, material) == data
    assert page_texts(data) == page_texts(printed(case))


def test_other_readers_find_the_invoice(good: bytes) -> None:
    reader = PdfReader(BytesIO(good))
    (xml,) = reader.attachments["factur-x.xml"]
    assert b"<ram:ID>RE-2026-0417</ram:ID>" in xml
    root = reader.trailer["/Root"]
    assert root["/AF"][0]["/AFRelationship"] == "/Alternative"  # type: ignore[index]


def test_page_is_a_letter_in_the_recipient_s_language_and_window() -> None:
    document = invoice("invoice")
    assert document.buyer is not None
    assert document.buyer.address is not None
    french = replace(document.buyer, address=replace(document.buyer.address, country="FR"))
    texts = page_texts(EN16931.write(replace(document, buyer=french), Material(language="fr")))
    assert "Facture RE-2026-0417" in texts[0]
    assert "00002 BEISPIELHAUSEN\nFRANKREICH" in texts[0]


def test_erp_s_own_page_is_kept_and_cleaned() -> None:
    source = one_page(change=dangerous)
    data = EN16931.write(invoice("invoice"), Material(source_pdf=source))
    assert overlay_faults(data) == []
    assert text_of(data) == text_of(source) == "Invoice 17"
    assert list(PdfReader(BytesIO(data)).attachments) == ["factur-x.xml"]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(None, id="ours", marks=pytest.mark.scenario),
        pytest.param(one_page(change=dangerous), id="the ERP's"),
    ],
)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_copy_is_marked_and_a_courtesy_is_no_second_electronic_invoice(
    name: str, source: bytes | None
) -> None:
    document = invoice("invoice")
    material = Material(language="it", source_pdf=source, created=CREATED)
    original, courtesy, again = (
        BY_NAME[name].write(document, rewritten(material, copy=copy))
        for copy in (None, Copy.COURTESY, Copy.REPEAT)
    )
    assert [text_of(data).count("Copia") for data in (original, courtesy, again)] == [0, 1, 1]
    assert archival_faults(courtesy) == []
    assert overlay_faults(again) == []
    assert list(PdfReader(BytesIO(courtesy)).attachments) == []
    assert b"factur-x" not in courtesy.lower()
    assert attached(again) == attached(original)
    with pytest.raises(Unreadable):
        READER.read(courtesy, ())


def attached(data: bytes) -> dict[str, list[bytes]]:
    return {name: list(held) for name, held in PdfReader(BytesIO(data)).attachments.items()}


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (one_page(resources=with_fonts(F1=font("ZapfDingbats"))), "IN-PDF-ARCHIVAL"),
        (one_page(change=signature_form), "IN-PDF-SIGNED"),
        (b"%PDF-1.7 no", "IN-PDF-BROKEN"),
    ],
    ids=["font", "signed", "broken"],
)
def test_erp_s_page_that_cannot_last_is_refused(source: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as caught:
        EN16931.write(invoice("invoice"), Material(source_pdf=source))
    assert caught.value.finding.rule == rule


def test_basic_has_no_room_for_rounding() -> None:
    document = invoice("invoice")
    assert document.totals is not None
    rounded = replace(document, totals=replace(document.totals, rounding=Decimal("0.01")))
    with pytest.raises(NoRoom, match=r"BT-114 is 0\.01"):
        BY_NAME["facturx-basic"].write(rounded, MATERIAL)


def spec(pdf: Pdf) -> Dictionary:
    found = pdf.Root.AF[0]
    assert isinstance(found, Dictionary)
    return found


def rewrite_xmp(old: bytes, new: bytes) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        text = packet(pdf)
        assert old in text
        pdf.Root.Metadata.write(text.replace(old, new))

    return change


def other_prefix(pdf: Pdf) -> None:
    """What pyHanko does to XMP, if it is let."""
    text = packet(pdf).replace(b"fx:", b"ns0:").replace(b"xmlns:fx=", b"xmlns:ns0=")
    pdf.Root.Metadata.write(text)


def second_file(pdf: Pdf) -> None:
    names = pdf.Root.Names.EmbeddedFiles.Names
    other = Dictionary(Type=Name.Filespec, F=String("z.xml"), EF=spec(pdf).EF)
    names.extend(Array([String("z.xml"), pdf.make_indirect(other)]))


def without_font_file(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources[Name.Font] = Dictionary(F=font("Helvetica"))


def put(key: str, value: object) -> Callable[[Pdf], None]:
    return lambda pdf: spec(pdf).__setitem__(f"/{key}", value)


def in_root(key: str, value: object) -> Callable[[Pdf], None]:
    return lambda pdf: pdf.Root.__setitem__(f"/{key}", value)


def in_stream(key: str, value: object) -> Callable[[Pdf], None]:
    return lambda pdf: spec(pdf).EF.UF.__setitem__(f"/{key}", value)


def remove(*path: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        holder = pdf.Root
        for key in path[:-1]:
            holder = holder[f"/{key}"]
        del holder[f"/{path[-1]}"]

    return change


BROKEN: dict[str, tuple[Callable[[Pdf], None], str]] = {
    "another name": (put("UF", String("invoice.xml")), "it is called invoice.xml"),
    "two names": (put("F", String("invoice.xml")), "F and UF differ"),
    "not associated": (remove("AF"), "it is not in the catalogue's /AF"),
    "not listed": (remove("Names", "EmbeddedFiles"), "it is not in the name tree"),
    "no description": (lambda pdf: spec(pdf).__delitem__("/Desc"), "it has no description"),
    "another type": (in_stream("Subtype", Name("/text/plain")), "it is of type text/plain"),
    "no stream type": (in_stream("Type", Name.Nothing), "the stream is no EmbeddedFile"),
    "wrong size": (in_stream("Params", Dictionary(Size=1)), "its size is wrong"),
    "no date": (in_stream("Params", Dictionary(Size=1)), "it has no date"),
    "another relationship": (put("AFRelationship", Name.Data), "its relationship is Data"),
    "second file": (second_file, "2 files are embedded, not one"),
    "other prefix": (other_prefix, "XMP: the prefix is not fx"),
    "second RDF": (
        rewrite_xmp(b"</rdf:RDF>", b'</rdf:RDF><rdf:RDF xmlns:rdf="%b"/>' % RDF.encode()),
        "XMP: rdf:RDF is not there once",
    ),
    "another level": (
        rewrite_xmp(b">EN 16931<", b">BASIC<"),
        "XMP: ConformanceLevel is not that of BT-24",
    ),
    "unknown level": (
        rewrite_xmp(b">EN 16931<", b">COMFORT<"),
        "XMP: ConformanceLevel is unknown",
    ),
    "undescribed property": (
        rewrite_xmp(b"<pdfaProperty:name>Version<", b"<pdfaProperty:name>Other<"),
        "XMP: the extension schema is incomplete",
    ),
    "other namespace": (
        rewrite_xmp(b"<pdfaSchema:namespaceURI>urn:", b"<pdfaSchema:namespaceURI>x:"),
        "XMP: the schema's namespace is wrong",
    ),
    "other file name": (
        rewrite_xmp(b"DocumentFileName>factur-x.xml", b"DocumentFileName>x.xml"),
        "XMP: DocumentFileName is wrong",
    ),
    "other type": (rewrite_xmp(b">INVOICE<", b">ORDER<"), "XMP: DocumentType is wrong"),
    "other version": (rewrite_xmp(b"<fx:Version>1.0", b"<fx:Version>2"), "XMP: Version is wrong"),
    "PDF/A-2": (rewrite_xmp(b"part>3<", b"part>2<"), "XMP: PDF/A part is not 3"),
    "PDF/A-3u": (
        rewrite_xmp(b"conformance>B<", b"conformance>U<"),
        "XMP: PDF/A conformance is not B",
    ),
    "a form": (in_root("AcroForm", Dictionary()), "the PDF: it has a form"),
    "an action": (in_root("AA", Dictionary()), "the PDF: it acts on opening"),
    "no intent": (remove("OutputIntents"), "the PDF: it has not one output intent"),
    "font taken out": (without_font_file, "[violation]"),
}


@pytest.fixture(scope="module")
def good() -> bytes:
    return EN16931.write(invoice("invoice"), MATERIAL)


@pytest.mark.parametrize("case", BROKEN)
def test_each_fault_is_found(case: str, good: bytes) -> None:
    change, expected = BROKEN[case]
    with pikepdf.open(BytesIO(good)) as pdf:
        change(pdf)
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    assert any(expected in fault for fault in overlay_faults(out.getvalue()))


def test_file_with_a_tail_or_a_lock_is_faulty(good: bytes) -> None:
    assert "the PDF: it does not end with %%EOF" in overlay_faults(good + b"tail")
    out = BytesIO()
    with pikepdf.open(BytesIO(good)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    assert "the PDF: it is encrypted" in overlay_faults(out.getvalue())
    assert overlay_faults(b"%PDF-1.7") != []


def test_minimum_has_room_for_what_a_register_needs() -> None:
    assert narrowed(invoice("invoice"), MINIMUM).lines == ()
    rounded = replace(invoice("invoice"), totals=Totals(rounding=Decimal("0.01"), due=Decimal(1)))
    assert narrowed(rounded, MINIMUM).totals == Totals(due=Decimal(1))


UNUSED = {
    MINIMUM: r"300\.00</ram:TaxTotalAmount|AllowanceTotalAmount>0\.00",
    BASIC_WL: "Kontor Nord",
    BASIC: r"Kontor Nord|CalculationPercent>2\.5|BasisAmount>50\.00",
}
"""What the level's Schematron marks as not used, and an amount of zero without room."""


@pytest.mark.parametrize("level", UNUSED, ids=lambda level: str(level.key))
def test_what_a_level_does_not_use_is_left_out(level: Level) -> None:
    document: Invoice = change(
        CLEAN,
        {
            "buyer.trading_name": "Kontor Nord",
            "lines[0].allowances[0].percent": Decimal("2.5"),
            "totals.rounding": None,
            "totals.allowances": Decimal("0.00"),
        },
    )
    assert re.search(UNUSED[level].encode(), write_cii(narrowed(document, EN_16931)))
    assert not re.search(UNUSED[level].encode(), write_cii(narrowed(document, level)))


def test_levels_are_written_by_name() -> None:
    levels = [f"facturx-{level.key}" for level in LEVELS[:5]]
    assert list(BY_NAME) == [*levels, "fr-ctc-facturx"]
    assert BASIC.relationship == "Alternative"

"""Supporting documents (BG-24) go out and come back in every format that can carry them."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from formats.catalogue import WRITERS, read
from formats.codec import Material, Unreadable
from formats.facturx.overlay import FILE_NAME, overlay_faults
from formats.facturx.write import FORMS
from formats.losses import losses
from formats.model import Attachment, Invoice, SupportingDocument
from formats.model.codes import ATTACHMENT_TYPES
from formats.pdf.embedded import BYTES_AT_MOST, EmbeddedFile, embed
from formats.pdf.source import opened
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.xml.parsing import LIMIT_BYTES
from tests.formats.letter.cases import CREATED
from tests.formats.national_samples import sample
from tests.formats.rules.samples import CLEAN

EVERY_BYTE = bytes(range(256)) * 3
ONE_OF_EACH_KIND = tuple(
    SupportingDocument(
        reference=f"file-{number}",
        description=f"sheet {number}",
        attachment=Attachment(
            data=EVERY_BYTE[number:], media_type=kind, file_name=f"file-{number}"
        ),
    )
    for number, kind in enumerate(sorted(ATTACHMENT_TYPES))
)
LINKED = SupportingDocument(reference="L-1", location="https://files.example/sheet")
NATIONAL = {
    "fatturapa": ("italy", True, set[str]()),
    "facturae": ("spain", True, {"LOSS-BT-122", "LOSS-BT-125-2"}),
    "ksef-fa3": ("poland", False, {"LOSS-BT-122", "LOSS-BT-123", "LOSS-BT-125", "LOSS-BT-125-1"}),
}
"""Which sample, whether the file goes along, and what does not."""
IN_XML = [n for n, each in WRITERS.items() if each.suffix == ".xml" and n not in NATIONAL]
BESIDE = ["facturx-minimum", "facturx-basicwl", "facturx-basic"]
"""Levels without BG-24: what is attached lies in the PDF, beside the invoice."""
IN_XML_OF_PDF = [name for name in FORMS if name not in BESIDE]


def with_documents(*documents: SupportingDocument) -> Invoice:
    return replace(CLEAN, supporting_documents=documents, totals=unrounded())


def unrounded() -> Any:
    totals = CLEAN.totals
    assert totals is not None
    assert totals.due is not None
    return replace(totals, rounding=None, due=totals.due - (totals.rounding or 0))


def come_back(name: str, invoice: Invoice) -> tuple[SupportingDocument, ...]:
    data = WRITERS[name].write(invoice, Material(created=CREATED))
    _, (reading,) = read(data, "a")
    assert isinstance(reading.document, Invoice)
    assert not [each for each in reading.notices if each.rule == "FX-XML"]
    return reading.document.supporting_documents


@pytest.mark.parametrize("name", [*IN_XML, *IN_XML_OF_PDF])
def test_every_kind_of_file_comes_back_out_of_the_xml(name: str) -> None:
    invoice = with_documents(*ONE_OF_EACH_KIND, LINKED)
    assert come_back(name, invoice) == (*ONE_OF_EACH_KIND, LINKED)
    if name in FORMS:
        pdf = PdfReader(BytesIO(WRITERS[name].write(invoice, Material(created=CREATED))))
        assert list(pdf.attachments) == [FILE_NAME]


@pytest.mark.parametrize("name", BESIDE)
def test_every_kind_of_file_comes_back_out_of_the_pdf(name: str) -> None:
    invoice = with_documents(*ONE_OF_EACH_KIND, LINKED)
    data = WRITERS[name].write(invoice, Material(created=CREATED))
    assert overlay_faults(data) == []
    assert come_back(name, invoice) == ONE_OF_EACH_KIND
    lost = {finding.rule for finding in losses(invoice, name)}
    assert {"LOSS-BT-124"} == lost & {f"LOSS-BT-{n}" for n in ("123", "124", "125", "125-1")}
    names = {each.reference for each in ONE_OF_EACH_KIND}
    assert set(PdfReader(BytesIO(data)).attachments) == {FILE_NAME, *names}


@pytest.mark.parametrize("name", [*IN_XML, *FORMS])
def test_of_two_files_of_one_name_none_is_lost(name: str) -> None:
    one, other, *_ = ONE_OF_EACH_KIND
    twice = [
        replace(each, attachment=replace(each.attachment, file_name="sheet.pdf"))  # type: ignore[type-var]
        for each in (one, other)
    ]
    back = come_back(name, with_documents(*twice))
    files = [each.attachment for each in back]
    assert {each and each.data for each in files} == {EVERY_BYTE, EVERY_BYTE[1:]}
    second = "sheet (2).pdf" if name in BESIDE else "sheet.pdf"
    assert {each and each.file_name for each in files} == {"sheet.pdf", second}
    named = {finding.rule for finding in losses(with_documents(*twice), name)}
    assert ("LOSS-BT-125-2" in named) is (name in BESIDE)


def test_no_file_takes_the_name_of_the_invoice() -> None:
    named = Attachment(data=b"a,b", media_type="text/csv", file_name=FILE_NAME)
    sheet = SupportingDocument(reference="1", attachment=named)
    data = WRITERS["facturx-basic"].write(with_documents(sheet), Material(created=CREATED))
    reader = PdfReader(BytesIO(data))
    assert set(reader.attachments) == {FILE_NAME, "factur-x (2).xml"}
    assert overlay_faults(data) == []
    assert read(data, "a")[1][0].notices == ()


OTHERS = {
    "a kind that BG-24 may have": (
        EmbeddedFile(name="sheet.pdf", data=b"%PDF-", media_type="application/pdf"),
        (
            SupportingDocument(
                reference="sheet.pdf",
                attachment=Attachment(
                    data=b"%PDF-", media_type="application/pdf", file_name="sheet.pdf"
                ),
            ),
        ),
        {},
    ),
    "another kind": (
        EmbeddedFile(name="note.txt", data=b"note", media_type="text/plain"),
        (),
        {"/EmbeddedFiles/note.txt": "text/plain, 4 bytes"},
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_files_that_others_lay_beside_the_invoice_are_read_or_named(case: str) -> None:
    file, documents, unmapped = OTHERS[case]
    _, (reading,) = read(beside(with_documents(), file), "a")
    assert isinstance(reading.document, Invoice)
    assert (reading.document.supporting_documents, dict(reading.unmapped)) == (documents, unmapped)


def test_a_file_in_the_pdf_that_the_invoice_names_is_put_where_it_is_named() -> None:
    linked = SupportingDocument(reference="TS-1", location="#ef=note.txt")
    file = EmbeddedFile(name="note.txt", data=b"note", media_type="text/plain")
    _, (reading,) = read(beside(with_documents(LINKED, linked), file), "a")
    assert isinstance(reading.document, Invoice)
    attached = Attachment(data=b"note", media_type="text/plain", file_name="note.txt")
    assert reading.document.supporting_documents == (LINKED, replace(linked, attachment=attached))


def beside(invoice: Invoice, *files: EmbeddedFile) -> bytes:
    """A Factur-X of our own with files of somebody else's in it."""
    data = WRITERS["facturx-en16931"].write(invoice, Material(created=CREATED))
    saved = BytesIO()
    with opened(data) as pdf:
        own = EmbeddedFile(
            name=FILE_NAME,
            data=PdfReader(BytesIO(data)).attachments[FILE_NAME][0],
            media_type="text/xml",
            relationship="Alternative",
        )
        embed(pdf, own, *files, created=CREATED)
        pdf.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("rules", "kind", "fired"),
    [
        ("en16931", "text/html", {"BR-CL-24"}),
        ("en16931-cii", "application/xml", {"BR-CL-24"}),
        ("xrechnung-3.0", "application/xml", {"BR-CL-24"}),
        ("peppol-bis-3", "text/html", {"BR-CL-24", "PEPPOL-EN16931-CL001"}),
        ("fr-extended-ctc", "text/html", {"BR-FREXT-CL-24"}),
        ("fr-extended-ctc", "text/xml", set()),
    ],
)
def test_a_kind_of_file_that_may_not_be_is_found(rules: str, kind: str, fired: set[str]) -> None:
    attached = Attachment(data=b"a", media_type=kind, file_name="a")
    invoice = with_documents(SupportingDocument(reference="1", attachment=attached))
    at_fault = {
        finding.rule
        for finding in check(invoice, RULESETS[rules])
        if finding.path == "supporting_documents[0].attachment.media_type"
    }
    assert at_fault == fired


@pytest.mark.parametrize("name", NATIONAL)
def test_national_formats_carry_the_file_or_say_that_they_do_not(name: str) -> None:
    country, carries, lost = NATIONAL[name]
    attached = Attachment(data=EVERY_BYTE, media_type="application/pdf", file_name="a.pdf")
    sheet = SupportingDocument(reference="1", description="sheet", attachment=attached)
    invoice = replace(sample(country), supporting_documents=(sheet,))
    written = WRITERS[name].write(invoice, Material())
    assert (b64encode(EVERY_BYTE) in written) is carries
    reported = {finding.rule for finding in losses(invoice, name)}
    assert lost <= reported
    assert ("LOSS-BT-125" in reported) is not carries


@pytest.mark.scenario
def test_what_is_attached_may_be_too_large_and_is_named_so() -> None:
    large = Attachment(data=bytes(LIMIT_BYTES * 3 // 4), media_type="application/pdf")
    invoice = with_documents(SupportingDocument(reference="1", attachment=large))
    with pytest.raises(Unreadable) as caught:
        read(WRITERS["ubl"].write(invoice, Material()), "a")
    assert caught.value.finding.rule == "IN-XML-3"
    assert "smaller attachments" in (caught.value.finding.fix or "")
    bomb = EmbeddedFile(name="a.pdf", data=bytes(BYTES_AT_MOST), media_type="application/pdf")
    with pytest.raises(Unreadable) as caught:
        read(beside(with_documents(), bomb), "a")
    assert caught.value.finding.rule == "IN-PDF-SIZE"
    assert "attachments" in (caught.value.finding.fix or "")
    third = bytes(BYTES_AT_MOST // 3)
    files = [EmbeddedFile(name=f"{n}.pdf", data=third, media_type="application/pdf") for n in "123"]
    with pytest.raises(Unreadable) as caught:
        read(beside(with_documents(), *files), "a")
    assert caught.value.finding.rule == "IN-PDF-ATTACHMENTS"

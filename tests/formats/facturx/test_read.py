"""Every PDF with an invoice inside reads to what its XML says; oddities around it are notices."""

import csv
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from formats.codec import Unreadable
from formats.facturx.read import READER
from formats.model import Invoice
from tests.formats.pdf.small import CORPORA, one_page

FOLDER = CORPORA / "zugferd-facturx-pdf"
PDFS = sorted(FOLDER.rglob("*.pdf"))
HERE = pytest.mark.skipif(not PDFS, reason="corpora/zugferd-facturx-pdf is not here")
CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
NUMBER = "string(*[local-name()='ExchangedDocument']/*[local-name()='ID'])"
TOTAL = "string(//*[local-name()='GrandTotalAmount'])"
NOTICES = {  # only what lies outside the XML
    "facturx-cas-limites/cas/OK-001/facture.pdf": [],
    "facturx-cas-limites/cas/PDF-002/facture.pdf": ["FX-NAME"],
    "facturx-cas-limites/cas/PDF-003/facture.pdf": ["FX-UNRELATED"],
    "facturx-cas-limites/cas/PDF-004/facture.pdf": ["FX-RELATIONSHIP"],
    "facturx-cas-limites/cas/PDF-006/facture.pdf": ["FX-PROFILE"],
    "facturx-cas-limites/cas/PDF-008/facture.pdf": ["FX-AF"],
    "zugferd-corpus/ZUGFeRDv2/fail/MustangRE-20171118_506_ZUGFeRD1and2.pdf": ["FX-XML"],
    "horstoeko-zugferd/tests/assets/pdf_zf_xrechnung_1.pdf": ["FX-RELATIONSHIP"],
}
UNREADABLE = {
    "facturx-cas-limites/cas/PDF-001/facture.pdf": "FX-MISSING",
    "facturx-cas-limites/cas/RBT-002/facture.pdf": "IN-XML-1",
    "horstoeko-zugferd/tests/assets/pdf_plain.pdf": "IN-PDF-NOXML",
}


def stated(path: Path) -> tuple[str, str] | None:
    """Return number and total of the CII in a PDF by means that are not ours, if it has one."""
    files = PdfReader(path).attachments
    for data in (data for versions in files.values() for data in versions):
        root: Any = etree.XML(data, etree.XMLParser(recover=True))
        if root is not None and root.tag == CII:
            return str(root.xpath(NUMBER)), str(root.xpath(TOTAL))
    return None


def read(path: Path) -> tuple[Invoice, list[str]]:
    (reading,) = READER.read(path.read_bytes(), ())
    assert isinstance(reading.document, Invoice)
    return reading.document, [finding.rule for finding in reading.notices]


@HERE
@pytest.mark.parametrize("path", PDFS, ids=lambda path: str(path.relative_to(FOLDER)))
def test_invoice_is_what_its_xml_states(path: Path) -> None:
    expected = stated(path)
    name = str(path.relative_to(FOLDER))
    if expected is None or name in UNREADABLE:
        with pytest.raises(Unreadable) as caught:
            READER.read(path.read_bytes(), ())
        assert caught.value.finding.rule == UNREADABLE.get(name, "IN-PDF-ZUGFERD1")
    else:
        invoice, _ = read(path)
        assert invoice.totals is not None
        assert (invoice.number, str(invoice.totals.with_vat)) == expected


@HERE
@pytest.mark.parametrize("name", NOTICES)
def test_oddity_is_a_notice(name: str) -> None:
    _, rules = read(FOLDER / name)
    assert rules == NOTICES[name]


@HERE
def test_case_files_of_the_corpus_are_all_judged() -> None:
    with (FOLDER / "EXPECTED.csv").open(encoding="utf-8") as table:
        rows = [row["file"] for row in csv.DictReader(table)]
    about_the_pdf = {name for name in rows if "/PDF-" in name}
    assert about_the_pdf <= NOTICES.keys() | UNREADABLE.keys()


def test_reader_claims_pdf_and_leaves_a_plain_one_to_the_next() -> None:
    plain = one_page()
    assert READER.claims(plain[:4096], "a.bin")
    assert not READER.claims(b"<Invoice/>", "a.pdf")
    with pytest.raises(Unreadable) as caught:
        READER.read(plain, ())
    assert caught.value.finding.rule == "IN-PDF-NOXML"

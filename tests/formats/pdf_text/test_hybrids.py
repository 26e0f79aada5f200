"""Strangers' hybrids with their XML cut out, read from the page: it gives what the XML said."""

import os
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from formats import catalogue
from formats.codec import Guide, Reading, Unreadable
from formats.facturx.read import invoice_xml
from formats.findings import is_fatal
from formats.guide import parse
from formats.model import Invoice
from formats.xml.parsing import parse as parse_xml

HYBRIDS = Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora")) / "zugferd-facturx-pdf"
LAYOUTS = Path(__file__).parent / "hybrids"
MODEL = {  # what is compared, and where CII and its predecessor say it
    "number": ("ExchangedDocument/ID", "HeaderExchangedDocument/ID"),
    "issue_date": ("IssueDateTime/DateTimeString",),
    "without_vat": ("TaxBasisTotalAmount",),
    "with_vat": ("GrandTotalAmount",),
}
OTHERWISE: Mapping[str, set[str]] = {  # the page says otherwise than the XML, or not in that form
    "CALC-001/facture.pdf": {"with_vat"},  # its XML is wrong on purpose
    "DATA-001/facture.pdf": {"issue_date"},  # a date in another form
    "DATA-002/facture.pdf": {"issue_date"},  # 30 February
    "FNFE-factur-x-examples/Avoir_FR_type381_BASIC.pdf": {"without_vat", "with_vat"},  # signs
}
DOUBTFUL = {
    "DATA-002/facture.pdf": "IN-PDF-VALUE",
    "DATA-005/facture.pdf": "IN-PDF-ROW",  # one amount has a decimal comma
    "EXTENDED/zugferd_2p0_EXTENDED_Fremdwaehrung.pdf": "IN-PDF-VALUE",  # VAT in two currencies
    "EN16931/zugferd_2p1_EN16931_2_Teilrechnung.pdf": "IN-PDF-LINES",
    "EN16931/zugferd_2p1_EN16931_AbweichenderZahlungsempf.pdf": "IN-PDF-LINES",
    "FNFE-factur-x-examples/Avoir_FR_type380_BASIC.pdf": "IN-PDF-SUM",  # 5 times 4.55 is -20.48
    "FNFE-factur-x-examples/Avoir_FR_type380_MINIMUM.pdf": "IN-PDF-SUM",
    "FNFE-factur-x-examples/Avoir_FR_type381_BASIC.pdf": "IN-PDF-SUM",
}
OTHER_SENDERS = {
    "Intarsys/ZUGFeRD_1p0_BASIC_Einfach.pdf",
    "Intarsys/ZUGFeRD_1p0_BASIC_Rechnungskorrektur.pdf",
    "Konik/acme_invoice-42_ZUGFeRD.pdf",
    "assets/pdf_fx_extended_1.pdf",
    "assets/pdf_fx_minimum_1.pdf",
    "assets/pdf_plain.pdf",
    "assets/pdf_zf_en16931_3.pdf",
    "assets/pdf_zf_xrechnung_1.pdf",
    "fail/ZUGFeRD_2_fully_compliant_complete.pdf",
}
"""No layout is here for these."""


def named(path: Path) -> str:
    return "/".join(path.parts[-2:])


def files() -> list[Path]:
    return sorted(path for path in HYBRIDS.rglob("*.pdf") if named(path) not in OTHER_SENDERS)


@cache
def layouts() -> tuple[Guide, ...]:
    return tuple(parse(path.stem, path.read_text()) for path in sorted(LAYOUTS.iterdir()))


def without_xml(data: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        for name in list(pdf.attachments):
            del pdf.attachments[name]
        if "/AF" in pdf.Root:
            del pdf.Root["/AF"]
        pdf.save(out)
    return out.getvalue()


def stated(data: bytes) -> dict[str, str]:
    """Return what the embedded XML says; nothing where it has none that can be parsed."""
    try:
        root = parse_xml(invoice_xml(data), what="an invoice")
    except Unreadable:
        return {}
    found: dict[str, str] = {}
    for name, paths in MODEL.items():
        for path in paths:
            steps = "/".join(f"*[local-name()='{step}']" for step in path.split("/"))
            values = root.xpath(f"//{steps}/text()")
            if isinstance(values, list) and values:
                found.setdefault(name, str(values[0]).strip())
    return found


def said(reading: Reading) -> dict[str, str]:
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert invoice.totals
    return {
        "number": invoice.number or "",
        "issue_date": f"{invoice.issue_date:%Y%m%d}" if invoice.issue_date else "",
        "without_vat": f"{invoice.totals.without_vat}",
        "with_vat": f"{invoice.totals.with_vat}",
    }


@pytest.mark.skipif(not HYBRIDS.exists(), reason="shared corpora are not here")
@pytest.mark.parametrize("path", files(), ids=named)
def test_the_page_says_what_the_xml_said(path: Path) -> None:
    data = path.read_bytes()
    reader, (reading,) = catalogue.read(without_xml(data), path.name, layouts())
    assert reader.name == "pdf_text"
    xml, page = stated(data), said(reading)
    differs = {name for name in xml if xml[name] != page[name]}
    assert differs == OTHERWISE.get(named(path), set()), (xml, page)
    faults = [notice.rule for notice in reading.notices if is_fatal([notice])]
    assert faults[:1] == ([DOUBTFUL[named(path)]] if named(path) in DOUBTFUL else [])


@pytest.mark.skipif(not HYBRIDS.exists(), reason="shared corpora are not here")
def test_most_files_have_a_layout() -> None:
    proven = [path for path in files() if named(path) not in DOUBTFUL]
    assert (len(files()), len(proven)) == (39, 31)

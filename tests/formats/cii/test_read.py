from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from formats.cii.read import READER, claims, read_cii
from formats.cii.write import write_cii
from formats.codec import Unreadable
from formats.model import Invoice, Party
from formats.ubl.read import read_ubl
from formats.xml.names import NAMESPACES
from formats.xml.parsing import parse
from formats.xml.payload import payload
from tests.formats.reading import (
    SAMPLES,
    assert_reads_as_told,
    samples,
    silently_passed,
)
from tests.formats.shared_examples import CORPORA, examples, name_of_example, needs_corpora

MALFORMED = "facturx-cas-limites/cas/RBT-002/factur-x.xml"
EXAMPLES = [path for path in examples(claims) if MALFORMED not in path.as_posix()]
TWINS = sorted((CORPORA / "xrechnung").rglob("*_uncefact.xml"))
SUMS = (
    "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/"
    "SpecifiedTradeSettlementHeaderMonetarySummation"
)
TOTALS = {
    "lines": "LineTotalAmount",
    "without_vat": "TaxBasisTotalAmount",
    "with_vat": "GrandTotalAmount",
    "paid": "TotalPrepaidAmount",
    "due": "DuePayableAmount",
}

CONSTANTS = {
    "ram:ApplicableTradeTax/ram:TypeCode",
    "ram:CategoryTradeTax/ram:TypeCode",
    "ram:AppliedTradeTax/ram:TypeCode",
    "ram:ChargeIndicator/udt:Indicator",
    "ram:AdditionalReferencedDocument/ram:TypeCode",
    "ram:SpecifiedProcuringProject/ram:Name",
    "ram:NetPriceProductTradePrice/ram:BasisQuantity",  # the same as beside the gross price
    "ram:DefinedTradeContact/ram:DepartmentName",  # the same as the person's name
}
"""What is understood without being a term."""


def texts(root: etree._Element, path: str) -> list[str]:
    """The file's own word, found without our reader."""
    names = "".join(f"/*[local-name()='{name}']" for name in path.split("/"))
    found = root.xpath(f".{names}")
    assert isinstance(found, list)
    return [str(element.text).strip() for element in found if isinstance(element, etree._Element)]


def only(value: object) -> list[object]:
    return [] if value is None else [value]


def is_decimal(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


@pytest.mark.parametrize("folder", samples("cii"), ids=lambda folder: folder.name)
def test_samples_read_as_told(folder: Path) -> None:
    assert_reads_as_told(folder, read_cii)


def test_the_same_invoice_in_ubl_is_the_same_document() -> None:
    told = [SAMPLES / syntax / "every-term/document.json" for syntax in ("cii", "ubl")]
    assert told[0].read_text() == told[1].read_text()


@needs_corpora
@pytest.mark.parametrize("path", EXAMPLES, ids=name_of_example)
def test_examples_read_to_their_own_number_and_totals(path: Path) -> None:
    data = path.read_bytes()
    root = payload(parse(data, what="an example"), what="an example")
    reading = read_cii(data)
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert only(invoice.number) == texts(root, "ExchangedDocument/ID")
    for field, name in TOTALS.items():
        stated = [Decimal(text) for text in texts(root, f"{SUMS}/{name}") if is_decimal(text)]
        assert only(invoice.totals and getattr(invoice.totals, field)) == stated
    lines = texts(root, "SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem")
    assert len(invoice.lines) == len(lines)
    assert silently_passed(data, reading) <= CONSTANTS


@needs_corpora
@pytest.mark.parametrize("path", EXAMPLES, ids=name_of_example)
def test_examples_lose_nothing_on_the_way_back(path: Path) -> None:
    first = read_cii(path.read_bytes()).document
    assert isinstance(first, Invoice)
    again = read_cii(write_cii(first))
    assert again.document == first
    assert (again.unmapped, again.notices) == ({}, ())


@needs_corpora
@pytest.mark.parametrize("path", TWINS, ids=name_of_example)
def test_twins_in_ubl_and_cii_are_one_document(path: Path) -> None:
    """KoSIT's test suite has each invoice in both syntaxes."""
    twin = path.with_name(path.name.replace("_uncefact", "_ubl"))
    if not twin.exists():
        pytest.skip("its UBL twin is not among the shared files")
    ubl, cii = read_ubl(twin.read_bytes()).document, read_cii(path.read_bytes()).document
    assert isinstance(ubl, Invoice)
    assert isinstance(cii, Invoice)
    differing = {
        field for field in Invoice.__struct_fields__ if getattr(ubl, field) != getattr(cii, field)
    }
    # the UBL twins fill the mandatory order number; one CII twin leaves a VAT total of 0 out
    assert differing <= ({"totals"} if "01.05_minimal" in path.name else {"purchase_order"})


@needs_corpora
def test_a_malformed_example_is_unreadable() -> None:
    (path,) = (path for path in examples(claims) if MALFORMED in path.as_posix())
    with pytest.raises(Unreadable) as raised:
        READER.read(path.read_bytes(), ())
    assert raised.value.finding.rule == "IN-XML-1"


def test_what_is_no_cii_is_unreadable() -> None:
    with pytest.raises(Unreadable) as raised:
        READER.read(b"<CrossIndustryInvoice/>", ())
    assert raised.value.finding.rule == "IN-XML-4"


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (f'<a:CrossIndustryInvoice xmlns:a="{NAMESPACES["rsm"]}">', True),
        (
            f'<?xml version="1.0"?><!-- a --><CrossIndustryInvoice xmlns="{NAMESPACES["rsm"]}">',
            True,
        ),
        (f'<Order xmlns="{NAMESPACES["rsm"]}">', False),
        ("<CrossIndustryInvoice/>", False),
    ],
)
def test_claims(head: str, ours: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert READER.claims(head.encode(), "a.xml") is ours
    assert READER.claims(head.encode("utf-16"), "a.xml") is ours


@pytest.mark.parametrize("name", ["ID", "GlobalID"])
def test_an_empty_identifier_is_none(name: str) -> None:
    root = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    ram = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
    party = f"<ram:BuyerTradeParty><ram:{name}/><ram:Name>B</ram:Name></ram:BuyerTradeParty>"
    file = (
        f'<rsm:CrossIndustryInvoice xmlns:rsm="{root}" xmlns:ram="{ram}">'
        "<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement>"
        f"{party}</ram:ApplicableHeaderTradeAgreement></rsm:SupplyChainTradeTransaction>"
        "</rsm:CrossIndustryInvoice>"
    )
    document = read_cii(file.encode()).document
    assert isinstance(document, Invoice)
    assert document.buyer == Party(name="B")

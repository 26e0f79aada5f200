from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from formats.codec import Unreadable
from formats.model import Invoice, Party
from formats.ubl.read import READER, claims, read_ubl
from formats.ubl.write import write_ubl
from formats.xml.names import UBL_CREDIT_NOTE, UBL_INVOICE
from formats.xml.parsing import parse
from formats.xml.payload import payload
from tests.formats.reading import (
    assert_reads_as_told,
    samples,
    silently_passed,
)
from tests.formats.shared_examples import examples, name_of_example, needs_corpora

EXAMPLES = examples(claims)
TOTALS = {
    "lines": "LineExtensionAmount",
    "without_vat": "TaxExclusiveAmount",
    "with_vat": "TaxInclusiveAmount",
    "paid": "PrepaidAmount",
    "due": "PayableAmount",
}

CONSTANTS = {
    "Invoice/cbc:UBLVersionID",
    "CreditNote/cbc:UBLVersionID",
    "cac:TaxScheme/cbc:ID",
    "cac:AllowanceCharge/cbc:ChargeIndicator",
    "cac:AdditionalDocumentReference/cbc:DocumentTypeCode",
    "cac:DocumentReference/cbc:DocumentTypeCode",
    "cac:CardAccount/cbc:NetworkID",
    "cac:OrderReference/cbc:ID",  # NA
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


@pytest.mark.parametrize("folder", samples("ubl"), ids=lambda folder: folder.name)
def test_samples_read_as_told(folder: Path) -> None:
    assert_reads_as_told(folder, read_ubl)


@needs_corpora
@pytest.mark.parametrize("path", EXAMPLES, ids=name_of_example)
def test_examples_read_to_their_own_number_and_totals(path: Path) -> None:
    data = path.read_bytes()
    root = payload(parse(data, what="an example"), what="an example")
    reading = read_ubl(data)
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert only(invoice.number) == texts(root, "ID")
    for field, name in TOTALS.items():
        stated = [Decimal(text) for text in texts(root, f"LegalMonetaryTotal/{name}")]
        assert only(invoice.totals and getattr(invoice.totals, field)) == stated
    assert len(invoice.lines) == len(texts(root, "InvoiceLine")) + len(
        texts(root, "CreditNoteLine")
    )
    assert silently_passed(data, reading) <= CONSTANTS


@needs_corpora
@pytest.mark.parametrize("path", EXAMPLES, ids=name_of_example)
def test_examples_lose_nothing_on_the_way_back(path: Path) -> None:
    first = read_ubl(path.read_bytes()).document
    assert isinstance(first, Invoice)
    again = read_ubl(write_ubl(first))
    assert again.document == first
    assert (again.unmapped, again.notices) == ({}, ())


ORDERS = {
    "an order": (Invoice(purchase_order="P-1"), "P-1", None),
    "an order's stand-in beside a sales order": (Invoice(sales_order="S-1"), None, "S-1"),
    "what the sender says instead of an order": (Invoice(purchase_order="NA"), "NA", None),
}


@pytest.mark.parametrize(("invoice", "order", "sales_order"), ORDERS.values(), ids=ORDERS)
def test_orders(invoice: Invoice, order: str | None, sales_order: str | None) -> None:
    read = read_ubl(write_ubl(invoice)).document
    assert isinstance(read, Invoice)
    assert (read.purchase_order, read.sales_order) == (order, sales_order)


@pytest.mark.parametrize("scheme", ["FC", "TAX"])
def test_both_schemes_of_tax_registrations_are_understood(scheme: str) -> None:
    invoice = Invoice(seller=Party(tax_registration="12/345/67890"))
    written = write_ubl(invoice).replace(b">FC<", f">{scheme}<".encode())
    assert read_ubl(written) == read_ubl(write_ubl(invoice))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<Invoice/>", "IN-XML-4"),
        (f'<Invoice xmlns="{UBL_CREDIT_NOTE}"/>'.encode(), "IN-XML-4"),
        (f'<!DOCTYPE Invoice><Invoice xmlns="{UBL_INVOICE}"/>'.encode(), "IN-XML-2"),
        (f'<Invoice xmlns="{UBL_INVOICE}">'.encode(), "IN-XML-1"),
    ],
)
def test_what_is_no_ubl_is_unreadable(data: bytes, rule: str) -> None:
    with pytest.raises(Unreadable) as raised:
        READER.read(data, ())
    assert raised.value.finding.rule == rule


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (f'<x:Invoice xmlns:x="{UBL_INVOICE}">', True),
        (f'<CreditNote xmlns="{UBL_CREDIT_NOTE}">', True),
        (f'<!DOCTYPE a><Invoice xmlns="{UBL_INVOICE}">', True),
        (f'<Order xmlns="{UBL_INVOICE}">', False),
        (f"Invoice {UBL_INVOICE}", False),
    ],
)
def test_claims(head: str, ours: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert READER.claims(head.encode(), "a.xml") is ours
    assert READER.claims(head.encode("utf-16"), "a.xml") is ours

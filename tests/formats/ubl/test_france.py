"""EXTENDED-CTC-FR in UBL: a line that refers to its own invoice stands among other lines."""

import pytest

from formats.model import Invoice, Item, Line
from formats.model.extensions import LineExtensions
from formats.model.france import FrenchLine, LinePart
from formats.ubl.read import read_ubl
from formats.ubl.write import write_ubl

LINES = tuple(
    Line(
        id=str(number),
        item=Item(),
        extensions=None if french is None else LineExtensions(fr=french),
    )
    for number, french in enumerate(
        (
            FrenchLine(part=LinePart(status="GROUP")),
            FrenchLine(part=LinePart(status="DETAIL", inside="0")),
            FrenchLine(part=LinePart(inside="0"), exemption_code="VATEX-EU-O"),
            FrenchLine(part=LinePart()),
            FrenchLine(exemption_reason="of old"),
            None,
        )
    )
)


@pytest.mark.parametrize("type_code", ["380", "381"])
def test_lines_within_lines_come_back_as_they_were(type_code: str) -> None:
    invoice = Invoice(number="R-1", type_code=type_code, currency="EUR", lines=LINES)
    written = write_ubl(invoice)
    reading = read_ubl(written)
    assert (reading.document, reading.unmapped) == (invoice, {})
    assert written.count(b"<cac:BillingReference>") == 4


def test_a_reference_to_another_invoice_is_left_and_listed() -> None:
    invoice = Invoice(number="R-1", type_code="380", currency="EUR", lines=LINES[:1])
    other = write_ubl(invoice).replace(
        b"<cac:InvoiceDocumentReference>\n        <cbc:ID>R-1<",
        b"<cac:InvoiceDocumentReference>\n        <cbc:ID>R-0<",
    )
    reading = read_ubl(other)
    assert isinstance(reading.document, Invoice)
    assert reading.document.lines == (Line(id="0", item=Item()),)
    assert set(reading.unmapped.values()) == {"R-0", "GROUP"}

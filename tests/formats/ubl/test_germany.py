"""XRechnung's extension in UBL: what is nested in the file is one list in the model."""

from decimal import Decimal

import pytest

from formats.model import Invoice, Line
from formats.model.extensions import Extensions, LineExtensions
from formats.model.germany import GermanLine, Germany, SubLine, ThirdPartyPayment, depths
from formats.ubl.read import read_ubl
from formats.ubl.write import write_ubl

PARTS = (
    SubLine(id="A", net=Decimal("3.00"), name="scaffold", vat_category="S", vat_rate=Decimal(19)),
    SubLine(id="A1", inside="A", quantity=Decimal(2), unit="MTR", price=Decimal("0.50")),
    SubLine(id="A1a", inside="A1", note="steps", base_quantity=Decimal(1), base_unit="MTR"),
    SubLine(id="A2", inside="A", description="rent"),
    SubLine(id="B"),
)
PAYMENTS = (
    ThirdPartyPayment(kind="toll", amount=Decimal("20.00"), description="road B"),
    ThirdPartyPayment(kind="toll"),
)


def with_parts(*parts: SubLine, type_code: str = "380") -> Invoice:
    german = LineExtensions(de=GermanLine(sub_lines=parts))
    return Invoice(
        number="R-1",
        type_code=type_code,
        currency="EUR",
        lines=(Line(id="1", extensions=german), Line(id="2")),
    )


@pytest.mark.parametrize("type_code", ["380", "381"])
def test_parts_of_parts_come_back_as_they_were(type_code: str) -> None:
    invoice = with_parts(*PARTS, type_code=type_code)
    written = write_ubl(invoice)
    reading = read_ubl(written)
    assert (reading.document, reading.unmapped) == (invoice, {})
    assert written.count(b"</cac:Sub") == len(PARTS)
    path = "lines[0].extensions.de.sub_lines[2].note"
    sub_line = "cac:SubInvoiceLine" if type_code == "380" else "cac:SubCreditNoteLine"
    assert reading.sources[path].count(sub_line) == 3


def test_third_party_payments_come_back_as_they_were() -> None:
    german = Extensions(de=Germany(third_party_payments=PAYMENTS))
    invoice = Invoice(type_code="380", currency="EUR", extensions=german)
    assert read_ubl(write_ubl(invoice)).document == invoice


def test_a_part_of_nothing_is_a_part_of_the_line() -> None:
    parts = (SubLine(id="A"), SubLine(id="X", inside="gone"), SubLine(inside="A"))
    assert list(depths(parts)) == [1, 1, 1]


def test_deep_nesting_needs_no_deep_calls() -> None:
    tower = [SubLine(id=str(n), inside=str(n - 1) if n else None) for n in range(200)]
    assert list(depths(tower)) == list(range(1, 201))
    assert read_ubl(write_ubl(with_parts(*tower))).document == with_parts(*tower)

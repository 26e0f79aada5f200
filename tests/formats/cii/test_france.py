"""What EXTENDED-CTC-FR and Factur-X EXTENDED add to CII comes back as it was."""

from decimal import Decimal

from formats.cii.read import read_cii
from formats.cii.write import write_cii
from formats.model import Invoice, Line
from formats.model.extensions import Extensions, LineExtensions
from formats.model.france import France, FrenchLine, LinePart, LogisticsCharge

CHARGE = LogisticsCharge(
    amount=Decimal("5.00"), reason="freight", vat_category="S", vat_rate=Decimal(20)
)


def test_lines_within_lines_reasons_and_logistics_come_back_as_they_were() -> None:
    french = (
        FrenchLine(part=LinePart(status="GROUP"), exemption_reason="of old"),
        FrenchLine(part=LinePart(status="DETAIL", inside="0"), exemption_code="VATEX-EU-O"),
    )
    invoice = Invoice(
        number="R-1",
        type_code="380",
        currency="EUR",
        lines=tuple(
            Line(id=str(number), vat_category="E", extensions=LineExtensions(fr=each))
            for number, each in enumerate(french)
        ),
        extensions=Extensions(fr=France(logistics_charges=(CHARGE, CHARGE))),
    )
    reading = read_cii(write_cii(invoice))
    assert (reading.document, reading.unmapped) == (invoice, {})

"""An invoice that obeys every core rule, as UBL, and variations on it."""

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.model import (
    Identifier,
    Invoice,
    Item,
    Line,
    Party,
    PostalAddress,
    Price,
    Totals,
    VatBreakdown,
)

_TOTALS = Totals(
    lines=Decimal("100.00"),
    without_vat=Decimal("100.00"),
    vat=Decimal("19.00"),
    with_vat=Decimal("119.00"),
    due=Decimal("119.00"),
)
CLEAN = Invoice(
    number="R-1",
    issue_date=date(2026, 11, 20),
    type_code="380",
    currency="EUR",
    due_date=date(2026, 12, 20),
    specification="urn:cen.eu:en16931:2017",
    seller=Party(
        name="Nordwind Werkzeuge GmbH",
        vat_identifier="DE123456789",
        address=PostalAddress(city="Hamburg", post_code="20457", country="DE"),
    ),
    buyer=Party(
        name="Buyer",
        identifiers=(Identifier(value="K1"),),
        address=PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE"),
    ),
    totals=_TOTALS,
    vat_breakdown=(
        VatBreakdown(
            taxable=Decimal("100.00"), tax=Decimal("19.00"), category="S", rate=Decimal(19)
        ),
    ),
    lines=(
        Line(
            id="1",
            quantity=Decimal(10),
            unit="C62",
            net=Decimal("100.00"),
            price=Price(net=Decimal("10.00")),
            vat_category="S",
            vat_rate=Decimal(19),
            item=Item(name="Hammer"),
        ),
    ),
)


def ubl(invoice: Invoice = CLEAN, **changes: Any) -> bytes:
    """Return the invoice, changed, as a UBL file."""
    return WRITERS["ubl"].write(replace(invoice, **changes), Material())


def wrong_sum(number: str = "R-1") -> bytes:
    """Return a UBL file whose total with VAT is a euro too high: BR-CO-15."""
    totals = replace(_TOTALS, with_vat=Decimal("120.00"), due=Decimal("120.00"))
    return ubl(number=number, totals=totals)

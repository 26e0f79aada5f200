"""The invoice that validators are measured with, as long as wanted."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from formats.model import (
    AllowanceCharge,
    Contact,
    CreditTransfer,
    Delivery,
    Identifier,
    Invoice,
    Item,
    Line,
    Party,
    PaymentInstructions,
    PostalAddress,
    Price,
    Totals,
    VatBreakdown,
)


def invoice(lines: int) -> Invoice:
    """Return an XRechnung in two VAT rates, with a rebate a line, that breaks no rule."""
    rows = tuple(_line(n) for n in range(1, lines + 1))
    breakdown = tuple(_breakdown(rows, rate) for rate in sorted({_rate(row.id) for row in rows}))
    net = _sum(part.taxable for part in breakdown)
    vat = _sum(part.tax for part in breakdown)
    return Invoice(
        number="R-2026-1",
        issue_date=date(2026, 11, 20),
        type_code="380",
        currency="EUR",
        due_date=date(2026, 12, 20),
        delivery=Delivery(delivered_on=date(2026, 11, 18)),
        buyer_reference="04011000-12345-03",
        seller=_party("Nordwind Werkzeuge GmbH", "DE123456789", "ar@nordwind.example"),
        buyer=_party("Hansekontor GmbH", "DE987654321", "rechnung@hansekontor.example"),
        payment=PaymentInstructions(
            means_code="58", credit_transfers=(CreditTransfer(account="DE02120300000000202051"),)
        ),
        totals=Totals(lines=net, without_vat=net, vat=vat, with_vat=net + vat, due=net + vat),
        vat_breakdown=breakdown,
        lines=rows,
    )


def _breakdown(rows: Iterable[Line], rate: Decimal) -> VatBreakdown:
    net = _sum(row.net for row in rows if row.vat_rate == rate)
    tax = (net * rate).scaleb(-2).quantize(Decimal("0.01"))
    return VatBreakdown(taxable=net, tax=tax, category="S", rate=rate)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def _rate(line: str | None) -> Decimal:
    return Decimal(19) if int(line or 0) % 3 else Decimal(7)


def _line(number: int) -> Line:
    return Line(
        id=str(number),
        quantity=Decimal(number % 9 + 1),
        unit="C62",
        net=Decimal(number % 9 + 1) * Decimal("12.50") - Decimal("1.00"),
        allowances=(AllowanceCharge(amount=Decimal("1.00"), reason="Rabatt"),),
        price=Price(net=Decimal("12.50")),
        vat_category="S",
        vat_rate=_rate(str(number)),
        item=Item(name=f"Artikel {number}", description="Stahl, verzinkt", seller_id=f"A-{number}"),
    )


def _party(name: str, vat_identifier: str, email: str) -> Party:
    return Party(
        name=name,
        vat_identifier=vat_identifier,
        electronic_address=Identifier(value=email, scheme="EM"),
        address=PostalAddress(
            line_1="Kaistraße 40", city="Hamburg", post_code="20457", country="DE"
        ),
        contact=Contact(name="Buchhaltung", phone="+49 40 100", email=email),
    )

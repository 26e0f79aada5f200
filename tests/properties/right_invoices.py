"""Hypothesis strategy of invoices that add up: `right_invoices()`.

Unlike `invoices()`, which draws any values, these are what a sound ERP writes: amounts follow from
quantities, prices, allowances, charges and VAT rates; each VAT category comes with what the
standard wants beside it; parties and payment are complete. So no rule of the core, of XRechnung or
of Peppol may find fault with them, ours or the official ones; `right_abroad` has the others.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from hypothesis import strategies as st

from formats.model import (
    AllowanceCharge,
    Attachment,
    Contact,
    CreditTransfer,
    Delivery,
    DirectDebit,
    Identifier,
    Invoice,
    Item,
    Line,
    Note,
    Party,
    PaymentCard,
    PaymentInstructions,
    Period,
    PostalAddress,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    TaxRepresentative,
    Totals,
    VatBreakdown,
)
from tests.properties.invoices import TEXTS, maybe

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MONEY = st.decimals(Decimal("0.01"), 500, places=2)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 1))


class Vat(NamedTuple):
    """A row of the VAT breakdown: its category and what goes with it."""

    category: str
    rate: Decimal | None
    reason: str | None = None
    code: str | None = None


RATES = ("19", "7", "5.5")
UNTAXED = st.sampled_from(
    [
        Vat("Z", Decimal(0)),
        Vat("E", Decimal(0), "Exempt under article 132", "VATEX-EU-132"),
        Vat("E", Decimal(0), "Exempt"),
        Vat("AE", Decimal(0), "Reverse charge", "VATEX-EU-AE"),
        Vat("K", Decimal(0), "Intra-community supply", "VATEX-EU-IC"),
        Vat("G", Decimal(0), "Export outside the EU", "VATEX-EU-G"),
    ]
)
OUTSIDE = Vat("O", None, "Not subject to VAT", "VATEX-EU-O")
PAYMENTS = st.sampled_from(
    [
        PaymentInstructions(
            means_code="58",
            remittance="R-1",
            credit_transfers=(
                CreditTransfer(
                    account="DE02120300000000202051", account_name="Nordwind", bank="BYLADEM1001"
                ),
            ),
        ),
        PaymentInstructions(
            means_code="30", credit_transfers=(CreditTransfer(account="NO9386011117947"),)
        ),
        PaymentInstructions(means_code="48", card=PaymentCard(number="123456", holder="A. Buyer")),
        PaymentInstructions(
            means_code="59",
            direct_debit=DirectDebit(
                mandate="M-1", creditor="DE98ZZZ09999999999", account="DE89370400440532013000"
            ),
        ),
    ]
)
REPRESENTATIVE = TaxRepresentative(
    name="Steuervertreter GmbH",
    vat_identifier="DE136695976",
    address=PostalAddress(city="Berlin", post_code="10115", country="DE"),
)
REFERENCES = (
    *("project", "contract", "purchase_order", "sales_order", "receiving_advice"),
    *("despatch_advice", "tender", "accounting_reference"),
)


def breakdowns(rates: Iterable[str]) -> st.SearchStrategy[list[Vat]]:
    """What an invoice is made of: parts of several categories, or one outside VAT alone."""
    taxed = st.sampled_from([Vat("S", Decimal(rate)) for rate in rates])
    several = st.lists(taxed | UNTAXED, min_size=1, max_size=3, unique_by=lambda vat: vat[:2])
    return st.just([OUTSIDE]) | several


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)


@st.composite
def deductions(draw: st.DrawFn, /, code: str, **category: Any) -> AllowanceCharge:
    """An allowance or charge, of a percentage or plain."""
    reason = {
        "reason": draw(st.sampled_from(["Discount", "Freight"])),
        "reason_code": draw(maybe(st.just(code))),
    }
    base, percent = draw(MONEY), draw(maybe(st.sampled_from([Decimal(10), Decimal("2.5")])))
    if percent is None:
        return AllowanceCharge(amount=base, **reason, **category)
    amount = cents(base * percent / 100)
    return AllowanceCharge(amount=amount, base=base, percent=percent, **reason, **category)


@st.composite
def lines(draw: st.DrawFn, number: int, vat: Vat) -> Line:
    quantity = draw(st.decimals(Decimal("0.1"), 50, places=1))
    net_price = draw(st.decimals(1, 200, places=4))
    per = draw(maybe(st.sampled_from([Decimal(1), Decimal(100)])))
    allowances = draw(st.lists(deductions("95"), max_size=1))
    charges = draw(st.lists(deductions("FC"), max_size=1))
    discount = draw(maybe(st.sampled_from([Decimal("0.5"), Decimal(0)])))
    item = Item(
        name=draw(TEXTS),
        description=draw(maybe(TEXTS)),
        seller_id=draw(maybe(TEXTS)),
        standard_id=draw(maybe(st.just(Identifier(value="4006381333931", scheme="0160")))),
        origin_country=draw(maybe(st.just("DE"))),
    )
    return Line(
        id=str(number),
        note=draw(maybe(TEXTS)),
        quantity=quantity,
        unit=draw(st.sampled_from(["C62", "HUR", "KGM"])),
        net=cents(quantity * net_price / (per or 1))
        + total(c.amount for c in charges)
        - total(a.amount for a in allowances),
        allowances=tuple(allowances),
        charges=tuple(charges),
        price=Price(
            net=net_price,
            discount=discount,
            gross=None if discount is None else net_price + discount,
            base_quantity=per,
        ),
        vat_category=vat.category,
        vat_rate=vat.rate,
        item=item,
    )


@st.composite
def parties(draw: st.DrawFn, name: str, country: str, vat: str | None) -> Party:
    return Party(
        name=name,
        trading_name=draw(maybe(TEXTS)),
        legal_registration=Identifier(value="HRB 123456"),
        vat_identifier=vat,
        electronic_address=Identifier(value="DE123456789", scheme="9930"),
        address=PostalAddress(
            line_1="Kaistraße 40",
            line_2=draw(maybe(TEXTS)),
            city="Hamburg",
            post_code="20457",
            country=country,
        ),
        contact=Contact(name="Accounts", phone="+49 40 1234", email="ar@party.example"),
    )


@st.composite
def supporting_documents(draw: st.DrawFn, number: int) -> SupportingDocument:
    attachment = Attachment(
        data=draw(st.binary(min_size=1, max_size=60)),
        media_type=draw(st.sampled_from(["application/pdf", "text/csv", "image/png"])),
        file_name=f"sheet-{number}",
    )
    where = draw(st.sampled_from(["https://files.example/sheet", None]))
    return SupportingDocument(
        reference=f"TS-{number}",
        description=draw(maybe(TEXTS)),
        location=where,
        attachment=None if where else attachment,
    )


def of_document(code: str, vats: list[Vat]) -> st.SearchStrategy[list[AllowanceCharge]]:
    """Allowances or charges of the document, each in one of its VAT categories."""
    return st.lists(
        st.sampled_from(vats).flatmap(
            lambda vat: deductions(code, vat_category=vat.category, vat_rate=vat.rate)
        ),
        max_size=2,
    )


def breakdown(
    vat: Vat, rows: Iterable[Line], down: Iterable[AllowanceCharge], up: Iterable[AllowanceCharge]
) -> VatBreakdown:
    """The row of the VAT breakdown that follows from lines, allowances and charges."""

    def own(groups: Iterable[Any], amount: str) -> Decimal:
        return total(getattr(g, amount) for g in groups if (g.vat_category, g.vat_rate) == vat[:2])

    taxable = own(rows, "net") - own(down, "amount") + own(up, "amount")
    return VatBreakdown(
        taxable=taxable,
        tax=cents(taxable * (vat.rate or 0) / 100),
        category=vat.category,
        rate=vat.rate or Decimal(0),
        exemption_reason=vat.reason,
        exemption_code=vat.code,
    )


@st.composite
def right_invoices(draw: st.DrawFn, rates: tuple[str, ...] = RATES) -> Invoice:
    """Invoices and credit notes that add up, with these rates of VAT."""
    vats = draw(breakdowns(rates))
    outside = vats == [OUTSIDE]
    abroad = any(vat.category in {"K", "AE"} for vat in vats)
    rows = [draw(lines(n, vat)) for n, vat in enumerate(vats * draw(st.integers(1, 2)), 1)]
    one = st.sampled_from(vats).flatmap
    down = draw(
        st.lists(
            one(lambda v: deductions("95", vat_category=v.category, vat_rate=v.rate)), max_size=2
        )
    )
    up = draw(
        st.lists(
            one(lambda v: deductions("FC", vat_category=v.category, vat_rate=v.rate)), max_size=2
        )
    )
    parts = [breakdown(vat, rows, down, up) for vat in vats]
    net, tax = total(p.taxable for p in parts), total(p.tax for p in parts)
    paid, rounding = (
        draw(maybe(MONEY)),
        draw(maybe(st.sampled_from([Decimal("0.02"), Decimal("-0.01")]))),
    )
    accounting = None if outside else draw(maybe(st.just("SEK")))
    issued, sheets = draw(DAYS), draw(st.integers(0, 2))
    return Invoice(
        **{name: draw(maybe(TEXTS)) for name in REFERENCES},
        number=draw(TEXTS),
        issue_date=issued,
        type_code=draw(st.sampled_from(["380", "381"])),
        currency="EUR",
        accounting_currency=accounting,
        due_date=issued + timedelta(days=30),
        buyer_reference="04011000-12345-03",
        payment_terms=draw(maybe(st.just("Net 30 days"))),
        notes=tuple(Note(text=text) for text in draw(st.lists(TEXTS, max_size=1))),
        specification="urn:cen.eu:en16931:2017",
        preceding=tuple(
            PrecedingInvoice(number=text) for text in draw(st.lists(TEXTS, max_size=1))
        ),
        seller=draw(parties("Nordwind Werkzeuge GmbH", "DE", None if outside else "DE123456789")),
        buyer=draw(
            parties(
                "Hansekontor GmbH",
                "AT" if abroad else "DE",
                None if outside else "ATU12345675" if abroad else "DE987654321",
            )
        ),
        payee=draw(maybe(st.just(Party(name="Factor AG", identifiers=(Identifier(value="F-1"),))))),
        tax_representative=None if outside else draw(maybe(st.just(REPRESENTATIVE))),
        delivery=Delivery(
            name=draw(maybe(TEXTS)),
            delivered_on=issued - timedelta(days=2),
            address=PostalAddress(
                line_1="Lager 1", city="Wien", post_code="1010", country="AT" if abroad else "DE"
            ),
        ),
        period=draw(maybe(st.just(Period(start=date(2026, 1, 1), end=date(2026, 12, 31))))),
        payment=draw(PAYMENTS),
        allowances=tuple(down),
        charges=tuple(up),
        totals=Totals(
            lines=total(row.net for row in rows),
            allowances=total(a.amount for a in down) if down else None,
            charges=total(c.amount for c in up) if up else None,
            without_vat=net,
            vat=tax,
            vat_in_accounting_currency=cents(tax * Decimal("11.2")) if accounting else None,
            with_vat=net + tax,
            paid=paid,
            rounding=rounding,
            due=net + tax - (paid or ZERO) + (rounding or ZERO),
        ),
        vat_breakdown=tuple(parts),
        supporting_documents=tuple(draw(supporting_documents(n)) for n in range(sheets)),
        lines=tuple(rows),
    )

"""Hypothesis strategies for invoices that FatturaPA, FA(3) and Facturae should take.

Their sums hold, and they have the national data that each country wants: several rates and
exemptions, allowances and charges of line and document, prepayments, credit notes, foreign buyers
and currencies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from formats.model import (
    ZERO,
    AllowanceCharge,
    Attachment,
    Classification,
    Contact,
    CreditTransfer,
    Delivery,
    Identifier,
    Invoice,
    Item,
    Line,
    Note,
    Party,
    PaymentInstructions,
    Period,
    PostalAddress,
    PrecedingInvoice,
    Price,
    SupportingDocument,
    Totals,
    VatBreakdown,
    round_half_up,
)
from formats.model.extensions import Extensions
from formats.model.italy import Italy, VatNature
from formats.model.poland import Annotation, Poland
from formats.model.spain import PaymentOnAccount, Spain
from tests.properties.invoices import maybe, some

WORDS = st.sampled_from(["Fornitura", "añejo", "R-4711", "a&b <c>", "100 %", "€ 5", "Größe", "x"])
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
MONEY = st.decimals(Decimal("0.01"), Decimal(5000), places=2)
PRICES = st.decimals(Decimal("0.0001"), Decimal(900), places=4)
QUANTITIES = st.sampled_from([Decimal(n) for n in ("1", "3", "0.25", "12.5", "-2", "1000")])
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
DUTCH = PostalAddress(line_1="Kade 1", city="Delft", post_code="2611 AB", country="NL")
SWISS = PostalAddress(line_1="Gasse 3", city="Bern", post_code="3011", country="CH")
FOREIGN = (
    Party(name="Voorbeeld BV", vat_identifier="NL000000000B01", address=DUTCH),
    Party(name="Muster GmbH", vat_identifier="CHE000000000", address=SWISS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What invoices of a country are made of.

    Attributes:
        rates: VAT category and percentage.
        seller, buyer: at home.
        currencies: the first is its own.
        extensions: what is always there, by path in it.
        types: BT-3 besides 380, 381 and 389.
    """

    rates: tuple[tuple[str, int], ...]
    seller: Party
    buyer: Party
    currencies: tuple[str, ...]
    extensions: Mapping[str, Any] = field(default_factory=dict)
    types: tuple[str, ...] = ()


ITALY = Country(
    rates=(("S", 22), ("S", 10), ("E", 0), ("K", 0), ("AE", 0), ("Z", 0)),
    seller=Party(
        name="Esempio Srl",
        vat_identifier="IT01234567890",
        address=PostalAddress(
            line_1="Via Prova 1", city="Roma", post_code="00100", subdivision="RM", country="IT"
        ),
        contact=Contact(phone="+39 06 000000", email="fatture@esempio.example"),
    ),
    buyer=Party(
        name="Cliente SpA",
        vat_identifier="IT09876543210",
        electronic_address=Identifier(value="ABC1234", scheme="0205"),
        address=PostalAddress(line_1="Via Due 2", city="Milano", post_code="20100", country="IT"),
    ),
    currencies=("EUR", "USD"),
    extensions={"regime": "RF01", "natures": (VatNature(category="Z", code="N3.6"),)},
)
POLAND = Country(
    rates=(("S", 23), ("S", 8), ("S", 5), ("E", 0), ("K", 0), ("AE", 0), ("Z", 0), ("G", 0)),
    seller=Party(
        name="Przykład sp. z o.o.",
        vat_identifier="PL9999999999",
        address=PostalAddress(line_1="ul. Próbna 1", city="Łódź", post_code="90-001", country="PL"),
        contact=Contact(phone="420000000", email="faktury@przyklad.example"),
    ),
    buyer=Party(
        name="Nabywca SA",
        vat_identifier="PL1111111111",
        address=PostalAddress(line_1="ul. Inna 2", city="Gdańsk", post_code="80-001", country="PL"),
    ),
    currencies=("PLN", "EUR"),
    extensions={
        "exchange_rate": Decimal("4.2931"),
        "annotations": (
            Annotation(code="P_19A", text="art. 43 ust. 1 pkt 18 ustawy"),
            Annotation(code="P_18A"),
        ),
    },
)
SPAIN = Country(
    rates=(("S", 21), ("S", 10), ("E", 0), ("O", 0), ("L", 7), ("AE", 0)),
    seller=Party(
        name="Ejemplo SL",
        vat_identifier="ESB00000000",
        address=PostalAddress(
            line_1="Calle Prueba 1", city="Madrid", post_code="28001", country="ES"
        ),
        contact=Contact(phone="+34 910 000 000", email="facturas@ejemplo.example"),
    ),
    buyer=Party(
        name="Cliente SA",
        vat_identifier="ESA00000000",
        address=PostalAddress(
            line_1="Calle Dos 2", city="Sevilla", post_code="41001", country="ES"
        ),
    ),
    currencies=("EUR", "USD"),
    types=("384",),
    extensions={
        "correction_reason": "83",
        "exchange_rate": Decimal("0.9184"),
        "exchange_rate_date": date(2026, 1, 2),
    },
)
IBANS = st.sampled_from(["DE89370400440532013000", "FR1420041010050500013M02606"])


def _parts() -> st.SearchStrategy[tuple[AllowanceCharge, ...]]:
    return some(
        st.builds(AllowanceCharge, amount=MONEY, reason=TEXTS, percent=maybe(st.just(Decimal(5))))
    )


@st.composite
def _lines(draw: st.DrawFn, country: Country) -> Line:
    quantity, price = draw(QUANTITIES), draw(PRICES)
    per = draw(st.sampled_from([None, Decimal(1), Decimal(100)]))
    allowances, charges = draw(_parts()), draw(_parts())
    category, percent = draw(st.sampled_from(country.rates))
    net = round_half_up(price * quantity / (per or 1)) + _sum(charges) - _sum(allowances)
    return Line(
        id="1",
        note=draw(maybe(TEXTS)),
        quantity=quantity,
        unit=draw(st.sampled_from(["C62", "HUR", "KGM", "XPP"])),
        net=net,
        order_line=draw(maybe(st.just("10"))),
        period=draw(maybe(st.just(Period(start=date(2026, 1, 1), end=date(2026, 1, 31))))),
        allowances=allowances,
        charges=charges,
        price=Price(net=price, base_quantity=per),
        vat_category=category,
        vat_rate=Decimal(percent),
        item=Item(
            name=draw(TEXTS),
            description=draw(maybe(TEXTS)),
            seller_id=draw(maybe(st.just("ART-1"))),
            standard_id=draw(maybe(st.just(Identifier(value="4000001000005", scheme="0160")))),
            classifications=draw(some(st.just(Classification(code="8517", scheme="HS")))),
        ),
    )


def _sum(parts: tuple[AllowanceCharge, ...]) -> Decimal:
    return sum((part.amount or ZERO for part in parts), ZERO)


def _breakdown(
    lines: tuple[Line, ...],
    allowances: tuple[AllowanceCharge, ...],
    charges: tuple[AllowanceCharge, ...],
) -> tuple[VatBreakdown, ...]:
    bases: dict[tuple[str | None, Decimal | None], Decimal] = {}
    for sign, parts in ((1, lines), (-1, allowances), (1, charges)):
        for part in parts:
            amount = part.net if isinstance(part, Line) else part.amount
            key = (part.vat_category, part.vat_rate)
            bases[key] = bases.get(key, ZERO) + sign * (amount or ZERO)
    return tuple(
        VatBreakdown(
            taxable=base,
            tax=round_half_up(base * (percent or ZERO) / 100),
            category=category,
            rate=percent,
            exemption_reason=None if category in {"S", "Z", "L"} else "exempt, art. 1",
        )
        for (category, percent), base in bases.items()
    )


@st.composite
def national_invoices(draw: st.DrawFn, country: Country) -> Invoice:
    """Invoices and credit notes that nothing speaks against."""
    lines = draw(some(_lines(country), at_least=1))
    used = [(line.vat_category, line.vat_rate) for line in lines]
    allowances, charges = (
        tuple(_taxed(draw(st.sampled_from(used)), part) for part in draw(_parts()))
        for _ in range(2)
    )
    rows = _breakdown(lines, allowances, charges)
    currency = draw(st.sampled_from(country.currencies))
    paid = draw(maybe(MONEY))
    issued = draw(DAYS)
    return Invoice(
        number=f"FT-{draw(st.integers(1, 999))}",
        issue_date=issued,
        type_code=draw(st.sampled_from(["380", "381", "389", *country.types])),
        currency=currency,
        due_date=draw(maybe(DAYS)),
        buyer_reference=draw(maybe(st.just("B-1"))),
        contract=draw(maybe(st.just("C-1"))),
        purchase_order=draw(maybe(st.just("PO-1"))),
        project=draw(maybe(TEXTS)),
        despatch_advice=draw(maybe(st.just("D-1"))),
        payment_terms=draw(maybe(TEXTS)),
        notes=draw(some(st.builds(Note, text=TEXTS))),
        preceding=draw(
            some(st.just(PrecedingInvoice(number="FT-0", issue_date=date(2026, 1, 1))), at_least=1)
        ),
        seller=country.seller,
        buyer=draw(st.sampled_from([country.buyer, *FOREIGN])),
        payee=draw(maybe(st.just(Party(name="Factor SA")))),
        delivery=draw(maybe(st.builds(Delivery, delivered_on=DAYS))),
        payment=draw(maybe(_payments())),
        allowances=allowances,
        charges=charges,
        totals=_totals(lines, allowances, charges, rows, paid),
        vat_breakdown=rows,
        supporting_documents=draw(some(_documents())),
        lines=lines,
        extensions=_extensions(country, paid),
    )


def _taxed(rate: tuple[str | None, Decimal | None], part: AllowanceCharge) -> AllowanceCharge:
    return msgspec.structs.replace(part, vat_category=rate[0], vat_rate=rate[1])


def _payments() -> st.SearchStrategy[PaymentInstructions]:
    transfers = st.builds(CreditTransfer, account=IBANS, bank=maybe(st.just("COBADEFF")))
    return st.builds(
        PaymentInstructions,
        means_code=st.sampled_from(["10", "30", "48", "58", "59"]),
        remittance=maybe(st.just("RF18")),
        credit_transfers=some(transfers),
    )


def _documents() -> st.SearchStrategy[SupportingDocument]:
    attachments = st.builds(
        Attachment,
        data=st.binary(min_size=1, max_size=20),
        media_type=st.sampled_from(["application/pdf", "text/csv"]),
        file_name=st.sampled_from(["foglio.pdf", "ore"]),
    )
    return st.builds(
        SupportingDocument,
        reference=st.just("A-1"),
        description=maybe(TEXTS),
        attachment=maybe(attachments),
    )


def _totals(
    lines: tuple[Line, ...],
    allowances: tuple[AllowanceCharge, ...],
    charges: tuple[AllowanceCharge, ...],
    rows: tuple[VatBreakdown, ...],
    paid: Decimal | None,
) -> Totals:
    of_lines = sum((line.net or ZERO for line in lines), ZERO)
    without = of_lines - _sum(allowances) + _sum(charges)
    vat = sum((row.tax or ZERO for row in rows), ZERO)
    return Totals(
        lines=of_lines,
        allowances=_sum(allowances) or None,
        charges=_sum(charges) or None,
        without_vat=without,
        vat=vat,
        with_vat=without + vat,
        paid=paid,
        due=without + vat - (paid or ZERO),
    )


def _extensions(country: Country, paid: Decimal | None) -> Extensions:
    data = dict(country.extensions)
    if country is ITALY:
        return Extensions(it=Italy(**data))
    if country is POLAND:
        return Extensions(pl=Poland(**data))
    if paid:
        data["payments_on_account"] = (PaymentOnAccount(paid_on=date(2026, 1, 2), amount=paid),)
    return Extensions(es=Spain(**data))

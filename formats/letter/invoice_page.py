"""An invoice or credit note as plain strings in the order of the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from formats.codec import Material
from formats.letter.address import country_line, place_lines
from formats.letter.heading import Fact, Heading, contact_facts, facts_of, heading
from formats.letter.numbering import Numbering, numbering
from formats.letter.payment_block import PaymentBlock, invoice_payment
from formats.letter.self_service_block import SelfServiceBlock, self_service_block
from formats.letter.wording import Wording
from formats.model import (
    ZERO,
    AllowanceCharge,
    Invoice,
    Item,
    Line,
    Party,
    Period,
    Price,
    Totals,
    VatBreakdown,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One invoice line; `details` are small lines below the name."""

    position: str
    name: str
    details: tuple[str, ...]
    quantity: str
    price: str
    vat: str
    net: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One line of the totals; a weighty one is set off."""

    label: str
    value: str
    weighty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePage:
    """All that `invoice.html` prints."""

    heading: Heading
    opening: str
    columns: dict[str, str]
    numbering: Numbering
    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]
    remarks: tuple[str, ...]
    payment: PaymentBlock
    notes: tuple[str, ...]
    closing: str
    self_service: SelfServiceBlock | None


SumRow = tuple[str, Decimal | None, bool]
"""Label, amount, whether it is weighty."""

COLUMNS = ("position", "description", "quantity", "price", "vat", "net")


def invoice_page(
    invoice: Invoice, *, material: Material, words: Wording, capitals: bool
) -> InvoicePage:
    """Return what the letter says; amounts are printed as the document has them."""
    seller, buyer = invoice.seller or Party(), invoice.buyer or Party()
    column = numbering([_number(line) for line in invoice.lines])
    return InvoicePage(
        heading=heading(
            title=f"{title(invoice, words)} {invoice.number or ''}".strip(),
            seller=seller,
            buyer=buyer,
            facts=tuple(_facts(invoice, seller, buyer, words)),
            payment=invoice.payment,
            material=material,
            words=words,
            capitals=capitals,
        ),
        opening=words.say("invoice.opening"),
        columns={name: words.label(name) for name in COLUMNS},
        numbering=column,
        rows=tuple(_row(line, column, invoice.currency, words) for line in invoice.lines),
        sums=tuple(_sums(invoice, words)),
        remarks=tuple(_remarks(invoice, words)),
        payment=invoice_payment(invoice, words),
        notes=tuple(note.text for note in invoice.notes if note.text),
        closing=words.say("invoice.closing"),
        self_service=self_service_block(material.self_service, words),
    )


def title(invoice: Invoice, words: Wording) -> str:
    """Return the document's name for its BT-3."""
    general = "title.credit_note" if invoice.is_credit_note else "title.invoice"
    return words.texts.get(f"title.{invoice.type_code}", words.texts[general])


def _facts(invoice: Invoice, seller: Party, buyer: Party, words: Wording) -> Iterator[Fact]:
    number = "credit_note_number" if invoice.is_credit_note else "invoice_number"
    dates = (invoice.issue_date, invoice.delivery and invoice.delivery.delivered_on)
    issued, delivered = (words.day(day) if day else None for day in dates)
    yield from facts_of(words, ((number, invoice.number), ("date", issued)))
    for earlier in invoice.preceding:
        shown = earlier.number or ""
        if earlier.issue_date:
            day = words.day(earlier.issue_date)
            shown = words.say("label.preceding_of", number=shown, date=day)
        yield from facts_of(words, (("preceding", shown),))
    yield from facts_of(
        words,
        (
            ("delivered_on", delivered),
            ("period", _period(invoice.period, words)),
            ("tax_point", words.day(invoice.tax_point_date) if invoice.tax_point_date else None),
            ("customer", buyer.identifiers[0].value if buyer.identifiers else None),
            ("buyer_reference", invoice.buyer_reference),
            ("purchase_order", invoice.purchase_order),
            ("sales_order", invoice.sales_order),
            ("contract", invoice.contract),
            ("project", invoice.project),
            ("despatch_advice", invoice.despatch_advice),
            ("buyer_vat", buyer.vat_identifier),
        ),
    )
    yield from contact_facts(seller.contact, words)


def _number(line: Line) -> str:
    return (line.id or "").lstrip("0")


def _row(line: Line, column: Numbering, currency: str | None, words: Wording) -> Row:
    item, price = line.item or Item(), line.price or Price()
    number = _number(line)
    fits = column.holds(number)
    numbered = () if fits else (f"{words.label('position')} {number}",)
    return Row(
        position=number if fits else "",
        name=item.name or "",
        details=(*numbered, *_details(line, item, price, currency, words)),
        quantity="" if line.quantity is None else words.quantity(line.quantity, line.unit),
        price=_price(price, line.unit, words),
        vat="" if line.vat_rate is None else words.percent(line.vat_rate),
        net="" if line.net is None else words.number(line.net, places=2),
    )


def _price(price: Price, unit: str | None, words: Wording) -> str:
    if price.net is None:
        return ""
    shown = words.number(price.net, places=2)
    if price.base_quantity in {None, Decimal(1)}:
        return shown
    assert price.base_quantity is not None
    base = words.quantity(price.base_quantity, price.base_unit or unit)
    return f"{shown} {words.say('label.per', quantity=base)}"


def _details(
    line: Line, item: Item, price: Price, currency: str | None, words: Wording
) -> Iterator[str]:
    if item.description and item.description != item.name:
        yield item.description
    numbers = (
        ("item_number", item.seller_id),
        ("buyer_item_number", item.buyer_id),
        ("standard_number", item.standard_id.value if item.standard_id else None),
        ("purchase_order", line.order_line),
    )
    if facts := tuple(facts_of(words, numbers)):
        yield " · ".join(f"{fact.label} {fact.value}" for fact in facts)
    for attribute in item.attributes:
        yield f"{attribute.name or ''}: {attribute.value or ''}"
    if period := _period(line.period, words):
        yield f"{words.label('period')} {period}"
    if price.gross is not None and price.discount:
        gross, discount = (words.number(v, places=2) for v in (price.gross, price.discount))
        yield words.say("label.list_price", gross=gross, discount=discount)
    for label, entries, sign in _signed(line.allowances, line.charges):
        for entry in entries:
            amount = words.money(sign * (entry.amount or ZERO), currency)
            yield f"{_reason(entry, label, currency, words)}: {amount}"
    if line.note:
        yield line.note


def _signed(
    allowances: tuple[AllowanceCharge, ...], charges: tuple[AllowanceCharge, ...]
) -> tuple[tuple[str, tuple[AllowanceCharge, ...], int], ...]:
    return (("allowance", allowances, -1), ("charge", charges, 1))


def _reason(entry: AllowanceCharge, label: str, currency: str | None, words: Wording) -> str:
    reason = entry.reason or words.label(label)
    if entry.percent is None or entry.base is None:
        return reason
    rate, base = words.percent(entry.percent), words.money(entry.base, currency)
    return f"{reason} ({words.say('label.based_on', percent=rate, base=base)})"


def _period(period: Period | None, words: Wording) -> str | None:
    if period is None:
        return None
    start, end = (words.day(day) if day else "…" for day in (period.start, period.end))
    return words.say("label.period_of", start=start, end=end)


def _sums(invoice: Invoice, words: Wording) -> Iterator[Sum]:
    totals, currency = invoice.totals or Totals(), invoice.currency
    rows = (*_before_vat(invoice, totals, words), *_from_vat(invoice, totals, words))
    for label, value, weighty in rows:
        if value is not None:
            yield Sum(label=label, value=words.money(value, currency), weighty=weighty)
    other, converted = invoice.accounting_currency, totals.vat_in_accounting_currency
    if other and other != currency and converted is not None:
        label = words.say("label.vat_accounting", currency=other)
        yield Sum(label=label, value=words.money(converted, other))


def _before_vat(invoice: Invoice, totals: Totals, words: Wording) -> Iterator[SumRow]:
    if invoice.allowances or invoice.charges:
        yield words.label("sum_of_lines"), totals.lines, False
    for label, entries, sign in _signed(invoice.allowances, invoice.charges):
        for entry in entries:
            amount = None if entry.amount is None else sign * entry.amount
            yield _reason(entry, label, invoice.currency, words), amount, False
    yield words.label("without_vat"), totals.without_vat, False


def _from_vat(invoice: Invoice, totals: Totals, words: Wording) -> Iterator[SumRow]:
    for vat in invoice.vat_breakdown:
        yield _vat(vat, invoice.currency, words), vat.tax, False
    if len(invoice.vat_breakdown) != 1:
        yield words.label("vat_total"), totals.vat, False
    yield words.label("with_vat"), totals.with_vat, True
    yield words.label("paid"), -totals.paid if totals.paid else None, False
    yield words.label("rounding"), totals.rounding or None, False
    if totals.due != totals.with_vat:
        yield words.label("credited" if invoice.is_credit_note else "due"), totals.due, True


def _vat(vat: VatBreakdown, currency: str | None, words: Wording) -> str:
    rate = words.percent(vat.rate if vat.rate is not None else ZERO)
    key = f"vat.{vat.category}"
    kind = words.say(key if key in words.texts else "vat.S", rate=rate)
    if vat.taxable is None:
        return kind
    return words.say("label.vat_on", vat=kind, taxable=words.money(vat.taxable, currency))


def _remarks(invoice: Invoice, words: Wording) -> Iterator[str]:
    for vat in invoice.vat_breakdown:
        shipped = words.texts.get(f"exemption.{vat.category}")
        if reason := vat.exemption_reason or shipped or vat.exemption_code:
            yield reason
    if delivery := _delivered_elsewhere(invoice):
        yield f"{words.label('deliver_to')}: {delivery}"
    if (agent := invoice.tax_representative) and agent.name:
        number = f", {agent.vat_identifier}" if agent.vat_identifier else ""
        yield f"{words.label('tax_representative')}: {agent.name}{number}"


def _delivered_elsewhere(invoice: Invoice) -> str:
    """Return where it was delivered to (BG-13) on one line; empty if that was the buyer's address.

    The buyer's name and address stand in the window.
    """
    delivery, buyer = invoice.delivery, invoice.buyer or Party()
    if delivery is None or delivery.address is None:
        return ""
    name = None if delivery.name == buyer.name else delivery.name
    if name is None and delivery.address == buyer.address:
        return ""
    a = delivery.address
    home = buyer.address.country if buyer.address else None
    country = country_line(a.country, home)
    return ", ".join(filter(None, (name, a.line_1, a.line_2, *place_lines(a), country)))

"""What an email says of its document: values for the texts, facts, open items, the seller."""

from collections.abc import Iterator
from dataclasses import dataclass

from formats.letter.wording import Wording
from formats.model import (
    ZERO,
    ClaimItem,
    Document,
    Invoice,
    Party,
    PaymentInstructions,
    Reminder,
    Statement,
    Totals,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str
    weighty: bool = False


def values_of(document: Document, words: Wording) -> dict[str, str]:
    """Return what the texts may use; all of it one line, without control characters."""
    values = {
        "number": one_line(document.number or ""),
        "date": words.day(document.issue_date) if document.issue_date else "",
        "seller": one_line(document.seller.name or "" if document.seller else ""),
        "buyer": one_line(document.buyer.name or "" if document.buyer else ""),
    }
    match document:
        case Invoice():
            due = document.due_date
            return values | {
                "total": _invoice_total(document, words),
                "due_date": words.day(due) if due else "",
            }
        case Reminder():
            by = document.pay_by
            return values | {
                "total": words.money(document.total, document.currency),
                "deadline": words.say("letter.by", date=words.day(by))
                if by
                else words.say("letter.at_once"),
            }
        case Statement():
            return values | {"total": words.money(document.balance, document.currency)}


def _invoice_total(invoice: Invoice, words: Wording) -> str:
    totals = invoice.totals or Totals()
    amount = totals.with_vat if invoice.is_credit_note else totals.due
    return "" if amount is None else words.money(amount, invoice.currency)


def facts_of(document: Document, words: Wording) -> Iterator[Fact]:
    """Yield what stands in the message itself, so that it can be paid without the file."""
    match document:
        case Invoice():
            yield from _invoice_facts(document, words)
        case Reminder():
            if document.fee:
                fee = words.money(document.fee, document.currency)
                yield Fact(label=words.label("fee"), value=fee)
            if document.interest:
                interest = words.money(document.interest, document.currency)
                yield Fact(label=words.label("interest"), value=interest)
            total = words.money(document.total, document.currency)
            yield Fact(label=words.label("due"), value=total, weighty=True)
            yield from _account(document.payment, document.number, words)
        case Statement():
            yield Fact(label=words.label("customer"), value=one_line(document.customer))
            balance = words.money(document.balance, document.currency)
            yield Fact(label=words.label("balance"), value=balance, weighty=True)


def _invoice_facts(invoice: Invoice, words: Wording) -> Iterator[Fact]:
    credit = invoice.is_credit_note
    number = "credit_note_number" if credit else "invoice_number"
    yield Fact(label=words.label(number), value=one_line(invoice.number or ""))
    for label, value in (
        ("buyer_reference", invoice.buyer_reference),
        ("purchase_order", invoice.purchase_order),
    ):
        if value:
            yield Fact(label=words.label(label), value=one_line(value))
    if total := _invoice_total(invoice, words):
        label = words.label("credited" if credit else "due")
        yield Fact(label=label, value=total, weighty=True)
    due = invoice.totals.due if invoice.totals else None
    if credit or not due or due <= ZERO:
        return
    if invoice.due_date:
        yield Fact(label=words.label("due_date"), value=words.day(invoice.due_date))
    yield from _account(invoice.payment, invoice.number or "", words)


def _account(payment: PaymentInstructions | None, number: str, words: Wording) -> Iterator[Fact]:
    if payment is None or payment.direct_debit:
        return
    for transfer in payment.credit_transfers[:1]:
        if transfer.account:
            yield Fact(label=words.label("account"), value=_grouped(transfer.account))
            remittance = one_line(payment.remittance or number)
            yield Fact(label=words.label("remittance"), value=remittance)


def footer_of(seller: Party, words: Wording) -> Iterator[str]:
    """Yield who the seller is, as commercial law wants it on a business letter."""
    address = seller.address
    if address:
        place = " ".join(filter(None, (address.post_code, address.city)))
        street = ", ".join(filter(None, (address.line_1, place, address.country)))
        yield one_line(", ".join(filter(None, (seller.name, street))))
    if seller.contact:
        contact = (seller.contact.phone, seller.contact.email)
        if line := " · ".join(filter(None, contact)):
            yield one_line(line)
    if seller.legal_information:
        yield one_line(seller.legal_information)
    if seller.vat_identifier:
        yield f"{words.label('vat_identifier')} {one_line(seller.vat_identifier)}"


def row_of(item: ClaimItem, currency: str, words: Wording) -> tuple[str, ...]:
    """Return an open item of a reminder; its amount last."""
    due = words.day(item.due_date) if item.due_date else "-"
    return (one_line(item.number), due, words.money(item.open, currency))


def _grouped(account: str) -> str:
    compact = "".join(one_line(account).split())
    return " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))


def one_line(text: str) -> str:
    """Return `text` without line breaks, control and direction characters."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(filter(str.isprintable, line))

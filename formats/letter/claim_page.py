"""A reminder or statement as plain strings in the order of the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from formats.codec import Material
from formats.letter.heading import Fact, Heading, account_facts, contact_facts, facts_of, heading
from formats.letter.invoice_page import Sum
from formats.letter.payment_block import PaymentBlock, transfer_block
from formats.letter.wording import EN_DASH, Wording
from formats.model import (
    AgeBand,
    ClaimItem,
    Party,
    PaymentInstructions,
    Reminder,
    ReminderLevel,
    Statement,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """One open item."""

    number: str
    description: str
    date: str
    due_date: str
    days: str
    amount: str
    open: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPage:
    """All that `claims.html` prints.

    Attributes:
        bands: labels and amounts of the age bands, empty for a reminder.
    """

    heading: Heading
    greeting: str
    opening: str
    columns: dict[str, str]
    rows: tuple[ClaimRow, ...]
    sums: tuple[Sum, ...]
    bands: tuple[Sum, ...]
    closing: str
    payment: PaymentBlock
    farewell: str
    sender: str


COLUMNS = {
    "number": "item_document",
    "date": "date",
    "due_date": "due_date",
    "days": "item_days",
    "amount": "item_amount",
    "open": "item_open",
}


def reminder_page(
    reminder: Reminder, *, material: Material, words: Wording, capitals: bool
) -> ClaimPage:
    """Return the letter for all of a customer's items, in the tone of the reminder's level."""
    key = f"reminder.{reminder.level}"
    ahead = reminder.level is ReminderLevel.BEFORE_DUE
    by = reminder.pay_by
    total = words.money(reminder.total, reminder.currency)
    deadline = words.say("letter.by", date=words.day(by)) if by else words.say("letter.at_once")
    payment = reminder.payment or PaymentInstructions()
    return ClaimPage(
        heading=heading(
            title=words.say(f"{key}.subject"),
            seller=reminder.seller,
            buyer=reminder.buyer,
            facts=tuple(_facts(reminder, words)),
            payment=reminder.payment,
            material=material,
            words=words,
            capitals=capitals,
        ),
        greeting=words.say("letter.greeting"),
        opening=words.say(f"{key}.opening"),
        columns=_columns(words, days="item_days_left" if ahead else "item_days"),
        rows=tuple(_row(item, words, ahead=ahead) for item in reminder.items),
        sums=tuple(_reminder_sums(reminder, words)),
        bands=(),
        closing=words.say(f"{key}.closing", total=total, deadline=deadline),
        payment=transfer_block(
            sentences=(),
            payment=payment,
            payee=reminder.seller,
            amount=reminder.total,
            currency=reminder.currency,
            reference=payment.remittance or reminder.number,
            words=words,
        ),
        farewell=words.say("letter.farewell"),
        sender=reminder.seller.name or "",
    )


def statement_page(
    statement: Statement, *, material: Material, words: Wording, capitals: bool
) -> ClaimPage:
    """Return the letter with a customer's items, balance and age bands."""
    day = words.day(statement.issue_date)
    balance = words.money(statement.balance, statement.currency)
    return ClaimPage(
        heading=heading(
            title=f"{words.texts['title.statement']} {EN_DASH} {day}",
            seller=statement.seller,
            buyer=statement.buyer,
            facts=tuple(_facts(statement, words)),
            payment=statement.payment,
            material=material,
            words=words,
            capitals=capitals,
        ),
        greeting=words.say("letter.greeting"),
        opening=words.say("statement.opening", date=day),
        columns=_columns(words, days="item_days"),
        rows=tuple(_row(item, words, ahead=False) for item in statement.items),
        sums=(Sum(label=words.label("balance"), value=balance, weighty=True),),
        bands=tuple(_band(band, statement.currency, words) for band in statement.ages),
        closing=words.say("statement.closing"),
        payment=PaymentBlock(
            sentences=(), facts=tuple(_accounts(statement.payment, statement.seller, words))
        ),
        farewell=words.say("letter.farewell"),
        sender=statement.seller.name or "",
    )


def _columns(words: Wording, *, days: str) -> dict[str, str]:
    return {name: words.label(label) for name, label in {**COLUMNS, "days": days}.items()}


def _facts(claim: Reminder | Statement, words: Wording) -> Iterator[Fact]:
    yield from facts_of(
        words,
        (
            ("reference", claim.number),
            ("date", words.day(claim.issue_date)),
            ("customer", claim.customer),
        ),
    )
    yield from contact_facts(claim.seller.contact, words)


def _row(item: ClaimItem, words: Wording, *, ahead: bool) -> ClaimRow:
    days = -item.days_overdue if ahead else item.days_overdue
    return ClaimRow(
        number=item.number,
        description=item.description or "",
        date=words.day(item.issue_date),
        due_date=words.day(item.due_date) if item.due_date else "",
        days=str(days) if days > 0 else EN_DASH,
        amount=words.number(item.amount, places=2),
        open=words.number(item.open, places=2),
    )


def _reminder_sums(reminder: Reminder, words: Wording) -> Iterator[Sum]:
    lines = (("fee", reminder.fee), ("interest", reminder.interest))
    extras = tuple((label, value) for label, value in lines if value)
    if extras:
        items = reminder.total - reminder.fee - reminder.interest
        yield Sum(label=words.label("item_sum"), value=words.money(items, reminder.currency))
    for label, value in extras:
        yield Sum(label=words.label(label), value=words.money(value, reminder.currency))
    total = words.money(reminder.total, reminder.currency)
    yield Sum(label=words.label("total" if extras else "item_sum"), value=total, weighty=True)


def _band(band: AgeBand, currency: str, words: Wording) -> Sum:
    if band.from_day is None:
        label = words.label("not_due")
    elif band.to_day is None:
        label = words.say("label.days_over", start=str(band.from_day - 1))
    else:
        label = words.say("label.days_from_to", start=str(band.from_day), end=str(band.to_day))
    return Sum(label=label, value=words.money(band.open, currency))


def _accounts(payment: PaymentInstructions | None, seller: Party, words: Wording) -> Iterator[Fact]:
    for transfer in payment.credit_transfers[:1] if payment else ():
        yield from facts_of(words, (("payee", transfer.account_name or seller.name),))
        yield from account_facts(transfer, words)

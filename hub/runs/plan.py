"""Plan: what a run would send to whom, and who is left out and why; and what both runs share.

A plan is pure data and depends on nothing but its arguments, so a dry run is a plan that is not
carried out, and the same run planned again makes the same documents, byte for byte.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec.structs import replace

from formats.model import (
    ClaimItem,
    Contact,
    Party,
    PaymentInstructions,
    Reminder,
    ReminderLevel,
    Statement,
)
from hub.runs.open_items import OpenItem
from routing_rules.recipient import Recipient

Claim = TypeVar("Claim", Reminder, Statement)


class Reason(StrEnum):
    """Why an open item is in no message of a run."""

    SETTLED = "settled"
    NOT_ISSUED = "not_issued"
    UNKNOWN_CUSTOMER = "unknown_customer"
    SWITCHED_OFF = "switched_off"
    DISPUTED = "disputed"
    PROMISED = "promised"
    NO_DUE_DATE = "no_due_date"
    NOT_DUE = "not_due"
    GRACE = "grace"
    ALREADY_SENT = "already_sent"
    IN_THIS_RUN = "in_this_run"
    CREDIT = "credit"
    COVERED = "covered"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An item that is in no message, and why.

    Attributes:
        text: the reason as a sentence with its figures and who set them.
    """

    customer: str
    number: str
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned(Generic[Claim]):
    """One message.

    Attributes:
        because: the preferences that shaped it, and charges that could not be computed.
    """

    document: Claim
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[Claim]):
    """What a run does. Every open item is in exactly one message or left out exactly once.

    Attributes:
        run: key of the run: tenant, kind and day.
    """

    run: str
    messages: tuple[Planned[Claim], ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An item that a message of some run contained: the history that later runs look at.

    Attributes:
        number, due_date, currency: of the item.
        level: of the item in a reminder; None in a statement.
        on: day of the run.
        message: number of the reminder or statement.
        run: its key.
    """

    customer: str
    number: str
    due_date: date | None
    currency: str
    level: ReminderLevel | None
    on: date
    message: str
    run: str


def contents(claim: Reminder | Statement) -> tuple[Sent, ...]:
    """Return what is to be remembered of a message that a run has handed in."""
    return tuple(
        Sent(
            customer=claim.customer,
            number=item.number,
            due_date=item.due_date,
            currency=claim.currency,
            level=item.level,
            on=claim.issue_date,
            message=claim.number,
            run=claim.run or "",
        )
        for item in claim.items
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Whose run it is.

    Attributes:
        payment: where to pay; the message's number is the remittance unless one is given.
        currency: in which fees are charged, and whose messages need no currency in their number.
    """

    tenant: str
    seller: Party
    payment: PaymentInstructions | None = None
    currency: str = "EUR"

    def run(self, kind: str, as_of: date) -> str:
        """Return the key of a run.

        >>> House(tenant="muster", seller=Party()).run("reminders", date(2026, 11, 20))
        'muster/reminders/2026-11-20'
        """
        return f"{self.tenant}/{kind}/{as_of}"

    def number(self, prefix: str, as_of: date, customer: str, currency: str) -> str:
        """Return the number of the one message to a customer in a currency.

        >>> House(tenant="muster", seller=Party()).number("MA", date(2026, 11, 20), "4711", "USD")
        'MA-2026-11-20-4711-USD'
        """
        number = f"{prefix}-{as_of}-{customer}"
        return number if currency == self.currency else f"{number}-{currency}"

    def pay(self, number: str) -> PaymentInstructions | None:
        """Return where to pay, with a remittance."""
        if self.payment is None or self.payment.remittance:
            return self.payment
        return replace(self.payment, remittance=number)


def buyer(recipient: Recipient) -> Party:
    """Return a customer of the address book as a Party (BG-7)."""
    vat = [one.value for one in recipient.identifiers if one.scheme == "vat"]
    return Party(
        name=recipient.name or None,
        identifiers=tuple(one for one in recipient.identifiers if one.scheme != "vat"),
        vat_identifier=vat[0] if vat else None,
        electronic_address=recipient.endpoint,
        address=recipient.address,
        contact=Contact(email=recipient.email) if recipient.email else None,
    )


def claim_item(item: OpenItem, as_of: date, level: ReminderLevel | None = None) -> ClaimItem:
    """Return an open item as it stands in a message."""
    return ClaimItem(
        number=item.number,
        issue_date=item.issue_date,
        due_date=item.due_date,
        description=item.description,
        amount=item.amount,
        open=item.open,
        days_overdue=(as_of - item.due_date).days if item.due_date else 0,
        level=level,
    )


def left_out(items: Iterable[OpenItem], reason: Reason, text: str) -> list[LeftOut]:
    """Return one entry an item, all with the same reason."""
    return [
        LeftOut(customer=item.customer, number=item.number, reason=reason, text=text)
        for item in items
    ]


def by_customer(items: Iterable[OpenItem]) -> dict[tuple[str, str], list[OpenItem]]:
    """Return the items of each customer and currency, all in a fixed order."""
    groups: dict[tuple[str, str], list[OpenItem]] = {}
    for item in sorted(items, key=_order):
        groups.setdefault((item.customer, item.currency), []).append(item)
    return groups


def unfit(item: OpenItem, recipient: Recipient | None, as_of: date) -> tuple[Reason, str] | None:
    """Return why no run whatever can take an item, or None."""
    if item.open == 0:
        return Reason.SETTLED, "nothing is open"
    if item.issue_date > as_of:
        return Reason.NOT_ISSUED, f"it is of {item.issue_date}, after the day of the run"
    if recipient is None:
        return Reason.UNKNOWN_CUSTOMER, f"customer {item.customer} is not in the address book"
    return None


def in_order(entries: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    """Return what is left out by customer and number."""
    return tuple(sorted(entries, key=lambda one: (one.customer, one.number, one.reason)))


def _order(item: OpenItem) -> tuple[str, str, date, date, str, str]:
    due = item.due_date or date.max
    return (item.customer, item.currency, due, item.issue_date, item.number, f"{item.open:f}")

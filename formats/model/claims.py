"""Reminder and Statement: what runs over open items produce, beside the EN 16931 model."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from formats.model.group import Group
from formats.model.invoice import PaymentInstructions
from formats.model.parties import Party


class ReminderLevel(StrEnum):
    """Dunning level, mild to severe."""

    BEFORE_DUE = "before_due"
    NEUTRAL = "neutral"
    FIRM = "firm"
    COLLECTION = "collection"


class ClaimItem(Group, frozen=True, kw_only=True):
    """One open item: an invoice, credit or payment on the customer's account."""

    number: str
    """Number of the document in the ERP (BT-1 of the invoice)."""
    issue_date: date
    due_date: date | None = None
    description: str | None = None
    amount: Decimal
    """Original amount; credits and payments are negative."""
    open: Decimal
    """What is still open of it."""
    days_overdue: int = 0
    """Days from due date to the run's date; negative before due."""
    level: ReminderLevel | None = None


class AgeBand(Group, frozen=True, kw_only=True):
    """What is open within one band of days overdue, e.g. 1 to 30."""

    from_day: int | None = None
    to_day: int | None = None
    open: Decimal


class Reminder(Group, frozen=True, kw_only=True, tag_field="kind", tag="reminder"):
    """One message to one customer with all of its overdue items."""

    number: str
    issue_date: date
    level: ReminderLevel
    """The most severe level among the items."""
    currency: str
    seller: Party
    buyer: Party
    customer: str
    """The customer's number in the ERP."""
    items: tuple[ClaimItem, ...]
    fee: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    total: Decimal
    """Sum of open amounts plus fee and interest."""
    pay_by: date | None = None
    payment: PaymentInstructions | None = None
    run: str | None = None
    """Key of the run that made it."""


class Statement(Group, frozen=True, kw_only=True, tag_field="kind", tag="statement"):
    """A customer's account: open items and balance at a date."""

    number: str
    issue_date: date
    currency: str
    seller: Party
    buyer: Party
    customer: str
    items: tuple[ClaimItem, ...]
    balance: Decimal
    ages: tuple[AgeBand, ...] = ()
    payment: PaymentInstructions | None = None
    run: str | None = None

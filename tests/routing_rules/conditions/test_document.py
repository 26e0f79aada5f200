from decimal import Decimal

import pytest

from formats.model import Document, Invoice, Party, Reminder, ReminderLevel, Statement, Totals
from routing_rules.conditions.catalogue import FACTS, holds

INVOICE = Invoice(type_code="380", totals=Totals(with_vat=Decimal(500)), currency="EUR")
REMINDER = Reminder(
    number="1",
    issue_date=FACTS.today,
    level=ReminderLevel.FIRM,
    currency="EUR",
    seller=Party(),
    buyer=Party(),
    customer="1",
    items=(),
    total=Decimal(500),
)
STATEMENT = Statement(
    number="1",
    issue_date=FACTS.today,
    currency="EUR",
    seller=Party(),
    buyer=Party(),
    customer="1",
    items=(),
    balance=Decimal(-5),
)

HELD: dict[str, tuple[str, Document, bool]] = {  # condition, document, whether it holds
    "kind": ('kind = "reminder"', REMINDER, True),
    "other kind": ('kind = ["reminder", "statement"]', INVOICE, False),
    "over": ('total_over = "499.99"', INVOICE, True),
    "exactly": ('total_over = "500"', REMINDER, False),
    "under": ('total_under = "0"', STATEMENT, True),
    "unknown amount": ('total_over = "0"', Invoice(), False),
    "unknown amount, negated": ('not_total_over = "0"', Invoice(), True),
    "currency": ('currency = "EUR"', STATEMENT, True),
    "no currency": ('currency = "EUR"', Invoice(), False),
    "issued from": ("issued_from = 2026-01-01", REMINDER, True),
    "issued until": ("issued_until = 2025-12-31", REMINDER, False),
    "no date": ("issued_until = 2099-12-31", Invoice(), False),
}


@pytest.mark.parametrize("case", HELD)
def test_condition(case: str) -> None:
    when, document, expected = HELD[case]
    assert holds(when, document=document) is expected

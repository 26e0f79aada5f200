from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from formats.model import ClaimItem, Document, Invoice, Party, Reminder, ReminderLevel, Statement
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check, outcome

CLAIMS = RULESETS["claims"]

ITEMS = (
    ClaimItem(
        number="RE-1", issue_date=date(2026, 1, 1), amount=Decimal("100.00"), open=Decimal("60.00")
    ),
    ClaimItem(
        number="GS-1", issue_date=date(2026, 1, 2), amount=Decimal("-10.00"), open=Decimal("-10.00")
    ),
)
ACCOUNT: dict[str, Any] = {
    "number": "M-1",
    "issue_date": date(2026, 3, 1),
    "currency": "EUR",
    "seller": Party(name="Seller GmbH"),
    "buyer": Party(name="Buyer AG"),
    "customer": "C-1",
    "items": ITEMS,
}
REMINDER = Reminder(
    **ACCOUNT,
    level=ReminderLevel.FIRM,
    fee=Decimal("5.00"),
    interest=Decimal("0.55"),
    total=Decimal("55.55"),
)
STATEMENT = Statement(**ACCOUNT, balance=Decimal("50.00"))

BROKEN: dict[str, tuple[Document, list[str]]] = {
    "a clean reminder": (REMINDER, []),
    "a clean statement": (STATEMENT, []),
    "no number": (replace(REMINDER, number=" "), ["CL-01"]),
    "no currency": (replace(STATEMENT, currency=""), ["CL-02"]),
    "no buyer": (replace(REMINDER, buyer=Party()), ["CL-03"]),
    "a wrong total": (replace(REMINDER, total=Decimal("55.54")), ["CL-04"]),
    "a wrong balance": (replace(STATEMENT, balance=Decimal("60.00")), ["CL-05"]),
    "an invoice": (Invoice(), []),
}


@pytest.mark.parametrize(("document", "rules"), BROKEN.values(), ids=BROKEN)
def test_claims(document: Document, rules: list[str]) -> None:
    assert [finding.rule for finding in check(document, CLAIMS)] == rules


def test_every_claim_rule_has_its_row() -> None:
    assert {rule for _, rules in BROKEN.values() for rule in rules} == {r.id for r in CLAIMS}


def test_a_wrong_total_says_what_it_should_be() -> None:
    (finding,) = check(replace(REMINDER, total=Decimal(1)), CLAIMS)
    assert finding.message.endswith("but it is 1 and should be 55.55")


def test_claims_have_nothing_to_say_of_an_invoice_nor_invoice_rules_of_a_claim() -> None:
    assert outcome(Invoice(), CLAIMS).run == 0
    assert outcome(REMINDER, RULESETS["en16931"]).run == 0

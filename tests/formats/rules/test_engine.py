"""The engine with rule sets of its own, so that no official rule is needed to explain it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from formats.findings import Actor, Finding, Severity, sentence
from formats.model import (
    AllowanceCharge,
    Document,
    Invoice,
    Line,
    Party,
    PaymentCard,
    PaymentInstructions,
    Reminder,
    ReminderLevel,
    Totals,
)
from formats.rules.engine import Outcome, RuleSet, check, outcome
from formats.rules.worksheet import (
    each_line,
    each_line_allowance,
    lay_out,
    the_card,
    the_invoice,
    the_totals,
    the_worksheet,
)

NET = each_line.has("T-1", "BT-131", "a line has a net amount", "net", fix="send it")
SIGN = each_line(
    "T-2",
    "BT-131",
    "a net amount is not negative",
    lambda line: None if line.net is None else line.net >= 0,
    at="net",
    severity=Severity.WARNING,
    actor=Actor.CUSTOMER,
    fix="drop the sign",
)
SUM = the_worksheet(
    "T-3",
    "BT-106",
    "the lines add up",
    lambda sheet: sheet.invoice.totals is None or sheet.invoice.totals.lines == sheet.sums.lines,
    at="totals.lines",
    expected=lambda sheet: sheet.sums.lines,
    fix="add up",
)
REASON = each_line_allowance(
    "T-4",
    {"lines.allowances.reason": "BT-139"},
    "an allowance has a reason",
    lambda allowance: allowance.reason is not None,
    at="reason",
    fix="send it",
)
CARD = the_card(
    "T-5",
    "BT-87",
    "a card number is short",
    lambda card: len(card.number or "") < 11,
    at="number",
    private=True,
    fix="shorten it",
)
NAME = the_invoice.states("T-6", "BT-27", "the seller is named", "seller.name", fix="send it")
NO_TOTALS = the_totals("T-7", "BG-22", "there are no totals", lambda _: False, fix="drop them")


def ruleset(*rules: object, **changes: object) -> RuleSet:
    return RuleSet(
        **{  # type: ignore[arg-type]
            "key": "test",
            "version": "1",
            "source": "this file",
            "lay_out": lay_out,
            "rules": rules,
            **changes,
        }
    )


MINUS = Line(net=Decimal("-1.50"))

MESSAGES: dict[str, tuple[RuleSet, Invoice, str]] = {
    "a missing value": (
        ruleset(NET),
        Invoice(lines=(MINUS, Line())),
        (
            "T-1 (BT-131) at EDP26.BETRG: a line has a net amount, but it is missing."
            " Fix: send it. Who: erp"
        ),
    ),
    "a wrong value": (
        ruleset(SIGN),
        Invoice(lines=(Line(), MINUS)),
        (
            "T-2 (BT-131) at EDP26.BETRG: a net amount is not negative, but it is -1.50."
            " Fix: drop the sign. Who: customer"
        ),
    ),
    "a wrong sum": (
        ruleset(SUM),
        Invoice(lines=(MINUS,), totals=Totals(lines=Decimal("1.50"))),
        (
            "T-3 (BT-106) at EDS01: the lines add up, but it is 1.50 and should be -1.50."
            " Fix: add up. Who: erp"
        ),
    ),
    "a term that depends on the place": (
        ruleset(REASON),
        Invoice(lines=(Line(), Line(allowances=(AllowanceCharge(),)))),
        (
            "T-4 (BT-139) at EDP01 (segment 9): an allowance has a reason, but it is missing."
            " Fix: send it. Who: erp"
        ),
    ),
    "a value that must not be repeated": (
        ruleset(CARD),
        Invoice(payment=PaymentInstructions(card=PaymentCard(number="4111111111111111"))),
        (
            "T-5 (BT-87) at file: a card number is short, but that is not so."
            " Fix: shorten it. Who: erp"
        ),
    ),
    "blanks": (
        ruleset(NAME),
        Invoice(seller=Party(name="  ")),
        "T-6 (BT-27) at file: the seller is named, but it is missing. Fix: send it. Who: erp",
    ),
    "a whole group": (
        ruleset(NO_TOTALS),
        Invoice(totals=Totals(due=Decimal(1))),
        "T-7 (BG-22) at EDS01: there are no totals, but that is not so. Fix: drop them. Who: erp",
    ),
}
SOURCES: Mapping[str, str] = {
    "": "file",
    "lines[1]": "EDP01 (segment 9)",
    "lines[1].net": "EDP26.BETRG",
    "lines[1].netting": "not this one",
    "totals": "EDS01",
}


@pytest.mark.parametrize(("rules", "invoice", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_finding_names_rule_term_place_value_fix_and_actor(
    rules: RuleSet, invoice: Invoice, expected: str
) -> None:
    assert [sentence(finding) for finding in check(invoice, rules, sources=SOURCES)] == [expected]


def test_a_finding_as_data() -> None:
    invoice = Invoice(lines=(Line(), MINUS))
    assert check(invoice, ruleset(SIGN)) == (
        Finding(
            rule="T-2",
            message="a net amount is not negative, but it is -1.50",
            severity=Severity.WARNING,
            term="BT-131",
            path="lines[1].net",
            value="-1.50",
            fix="drop the sign",
            actor=Actor.CUSTOMER,
        ),
    )


def test_every_broken_place_is_reported() -> None:
    invoice = Invoice(lines=(Line(), MINUS, Line()), totals=Totals())
    found = [(finding.rule, finding.path) for finding in check(invoice, ruleset(NET, SUM))]
    assert found == [("T-1", "lines[0].net"), ("T-1", "lines[2].net"), ("T-3", "totals.lines")]


def test_the_outcome_tells_apart_what_held_what_fell_and_what_was_not_asked() -> None:
    rules = ruleset(NET, SIGN, SUM, REASON, NAME, extends=(ruleset(CARD, unjudged={"T-8": "why"}),))
    result = outcome(Invoice(lines=(Line(), Line(net=Decimal(1)))), rules)
    assert result == Outcome(
        rules="test",
        version="1",
        passed=("T-2", "T-3"),
        failed=("T-1", "T-6"),
        not_applicable=("T-5", "T-4"),
        unjudged={"T-8": "why"},
        findings=check(Invoice(lines=(Line(), Line(net=Decimal(1)))), rules),
    )
    assert result.run == 4


def test_a_set_stacks_on_others_and_may_replace_their_rules() -> None:
    milder = each_line(
        "T-1", "BT-131", "a line may lack its amount", lambda _: True, at="net", fix="nothing"
    )
    below = ruleset(NET, SIGN)
    above = ruleset(milder, SUM, extends=(below,))
    assert [rule.id for rule in above] == ["T-1", "T-2", "T-3"]
    assert check(Invoice(lines=(Line(),)), above) == ()
    assert [finding.rule for finding in check(Invoice(lines=(Line(),)), below)] == ["T-1"]


REMINDER = Reminder(
    number="M-1",
    issue_date=date(2026, 1, 1),
    level=ReminderLevel.FIRM,
    currency="EUR",
    seller=Party(),
    buyer=Party(),
    customer="C-1",
    items=(),
    total=Decimal(0),
)


def test_a_document_of_another_kind_is_not_judged_and_not_passed() -> None:
    document: Document = REMINDER
    result = outcome(document, ruleset(NAME))
    assert (result.passed, result.failed, result.not_applicable) == ((), (), ("T-6",))

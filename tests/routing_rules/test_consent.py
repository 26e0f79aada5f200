"""When the recipient has to accept invoices by email, and what follows of the roads."""

from typing import Literal

import msgspec
import pytest

from formats.model import ZERO, Document, Invoice, Party, Reminder, ReminderLevel
from routing_rules.conditions.catalogue import FACTS
from routing_rules.decide import decide
from routing_rules.decision import Decision, Facts
from routing_rules.grammar import load
from routing_rules.recipient import Consent, Recipient
from routing_rules.roads import Vocabulary
from tests.routing_rules.test_decide import ANYBODY, INVOICE, ROADS, channels

ASKED = msgspec.structs.replace(FACTS, email_needs_consent=True)
REMINDER = Reminder(
    number="M1",
    issue_date=FACTS.today,
    level=ReminderLevel.FIRM,
    currency="EUR",
    seller=Party(),
    buyer=Party(),
    customer="1",
    items=(),
    total=ZERO,
)
CREDIT_NOTE = Invoice(type_code="381", currency="EUR")
ALL, NO_EMAIL = ["ap", "mail", "post"], ["ap", "post"]

# document, consents, how he wants files, facts, more of the rule, roads
Row = tuple[Document, tuple[Consent, ...], Literal["", "attachment", "link"], Facts, str, list[str]]
CASES: dict[str, Row] = {
    "not asked for": (INVOICE, (), "", FACTS, "", ALL),
    "none given": (INVOICE, (), "", ASKED, "", NO_EMAIL),
    "given": (INVOICE, (Consent.EMAIL,), "", ASKED, "", ALL),
    "given to something else": (INVOICE, (Consent.NETWORK,), "", ASKED, "", NO_EMAIL),
    "to links, and wants links": (INVOICE, (Consent.LINK,), "link", ASKED, "", ALL),
    "to links, and wants files": (INVOICE, (Consent.LINK,), "", ASKED, "", NO_EMAIL),
    "what amends an invoice": (CREDIT_NOTE, (), "", ASKED, "", NO_EMAIL),
    "required by law": (INVOICE, (), "", ASKED, "legal = true", ALL),
}


LETTER = 'roads = [{ channel = "mail", format = "letter-din5008" }]'
COPY = ROADS + 'copies = [{ channel = "mail", format = "letter-din5008" }]'


def decided(
    house: Vocabulary, document: Document, recipient: Recipient, facts: Facts, rule: str
) -> Decision:
    rules = load([("own.toml", f'[[rule]]\nname = "r"\nbecause = "b"\n{rule}')], house)
    return decide(document, recipient, facts, rules)


@pytest.mark.parametrize("case", CASES)
def test_email_roads_of_invoices_wait_for_consent(case: str, house: Vocabulary) -> None:
    document, given, wants, facts, more, roads = CASES[case]
    recipient = msgspec.structs.replace(ANYBODY, consents=given, wants=wants)
    decision = decided(house, document, recipient, facts, ROADS + more)
    assert channels(decision) == roads
    said = ["the recipient has not agreed to invoices by email (2006/112/EC art. 232)"]
    assert [one.reason for one in decision.dropped] == ([] if roads == ALL else said)


def test_what_is_no_invoice_needs_no_consent(house: Vocabulary) -> None:
    assert channels(decided(house, REMINDER, ANYBODY, ASKED, LETTER)) == ["mail"]
    copies = decided(house, INVOICE, ANYBODY, ASKED, COPY).copies
    assert [road.channel for road in copies] == ["mail"]


def test_decisions_of_before_are_made_again_as_they_were(house: Vocabulary) -> None:
    kept = b'{"tenant":"t","sender":"s","today":"2026-01-01","tags":[]}'
    facts = msgspec.json.decode(kept, type=Facts)
    assert channels(decided(house, INVOICE, ANYBODY, facts, ROADS)) == ALL

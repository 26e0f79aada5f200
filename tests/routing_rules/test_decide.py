from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from formats.model import Document, Identifier, Invoice, PostalAddress, Totals
from routing_rules.conditions.catalogue import FACTS
from routing_rules.decide import decide
from routing_rules.decision import Decision, Facts, Road
from routing_rules.explain import explain
from routing_rules.grammar import load, shipped
from routing_rules.recipient import Recipient
from routing_rules.roads import Vocabulary

CASES = Path(__file__).parent / "decisions"
ANYBODY = Recipient(
    key="1",
    name="Muster GmbH",
    email="a@muster.example",
    endpoint=Identifier(scheme="0088", value="4399902421386"),
    address=PostalAddress(line_1="Musterweg 1", post_code="12345", city="Musterstadt"),
)
INVOICE = Invoice(type_code="380", currency="EUR", totals=Totals(with_vat=Decimal("100.00")))
ROADS = """
roads = [
  { channel = "peppol", format = "peppol-bis-3" },
  { channel = "email", format = "facturx-en16931", signature = "pades-b-b" },
  { channel = "post", format = "letter-din5008" },
]
"""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    document: Document
    recipient: Recipient
    facts: Facts


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_shipped_rules_by_country(
    case: str, house: Vocabulary, golden: Callable[[Path, str], None]
) -> None:
    content = msgspec.json.decode((CASES / case / "case.json").read_bytes(), type=Case)
    decision = decide(content.document, content.recipient, content.facts, load(shipped(), house))
    unversioned = msgspec.structs.replace(decision, rules_version="")
    golden(CASES / case / "explain.txt", explain(unversioned) + "\n")


def decided(
    rule: str,
    house: Vocabulary,
    *,
    document: Document = INVOICE,
    recipient: Recipient = ANYBODY,
    today: date = date(2026, 6, 30),
) -> Decision:
    text = f'[[rule]]\nname = "r"\nbecause = "b"\n{rule}'
    facts = msgspec.structs.replace(FACTS, today=today)
    return decide(document, recipient, facts, load([("own.toml", text)], house))


def channels(decision: Decision) -> list[str]:
    return [road.channel for road in decision.roads]


ORDER = {  # the recipient's wishes, whether the road is required by law, and what comes out
    "no wish": ((), "", ["ap", "mail", "post"]),
    "by kind": (("print", "email"), "", ["post", "mail", "ap"]),
    "by channel": (("mail",), "", ["mail", "ap", "post"]),
    "cannot be met": (("sftp",), "", ["ap", "mail", "post"]),
    "against the law": (("print",), "legal = true", ["ap", "mail", "post"]),
}


@pytest.mark.parametrize("case", ORDER)
def test_wishes_reorder_roads_unless_the_law_does(case: str, house: Vocabulary) -> None:
    wishes, legal, expected = ORDER[case]
    recipient = msgspec.structs.replace(ANYBODY, wishes=wishes)
    decision = decided(ROADS + legal, house, recipient=recipient)
    assert channels(decision) == expected
    assert len(decision.remarks) == (1 if wishes else 0)


def test_closed_roads_are_dropped_each_with_its_reason(house: Vocabulary) -> None:
    decision = decided(ROADS, house, recipient=Recipient(key="1"))
    assert decision.roads == ()
    assert [(one.road.channel, one.reason) for one in decision.dropped] == [
        ("ap", "no electronic address on the network is known"),
        ("mail", "no email address is known"),
        ("post", "no postal address is known"),
    ]


def test_road_by_law_that_is_closed_is_never_replaced(house: Vocabulary) -> None:
    rule = (
        'roads = [{ channel = "sdi", format = "fatturapa" }]\nlegal = true\n'
        'copies = [{ channel = "email", format = "letter-din5008" }]'
    )
    fallback = '\n[[rule]]\nname = "last"\nbecause = "b"' + ROADS
    decision = decided(rule + fallback, house)
    assert (decision.rule, decision.roads, decision.copies) == ("r", (), ())
    assert [one.reason for one in decision.dropped] == [
        "no channel `sdi` is configured (Sistema di Interscambio, Italy)",
        "no road is open, and a copy goes only beside the document itself",
    ]


def test_copies_go_besides_where_they_can(house: Vocabulary) -> None:
    copies = (
        'copies = [{ channel = "mail", format = "letter-din5008" },'
        ' { channel = "sdi", format = "fatturapa" }]'
    )
    decision = decided(ROADS + copies, house)
    assert decision.copies == (Road(channel="mail", format="letter-din5008"),)
    assert [one.road.channel for one in decision.dropped] == ["sdi"]


VALID = {date(2025, 12, 31): None, date(2026, 1, 1): "r", date(2026, 6, 30): "r"} | {
    date(2026, 7, 1): None
}


@pytest.mark.parametrize("today", VALID)
def test_rule_is_in_force_on_its_first_and_last_day(today: date, house: Vocabulary) -> None:
    rule = ROADS + "valid_from = 2026-01-01\nvalid_until = 2026-06-30"
    assert decided(rule, house, today=today).rule == VALID[today]


def test_every_clause_up_to_the_match_is_kept(house: Vocabulary) -> None:
    rules = (
        'when = { total_over = "50", country = "FR", kind = "invoice" }' + ROADS
        + '[[rule]]\nname = "s"\nbecause = "b"\nwhen.not_tag = "x"' + ROADS
    )  # fmt: skip
    trials = decided(rules, house).trials
    assert [(one.rule, one.clause, one.wanted, one.found, one.held) for one in trials] == [
        ("r", "total_over", "50", "100.00", True),
        ("r", "country", "FR", "nothing", False),
        ("s", "not_tag", "x", "nothing", True),
    ]


def test_no_rule_no_road(house: Vocabulary) -> None:
    decision = decided('when.country = "FR"' + ROADS, house)
    assert (decision.rule, decision.roads) == (None, ())
    assert [one.held for one in decision.trials] == [False]


def test_same_question_same_answer(house: Vocabulary) -> None:
    decisions = [decide(INVOICE, ANYBODY, FACTS, load(shipped(), house)) for _ in range(2)]
    assert decisions[0] == decisions[1]

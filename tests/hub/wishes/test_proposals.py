"""Who is proposed which road, and why; judged by the rules, never against a law."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace as changed

from formats.model import DocumentKind, Identifier, Invoice, PostalAddress, Totals
from hub.wishes.proposals import Proposal, Roads, propose
from hub.wishes.standing import Standing, Tally
from routing_rules import tariff
from routing_rules.decision import Facts
from routing_rules.grammar import load
from routing_rules.recipient import Consent, Recipient
from routing_rules.roads import Vocabulary

INVOICES = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})
HOUSE = Vocabulary(
    channels={"post": "print", "mail": "email", "ap": "peppol", "lieferant": "sftp"},
    formats={
        "peppol-bis-3": INVOICES,
        "facturx-en16931": INVOICES,
        "letter-din5008": frozenset(DocumentKind),
    },
)
POST = '{ channel = "post", format = "letter-din5008" }'
MAIL = '{ channel = "mail", format = "facturx-en16931" }'
AP = '{ channel = "ap", format = "peppol-bis-3" }'
SFTP = '{ channel = "lieferant", format = "peppol-bis-3" }'
PRICES = """
[[price]]
channel = "print"
what = "postage"
each = "0.95"
currency = "EUR"
source = "test"
valid_from = 2025-01-01
[[price]]
channel = "peppol"
what = "network"
each = "0.15"
currency = "EUR"
source = "test"
valid_from = 2025-01-01
"""
ENDPOINT = Identifier(scheme="0088", value="4399902421386")
PAPER = Recipient(
    key="K1",
    name="Muster GmbH",
    country="DE",
    email="a@muster.example",
    endpoint=ENDPOINT,
    address=PostalAddress(line_1="Weg 1", post_code="12345", city="Ort", country="DE"),
    wishes=("post",),
)
STANDING = Standing(
    tenant="nordwind",
    recipient=PAPER,
    document=Invoice(type_code="380", currency="EUR", totals=Totals(with_vat=Decimal("100.00"))),
    facts=Facts(tenant="nordwind", sender="erp", today=date(2026, 11, 20)),
    seller_country="DE",
    sent=(Tally(channel="post", state="handed_over", count=12),),
)
EMAIL_ONLY = changed(PAPER, endpoint=None)
ASKED = changed(STANDING.facts, email_needs_consent=True)


def roads(lanes: str, more: str = "") -> Roads:
    rules = f'[[rule]]\nname = "r"\nbecause = "b"\nsource = "s"\nroads = [{lanes}]\n{more}'
    return Roads.of(load([("own.toml", rules)], HOUSE), tariff.load([("t.toml", PRICES)]))


ALL = f"{POST}, {MAIL}, {AP}"
ADDRESS = "the address book has his email address"
NETWORK = "the address book has his network address 0088:4399902421386"
# changes of STANDING, lanes, more of the rule; channel, why, saves, lacks
Row = tuple[Mapping[str, Any], str, str, tuple[str, tuple[str, ...], str, str] | None]
CASES: dict[str, Row] = {
    "to the network": ({}, ALL, "", ("ap", (NETWORK,), "9.60", "")),
    "to email, free of charge as far as known": (
        {"recipient": EMAIL_ONLY},
        ALL,
        "",
        ("mail", (ADDRESS,), "11.40", ""),
    ),
    "the network where no rule has email": (
        {},
        f"{POST}, {AP}",
        "",
        ("ap", (NETWORK,), "9.60", ""),
    ),
    "no road of the rule": ({}, POST, "", None),
    "the law": ({}, ALL, "legal = true", None),
    "nothing is known": ({"recipient": changed(EMAIL_ONLY, email=None)}, ALL, "", None),
    "an address that his invoices name": (
        {"recipient": EMAIL_ONLY, "named": ENDPOINT},
        ALL,
        "",
        (
            "ap",
            ("his last invoice names the electronic address 0088:4399902421386",),
            "9.60",
            "",
        ),
    ),
    "what he takes, and what arrived": (
        {
            "recipient": changed(PAPER, capabilities=("peppol-bis-3",)),
            "sent": (*STANDING.sent, Tally(channel="ap", state="delivered", count=2)),
        },
        ALL,
        "",
        (
            "ap",
            (
                NETWORK,
                "he takes peppol-bis-3",
                "2 documents of the last year arrived there",
            ),
            "9.60",
            "",
        ),
    ),
    "the network refused": (
        {"sent": (*STANDING.sent, Tally(channel="ap", state="rejected_permanent", count=1))},
        ALL,
        "",
        ("mail", (ADDRESS,), "11.40", ""),
    ),
    "the next best, where the best is declined": (
        {"declined": frozenset({"ap"})},
        ALL,
        "",
        ("mail", (ADDRESS,), "11.40", ""),
    ),
    "a dead address": ({"recipient": EMAIL_ONLY, "suppressed": True}, ALL, "", None),
    "already on the best road": ({"recipient": changed(PAPER, wishes=("ap",))}, ALL, "", None),
    "from email to the network": (
        {
            "recipient": changed(PAPER, wishes=("mail",)),
            "sent": (Tally(channel="mail", state="delivered", count=3),),
        },
        ALL,
        "",
        ("ap", (NETWORK,), "", ""),
    ),
    "not from a partner's folder": (
        {"recipient": changed(PAPER, wishes=())},
        f"{SFTP}, {AP}",
        "",
        None,
    ),
    "consent is lacking": (
        {"recipient": EMAIL_ONLY, "facts": ASKED},
        ALL,
        "",
        ("mail", (ADDRESS,), "11.40", "his consent to invoices by email; enter it first"),
    ),
    "consent is there": (
        {"recipient": changed(EMAIL_ONLY, consents=(Consent.EMAIL,)), "facts": ASKED},
        ALL,
        "",
        ("mail", (ADDRESS,), "11.40", ""),
    ),
}


def proposed(case: str) -> Proposal | None:
    changes, lanes, more, _ = CASES[case]
    values = {name: getattr(STANDING, name) for name in Standing.__dataclass_fields__}
    return propose(Standing(**values | dict(changes)), roads(lanes, more))


@pytest.mark.parametrize("case", CASES)
def test_who_is_proposed_which_road(case: str) -> None:
    expected, found = CASES[case][3], proposed(case)
    if expected is None:
        assert found is None
        return
    channel, why, saves, lacks = expected
    assert found is not None
    assert (found.channel, found.why, found.lacks) == (channel, why, lacks)
    assert found.saves == ({"EUR": Decimal(saves)} if saves else None)
    assert found.unpriced is (channel == "mail")


def test_an_accepted_entry_wishes_it_first_and_holds_no_consent() -> None:
    found = proposed("an address that his invoices name")
    assert found is not None
    assert found.entry == changed(PAPER, wishes=("ap", "post"))
    consenting = proposed("consent is there")
    assert consenting is not None
    assert consenting.entry == changed(EMAIL_ONLY, wishes=("mail", "post"))
    assert found.id != consenting.id

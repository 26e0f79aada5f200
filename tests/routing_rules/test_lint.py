from itertools import chain, product

import pytest
from msgspec.structs import replace

from formats.findings import Severity
from formats.model import Identifier, PostalAddress
from routing_rules.conditions.catalogue import FACTS
from routing_rules.grammar import load, shipped
from routing_rules.lint import lint
from routing_rules.recipient import Recipient
from routing_rules.roads import Vocabulary

ROADS = '[{ channel = "email", format = "letter-din5008" }]'
STREET = PostalAddress(line_1="Musterweg 1", post_code="12345", city="Musterstadt", country="BE")


def rule(name: str, *when: str, roads: str = ROADS, source: str = "contract") -> str:
    lines = [f'name = "{name}"', 'because = "b"', f'source = "{source}"', f"roads = {roads}"]
    return "\n".join(["[[rule]]", *lines, *when])


def found(house: Vocabulary, *rules: str) -> list[tuple[str, str | None]]:
    loaded = load([("own.toml", "\n".join(rules))], house)
    return [(one.rule, one.path) for one in lint(loaded, facts=FACTS)]


DEAD = {  # an earlier rule's conditions, a later one's, and whether the later is dead
    "everything before": ((), ('when.country = "DE"',), True),
    "same": (('when.country = "DE"',), ('when.country = "DE"',), True),
    "subset": (('when.country = ["DE", "AT"]',), ('when.country = "AT"', 'when.tag = "x"'), True),
    "superset": (('when.country = "AT"',), ('when.country = ["DE", "AT"]',), False),
    "other word": (('when.country = "DE"',), ('when.seller_country = "DE"',), False),
    "lower limit": (('when.total_over = "100"',), ('when.total_over = "200"',), True),
    "higher limit": (('when.total_over = "200"',), ('when.total_over = "100"',), False),
    "higher roof": (('when.total_under = "200"',), ('when.total_under = "100"',), True),
    "negated": (('when.not_country = "DE"',), ('when.not_country = ["DE", "AT"]',), True),
    "negated wider": (('when.not_country = ["DE", "AT"]',), ('when.not_country = "DE"',), False),
    "beginning": (
        ('when.identifier_starts = "0204:9"',),
        ('when.identifier_starts = "0204:99"',),
        True,
    ),
    "dates": (("when.issued_from = 2026-01-01",), ("when.issued_from = 2026-06-01",), True),
    "flag": (("when.known = true",), ("when.known = false",), False),
    "only for a time": (("valid_until = 2026-12-31",), ('when.country = "DE"',), False),
    "within that time": (("valid_until = 2026-12-31",), ("valid_until = 2026-06-30",), True),
}


@pytest.mark.parametrize("case", DEAD)
def test_dead_rule(case: str, house: Vocabulary) -> None:
    earlier, later, dead = DEAD[case]
    expected = [("RR-DEAD", "later")] if dead else []
    assert found(house, rule("earlier", *earlier), rule("later", *later)) == expected


OTHER = '[{ channel = "ap", format = "peppol-bis-3" }]'
CONFLICTS = {  # the conditions of two rules that lead elsewhere, and what the later is
    "same": (('when.country = "DE"',), ('when.country = "DE"',), "RR-CONFLICT"),
    "same in another order": (
        ('when.country = ["DE", "AT"]', 'when.tag = "x"'),
        ('when.tag = "x"', 'when.country = ["AT", "DE"]'),
        "RR-CONFLICT",
    ),
    "none at all": ((), (), "RR-CONFLICT"),
    "narrower": ((), ('when.country = "DE"',), "RR-DEAD"),
}


@pytest.mark.parametrize("case", CONFLICTS)
def test_two_rules_that_ask_the_same_and_lead_elsewhere(case: str, house: Vocabulary) -> None:
    earlier, later, code = CONFLICTS[case]
    rules = (rule("earlier", *earlier), rule("later", *later, roads=OTHER))
    assert found(house, *rules) == [(code, "later")]


LAWFUL = {  # a rule of law behind one that takes all: what leads it away, and what it is
    "goes before": ((), []),
    "said not to bind": (('instead_of = "law"',), [("RR-DEAD", "law")]),
    "the same road": ((), [("RR-DEAD", "law")]),
}


@pytest.mark.parametrize("case", LAWFUL)
def test_a_law_that_goes_before_is_not_dead(case: str, house: Vocabulary) -> None:
    more, expected = LAWFUL[case]
    roads = OTHER if case == "the same road" else ROADS
    law = rule("law", 'when.country = "DE"', "legal = true", roads=OTHER)
    assert found(house, rule("earlier", *more, roads=roads), law) == expected


def test_names_that_nobody_has_are_told_with_those_there_are(house: Vocabulary) -> None:
    text = rule(
        "r",
        'when.tenant = "nordwnd"',
        'when.not_sender = ["sap", "shop"]',
        'when.country = ["DE", "XX"]',
        'when.not_currency = "EUX"',
    )
    names = {"tenant": ["nordwind"], "sender": ["shop", "sap-p01"]}
    said = lint(load([("own.toml", text)], house), facts=FACTS, names=names)
    assert [(one.rule, one.place, one.message) for one in said] == [
        (
            "RR-UNKNOWN",
            "own.toml:1",
            "rule `r`: `tenant`: there is no tenant `nordwnd`; known: nordwind",
        ),
        (
            "RR-UNKNOWN",
            "own.toml:1",
            "rule `r`: `not_sender`: there is no sender `sap`; known: sap-p01, shop",
        ),
        (
            "RR-UNKNOWN",
            "own.toml:1",
            "rule `r`: `country`: `XX` is no code of ISO 3166-1 alpha-2",
        ),
        (
            "RR-UNKNOWN",
            "own.toml:1",
            "rule `r`: `not_currency`: `EUX` is no code of ISO 4217 alpha-3",
        ),
    ]


ODD = {  # one rule, and what is odd about it
    "contradiction": (rule("r", 'when.country = "DE"', 'when.not_country = ["DE", "AT"]'), 1),
    "no contradiction": (rule("r", 'when.country = ["DE", "AT"]', 'when.not_country = "DE"'), 0),
    "empty range": (rule("r", 'when.total_under = "100"', 'when.total_over = "100"'), 1),
    "range": (rule("r", 'when.total_under = "101"', 'when.total_over = "100"'), 0),
    "dates": (rule("r", "when.issued_from = 2026-02-01", "when.issued_until = 2026-01-31"), 1),
    "one day": (rule("r", "when.issued_from = 2026-02-01", "when.issued_until = 2026-02-01"), 0),
    "lapsed": (rule("r", "valid_until = 2025-12-31"), 1),
    "last day": (rule("r", "valid_until = 2026-01-01"), 0),
    "no source": (rule("r", source=" "), 1),
    "no channel": (rule("r", roads='[{ channel = "sdi", format = "fatturapa" }]'), 1),
    "format": (
        rule("r", 'when.kind = "reminder"', roads='[{ channel = "ap", format = "peppol-bis-3" }]'),
        1,
    ),
    "format for one of two": (
        rule(
            "r",
            'when.kind = ["reminder", "invoice"]',
            roads='[{ channel = "ap", format = "peppol-bis-3" }]',
        ),
        0,
    ),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_rule(case: str, house: Vocabulary) -> None:
    text, count = ODD[case]
    assert len(found(house, text)) == count


def test_recipient_without_a_road_is_named_with_the_reason(house: Vocabulary) -> None:
    recipients = [
        Recipient(key="1", name="Muster", country="BE", address=STREET),
        Recipient(
            key="2",
            country="BE",
            email="a@muster.example",
            identifiers=(Identifier(scheme="vat", value="BE0999999922"),),
        ),
    ]
    recipients += [replace(recipients[1], key=key) for key in "345678"]
    rules = load(shipped(), house)
    said = lint(rules, facts=FACTS, recipients=recipients, seller_countries=["BE", "DE"])
    assert [(one.rule, one.value, one.message) for one in said] == [
        (
            "RR-NOROAD",
            "2, 3, 4, 5, 6",
            (
                "customers 2, 3, 4, 5, 6 and 2 more: no road for invoice, credit note "
                "(rule `be-b2b`: ap: no electronic address on the network is known)"
            ),
        )
    ]


def test_shipped_rules_are_only_ever_missing_a_channel(house: Vocabulary) -> None:
    rules = load(shipped(), house)
    everywhere = lint(rules, facts=FACTS)
    assert {one.rule for one in everywhere} == {"RR-CHANNEL"}
    assert {one.severity for one in everywhere} == {Severity.WARNING}
    concerned = {
        country: {one.place for one in lint(rules, facts=FACTS, seller_countries=[country])}
        for country in ("ES", "FR", "IT", "PL", "RO")
    }
    assert set(chain(*concerned.values())) == {one.place for one in everywhere}
    assert all(f"shipped/{c.lower()}" in str(p) for c in concerned for p in concerned[c])
    assert not lint(rules, facts=FACTS, seller_countries=["DE", "BE", "NL"])


def test_lint_is_quiet_about_each_kind_of_duty_at_its_time(house: Vocabulary) -> None:
    rules = load(shipped(), house).rules
    words = {clause.word for rule in rules for clause in rule.when}
    legal = [rule for rule in rules if rule.legal]
    for one, asked in product(legal, ({"country", "seller_country"}, {"kind"}, {"valid_from"})):
        assert asked & {clause.word for clause in one.when}, one.name
        assert one.source, one.name
    assert "valid_until" in words

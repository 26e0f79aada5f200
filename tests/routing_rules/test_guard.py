"""A road required by law is never replaced by email or paper, neither as fallback nor by a rule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from formats.model import Identifier, Invoice, Party, PostalAddress, Totals
from routing_rules.conditions.catalogue import FACTS
from routing_rules.decide import decide
from routing_rules.decision import Decision
from routing_rules.grammar import UnusableRules, load, shipped
from routing_rules.recipient import Recipient
from routing_rules.roads import KINDS, Vocabulary
from tests.routing_rules.conftest import INVOICES

OPEN = Recipient(
    key="1",
    name="Muster",
    email="a@muster.example",
    endpoint=Identifier(scheme="0088", value="4399902421386"),
    address=PostalAddress(line_1="Musterweg 1", post_code="12345", city="Musterstadt"),
    wishes=("print", "email"),
)
LAWS = {  # each shipped rule of law: day in force, seller's country, what the recipient is known by
    "be-public": ("2024-06-01", "BE", {"country": "BE", "group": "public"}, ["peppol"]),
    "be-b2b": ("2026-06-01", "BE", {"country": "BE", "vat": "BE0123456749"}, ["peppol"]),
    "de-federal": ("2026-06-01", "DE", {"country": "DE", "0204": "991-1"}, ["peppol"]),
    "de-b2b-2027": ("2027-06-01", "DE", {"country": "DE", "vat": "DE1"}, ["peppol", "email"]),
    "de-b2b-2028": ("2028-06-01", "DE", {"country": "DE", "vat": "DE1"}, ["peppol", "email"]),
    "fr-public": ("2025-06-01", "FR", {"country": "FR", "group": "public"}, ["pa", "chorus"]),
    "fr-b2b-2026": ("2026-10-01", "FR", {"country": "FR", "0002": "1"}, ["pa"]),
    "fr-b2b-2027": ("2027-10-01", "FR", {"country": "FR", "0002": "1"}, ["pa"]),
    "es-public": ("2026-06-01", "ES", {"country": "ES", "group": "public"}, ["face"]),
    "pl-ksef-2026": ("2026-06-01", "PL", {"country": "PL", "vat": "PL5261040828"}, ["ksef"]),
    "pl-ksef-2027": ("2027-06-01", "PL", {"country": "DE", "vat": "DE1"}, ["ksef"]),
    "ro-b2b": ("2024-07-01", "RO", {"country": "RO", "vat": "RO18547290"}, ["anaf"]),
    "ro-consumer": ("2026-06-01", "RO", {"country": "RO"}, ["anaf"]),
    "it-sdi": ("2026-06-01", "IT", {"country": "IT"}, ["sdi"]),
}
SHORTCUTS = {  # roads of a rule of the operator's own that stands before
    "email after the network": (
        '[{ channel = "peppol", format = "peppol-bis-3" }, '
        '{ channel = "print", format = "letter-din5008" }]'
    ),
    "paper": '[{ channel = "print", format = "letter-din5008" }]',
    "letter by email": '[{ channel = "email", format = "letter-din5008" }]',
}


@pytest.fixture
def everything(house: Vocabulary) -> Vocabulary:
    national = ("fatturapa", "ksef-fa3", "cius-ro-ubl", "facturae", "ubl")
    formats = dict.fromkeys(national, INVOICES)
    channels = {kind: kind for kind in KINDS}
    return Vocabulary(
        channels=channels,
        formats={**house.formats, **formats},
        signatures=frozenset({"xades-b-b"}),
    )


def decided(law: str, files: Sequence[tuple[str, str]], house: Vocabulary) -> Decision:
    day, seller, known, _ = LAWS[law]
    schemes = [key for key in known if key not in {"country", "group"}]
    recipient = msgspec.structs.replace(
        OPEN,
        country=known["country"],
        group=known.get("group"),
        identifiers=tuple(Identifier(scheme=key, value=known[key]) for key in schemes),
    )
    document = Invoice(
        type_code="380",
        currency="EUR",
        seller=Party(address=PostalAddress(country=seller)),
        totals=Totals(with_vat=Decimal("9999.00")),
    )
    facts = msgspec.structs.replace(FACTS, today=date.fromisoformat(day))
    return decide(document, recipient, facts, load([*files, *shipped()], house))


def own(roads: str, more: str = "") -> tuple[str, str]:
    text = f'[[rule]]\nname = "own"\nbecause = "b"\nsource = "contract 7"\nroads = {roads}\n{more}'
    return ("own.toml", text)


def kinds(decision: Decision) -> list[str]:
    return [road.channel for road in decision.roads]


@pytest.mark.parametrize("law", LAWS)
def test_a_law_leads_over_its_own_roads_alone_whatever_anybody_wishes(
    law: str, everything: Vocabulary
) -> None:
    decision = decided(law, [], everything)
    assert (decision.rule, decision.legal, kinds(decision)) == (law, True, LAWS[law][3])


@pytest.mark.parametrize("law", LAWS)
def test_without_its_channel_the_document_goes_nowhere(law: str, everything: Vocabulary) -> None:
    left = {kind: kind for kind in KINDS if kind not in LAWS[law][3]}
    decision = decided(law, [], replace(everything, channels=left))
    assert (decision.rule, decision.roads, decision.copies) == (law, (), ())


@pytest.mark.parametrize("shortcut", ["paper", "letter by email", "email after the network"])
@pytest.mark.parametrize("law", LAWS)
def test_a_rule_that_stands_before_does_not_replace_it(
    law: str, shortcut: str, everything: Vocabulary
) -> None:
    decision = decided(law, [own(SHORTCUTS[shortcut])], everything)
    assert (decision.rule, decision.legal, kinds(decision)) == (law, True, LAWS[law][3])
    assert "rule `own` (own.toml:1) holds first" in decision.remarks[0]
    assert {one.rule for one in decision.trials} == {law}
    free = decided(law, [own(SHORTCUTS[shortcut], f'instead_of = "{law}"')], everything)
    assert (free.rule, free.legal) == ("own", False)


@pytest.mark.parametrize(
    ("law", "channel", "form", "rule"),
    [
        ("be-b2b", "email", "facturx-en16931", "be-b2b"),
        ("be-b2b", "peppol", "xrechnung-ubl", "own"),
        ("de-b2b-2027", "sftp", "ubl", "own"),
        ("de-b2b-2027", "email", "xrechnung-ubl", "own"),
        ("it-sdi", "sftp", "ubl", "it-sdi"),
    ],
)
def test_a_rule_may_choose_among_what_the_law_allows(
    law: str, channel: str, form: str, rule: str, everything: Vocabulary
) -> None:
    roads = f'[{{ channel = "{channel}", format = "{form}" }}]'
    assert decided(law, [own(roads)], everything).rule == rule


FAULTS = {
    'instead_of = "be-b2c"': "`instead_of`: no rule of law `be-b2c`; did you mean `be-b2b`?",
    "instead_of = 7": "`instead_of` must be a name or a list of names",
    'allows = "sftp"': "`allows` is for rules with `legal = true`",
    'legal = true\nallows = "fax"': "unknown kind of channel `fax`; known are",
    'instead_of = "be-b2b"\nsource=""': "`instead_of` needs a `source`: why the law does not bind",
}


@pytest.mark.parametrize("more", FAULTS)
def test_faults_of_the_guards_words_are_named(more: str, house: Vocabulary) -> None:
    name, text = own(SHORTCUTS["paper"], more)
    text = text.replace('source = "contract 7"\n', "") if "source=" in more else text
    with pytest.raises(UnusableRules) as caught:
        load([(name, text), *shipped()], house)
    assert FAULTS[more] in str(caught.value)
    assert str(caught.value).startswith("own.toml:")


def test_every_shipped_rule_of_law_stands_in_the_table(everything: Vocabulary) -> None:
    assert {rule.name for rule in load(shipped(), everything).rules if rule.legal} == set(LAWS)

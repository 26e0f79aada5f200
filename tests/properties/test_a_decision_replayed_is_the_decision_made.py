"""The law of replay: the same rule set, recipient, document and clock, out of their kept bytes."""

import json
from datetime import date
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import canonical
from formats.catalogue import WRITERS
from formats.model import Identifier, Invoice, Party, PostalAddress, Totals
from formats.signatures.catalogue import SIGNATURES
from hub.pipeline.replay import differing, rules_kept
from routing_rules.decide import decide
from routing_rules.decision import Facts
from routing_rules.grammar import load, shipped
from routing_rules.recipient import Recipient
from routing_rules.roads import KINDS, Vocabulary
from tests.properties.examples import examples

COUNTRIES = st.sampled_from(["BE", "DE", "ES", "FR", "IT", "NL", "PL", "RO"])
TAGS = st.sampled_from(["small-issuer", "urgent"])
ADDRESSES = st.builds(
    PostalAddress, line_1=st.just("Musterweg 1"), city=st.just("X"), country=COUNTRIES
)
IDENTIFIERS = st.builds(
    Identifier,
    scheme=st.sampled_from(["vat", "0204", "0002", "0009", "0088"]),
    value=st.sampled_from(["991-1", "01-1", "BE0123456749"]),
)
RECIPIENTS = st.builds(
    Recipient,
    key=st.sampled_from(["", "1", "2"]),
    name=st.just("Muster"),
    group=st.none() | st.sampled_from(["public", "key-account"]),
    country=st.none() | COUNTRIES,
    email=st.none() | st.just("a@muster.example"),
    address=st.none() | ADDRESSES,
    identifiers=st.lists(IDENTIFIERS, max_size=2).map(tuple),
    endpoint=st.none() | IDENTIFIERS,
    wishes=st.lists(st.sampled_from(["email", "print", "ap"]), max_size=2).map(tuple),
    known=st.booleans(),
)
DOCUMENTS = st.builds(
    Invoice,
    type_code=st.sampled_from(["380", "381"]),
    issue_date=st.dates(date(2019, 1, 1), date(2031, 1, 1)),
    currency=st.sampled_from(["EUR", "PLN"]),
    seller=st.builds(Party, address=ADDRESSES),
    buyer=st.none() | st.builds(Party, vat_identifier=st.none() | st.just("BE0123456749")),
    totals=st.none() | st.builds(Totals, with_vat=st.decimals(0, 9999, places=2).map(Decimal)),
)
FACTS = st.builds(
    Facts,
    tenant=st.just("muster"),
    sender=st.sampled_from(["sap", "shop"]),
    today=st.dates(date(2019, 1, 1), date(2031, 1, 1)),
    tags=st.lists(TAGS, max_size=2, unique=True).map(tuple),
)
CLAUSES = st.dictionaries(
    st.sampled_from(["country", "group", "tag", "sender", "recipient"]),
    st.sampled_from(["DE", "IT"]),
    max_size=2,
)
CHANNELS = st.lists(st.sampled_from(["a", "b", *KINDS]), min_size=1, max_size=4, unique=True)


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    return Vocabulary(
        channels={name: draw(st.sampled_from([*KINDS])) for name in draw(CHANNELS)},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
        signatures=frozenset(SIGNATURES),
    )


@st.composite
def own_rules(draw: st.DrawFn) -> str:
    rules = []
    for at in range(draw(st.integers(0, 3))):
        clauses = [f"when.{word} = {json.dumps(value)}" for word, value in draw(CLAUSES).items()]
        channel = draw(st.sampled_from(["email", "print", "peppol", "sdi"]))
        road = f'roads = [{{ channel = "{channel}", format = "letter-din5008" }}]'
        rules.append("\n".join(["[[rule]]", f'name = "r{at}"', 'because = "é"', *clauses, road]))
    return "\n".join(rules)


@settings(max_examples=examples(40))
@given(
    own=own_rules(),
    vocabulary=vocabularies(),
    document=DOCUMENTS,
    recipient=RECIPIENTS,
    facts=FACTS,
)
def test_a_decision_replayed_is_the_decision_made(
    own: str, vocabulary: Vocabulary, document: Invoice, recipient: Recipient, facts: Facts
) -> None:
    rules = load([("own.toml", own), *shipped()], vocabulary)
    made = decide(document, recipient, facts, rules)
    again = decide(
        canonical.decode(canonical.encode(document)),
        msgspec.json.decode(msgspec.json.encode(recipient), type=Recipient),
        msgspec.json.decode(msgspec.json.encode(facts), type=Facts),
        rules_kept(rules.kept),
    )
    assert not differing(made, again)
    assert msgspec.json.encode(made) == msgspec.json.encode(again)

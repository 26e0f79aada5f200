"""Consents: filed before they count, asked for by routing, and gone once they are taken back."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive.entry import ArchiveError, Item, Query
from formats.model import Identifier, Party, PostalAddress
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.replay import Replay, replay
from hub.store import consents, documents
from hub.store.consents import How
from hub.store.database import Database
from hub.wishes.consenting import Act, Agreement, NoConsent, give, withdraw
from hub.wishes.history import history
from routing_rules.recipient import Consent
from tests.hub.houses import START, Home, opened_house
from tests.hub.invoices import ubl

TODAY = START.date()
EMAIL = Agreement(
    recipient="K1",
    consent=Consent.EMAIL,
    on=date(2026, 11, 2),
    how=How.CONTRACT,
    words="contract 12, section 4",
)
BUYER = Party(
    name="Buyer",
    identifiers=(Identifier(value="K1"),),
    address=PostalAddress(city="Paris", post_code="75001", country="FR"),
)
FORM = Item(role="proof", name="form.pdf", media_type="application/pdf", data=b"%PDF-1.7 signed")


def act(home: Home, proof: Item | None = None) -> Act:
    return Act(
        id=home.house.new_id(), at=home.clock.now, tenant="nordwind", who="Anna", proof=proof
    )


def given(home: Home, *agreements: Agreement, proof: Item | None = None) -> int:
    return len(give(home.house.database, home.house.archive, act(home, proof), agreements))


def taken_back(home: Home, recipient: str = "K1") -> int:
    ended = withdraw(
        home.house.database,
        home.house.archive,
        act(home),
        recipient=recipient,
        consent=Consent.EMAIL,
        how=How.PHONE,
        words="rang us",
    )
    return len(ended)


AGREED = "agreed to invoices by email by contract on 2026-11-02"
RULES = """
[[rule]]
name = "agreed"
because = "as he agreed"
source = "test"
when.consents = "email"
roads = [{ channel = "second", format = "ubl" }]

[[rule]]
name = "others"
because = "test"
source = "test"
roads = [{ channel = "post", format = "ubl" }]
"""


def test_a_consent_is_filed_with_its_proof(home: Home) -> None:
    assert given(home, EMAIL, proof=FORM) == 1
    [entry] = home.house.archive.find(Query(step="consent"))
    said, proof = entry.items
    [line] = json.loads(home.house.archive.get(said.sha256))
    assert line == {
        "customer": "K1",
        "consent": "email",
        "given_on": "2026-11-02",
        "how": "contract",
        "words": "contract 12, section 4",
    }
    assert home.house.archive.get(proof.sha256) == FORM.data
    assert "K1" not in repr((entry.key, entry.subject, entry.fields)), "personal data in items only"
    assert home.house.archive.verify().ok


def test_the_history_tells_all_of_it_newest_first(home: Home) -> None:
    assert [given(home, EMAIL), given(home, EMAIL)] == [1, 0], "taken twice adds nothing"
    home.clock.forward(days=1)
    assert taken_back(home) == 1
    home.clock.forward(days=1)
    assert given(home, EMAIL) == 1, "what was taken back can be given again"
    with home.house.database.transaction() as connection:
        found = history(connection, "nordwind", "K1")
    assert [(each.text, each.words) for each in found.moments] == [
        (AGREED, EMAIL.words),
        ("took back on the phone: invoices by email", "rang us"),
        (AGREED, EMAIL.words),
    ]
    steps = [home.house.archive.entry(each.entry).step for each in found.moments]
    assert steps == ["consent", "consent-withdrawn", "consent"]
    assert [each.entry for each in found.in_force] == [found.moments[0].entry]


def test_a_rule_asks_for_it_and_past_decisions_stay(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    with opened_house(tmp_path, database, pool, RULES) as home:
        ways = [decided(home, "R-1")]
        given(home, EMAIL)
        ways.append(decided(home, "R-2"))
        taken_back(home)
        ways.append(decided(home, "R-3"))
        assert [one.made.rule for one in ways] == ["others", "agreed", "others"]
        assert [one.differing for one in ways] == [(), (), ()]
        assert ways[1] == replayed(home, "R-2"), "it was decided by what was agreed then"


def decided(home: Home, number: str) -> Replay:
    arrival = Arrival(
        data=ubl(number=number, buyer=BUYER),
        name="in.xml",
        tenant="nordwind",
        sender="erp",
        door="api",
    )
    receive(home.house, arrival)
    home.run()
    return replayed(home, number)


def replayed(home: Home, number: str) -> Replay:
    with home.house.database.transaction() as connection:
        [row] = documents.found(connection, tenant="nordwind", limit=2, words=number)
    return replay(home.house.archive, row)


FAULTS = {
    "nobody": (replace(EMAIL, recipient="K9"), "customer 'K9' is not in the address book"),
    "no text": (replace(EMAIL, words="a\0b"), "hold a NUL"),
    "a day to come": (replace(EMAIL, on=TODAY + timedelta(days=1)), "is a day to come"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_one_fault_and_none_is_taken(home: Home, case: str) -> None:
    wrong, words = FAULTS[case]
    with pytest.raises(NoConsent, match=words):
        given(home, EMAIL, wrong)
    assert in_force(home) == ()
    assert home.house.archive.find(Query(step="consent")) == ()


def test_what_was_not_given_cannot_be_taken_back(home: Home) -> None:
    with pytest.raises(NoConsent, match="has given no consent to email"):
        taken_back(home)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_filed_is_not_noted(home: Home) -> None:
    home.house.archive.close()
    with pytest.raises(ArchiveError):
        given(home, EMAIL)
    assert in_force(home) == ()


def in_force(home: Home) -> tuple[Consent, ...]:
    with home.house.database.transaction() as connection:
        return consents.in_force(connection, "nordwind", ["K1"]).get("K1", ())

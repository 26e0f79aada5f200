"""Proposals of a real house: accepted ones change the address book and the next invoice's road."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from archive.entry import Query
from hub.engine.pool import Pool
from hub.pipeline.replay import replay
from hub.store import documents, recipients, suppressions
from hub.store.database import Database
from hub.store.suppressions import Suppression
from hub.wishes.answering import accept, chosen, decline
from hub.wishes.history import history
from hub.wishes.looking import proposals
from hub.wishes.proposals import Proposal
from routing_rules.decision import Decision
from routing_rules.recipient import Recipient
from tests.hub.houses import Home
from tests.hub.wishes.wishing import PAPER, invoice, paper_house


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with paper_house(tmp_path, database, pool) as made:
        for key, number in (("K1", "R-1"), ("K1", "R-2"), ("K2", "R-3"), ("K3", "R-4")):
            invoice(made, key, number)
        invoice(made, "K9", "R-5")
        yield made


def proposed(home: Home) -> list[Proposal]:
    return proposals(home.house, ["nordwind"])


def entry(home: Home, key: str) -> Recipient | None:
    with home.house.database.transaction() as connection:
        return recipients.get(connection, "nordwind", key)


def road(home: Home, number: str) -> str:
    with home.house.database.transaction() as connection:
        [row] = documents.found(connection, tenant="nordwind", words=number)
    assert replay(home.house.archive, row).differing == ()
    return msgspec.json.decode(row.decision, type=Decision).roads[0].channel


def test_who_can_take_email_is_proposed_it(home: Home) -> None:
    assert [
        (each.key, each.road, each.channel, each.documents, each.saves) for each in proposed(home)
    ] == [
        ("K1", "post", "second", 2, {"EUR": Decimal("1.90")}),
        ("K2", "post", "second", 1, {"EUR": Decimal("0.95")}),
    ]
    assert [each.key for each in proposals(home.house, ["nordwind"], keys=["K2"])] == ["K2"]
    assert proposals(home.house, []) == []


def test_an_accepted_one_is_filed_and_routed_by(home: Home) -> None:
    found = proposed(home)
    assert accept(home.house, chosen(found, {found[0].id, "another"}), who="Anna") == 1
    assert entry(home, "K1") == replace(PAPER, wishes=("second",))
    invoice(home, "K1", "R-6")
    assert (road(home, "R-1"), road(home, "R-6")) == ("post", "second")
    assert [each.key for each in proposed(home)] == ["K2"]
    [filed] = home.house.archive.find(Query(step="address-book"))
    assert filed.fields["who"] == "Anna, proposal accepted"
    with home.house.database.transaction() as connection:
        [told] = history(connection, "nordwind", "K1").moments
    assert (told.text, told.entry) == ("wishes changed from none to second", filed.id)
    assert accept(home.house, chosen(found, {found[0].id}), who="Ben") == 0, "accepted before"


def test_a_declined_one_rests_for_half_a_year(home: Home) -> None:
    found = proposed(home)
    assert decline(home.house, found[:1], who="Anna", why="wants paper") == 1
    assert [each.key for each in proposed(home)] == ["K2"]
    assert entry(home, "K1") == PAPER, "nothing has changed"
    [filed] = home.house.archive.find(Query(step="road-declined"))
    with home.house.database.transaction() as connection:
        [told] = history(connection, "nordwind", "K1").moments
    assert (told.text, told.words, told.entry) == (
        "proposed road declined: second",
        "wants paper",
        filed.id,
    )
    home.clock.forward(days=179)
    assert [each.key for each in proposed(home)] == ["K2"]
    home.clock.forward(days=2)
    assert [each.key for each in proposed(home)] == ["K1", "K2"]


def test_what_no_longer_stands_is_not_accepted(home: Home) -> None:
    found = proposed(home)
    with home.house.database.transaction() as connection:
        suppressions.suppress(
            connection,
            Suppression(
                tenant="nordwind",
                address="buyer@kunde.example",
                verdict="dead",
                reason="550",
                since=home.clock.now,
                document="D",
                delivery="D-d0",
            ),
        )
    assert accept(home.house, found, who="Anna") == 1
    assert entry(home, "K1") == PAPER


def test_last_years_documents_alone_count(home: Home) -> None:
    home.clock.forward(days=366)
    assert proposed(home) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_documents_whose_keeping_has_ended_propose_nothing(home: Home) -> None:
    with home.house.database.transaction() as connection:
        for row in documents.found(connection, tenant="nordwind"):
            documents.change(connection, row.id, enriched_sha256="0" * 64)
    assert proposed(home) == []

"""Silence after handing over: said after the days that are set, and then what is wished."""

from dataclasses import replace
from typing import Literal

import pytest
from msgspec.structs import replace as changed

from hub.config.confirmation import Confirmation
from hub.pipeline.confirm import confirm
from hub.runs.unconfirmed import age
from hub.store import deliveries, documents, events
from hub.store.deliveries import Delivery
from outbound.channel import DeliveryState, Event, InDoubt
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.hub.pipeline.test_runner import drop

Wish = Literal["nothing", "next_road", "worklist"]


def wishing(home: Home, then: Wish) -> None:
    wish = Confirmation(unconfirmed_after_days=5, unconfirmed=then)
    config = changed(home.house.config, confirmations={"post": wish, "second": wish})
    home.house = replace(home.house, config=config)


def way(home: Home) -> Delivery:
    with home.house.database.transaction() as connection:
        (found,) = deliveries.listed(connection)
    return found


def silence(home: Home) -> int:
    home.clock.forward(days=5, seconds=1)
    found = age(home.house)
    home.run()
    return found


@pytest.mark.parametrize(
    ("then", "waits_for", "state", "copies"),
    [
        ("nothing", "", ("post", "handed_over"), 0),
        ("worklist", "unconfirmed", ("post", "handed_over"), 0),
        ("next_road", "", ("second", "handed_over"), 1),
    ],
)
def test_what_follows_is_what_is_wished_once(
    home: Home, then: Wish, waits_for: str, state: tuple[str, str], copies: int
) -> None:
    wishing(home, then)
    drop(home, ubl())
    assert age(home.house) == 0
    assert silence(home) == 1
    assert age(home.house) == 0
    assert ((way(home).channel, way(home).state), way(home).waits_for) == (state, waits_for)
    assert [p.subject.startswith("Copy: ") for p in home.second.sent] == [True] * copies
    with home.house.database.transaction() as connection:
        (row,) = documents.found(connection)
        lines = [line.text for line in events.of_document(connection, row.id, row.submission)]
    assert (
        sum("unconfirmed: post has not confirmed it within 5 days" in line for line in lines) == 1
    )
    assert "unconfirmed" in [e.step for e in home.house.archive.entries(document=row.id)]


def test_the_last_road_has_no_next_one_so_a_person_decides(home: Home) -> None:
    wishing(home, "next_road")
    drop(home, ubl())
    silence(home)
    assert silence(home) == 1
    assert (way(home).channel, way(home).waits_for) == ("second", "unconfirmed")


def test_a_report_within_the_days_or_after_them_ends_the_silence(home: Home) -> None:
    wishing(home, "worklist")
    drop(home, ubl())
    silence(home)
    home.post.reports.append(
        Event(
            parcel_key=way(home).parcel_key,
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="read",
            source="r",
        )
    )
    confirm(home.house, "post")
    assert (way(home).state, way(home).waits_for) == ("delivered", "")
    assert silence(home) == 0


def test_a_doubt_never_ages_into_another_road(home: Home) -> None:
    wishing(home, "next_road")
    home.post.answers = [InDoubt("cut")]
    drop(home, ubl())
    assert silence(home) == 0
    assert (way(home).state, home.second.sent) == ("in_doubt", [])

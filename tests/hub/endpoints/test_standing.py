"""What an operator sees of endpoints, and what pausing and resuming does."""

from datetime import timedelta

import pytest

from hub.endpoints.by_hand import Act, Hand, NoEndpoint, pause, resume
from hub.endpoints.standing import Standing, quiet_at, standings
from hub.pipeline.lanes import outlets
from hub.status import document_statuses
from hub.store import deliveries, documents
from outbound.channel import Deferred
from tests.hub.endpoints.relaying import drop, relaying, rows
from tests.hub.houses import START, Home

DEAD = Deferred("mx.dead.example: timed out", endpoint_down=True, beyond=True)


def seen(home: Home) -> dict[str, Standing]:
    house = home.house
    with house.database.transaction() as connection:
        found = standings(connection, outlets(house.config, house.channels), house.clock())
    return {each.name: each for each in found}


def act(home: Home, what: str, name: str) -> None:
    house = home.house
    hand = Hand(
        database=house.database,
        archive=house.archive,
        outlets=outlets(house.config, house.channels),
        tenants=house.config.tenants,
    )
    act = Act(id=house.new_id(), at=house.clock(), name=name, who="clerk", why="they move")
    {"pause": pause, "resume": resume}[what](hand, act)


def test_each_server_and_who_is_in_trouble_is_shown(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": DEAD}
    drop(home, "dead.example", *(f"D-{n}" for n in range(9)))
    home.run()
    found = seen(home)
    assert list(found) == ["post", "post/dead.example", "second"]
    dead = found["post/dead.example"]
    assert (dead.state, dead.words, dead.is_well) == ("down", str(DEAD), False)
    assert (dead.since, dead.until) == (START, START + timedelta(seconds=300))
    assert (dead.waiting, dead.waiting_since) == (9, START)
    assert (found["post"].state, found["post"].is_well) == ("works", True)
    home.clock.forward(seconds=300)
    assert seen(home)["post/dead.example"].state == "trying"


@pytest.mark.parametrize("name", ["post", "post/Good.Example"])
def test_a_paused_endpoint_is_sent_nothing_however_long_until_it_is_resumed(
    home: Home, name: str
) -> None:
    relay = relaying(home)
    act(home, "pause", name)
    drop(home, "good.example", "G-1", "G-2")
    for _ in range(4):
        home.run()
        home.clock.forward(days=1)
    assert (relay.tried, home.second.sent) == ([], [])
    shown = seen(home)[name.lower()]
    assert (shown.state, shown.since) == ("paused", START)
    assert shown.words == "paused by clerk: they move"
    act(home, "resume", name)
    home.run()
    assert len(relay.sent) == 2


def test_resuming_forgets_what_a_dead_endpoint_has_said(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": DEAD}
    drop(home, "dead.example", *(f"D-{n}" for n in range(9)))
    home.run()
    relay.domains = {}
    act(home, "resume", "post/dead.example")
    home.run()
    assert len(relay.sent) >= 4, "all that had not been tried"
    assert rows(home)["dead.example"].faults == 0


def test_quiet_hours_are_shown_with_their_end(home: Home) -> None:
    relaying(home, quiet=("08:00-11:30",))
    shown = seen(home)["post"]
    assert (shown.state, shown.until, shown.is_well) == (
        "quiet",
        START + timedelta(hours=2, minutes=30),
        True,
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [("fax", "there are: post, second"), ("second/x.example", "second talks to one server")],
)
def test_what_cannot_be_named_is_said_so(home: Home, name: str, words: str) -> None:
    relaying(home)
    with pytest.raises(NoEndpoint, match=words):
        act(home, "pause", name)


def test_a_document_that_waits_at_a_closed_door_says_which_and_why(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": DEAD}
    drop(home, "dead.example", *(f"D-{n}" for n in range(9)))
    home.run()
    with home.house.database.transaction() as connection:
        rows_ = documents.found(connection, limit=20)
        found = document_statuses(connection, rows_)
    said = {way["held"] for status in found for way in status["deliveries"]}
    down = f"post/dead.example is down since 2026-11-20 09:00 UTC: {DEAD}"
    assert said == {f"{down}; it is tried again at 2026-11-20 09:05 UTC"}
    act(home, "pause", "post")
    with home.house.database.transaction() as connection:
        (way,) = document_statuses(connection, rows_[:1])[0]["deliveries"]
    paused = "post is paused since 2026-11-20 09:00 UTC by clerk: they move"
    assert way["held"] == f"{paused}; until somebody resumes it"
    act(home, "resume", "post")
    act(home, "resume", "post/dead.example")
    with home.house.database.transaction() as connection:
        (way,) = document_statuses(connection, rows_[:1])[0]["deliveries"]
    assert way["held"] == ""


def test_a_document_that_quiet_hours_keep_says_until_when_unless_a_deadline_lets_it_go(
    home: Home,
) -> None:
    relaying(home, quiet=("08:00-11:30",))
    drop(home, "good.example", "G-1", "G-2")
    home.run()
    quiet = quiet_at(home.clock.now, home.house.config.traffic_of)
    with home.house.database.transaction() as connection:
        row, other = documents.found(connection, limit=2)
        deliveries.change(connection, f"{other.id}-d0", due_by=START + timedelta(hours=1))
        found = document_statuses(connection, [row, other], quiet)
    assert [way["held"] for status in found for way in status["deliveries"]] == [
        "post has quiet hours until 2026-11-20 11:30 UTC",
        "",
    ]

"""A smart host and the domains beyond it: who is dead, slow or limited costs nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hub.config.traffic import DomainLimits, Limits
from hub.pipeline.lanes import lanes
from hub.store import deliveries, work
from hub.store.work import RUNS_LAST
from outbound.channel import Deferred, DeliveryState
from tests.hub.endpoints.relaying import attempts, drop, relaying, rows, states
from tests.hub.houses import Home

DEAD = Deferred("mx.dead.example: timed out", endpoint_down=True, beyond=True)


def numbers(letter: str, count: int) -> list[str]:
    return [f"{letter}-{n:03}" for n in range(count)]


def waiting_in(home: Home, lane: str) -> int:
    with home.house.database.transaction() as connection:
        return work.waits_since(connection, lane)[0]


def test_a_dead_domain_is_left_alone_and_the_others_are_served(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": DEAD}
    drop(home, "dead.example", *numbers("D", 30))
    drop(home, "good.example", *numbers("G", 4))
    home.run()
    assert [parcel.labels["number"][0] for parcel in relay.sent] == ["G"] * 4
    assert relay.tried.count("dead.example") <= 5, "no more than connections"
    assert attempts(home).count(0) >= 25, "who waits has tried nothing"
    assert set(rows(home)) == {"dead.example"}
    assert (rows(home)["dead.example"].faults, rows(home)["dead.example"].words) == (3, str(DEAD))


def test_one_parcel_tries_a_dead_domain_and_its_answer_opens_it(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": DEAD}
    drop(home, "dead.example", *numbers("D", 12))
    home.run()
    for seconds in (300, 600):
        before = len(relay.tried)
        home.clock.forward(seconds=seconds)
        home.run()
        assert len(relay.tried) == before + 1
    relay.domains = {}
    home.clock.forward(seconds=4000)
    home.run()
    assert len(relay.sent) == 12
    home.clock.forward(minutes=10)
    home.run()
    assert rows(home) == {}, "who works again is treated like all others"


@pytest.mark.parametrize("fault", [DEAD, Deferred("smtp://mx: refused", endpoint_down=True)])
def test_what_waits_too_long_at_a_closed_door_takes_its_next_road_untried(
    home: Home, fault: Deferred
) -> None:
    relay = relaying(home)
    relay.domains = {"dead.example": fault}
    drop(home, "dead.example", *numbers("D", 60))
    home.run()
    tried, known = len(relay.tried), lanes(home.house)
    for _ in range(50):
        home.clock.forward(hours=1)
        while home.run_open(known):
            pass
    assert len(home.second.sent) == 60
    assert len(relay.tried) - tried <= 60, "probes, not sixty a time"
    assert states(home) == {"handed_over": 60}


def test_a_dead_server_holds_all_domains_and_is_tried_by_one(home: Home) -> None:
    relay = relaying(home)
    down = Deferred("smtp://mx: refused", endpoint_down=True)
    relay.domains = dict.fromkeys(("a.example", "b.example", "c.example"), down)
    for name in relay.domains:
        drop(home, name, *numbers(name[0].upper(), 9))
    home.run()
    first = len(relay.tried)
    assert first <= 4
    assert set(rows(home)) >= {""}
    home.clock.forward(seconds=300)
    home.run()
    assert len(relay.tried) == first + 1
    relay.domains = {}
    home.clock.forward(seconds=4000)
    home.run()
    assert len(relay.sent) == 27


def test_a_domain_is_given_what_its_rate_allows_and_the_others_all(home: Home) -> None:
    relay = relaying(home, Limits(domains={"slow.example": DomainLimits(per_minute=6)}))
    drop(home, "slow.example", *numbers("S", 10))
    drop(home, "good.example", *numbers("G", 5))
    home.run()
    counted = [relay.tried.count("slow.example")]
    assert relay.tried.count("good.example") == 5
    for _ in range(4):
        home.clock.forward(seconds=20)
        home.run()
        counted.append(relay.tried.count("slow.example"))
    assert counted == [1, 2, 3, 4, 5], "a token in ten seconds, and no more than one kept"


@pytest.mark.parametrize("limits", [Limits(per_minute=60), Limits(connections=1)])
def test_an_invoice_waits_behind_no_reminders(home: Home, limits: Limits) -> None:
    """Under a rate for the server, and over its only connection."""
    relay = relaying(home, limits)
    drop(home, "good.example", *numbers("R", 30), priority=RUNS_LAST)
    drop(home, "other.example", *numbers("O", 30), priority=RUNS_LAST)

    def invoice_comes(_parcel: object) -> None:
        if len(relay.sent) == 5:
            drop(home, "late.example", "I-1")
            home.run_lane("documents")

    relay.meanwhile = invoice_comes
    for _ in range(60):
        home.run()
        home.clock.forward(seconds=2)
    sent = [parcel.labels["number"] for parcel in relay.sent]
    assert len(sent) == 61
    assert sent.index("I-1") <= 5 + 8, "after what was on its way"


def test_a_crowd_gets_a_lane_of_its_own_and_loses_it_when_it_has_gone(home: Home) -> None:
    relay = relaying(home)
    drop(home, "crowd.example", *numbers("C", 30))
    drop(home, "few.example", *numbers("F", 5))
    with home.house.database.transaction() as connection:
        assert set(lanes(home.house).open(connection, ())) >= {"documents", "send:post"}
    home.run_lane("documents")
    known = lanes(home.house)
    with home.house.database.transaction() as connection:
        known.open(connection, ())["send:post"].sort(connection)
        assert "send:post/crowd.example" in known.open(connection, ())
    assert (waiting_in(home, "send:post"), waiting_in(home, "send:post/crowd.example")) == (5, 30)
    home.run()
    assert len(relay.sent) == 35
    home.clock.forward(minutes=1)
    home.run()
    assert rows(home) == {}


def test_complaints_slow_a_domain_down_and_no_other(home: Home) -> None:
    relay = relaying(home)
    relay.domains = {"shy.example": Deferred("450 4.7.1 slow down", slow_down=True, beyond=True)}
    drop(home, "shy.example", *numbers("S", 3))
    home.run()
    assert (rows(home)["shy.example"].slowness, rows(home)["shy.example"].faults) == (1, 0)
    relay.domains = {}
    drop(home, "shy.example", *numbers("T", 30))
    drop(home, "good.example", *numbers("G", 25))
    home.run()
    assert relay.tried.count("good.example") == 25
    assert relay.tried.count("shy.example") - 3 == 20, "a sixth of the 120 a minute left"


@pytest.mark.parametrize(("due_hours", "leaves"), [(None, False), (10, True), (72, False)])
def test_in_quiet_hours_only_what_the_law_wants_leaves(
    home: Home, due_hours: int | None, *, leaves: bool
) -> None:
    """It is Friday, 9:00; the windows end on Monday, 7:00."""
    relay = relaying(home, quiet=("08:00-07:00",), time_zone="UTC")
    drop(home, "good.example", "G-1")
    home.run_lane("documents")
    if due_hours is not None:
        with home.house.database.transaction() as connection:
            connection.execute(
                sa.update(deliveries.deliveries).values(
                    due_by=home.clock.now + timedelta(hours=due_hours)
                )
            )
    home.clock.forward(minutes=2)
    home.run()
    assert len(relay.sent) == leaves
    home.clock.forward(hours=22)
    home.run()
    assert len(relay.sent) == 1
    assert states(home) == {"handed_over": 1}


def test_what_lost_its_row_is_found_again(home: Home) -> None:
    relay = relaying(home)
    drop(home, "good.example", "G-1", "G-2")
    home.run_lane("documents")
    with home.house.database.transaction() as connection:
        work.change_lane(connection, "send:post", "good.example", "send:post/good.example")
    home.run()
    home.run()
    assert len(relay.sent) == 2
    assert states(home) == {DeliveryState.HANDED_OVER: 2}


def test_a_process_that_ends_begins_nothing_more(home: Home) -> None:
    relay = relaying(home)
    drop(home, "good.example", *numbers("G", 5))
    home.run_lane("documents")
    alive = home.house
    home.house = replace(alive, stopping=lambda: True)
    assert home.run_open(lanes(home.house)) == 5
    assert (relay.tried, attempts(home)) == ([], [0] * 5)
    home.house = alive
    home.run()
    assert len(relay.sent) == 5

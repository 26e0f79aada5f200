from datetime import timedelta
from typing import Literal

import pytest

from hub.pipeline.by_hand import decide_doubt
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries, documents, work
from hub.store.deliveries import Delivery
from outbound.channel import Deferred, DeliveryState, InDoubt, Refused
from tests.hub.houses import Home, Killed, receipt
from tests.hub.invoices import ubl


def drop(home: Home, number: str = "R-1") -> None:
    data = ubl(number=number)
    receive(home.house, Arrival(data=data, name="a", tenant="nordwind", sender="erp", door="api"))


def only(home: Home) -> Delivery:
    with home.house.database.transaction() as connection:
        (delivery,) = deliveries.listed(connection)
    return delivery


def test_a_refused_parcel_takes_the_next_road_under_a_new_key(home: Home) -> None:
    home.post.answers = [Refused("no such mailbox")]
    drop(home)
    home.run()
    assert home.post.sent == []
    assert [parcel.key for parcel in home.second.sent] == [f"{only(home).id}.1"]
    assert (only(home).state, only(home).channel) == (DeliveryState.HANDED_OVER, "second")


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(Deferred("busy"), 300), (Deferred("busy", retry_after_seconds=7), 7)],
)
def test_a_deferred_parcel_waits_its_time_and_leaves_under_the_same_key(
    home: Home, error: Deferred, seconds: int
) -> None:
    home.post.answers = [error]
    drop(home)
    home.run()
    assert (home.post.sent, only(home).state) == ([], DeliveryState.WAITING)
    home.clock.forward(seconds=seconds - 1)
    home.run()
    assert home.post.sent == []
    home.clock.forward(seconds=1)
    home.run()
    assert [parcel.key for parcel in home.post.sent] == [only(home).parcel_key]


def test_waits_grow_and_after_the_deadline_the_next_road_is_taken(home: Home) -> None:
    home.post.answers = [Deferred("busy")] * 1000
    drop(home)
    home.run()
    started, waits = home.clock.now, []
    while not home.second.sent:
        with home.house.database.transaction() as connection:
            (row,) = connection.execute(work.work.select()).all()
        waits.append(row.due_at - home.clock.now)
        home.clock.now = row.due_at
        home.run()
    assert waits[:4] == [timedelta(seconds=s) for s in (300, 600, 1200, 2400)]
    assert max(waits) == timedelta(seconds=4000)
    assert timedelta(hours=48) < home.clock.now - started < timedelta(hours=50)


def test_a_dead_endpoint_is_not_tried_for_every_parcel(home: Home) -> None:
    tries = 12
    home.post.answers = [Deferred("nobody there", endpoint_down=True)] * tries
    for number in range(12):
        drop(home, f"R-{number}")
    home.run()
    assert home.post.sent == []
    assert len(home.post.answers) >= tries - 4, "no more tries than there are connections"
    home.post.answers = []
    home.clock.forward(seconds=300)
    home.run()
    assert len(home.post.sent) == 12


def test_in_doubt_is_never_repeated_blindly_and_never_falls_back(home: Home) -> None:
    home.post.answers = [InDoubt("no answer after the last byte")]
    drop(home)
    home.run()
    home.clock.forward(days=30)
    home.run()
    assert (home.post.sent, home.second.sent) == ([], [])
    assert only(home).state == DeliveryState.IN_DOUBT
    with home.house.database.transaction() as connection:
        assert documents.counts(connection) == {"in_doubt": 1}


@pytest.mark.parametrize(
    ("known", "sent", "state"),
    [
        ("arrived", 0, DeliveryState.HANDED_OVER),
        ("not arrived", 1, DeliveryState.HANDED_OVER),
        ("cannot tell", 0, DeliveryState.IN_DOUBT),
    ],
)
def test_a_channel_is_asked_what_became_of_it(
    home: Home, known: str, sent: int, state: DeliveryState
) -> None:
    home.post.answers = [InDoubt("cut")]
    drop(home)
    home.run()
    key = only(home).parcel_key
    answers = {"arrived": receipt(key), "not arrived": None, "cannot tell": InDoubt("still")}
    home.post.known = {key: answers[known]}
    resolve_doubts(home.house)
    home.run()
    assert (len(home.post.sent), only(home).state) == (sent, state)


def test_what_its_room_will_ask_about_is_not_asked_about_twice(home: Home) -> None:
    kill(home, "before the commit")
    home.post.known = {only(home).parcel_key: Deferred("nobody there")}
    home.restart()
    assert only(home).state == DeliveryState.IN_DOUBT
    home.post.known = {}
    assert resolve_doubts(home.house) == 0
    home.clock.forward(hours=1)
    home.run()
    assert (len(home.post.sent), only(home).state) == (1, DeliveryState.HANDED_OVER)


@pytest.mark.parametrize("refused", [True, False])
def test_what_a_peer_says_of_a_doubt_opens_the_next_door(home: Home, *, refused: bool) -> None:
    home.post.answers = [InDoubt("cut")]
    drop(home)
    home.run()
    home.post.known = {only(home).parcel_key: Refused("given up") if refused else None}
    assert resolve_doubts(home.house) == 1
    with home.house.database.transaction() as connection:
        assert documents.counts(connection) == {"sending": 1}
    home.run()
    assert (len(home.post.sent), len(home.second.sent)) == ((0, 1) if refused else (1, 0))


@pytest.mark.parametrize(("arrived", "sent"), [(True, 0), (False, 1)])
def test_a_person_can_decide_a_doubt(home: Home, *, arrived: bool, sent: int) -> None:
    home.post.answers = [InDoubt("cut")]
    drop(home)
    home.run()
    decide_doubt(home.house, only(home).id, arrived=arrived, who="clerk")
    home.run()
    assert (len(home.post.sent), only(home).state) == (sent, DeliveryState.HANDED_OVER)


def kill(home: Home, when: Literal["before the commit", "after the commit"]) -> None:
    """Let the process die while the parcel leaves."""
    home.post.dies = when
    drop(home)
    with pytest.raises(Killed):
        home.run()
    home.post.dies = ""


@pytest.mark.parametrize("arrived", [True, False])
def test_a_parcel_interrupted_by_a_crash_is_asked_about_first(home: Home, *, arrived: bool) -> None:
    kill(home, "after the commit" if arrived else "before the commit")
    key = only(home).parcel_key
    assert only(home).state == DeliveryState.SENDING
    home.post.known = {key: receipt(key) if arrived else None}
    home.restart()
    assert len(home.post.sent) == 1
    assert only(home).state == DeliveryState.HANDED_OVER


def test_what_cannot_be_asked_yet_stays_in_doubt_however_long_it_takes(home: Home) -> None:
    """Neither is it sent blindly nor does it take another road."""
    kill(home, "after the commit")
    key = only(home).parcel_key
    home.post.known = {key: Deferred("nobody there", endpoint_down=True)}
    home.restart()
    for _ in range(20):
        home.clock.forward(hours=10)
        home.run()
    assert (len(home.post.sent), home.second.sent) == (1, [])
    assert only(home).state == DeliveryState.IN_DOUBT
    home.post.known = {key: receipt(key)}
    home.clock.forward(hours=2)
    home.run()
    assert (len(home.post.sent), only(home).state) == (1, DeliveryState.HANDED_OVER)


def test_one_that_announces_its_commit_is_in_doubt_only_after_it(home: Home) -> None:
    home.post.announces_commit = True
    home.post.known = {}
    kill(home, "before the commit")
    home.restart()
    assert (len(home.post.sent), only(home).state) == (1, DeliveryState.HANDED_OVER)


def test_one_that_announced_its_commit_is_not_sent_again(home: Home) -> None:
    home.post.announces_commit = True
    kill(home, "after the commit")
    assert only(home).state == DeliveryState.IN_DOUBT
    home.post.known = {only(home).parcel_key: InDoubt("cannot be asked")}
    home.restart()
    assert (len(home.post.sent), only(home).state) == (1, DeliveryState.IN_DOUBT)
    with home.house.database.transaction() as connection:
        assert documents.counts(connection) == {"in_doubt": 1}
    decide_doubt(home.house, only(home).id, arrived=True, who="clerk")
    assert only(home).state == DeliveryState.HANDED_OVER


def test_a_bug_in_one_parcel_loses_no_answer_about_the_others(home: Home) -> None:
    home.post.announces_commit = True
    home.post.bugs = {"R-3"}
    for number in range(8):
        drop(home, f"R-{number}")
    home.run()
    with home.house.database.transaction() as connection:
        states = [d.state for d in deliveries.listed(connection)]
        assert documents.counts(connection) == {"handed_over": 7, "parked": 1}
    assert sorted(states) == ["handed_over"] * 7 + ["sending"]
    assert len(home.post.sent) == 7

"""What a person states: filed first with name and reason, acted upon once, in nobody's way."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from hub.pipeline.by_hand import Statement, decide_doubt, state
from hub.pipeline.confirm import confirm
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.resubmit import NotParked, resubmit
from hub.store import calls, deliveries, work
from hub.store.calls import Call
from hub.store.deliveries import Delivery
from outbound.channel import DeliveryState, Event, InDoubt
from tests.hub.houses import Home, receipt
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_runner import drop, only

BY = {"who": "A. Clerk", "reason": "the customer has it on his desk"}


def way(home: Home) -> Delivery:
    with home.house.database.transaction() as connection:
        (found,) = deliveries.listed(connection)
    return found


def doubtful(home: Home) -> Delivery:
    home.post.answers = [InDoubt("cut")]
    drop(home, ubl())
    return way(home)


def called(home: Home, cause: Call) -> Delivery:
    drop(home, ubl())
    with home.house.database.transaction() as connection:
        calls.call(connection, way(home).id, cause)
    home.post.sent.clear()
    return way(home)


@pytest.mark.parametrize(
    ("made", "arrived", "ends", "sent"),
    [
        (doubtful, True, ("post", "handed_over"), (0, 0)),
        (doubtful, False, ("post", "handed_over"), (1, 0)),
        (lambda home: called(home, Call.UNCONFIRMED), True, ("post", "handed_over"), (0, 0)),
        (lambda home: called(home, Call.UNCONFIRMED), False, ("second", "handed_over"), (0, 1)),
        (lambda home: called(home, Call.ADDRESS), None, ("post", "handed_over"), (0, 0)),
        (lambda home: called(home, Call.CONTRADICTED), None, ("post", "handed_over"), (0, 0)),
    ],
    ids=["doubt: yes", "doubt: no", "silence: yes", "silence: no", "address", "contradicted"],
)
def test_what_is_stated_is_filed_and_then_done_once(
    home: Home,
    made: Callable[[Home], Delivery],
    arrived: bool | None,  # noqa: FBT001  (a column of the table)
    ends: tuple[str, str],
    sent: tuple[int, int],
) -> None:
    before = made(home)
    state(home.house, before.id, Statement(arrived=arrived, **BY))
    home.run()
    after = way(home)
    assert ((after.channel, after.state), after.waits_for) == (ends, "")
    assert (len(home.post.sent), len(home.second.sent)) == sent
    (entry,) = [e for e in home.house.archive.entries(subject=before.id) if e.step == "by-hand"]
    kept = home.house.archive.get(entry.items[0].sha256)
    assert b"A. Clerk" in kept
    assert b"on his desk" in kept
    with pytest.raises(NotParked):
        state(home.house, before.id, Statement(arrived=arrived, **BY))


def test_what_was_lost_after_it_was_handed_over_leaves_again_as_a_copy(home: Home) -> None:
    before = called(home, Call.UNCONFIRMED)
    state(home.house, before.id, Statement(arrived=False, **BY))
    home.run()
    assert [parcel.subject[:6] for parcel in home.second.sent] == ["Copy: "]


@pytest.mark.parametrize("made", [doubtful, lambda home: called(home, Call.UNCONFIRMED)])
def test_that_it_is_seen_to_is_no_answer_to_whether_it_arrived(
    home: Home, made: Callable[[Home], Delivery]
) -> None:
    before = made(home)
    with pytest.raises(NotParked, match="whether it arrived"):
        state(home.house, before.id, Statement(arrived=None, **BY))
    assert way(home) == before


def test_a_doubt_that_a_batch_is_asking_about_is_not_decided(home: Home) -> None:
    before = doubtful(home)
    with home.house.database.transaction() as connection:
        task = work.Task(
            subject=before.id, room="send", lane="send:post", priority=1, due_at=home.clock.now
        )
        work.put(connection, [task])
        connection.execute(work.work.update().values(batch="elsewhere"))
    with pytest.raises(NotParked, match="being asked just now"):
        decide_doubt(home.house, before.id, arrived=False, who="A. Clerk")
    assert way(home).state == DeliveryState.IN_DOUBT


def test_a_report_or_a_person_that_is_faster_than_the_channels_own_answer_counts(
    home: Home,
) -> None:
    before = doubtful(home)

    class Slow(dict[str, object]):
        """The channel says that it did not arrive, after a person has said that it did."""

        def get(self, _key: str, _default: object = None) -> None:
            with suppress(NotParked):
                decide_doubt(home.house, before.id, arrived=True, **BY)

    home.post.known = Slow()  # type: ignore[assignment]
    resolve_doubts(home.house)
    home.run()
    assert (way(home).state, home.post.sent) == ("handed_over", [])


def test_two_people_who_say_the_opposite_are_not_both_heard(home: Home) -> None:
    before = doubtful(home)
    start, heard = threading.Barrier(4), []

    def say(*, arrived: bool) -> None:
        start.wait()
        with suppress(NotParked):
            decide_doubt(home.house, before.id, arrived=arrived, who="somebody")
            heard.append(arrived)

    threads = [
        threading.Thread(target=say, kwargs={"arrived": arrived})
        for arrived in (True, False, True, False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    home.run()
    assert len(heard) == 1
    assert len(home.post.sent) == (0 if heard[0] else 1)


@pytest.mark.parametrize("times", [1, 6])
def test_resubmitting_at_the_same_moment_sends_it_through_once(home: Home, times: int) -> None:
    document = only(home, drop(home, wrong_sum()))
    start, done = threading.Barrier(times), []

    def again() -> None:
        start.wait()
        with suppress(NotParked):
            resubmit(home.house, document.id, who="somebody")
            done.append(1)

    threads = [threading.Thread(target=again) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert only(home, document.submission).round == 1
    home.run()
    assert only(home, document.submission).state == "parked"


def test_a_report_after_a_doubt_was_decided_still_finds_its_delivery(home: Home) -> None:
    before = doubtful(home)
    decide_doubt(home.house, before.id, arrived=True, **BY)
    home.post.reports.append(
        Event(
            parcel_key=None,
            external_id=receipt(before.parcel_key).external_id,
            state=DeliveryState.DELIVERED,
            reason="read",
            source="r",
        )
    )
    confirm(home.house, "post")
    assert way(home).state == DeliveryState.DELIVERED

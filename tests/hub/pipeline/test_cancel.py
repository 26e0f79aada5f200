"""What is still in the house can be stopped; what has left, or may have, cannot. Never both."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from hub.pipeline.cancel import NotStopped, cancel
from hub.pipeline.confirm import confirm
from hub.pipeline.read import read
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import NotParked, resubmit
from hub.pipeline.runner import run_batch
from hub.pipeline.settling import settle
from hub.store import deliveries, documents, notices, work
from hub.store.deliveries import CANCELLED, GATHERED, Delivery
from hub.store.documents import DocumentRow
from outbound.channel import Deferred, DeliveryState, Event, InDoubt
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.pipeline.test_runner import drop, only

WHY = {"who": "a clerk", "reason": "ordered twice"}


def way_of(home: Home, row: DocumentRow) -> Delivery:
    with home.house.database.transaction() as connection:
        return deliveries.of_documents(connection, [row.id])[row.id][-1]


def waiting(home: Home, number: str = "R-1") -> DocumentRow:
    """Return a document whose channel has said: not now."""
    home.post.answers = [Deferred("busy")]
    return only(home, drop(home, ubl(number=number)))


def gathered(home: Home) -> DocumentRow:
    row = waiting(home)
    with home.house.database.transaction() as connection:
        deliveries.change(connection, way_of(home, row).id, state=GATHERED)
        work.finish(connection, [way_of(home, row).id])
    return row


def parked(home: Home) -> DocumentRow:
    return only(home, drop(home, wrong_sum()))


def unread(home: Home) -> DocumentRow:
    """Return a document that is in a room, and goes on after it was cancelled."""
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    with home.house.database.transaction() as connection:
        work.claim(
            connection,
            lane="documents",
            batch="t",
            now=home.clock.now,
            limit=1,
            skip_locked=False,
        )
        tasks = work.of_batch(connection, "t")
    settle(home.house, "read", read(home.house, tasks), lane="documents")
    return only(home, submission.id)


def sent(home: Home) -> DocumentRow:
    return only(home, drop(home, ubl()))


def in_doubt(home: Home) -> DocumentRow:
    home.post.answers = [InDoubt("cut")]
    return sent(home)


@pytest.mark.parametrize("of", ["document", "delivery"])
@pytest.mark.parametrize("state", [waiting, gathered])
def test_what_waits_to_leave_is_stopped_for_good_and_its_sender_told(
    home: Home, state: Callable[[Home], DocumentRow], of: str
) -> None:
    row = state(home)
    way = way_of(home, row)
    cancel(home.house, row.id if of == "document" else way.id, **WHY)
    home.clock.forward(days=1)
    home.run()
    assert (way_of(home, row).state, home.post.sent, home.second.sent) == (CANCELLED, [], [])
    assert only(home, row.submission).state == "cancelled"
    assert only(home, row.submission).findings[0].message == "cancelled by a clerk: ordered twice"
    (entry,) = (e for e in home.house.archive.entries(document=row.id) if e.step == "cancel")
    assert b"ordered twice" in home.house.archive.get(entry.items[0].sha256)
    with home.house.database.transaction() as connection:
        assert row.id in notices.take_marked(connection, 10)
        assert work.count(connection) == 0


@pytest.mark.parametrize("state", [parked, unread])
def test_a_document_without_a_delivery_is_stopped_in_whichever_room_it_is(
    home: Home, state: Callable[[Home], DocumentRow]
) -> None:
    row = state(home)
    cancel(home.house, row.id, **WHY)
    home.run()
    assert (only(home, row.submission).state, home.post.sent) == ("cancelled", [])
    with pytest.raises(NotParked):
        resubmit(home.house, row.id, who="a clerk")


@pytest.mark.parametrize(
    ("state", "why"),
    [(sent, "has left by post"), (in_doubt, "decide the doubt first")],
)
@pytest.mark.parametrize("of", ["document", "delivery"])
def test_what_has_left_or_may_have_is_refused_with_the_reason(
    home: Home, state: Callable[[Home], DocumentRow], why: str, of: str
) -> None:
    row = state(home)
    before = way_of(home, row)
    with pytest.raises(NotStopped, match=why):
        cancel(home.house, row.id if of == "document" else before.id, **WHY)
    assert way_of(home, row) == before


def test_nothing_is_cancelled_twice_without_a_reason_or_that_is_not_there(home: Home) -> None:
    row = waiting(home)
    with pytest.raises(NotStopped, match="say why"):
        cancel(home.house, row.id, who="a clerk", reason=" ")
    with pytest.raises(NotStopped, match="no such"):
        cancel(home.house, "sunknown-1", **WHY)
    cancel(home.house, row.id, **WHY)
    for subject in (row.id, way_of(home, row).id):
        with pytest.raises(NotStopped, match="cancelled"):
            cancel(home.house, subject, **WHY)


def test_the_number_of_what_never_left_is_free_again(home: Home) -> None:
    cancel(home.house, waiting(home).id, **WHY)
    drop(home, ubl(buyer_reference="B-2"))
    assert [parcel.labels["number"] for parcel in home.post.sent] == ["R-1"]


def test_evidence_about_what_was_cancelled_is_kept_and_moves_nothing(home: Home) -> None:
    row = waiting(home)
    way = way_of(home, row)
    cancel(home.house, row.id, **WHY)
    home.post.reports.append(
        Event(
            parcel_key=way.parcel_key,
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="delivered",
            source="r1",
        )
    )
    assert confirm(home.house, "post") == 1
    assert way_of(home, row).state == CANCELLED
    assert only(home, row.submission).state == "cancelled"


def test_against_the_thread_that_sends_exactly_one_wins(home: Home) -> None:
    """Real threads on both databases: each document is either stopped or sent, and says so."""
    rounds = 12
    home.post.answers = [Deferred("busy")] * rounds
    rows = [only(home, drop(home, ubl(number=f"N-{n}"))) for n in range(rounds)]
    home.clock.forward(days=1)
    with home.house.database.transaction() as connection:
        work.claim(
            connection,
            lane="send:post",
            batch="t",
            now=home.clock.now,
            limit=50,
            skip_locked=False,
        )
    start = threading.Barrier(3)
    won: list[str] = []

    def stop(own: list[DocumentRow]) -> None:
        start.wait()
        for row in own:
            with suppress(NotStopped):
                cancel(home.house, row.id, **WHY)
                won.append(row.id)

    def leave() -> None:
        start.wait()
        run_batch(home.house, "send:post", "t")

    backwards = rows[::-1]
    threads = [
        threading.Thread(target=stop, args=(backwards[0::2],)),
        threading.Thread(target=stop, args=(backwards[1::2],)),
        threading.Thread(target=leave),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = {parcel.labels["document_id"] for parcel in home.post.sent}
    assert left.isdisjoint(won)
    assert left | set(won) == {row.id for row in rows}
    with home.house.database.transaction() as connection:
        known = documents.many(connection, [row.id for row in rows])
    said = {row.id for row in known.values() if row.state == "cancelled"}
    assert said == set(won)

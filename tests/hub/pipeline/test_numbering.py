"""A second document under one number: by policy, side by side with the first, never out twice."""

from dataclasses import replace
from itertools import count
from typing import Any

import msgspec
import pytest

from formats.findings import is_fatal
from hub.pipeline.cancel import cancel
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.pipeline.runner import run_batch
from hub.store import documents, events, work
from hub.store.documents import DocumentRow, DocumentState
from outbound.channel import Deferred, InDoubt, Refused
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum

FILE = Arrival(data=b"", name="a.xml", tenant="nordwind", sender="erp", door="api")
OTHER = ubl(buyer_reference="B-2")
TERMS = "BT-10 none there, B-2 here"


def under(home: Home, policy: str) -> None:
    """Let the sender have this policy."""
    config = home.house.config
    erp = msgspec.structs.replace(config.senders["erp"], duplicates=policy)
    senders = {**config.senders, "erp": erp}
    home.house = replace(home.house, config=msgspec.structs.replace(config, senders=senders))


def drop(home: Home, data: bytes, *, run: bool = True) -> str:
    submission, _ = receive(home.house, replace(FILE, data=data))
    if run:
        home.run()
    return f"{submission.id}-1"


def document(home: Home, name: str) -> DocumentRow:
    with home.house.database.transaction() as connection:
        found = documents.get(connection, name)
    assert found is not None
    return found


def notes_sent(home: Home) -> list[bool]:
    """Return of each invoice that went out whether it is the second version."""
    return [b"B-2" in parcel.enclosures[0].data for parcel in home.post.sent]


@pytest.mark.parametrize(
    ("policy", "state", "rule"),
    [
        ("first", DocumentState.DUPLICATE, "IN-FIRST"),
        ("park", DocumentState.PARKED, "IN-CONFLICT"),
        ("version", DocumentState.PARKED, "IN-CONFLICT"),
    ],
)
def test_what_has_left_stays_and_the_second_is_told_side_by_side(
    home: Home, policy: str, state: DocumentState, rule: str
) -> None:
    under(home, policy)
    first = drop(home, ubl())
    second = document(home, drop(home, OTHER))
    assert (second.state, second.findings[-1].rule) == (state, rule)
    assert first in second.findings[-1].message
    assert TERMS in second.findings[-1].message
    assert "buyer_reference:  | B-2" in (second.findings[-1].value or "")
    assert document(home, first).state is DocumentState.HANDED_OVER
    assert notes_sent(home) == [False]


@pytest.mark.parametrize("policy", ["first", "park", "version"])
def test_the_same_content_goes_out_once_whatever_the_policy(home: Home, policy: str) -> None:
    under(home, policy)
    drop(home, ubl())
    second = document(home, drop(home, ubl() + b"\n"))
    assert (second.state, second.findings[-1].rule) == (DocumentState.DUPLICATE, "IN-SAME")
    assert notes_sent(home) == [False]


def test_of_several_read_at_once_the_one_that_came_first_has_the_number(home: Home) -> None:
    under(home, "first")
    backwards = count(999_999, -1)
    home.house = replace(home.house, new_id=lambda: f"s{next(backwards)}")
    dropped = []
    for letter in "abcdefg":
        dropped.append(drop(home, ubl(buyer_reference=letter), run=False))
        home.clock.forward(seconds=1)
    home.run()
    first, *others = [document(home, name).state for name in dropped]
    assert first is DocumentState.HANDED_OVER
    assert set(others) == {DocumentState.DUPLICATE}


@pytest.mark.parametrize("policy", ["first", "park"])
def test_a_second_one_takes_the_place_of_a_parked_first_once_that_is_cancelled(
    home: Home, policy: str
) -> None:
    under(home, policy)
    first = drop(home, wrong_sum())
    second = drop(home, OTHER)
    waits = document(home, second)
    assert (waits.state, waits.findings[-1].rule) == (DocumentState.PARKED, "IN-CONFLICT")
    assert "cancel that one" in (waits.findings[-1].fix or "")
    cancel(home.house, first, who="a clerk", reason="it was corrected")
    resubmit(home.house, second, who="a clerk")
    home.run()
    assert document(home, second).state is DocumentState.HANDED_OVER
    assert notes_sent(home) == [True]


def test_a_version_replaces_what_is_parked(home: Home) -> None:
    under(home, "version")
    first = drop(home, wrong_sum())
    assert document(home, first).state is DocumentState.PARKED
    second = document(home, drop(home, OTHER))
    assert second.state is DocumentState.HANDED_OVER
    assert document(home, first).state is DocumentState.SUPERSEDED
    assert notes_sent(home) == [True]
    with home.house.database.transaction() as connection:
        lines = [line.text for line in events.of_document(connection, first, first[:-2])]
    assert f"replaced by {second.id} before it left" in lines


@pytest.mark.parametrize("answer", [InDoubt("lost"), Deferred("busy"), None], ids=repr)
def test_a_version_never_goes_out_beside_what_may_have_left(home: Home, answer: Any) -> None:
    under(home, "version")
    home.post.answers = [answer] * 5
    drop(home, ubl())
    second = document(home, drop(home, OTHER))
    assert second.state is DocumentState.PARKED
    home.post.answers = []
    home.clock.forward(hours=2)
    home.run()
    resubmit(home.house, second.id, who="test")
    home.run()
    assert document(home, second.id).state is DocumentState.PARKED
    assert True not in notes_sent(home)


def test_what_was_handed_to_a_channel_is_not_replaced_even_if_it_was_refused(home: Home) -> None:
    under(home, "version")
    home.post.answers = [Refused("no such")]
    home.second.answers = [Refused("nor here")]
    first = drop(home, ubl())
    assert document(home, first).state is DocumentState.PARKED
    second = document(home, drop(home, OTHER))
    assert second.state is DocumentState.PARKED
    assert "may have left the house" in second.findings[-1].message


def test_what_a_batch_is_carrying_is_not_replaced(home: Home) -> None:
    """The second is read while the first is under way in another worker."""
    under(home, "version")
    first = drop(home, wrong_sum())
    task = work.Task(
        subject=first, room="read", lane="documents", priority=10, due_at=home.clock.now
    )
    with home.house.database.transaction() as connection:
        work.put(connection, [task])
        connection.execute(work.work.update().values(batch="elsewhere"))
    second = document(home, drop(home, OTHER))
    assert second.state is DocumentState.PARKED
    assert "on its way just now" in second.findings[-1].message
    assert document(home, first).state is DocumentState.PARKED


def test_a_version_that_waits_takes_its_deliveries_out_of_the_rooms(home: Home) -> None:
    """The first is routed and its parcel not yet tried."""
    under(home, "version")
    first = drop(home, ubl(), run=False)
    _documents_only(home)
    assert document(home, first).state is DocumentState.SENDING
    second = drop(home, OTHER)
    assert document(home, first).state is DocumentState.SUPERSEDED
    assert document(home, second).state is DocumentState.HANDED_OVER
    assert notes_sent(home) == [True]


def _documents_only(home: Home) -> None:
    """Let all rooms work but the last."""
    claimed = 1
    while claimed:
        batch = f"t|documents|{home.house.new_id()}"
        lane = "documents"
        with home.house.database.transaction() as connection:
            claimed = work.claim(
                connection, lane=lane, batch=batch, now=home.clock.now, limit=9, skip_locked=False
            )
        run_batch(home.house, lane, batch)


@pytest.mark.parametrize(
    ("data", "others"),
    [
        (wrong_sum().replace(b">B-1<", b">B-2<"), {"BR-CO-15"}),
        (ubl(buyer_reference="B-2").replace(b">2026-11-20<", b">20th<"), {"IN-VALUE"}),
    ],
    ids=["a rule broken", "a field that cannot be read"],
)
def test_a_number_that_is_taken_hides_no_other_fault(
    home: Home, data: bytes, others: set[str]
) -> None:
    drop(home, ubl())
    second = document(home, drop(home, data))
    rules = {finding.rule for finding in second.findings if is_fatal([finding])}
    assert second.state is DocumentState.PARKED
    assert rules == {"IN-CONFLICT", *others}

from dataclasses import replace

import msgspec
import pytest

from hub.pipeline.receive import (
    Arrival,
    KeyConflict,
    NoRoom,
    Unacceptable,
    receive,
    receive_all,
)
from hub.pipeline.resubmit import NotParked
from hub.pipeline.stated import Stated
from hub.store import drops, events, submissions, work
from hub.store.drops import Fate
from hub.store.submissions import SubmissionState
from tests.hub.houses import Home, Killed
from tests.hub.invoices import ubl

FILE = Arrival(data=b"<Invoice/>", name="a.xml", tenant="nordwind", sender="erp", door="api")


def test_a_file_is_kept_and_put_to_work_before_it_is_acknowledged(home: Home) -> None:
    submission, fresh = receive(home.house, FILE)
    assert fresh
    assert home.house.archive.get(submission.sha256) == FILE.data
    with home.house.database.transaction() as connection:
        assert submissions.get(connection, submission.id) == submission
        assert work.count(connection) == 1


@pytest.mark.parametrize(
    ("again", "fresh"),
    [
        (FILE, False),
        (replace(FILE, name="other-name.xml", door="sftp"), False),
        (replace(FILE, sender="shop"), True),
        (replace(FILE, data=b"<Invoice />"), True),
    ],
    ids=["same", "same bytes, other name and door", "other sender", "other bytes"],
)
def test_the_same_bytes_of_a_sender_are_taken_once(
    home: Home, again: Arrival, *, fresh: bool
) -> None:
    first, _ = receive(home.house, FILE)
    second, taken = receive(home.house, again)
    assert taken is fresh
    assert (second.id == first.id) is not fresh


def test_an_idempotency_key_belongs_to_one_file(home: Home) -> None:
    keyed = replace(FILE, idempotency_key="k1")
    first, _ = receive(home.house, keyed)
    assert receive(home.house, keyed) == (first, False)
    with pytest.raises(KeyConflict, match=r"k1.*a\.xml"):
        receive(home.house, replace(keyed, data=b"<Other/>"))


@pytest.mark.parametrize("again", [FILE, replace(FILE, name="other-name.xml", door="sftp")])
def test_a_file_that_came_in_a_crash_can_be_dropped_again(home: Home, again: Arrival) -> None:
    """It is in the archive already, and the sender knows nothing of it."""

    def die() -> str:
        raise Killed

    with pytest.raises(Killed):
        receive(replace(home.house, new_id=die), FILE)
    _, fresh = receive(home.house, again)
    assert fresh
    with home.house.database.transaction() as connection:
        assert work.count(connection) == 1


@pytest.mark.parametrize(("data", "words"), [(b"", "empty"), (bytes((1 << 20) + 1), "max_file_mb")])
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    home: Home, data: bytes, words: str
) -> None:
    with pytest.raises(Unacceptable, match=words):
        receive(home.house, replace(FILE, data=data))
    with home.house.database.transaction() as connection:
        assert submissions.listed(connection, tenant=None, state=None, limit=9) == []
    assert home.house.archive.logs() == ()


def test_of_many_at_once_each_is_taken_or_refused_for_itself(home: Home) -> None:
    first, _ = receive(home.house, FILE)
    parked, _ = receive(home.house, replace(FILE, data=b"noise"))
    home.run()
    results = receive_all(
        home.house,
        [
            replace(FILE, data=b"<one/>", name="1"),
            replace(FILE, data=b"", name="2"),
            FILE,
            replace(FILE, data=b"<one/>", name="4"),
            replace(FILE, data=b"<five/>", name="5", stated=Stated(sha256="00" * 32)),
            replace(FILE, data=b"<six/>", name="6", replaces="nothing"),
            replace(FILE, data=ubl(), name="7", replaces=parked.id),
        ],
    )
    told = [one[1] if isinstance(one, tuple) else type(one) for one in results]
    assert told == [True, Unacceptable, False, False, Unacceptable, NotParked, True]
    assert isinstance(results[2], tuple)
    assert results[2][0].id == first.id
    home.run()
    with home.house.database.transaction() as connection:
        rows = submissions.listed(connection, tenant=None, state=None, limit=99)
        fates = [
            [drop.fate for drop in drops.of_submission(connection, row.id)]
            for row in sorted(rows, key=lambda row: row.name)
        ]
    assert sorted(row.name for row in rows) == ["1", "7", "a.xml", "a.xml"]
    assert sorted(map(tuple, fates)) == sorted(
        [(Fate.TAKEN, Fate.AGAIN), (Fate.TAKEN, Fate.AGAIN), (Fate.TAKEN,), (Fate.TAKEN,)]
    )
    assert len(home.post.sent) == 1


def test_of_many_at_once_none_is_taken_without_room(home: Home) -> None:
    full = msgspec.structs.replace(home.house.config.hub, min_free_mb=1 << 40)
    config = msgspec.structs.replace(home.house.config, hub=full)
    with pytest.raises(NoRoom, match="min_free_mb"):
        receive_all(replace(home.house, config=config), [FILE])
    assert home.house.archive.logs() == ()


def test_a_correction_that_came_before_replaces_nothing_and_counts_for_nothing(home: Home) -> None:
    first, _ = receive(home.house, replace(FILE, data=b"noise"))
    home.run()
    for data in (b"noise", ubl()):
        again, fresh = receive(home.house, replace(FILE, data=data, replaces=first.id))
        assert fresh is (data == ubl())
    again, fresh = receive(home.house, replace(FILE, data=ubl(), replaces=first.id))
    assert not fresh
    with home.house.database.transaction() as connection:
        found = [drops.of_submission(connection, row) for row in (first.id, again.id)]
        lines = [event.text for event in events.of_submission(connection, first.id)]
    assert [[drop.fate for drop in own] for own in found] == [[Fate.TAKEN], [Fate.TAKEN]]
    assert not any("again" in line for line in lines)


@pytest.mark.parametrize("replaces", ["first", "document", "nothing"])
def test_only_what_is_parked_is_replaced(home: Home, replaces: str) -> None:
    first, _ = receive(home.house, replace(FILE, data=ubl()))
    home.run()
    subject = {"first": first.id, "document": f"{first.id}-1"}.get(replaces, replaces)
    with pytest.raises(NotParked, match="nothing replaces it"):
        receive(home.house, replace(FILE, data=b"<other/>", replaces=subject))
    home.run()
    assert len(home.post.sent) == 1
    with home.house.database.transaction() as connection:
        assert submissions.listed(connection, tenant=None, state=None, limit=9) == [
            replace(first, state=SubmissionState.READ)
        ]


def test_nobody_replaces_what_is_parked_at_another_company(home: Home) -> None:
    first, _ = receive(home.house, replace(FILE, data=b"noise"))
    home.run()
    with pytest.raises(NotParked):
        receive(home.house, replace(FILE, tenant="suedwind", data=ubl(), replaces=first.id))
    assert receive(home.house, replace(FILE, data=ubl(), replaces=first.id))[1]

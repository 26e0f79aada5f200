from dataclasses import replace

import pytest

from hub.pipeline.receive import Arrival, KeyConflict, Unacceptable, receive
from hub.pipeline.resubmit import NotParked
from hub.store import submissions, work
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

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.store import submissions, work
from hub.store.database import Connection, Database
from hub.store.work import INVOICES_FIRST, RUNS_LAST, TOGETHER_BYTES, Task
from tests.hub.store.rows import SUBMISSION

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def task(subject: str, priority: int = INVOICES_FIRST, lane: str = "documents") -> Task:
    return Task(subject=subject, room="read", lane=lane, priority=priority, due_at=NOW)


def claim(
    connection: Connection,
    batch: str,
    *,
    limit: int = 50,
    lane: str = "documents",
    whole: bool = False,
) -> int:
    return work.claim(
        connection, lane=lane, batch=batch, now=NOW, limit=limit, skip_locked=False, whole=whole
    )


def subjects(connection: Connection, batch: str) -> list[str]:
    return [task.subject for task in work.of_batch(connection, batch)]


WAITING = (
    task("c"),
    task("a"),
    task("run", RUNS_LAST),
    task("urgent", 1),
    task("elsewhere", 1, lane="send:post"),
    replace(task("tomorrow", 1), due_at=NOW + timedelta(days=1)),
)


def test_the_most_urgent_are_claimed_first_and_never_with_others(database: Database) -> None:
    with database.transaction() as connection:
        work.put(connection, WAITING)
        assert [claim(connection, f"b{n}") for n in range(4)] == [1, 2, 1, 0]
        found = [subjects(connection, f"b{n}") for n in range(3)]
    assert found == [["urgent"], ["a", "c"], ["run"]]


def test_a_batch_has_its_limit_and_its_lane(database: Database) -> None:
    with database.transaction() as connection:
        work.put(connection, [task(f"{n:02}") for n in range(5)] + [*WAITING[4:5]])
        assert [claim(connection, f"b{n}", limit=2) for n in range(3)] == [2, 2, 1]
        assert subjects(connection, "b1") == ["02", "03"]
        assert claim(connection, "s", lane="send:post") == 1
        assert set(work.batches(connection)) == {
            *(("documents", f"b{n}") for n in range(3)),
            ("send:post", "s"),
        }


def test_a_whole_batch_or_none(database: Database) -> None:
    with database.transaction() as connection:
        work.put(connection, [*map(task, "abc"), task("run", RUNS_LAST)])
        assert claim(connection, "b0", limit=4, whole=True) == 0
        assert claim(connection, "b1", limit=3, whole=True) == 3
        assert subjects(connection, "b1") == ["a", "b", "c"]


HALF = TOGETHER_BYTES // 2


def test_a_batch_weighs_no_more_than_can_be_held_unless_it_is_one_alone(database: Database) -> None:
    sizes = {"a": HALF, "b": HALF, "c": 1, "d": TOGETHER_BYTES + 1, "e": HALF, "f": 0, "g": 0}
    with database.transaction() as connection:
        submissions.add_all(
            connection,
            [replace(SUBMISSION, id=id_, sha256=id_, size_bytes=n) for id_, n in sizes.items()],
        )
        work.put(connection, [*map(task, sizes), task("unknown")])
        assert [claim(connection, f"b{n}", limit=6, whole=True) for n in range(5)] == [
            2,
            1,
            1,
            0,
            0,
        ]
        assert claim(connection, "rest") == 4
        found = [subjects(connection, batch) for batch in ("b0", "b1", "b2", "rest")]
    assert found == [["a", "b"], ["c"], ["d"], ["e", "f", "g", "unknown"]]


@pytest.mark.parametrize(("keep_batch", "left"), [(True, ["a"]), (False, [])])
def test_a_moved_subject_stays_in_its_batch_or_waits_for_a_new_one(
    database: Database, left: list[str], *, keep_batch: bool
) -> None:
    with database.transaction() as connection:
        work.put(connection, [replace(task("a"), attempts=3)])
        claim(connection, "b")
        work.move(connection, [task("a").to("enrich")], keep_batch=keep_batch)
        assert subjects(connection, "b") == left
        assert work.waiting(connection, ["a", "nobody"]) == {"a": task("a").to("enrich")}


def test_what_is_released_waits_and_counts_the_attempt(database: Database) -> None:
    later = NOW + timedelta(minutes=1)
    with database.transaction() as connection:
        work.put(connection, [task("a"), task("b"), task("c")])
        claim(connection, "b", limit=2)
        work.finish(connection, ["a"])
        assert work.release(connection, "b", due_at=later) == 1
        assert work.waiting(connection, ["a", "b", "c"]) == {
            "b": replace(task("b"), due_at=later, attempts=1),
            "c": task("c"),
        }
        assert work.count(connection) == 2


@pytest.mark.postgresql
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_workers_claim_at_once_without_waiting_or_sharing(database: Database) -> None:
    with database.transaction() as connection:
        work.put(connection, [task(f"{n}") for n in range(4)])
    with database.transaction() as one, database.transaction() as two:
        for connection, batch in ((one, "one"), (two, "two")):
            work.claim(
                connection, lane="documents", batch=batch, now=NOW, limit=2, skip_locked=True
            )
        assert (subjects(one, "one"), subjects(two, "two")) == (["0", "1"], ["2", "3"])


def mail(subject: str, endpoint: str, minutes: int = 0) -> Task:
    due_at = NOW - timedelta(minutes=minutes)
    return replace(task(subject, lane="send:mail"), endpoint=endpoint, due_at=due_at)


def test_what_was_due_first_is_claimed_first_and_no_more_of_one_endpoint_than_may_be_under_way(
    database: Database,
) -> None:
    tasks = [mail(f"a{n}", "a.example", minutes=9 - n) for n in range(5)]
    tasks += [mail(f"b{n}", "b.example") for n in range(2)] + [mail("c0", ""), mail("c1", "")]
    with database.transaction() as connection:
        work.put(connection, tasks)
        claimed = []
        for n in range(2):
            work.claim(
                connection,
                lane="send:mail",
                batch=f"b{n}",
                now=NOW,
                limit=6,
                skip_locked=False,
                each=2,
            )
            claimed.append(subjects(connection, f"b{n}"))
        assert claimed == [["a0", "a1", "b0"], ["b1", "c0", "c1"]]
        assert work.is_under_way(connection, "send:mail", "a.example")
        work.finish(connection, ["a0", "a1"])
        assert not work.is_under_way(connection, "send:mail", "a.example")
        assert work.front(connection, "send:mail", NOW, 2) == {"a.example": 2}


def test_what_is_put_back_waits_as_if_it_had_not_been_claimed(database: Database) -> None:
    with database.transaction() as connection:
        work.put(connection, [task("a"), task("b")])
        claim(connection, "x")
        work.put_back(connection, ["a"], due_at=None)
        later = NOW + timedelta(hours=1)
        work.put_back(connection, ["b"], due_at=later)
        found = work.waiting(connection, ["a", "b"])
        assert found == {"a": task("a"), "b": replace(task("b"), due_at=later, since=NOW)}
        assert work.batches(connection) == []


def test_all_that_waits_for_an_endpoint_waits_in_another_lane(database: Database) -> None:
    with database.transaction() as connection:
        work.put(connection, [mail("a1", "a.example"), mail("a2", "a.example"), mail("b", "b.x")])
        work.change_lane(connection, "send:mail", "a.example", "send:mail/a.example")
        assert work.lanes_below(connection, "send:mail/") == ["send:mail/a.example"]
        assert work.waits_since(connection, "send:mail/a.example") == (2, NOW)
        assert work.waits_since(connection, "send:mail/none") == (0, None)
        assert work.first_waiting(connection, "send:mail", NOW) == INVOICES_FIRST
        assert work.first_waiting(connection, "send:mail", NOW - timedelta(days=1)) is None

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

import pytest
import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions

from hub.engine.durable import Engine, _Json
from hub.engine.lane import FixedLanes, Lane
from hub.engine.ownership import AlreadyRunning
from hub.store import work
from hub.store.database import Database
from hub.store.work import Task

LANES = {
    "documents": Lane(batch_size=10, batches=2),
    "runs": Lane(batch_size=5, batches=1),
}


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (the engine of this test runs in real time)


class Bench:
    """An engine whose batches only note what was in them."""

    def __init__(self, database: Database, folder: Path, worker: str = "w1") -> None:
        self.database = database
        self.batches: list[list[str]] = []
        self.begun = 0
        self.hold: threading.Event | None = None
        self.changed = threading.Condition()
        self.wrong_once = False
        self.nudged = threading.Event()
        self.engine = Engine(
            database,
            lanes=FixedLanes(LANES),
            run=self._run,
            worker=worker,
            lock_file=str(folder / "lock"),
            clock=clock,
            new_id=self._id,
            nudged=self.nudged,
        )

    def _id(self) -> str:
        if self.wrong_once:
            self.wrong_once = False
            raise ZeroDivisionError("a bug of ours")
        return token_hex(8)

    def _run(self, _lane: str, batch: str) -> None:
        with self.changed:
            self.begun += 1
            self.changed.notify_all()
        if self.hold is not None:
            assert self.hold.wait(30)
        with self.database.transaction() as connection:
            subjects = [task.subject for task in work.of_batch(connection, batch)]
            work.finish(connection, subjects)
        with self.changed:
            self.batches.append(subjects)
            self.changed.notify_all()

    def put(self, *subjects: str, lane: str = "documents", priority: int = 10) -> None:
        with self.database.transaction() as connection:
            work.put(
                connection,
                [
                    Task(subject=s, room="read", lane=lane, priority=priority, due_at=clock())
                    for s in subjects
                ],
            )
        self.nudged.set()

    def wait(self, until: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(until, timeout=30), self.batches

    @property
    def done(self) -> list[str]:
        return [subject for batch in self.batches for subject in batch]


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(database, tmp_path)
    made.engine.start()
    yield made
    made.engine.stop()


def test_all_work_is_done_once_in_batches_of_one_priority(bench: Bench) -> None:
    bench.put(*(f"a{n:02d}" for n in range(25)))
    bench.put(*(f"z{n:02d}" for n in range(7)), priority=50)
    bench.wait(lambda: len(bench.done) == 32)
    assert sorted(bench.done) == sorted({*bench.done})
    assert all(len({subject[0] for subject in batch}) == 1 for batch in bench.batches)
    assert all(len(batch) <= 10 for batch in bench.batches)


def test_beside_a_batch_under_way_only_a_whole_one_is_begun(bench: Bench) -> None:
    bench.hold = threading.Event()
    bench.put("first")
    bench.wait(lambda: bench.begun == 1)
    bench.put("waits", "waits too")
    bench.put(*(f"b{n}" for n in range(10)))
    bench.wait(lambda: bench.begun == 2)
    bench.hold.set()
    bench.wait(lambda: len(bench.done) == 13)
    assert sorted(map(len, bench.batches)) == [1, 2, 10]


def test_the_urgent_goes_first(database: Database, tmp_path: Path) -> None:
    bench = Bench(database, tmp_path)
    bench.put("later", lane="runs", priority=50)
    bench.put("now", lane="runs", priority=10)
    bench.engine.start()
    bench.wait(lambda: len(bench.done) == 2)
    bench.engine.stop()
    with database.transaction() as connection:
        assert work.count(connection) == 0
    assert bench.done == ["now", "later"]


def test_a_batch_left_by_a_dead_worker_is_taken_up(database: Database, tmp_path: Path) -> None:
    """The rows name a batch whose workflow is not known: its worker died with its memory."""
    bench = Bench(database, tmp_path)
    bench.put("orphan")
    with database.transaction() as connection:
        work.claim(
            connection,
            lane="documents",
            batch="w0|gone",
            now=clock(),
            limit=10,
            skip_locked=False,
        )
    bench.engine.start()
    bench.wait(lambda: bench.done == ["orphan"])
    bench.engine.stop()


def test_a_batch_that_a_dead_worker_carried_for_another_is_taken_up(
    database: Database, tmp_path: Path
) -> None:
    """The queue is one for all: who has claimed a batch need not be who carries it out."""
    before = Bench(database, tmp_path, worker="w0")
    before.engine.start()
    before.engine.stop()
    bench = Bench(database, tmp_path)
    bench.put("shared")
    carried_by(database, "w0", batch="w1|shared")
    bench.engine.start()
    bench.wait(lambda: bench.done == ["shared"])
    bench.engine.stop()


def carried_by(database: Database, worker: str, *, batch: str) -> None:
    """Leave a batch as a worker does that is killed while it carries it out."""
    with database.transaction() as connection:
        work.claim(
            connection,
            lane="documents",
            batch=batch,
            now=clock(),
            limit=10,
            skip_locked=False,
        )
    client = DBOSClient(
        system_database_engine=database.engine, serializer=_Json(), application_name="facteur"
    )
    options: EnqueueOptions = {
        "workflow_name": "batch",
        "queue_name": "batches",
        "workflow_id": batch,
        "app_version": "batches-1",
    }
    client.enqueue(options, "documents", batch)
    client.destroy()
    table = "workflow_status" if database.is_sqlite else "dbos.workflow_status"
    with database.transaction() as connection:
        connection.execute(
            sa.text(
                f"UPDATE {table} SET status = 'PENDING', executor_id = :worker"  # noqa: S608
                " WHERE workflow_uuid = :batch"
            ),
            {"worker": worker, "batch": batch},
        )


def test_what_goes_wrong_once_does_not_stop_the_engine(database: Database, tmp_path: Path) -> None:
    bench = Bench(database, tmp_path)
    bench.wrong_once = True
    bench.put("patient")
    bench.engine.start()
    bench.wait(lambda: bench.done == ["patient"])
    assert not bench.wrong_once
    bench.engine.stop()


def test_the_same_worker_twice_refuses_to_start(
    bench: Bench, database: Database, tmp_path: Path
) -> None:
    with pytest.raises(AlreadyRunning):
        Bench(database, tmp_path).engine.start()
    bench.put("still")
    bench.wait(lambda: bench.done == ["still"])

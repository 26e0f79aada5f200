"""One measurement in a process of its own, so that none leaves anything behind for the next.

    python -m bench.measure idoc-ubl 2 1000

prints a Figure as JSON: what `count` documents cost with so many workers.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from bench.traffic import drafts, idocs, open_items
from bench.workshop import TENANT, Workshop, drain, feed, workshop
from hub.engine.durable import Engine
from hub.engine.lane import FixedLanes, Lane
from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.house import House, Room
from hub.pipeline.lanes import DOCUMENTS, RUNS, send_lane
from hub.pipeline.rooms import ROOMS
from hub.pipeline.settling import settle
from hub.runs.running import run_claims
from hub.store import work
from hub.store.database import Database
from hub.store.work import INVOICES_FIRST, Task
from hub.wiring.clock import new_id, now
from tests.servers.simulators import simulator

UBL = '{ channel = "sink", format = "ubl" }'
FACTURX = '{ channel = "sink", format = "facturx-en16931", signature = "pades-b-b" }'
LETTER = '{ channel = "email", format = "letter-din5008" }'
AS_OF = date(2026, 11, 20)
CLAIMS_A_DOCUMENT = 4
"""The engine claims the file, its document, its delivery, and that again for its channel."""
_BATCH = 50


class Cost(msgspec.Struct, kw_only=True):
    """What a block took.

    Attributes:
        seconds: by the wall clock.
        own_cpu_seconds: of the hub's process.
        children_cpu_seconds: of its pool.
    """

    seconds: float = 0
    own_cpu_seconds: float = 0
    children_cpu_seconds: float = 0


class Figure(msgspec.Struct, kw_only=True):
    """What a measurement gave.

    Attributes:
        cost: of all documents together.
        rooms: of each room alone, where that was measured.
        own_peak_mb, child_peak_mb: resident memory of the hub's process, and of the largest child.
    """

    cost: Cost
    rooms: dict[str, Cost] = {}
    own_peak_mb: float = 0
    child_peak_mb: float = 0


@contextmanager
def metered(pool: Pool | None = None) -> Iterator[Cost]:
    """Meter a block; the cost is known when it has ended."""
    cost, before = Cost(), _spent(pool)
    yield cost
    after = _spent(pool)
    cost.seconds, cost.own_cpu_seconds, cost.children_cpu_seconds = (
        b - a for a, b in zip(before, after, strict=True)
    )


def _spent(pool: Pool | None) -> tuple[float, float, float]:
    children = sum(pool.cpu_seconds.values()) if pool else 0.0
    return time.monotonic(), time.process_time(), children


def idoc(folder: Path, workers: int, count: int, *, road: str) -> Figure:
    """IDocs through all rooms to the sink, the engine running while they arrive."""
    with workshop(folder, road=road, children=workers) as shop:
        shop.engine.start()
        with metered(shop.house.pool) as cost:
            feed(shop.house, idocs(count))
            drain(shop.house)
        shop.engine.stop()
        assert len(shop.sink.taken) == count, "every document has left once"
        return _figure(cost, shop.house.pool)


def reminder(folder: Path, workers: int, count: int) -> Figure:
    """A run over a CSV of open items, each customer's letter by email to a mail server."""
    with (
        simulator("mail", folder / "mail") as peer,
        workshop(folder, road=LETTER, children=workers, known=count, mail_port=peer.port) as shop,
    ):
        shop.engine.start()
        with metered(shop.house.pool) as cost:
            run_claims(
                shop.house,
                "reminders",
                tenant=TENANT,
                as_of=AS_OF,
                items=open_items(count),
                dry_run=False,
                say=lambda _plan, _lines: None,
            )
            drain(shop.house)
        shop.engine.stop()
        assert len(list((folder / "mail/maildir/new").iterdir())) == count, "all mail arrived once"
        return _figure(cost, shop.house.pool)


def archive(folder: Path, workers: int, count: int, *, together: int) -> Figure:
    """Appends alone, by as many threads as workers, so many drafts a call."""
    with (
        Archive(
            folder / "archive",
            origin="bench.example/archive",
            key=Ed25519PrivateKey.generate(),
            clock=now,
            random_bytes=os.urandom,
        ) as kept,
        ThreadPoolExecutor(workers) as threads,
    ):
        waiting = drafts(count)
        calls = list(iter(lambda: list(islice(waiting, together)), []))
        with metered() as cost:
            filed = sum(map(len, threads.map(kept.append, calls)))
        assert filed == count
        return _figure(cost)


def engine(folder: Path, _workers: int, count: int) -> Figure:
    """The engine alone: as many claims as documents make, and nothing to do but to finish them."""
    database = Database(f"sqlite:///{folder / 'facteur.db'}")
    database.migrate()

    def finish(_lane: str, batch: str) -> None:
        with database.transaction() as connection:
            tasks = work.of_batch(connection, batch)
            work.finish(connection, [task.subject for task in tasks])

    made = Engine(
        database,
        lanes=FixedLanes({DOCUMENTS: Lane(batch_size=50, batches=2)}),
        run=finish,
        worker="bench",
        lock_file=str(folder / "engine.lock"),
        clock=now,
        new_id=new_id,
        nudged=threading.Event(),
    )
    made.start()
    with metered() as cost:
        with database.transaction() as connection:
            work.put(connection, [_task(n) for n in range(count * CLAIMS_A_DOCUMENT)])
        while True:
            with database.transaction() as connection:
                if not work.count(connection):
                    break
            time.sleep(0.05)
    made.stop()
    database.close()
    return _figure(cost)


def _task(number: int) -> Task:
    return Task(
        subject=f"s{number:06}",
        room="read",
        lane=DOCUMENTS,
        priority=INVOICES_FIRST,
        due_at=now(),
    )


def rooms(folder: Path, workers: int, count: int, *, road: str) -> Figure:
    """All documents in one room before any enters the next, without the engine."""
    costs: dict[str, Cost] = {}
    with workshop(folder, road=road, children=workers) as shop:
        with metered(shop.house.pool) as whole:
            with metered() as costs["receive"]:
                feed(shop.house, idocs(count))
            for room in ROOMS:
                with metered(shop.house.pool) as costs[room.name]:
                    _walk(shop, room)
            with metered() as costs["confirm"]:
                confirm(shop.house, "sink")
        assert len(shop.sink.taken) == count
        figure = _figure(whole, shop.house.pool)
    return msgspec.structs.replace(figure, rooms=costs)


def _walk(shop: Workshop, room: Room) -> None:
    """Take all that waits into one room, in batches as the engine makes them."""
    batches = [
        tasks
        for lane in (DOCUMENTS, RUNS, *map(send_lane, sorted(shop.house.channels)))
        for tasks in iter(partial(_claimed, shop.house, lane), [])
    ]
    for tasks in batches:
        for outcomes in room.enter(shop.house, tasks):
            settle(shop.house, room.name, outcomes)


def _claimed(house: House, lane: str) -> list[Task]:
    batch = new_id()
    with house.database.transaction() as connection:
        work.claim(connection, lane=lane, batch=batch, now=now(), limit=_BATCH, skip_locked=False)
        return work.of_batch(connection, batch)


def _figure(cost: Cost, pool: Pool | None = None) -> Figure:
    """Return a figure with the memory of this process and of the children that are alive."""
    children = set(pool.map(os.getpid, [()] * 20)) if pool else set()
    return Figure(
        cost=cost,
        own_peak_mb=_peak_mb(os.getpid()),
        child_peak_mb=max((_peak_mb(c) for c in children if isinstance(c, int)), default=0),
    )


def _peak_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


MEASURES: Mapping[str, Callable[[Path, int, int], Figure]] = {
    "idoc-ubl": partial(idoc, road=UBL),
    "idoc-facturx-signed": partial(idoc, road=FACTURX),
    "csv-reminder-email": reminder,
    "archive-append-1": partial(archive, together=1),
    "archive-append-50": partial(archive, together=50),
    "engine-alone": engine,
    "rooms-ubl": partial(rooms, road=UBL),
    "rooms-facturx-signed": partial(rooms, road=FACTURX),
}


def main() -> None:
    """Measure what the command line names."""
    name, workers, count = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="facteur-bench-") as folder:
        figure = MEASURES[name](Path(folder), int(workers), int(count))
    sys.stdout.write(msgspec.json.encode(figure).decode() + "\n")


if __name__ == "__main__":
    main()

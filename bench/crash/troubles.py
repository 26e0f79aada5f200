"""Troubles of the world around a hub, while it is killed now and then: each a part of its own.

Peers that do wrong by a plan with chance, a disk that is full for a while, a database that is
restarted during the traffic, and all of it during thousands of deliveries.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.crash.crew import TAKE_OVER_SECONDS, Crew
from bench.crash.hub import Nursery
from bench.crash.loads import every_fate, thousands
from bench.crash.misbehaviour import PATIENCE_SECONDS, plans
from bench.crash.papers import Paper, mixture, portions
from bench.crash.settings import Terms
from bench.crash.small_disk import SmallDisk, available, small_disk
from bench.crash.stage import Run, Stage, say, stage
from tests.servers import postgres

_MODES = ("immediate", "fast")
_LIFE_SECONDS = (1.0, 4.0)
_BUSY_SECONDS = (0.5, 2.0)
"""After which much of what was dropped is in the house, and not all of it has left."""
_FULL_SECONDS = 4.0
_DISK_MB = 96
_LARGE_DISK_MB = 4_000
_MIN_FREE_MB = 8
_LEFT_BYTES = (4 << 20, 0)
"""Less than a hub wants for taking files in, and nothing at all."""


def misbehaving_peers(
    nursery: Nursery, folder: Path, *, kills: int, documents: int, chance: random.Random
) -> Run:
    """Play with peers that refuse, defer, hang, cut, are slow, lose answers and repeat them."""
    terms = Terms(patience_seconds=PATIENCE_SECONDS)
    plan = plans(chance, each=max(1, documents // 100), among=12, slowing=True)
    with stage(nursery, folder / "peers", terms, plan) as played:
        crew = Crew(played, chance)
        for papers in portions(every_fate(1, documents), kills):
            played.drop(papers)
            crew.go_on(chance.uniform(*_LIFE_SECONDS))
            crew.kill_one()
            crew.replace_dead()
        return crew.finish()


def full_disk(nursery: Nursery, folder: Path, *, documents: int, chance: random.Random) -> Run:
    """Let a hub's disk run full, twice: once it refuses in good time, once nothing is left."""
    with (
        small_disk(folder / "disk" / "hub" / "data", size_mb=_DISK_MB) as disk,
        stage(nursery, folder / "disk", Terms(min_free_mb=_MIN_FREE_MB)) as played,
    ):
        crew = Crew(played, chance)
        faults: list[str] = []
        parts = portions(mixture(1, documents), 2 * len(_LEFT_BYTES))
        for left_bytes, before, during in zip(_LEFT_BYTES, parts[::2], parts[1::2], strict=True):
            known = len(played.senders.acknowledged)
            played.drop(before)
            while len(played.senders.acknowledged) == known:
                crew.go_on(_BUSY_SECONDS[0])
            crew.go_on(chance.uniform(*_BUSY_SECONDS))
            faults += _fill(played, crew, disk, during, left_bytes)
        run = crew.finish()
        run.faults += faults
        return run


def _fill(
    played: Stage, crew: Crew, disk: SmallDisk, papers: Sequence[Paper], left_bytes: int
) -> list[str]:
    """Fill the disk, drop files, kill the hub meanwhile, make room; returns what is wrong."""
    disk.fill(leave_bytes=left_bytes)
    crew.has_no_room = True
    said = played.senders.refusals.copy()
    played.drop(papers)
    crew.go_on(_FULL_SECONDS)
    crew.kill_one()
    crew.replace_dead()
    crew.go_on(_FULL_SECONDS)
    for hub in crew.hubs:
        hub.may_end_if_starting()
    disk.clear()
    crew.has_no_room = False
    heard = played.senders.refusals - said
    say(f"       {left_bytes >> 20} MB were left: {dict(heard)}")
    wrong = [f"a full disk was answered by {code}" for code in heard if code not in {"503", ""}]
    return wrong if heard["503"] else [*wrong, "nobody was told that the disk is full"]


def restarted_database(
    nursery: Nursery, folder: Path, *, restarts: int, documents: int, chance: random.Random
) -> Run:
    """Restart PostgreSQL under two workers, as by a crash and as by an order, in turn."""
    with (
        postgres.cluster() as cluster,
        stage(
            nursery, folder / "restarts", Terms(database=cluster.url("facteur"), workers=2)
        ) as played,
    ):
        crew = Crew(played, chance)
        for number, papers in enumerate(portions(mixture(1, documents), restarts)):
            played.drop(papers)
            crew.go_on(chance.uniform(*_LIFE_SECONDS))
            crew.restart_database(cluster, _MODES[number % len(_MODES)])
            crew.go_on(chance.uniform(*TAKE_OVER_SECONDS))
        return crew.finish()


def volume(
    nursery: Nursery,
    folder: Path,
    *,
    documents: int,
    every_seconds: float,
    chance: random.Random,
) -> Run:
    """Do all of it during thousands of deliveries: two workers on PostgreSQL, blow after blow.

    Each blow is dealt once before one is dealt again, in an order drawn anew each time.
    """
    with ExitStack() as open_:
        cluster = open_.enter_context(postgres.cluster())
        disk = _large_disk(open_, folder / "volume" / "hub" / "data")
        terms = Terms(
            database=cluster.url("facteur"),
            workers=2,
            patience_seconds=PATIENCE_SECONDS,
            min_free_mb=_MIN_FREE_MB,
        )
        plan = plans(chance, each=3, among=max(4, documents // 30), slowing=False)
        played = open_.enter_context(stage(nursery, folder / "volume", terms, plan))
        crew = Crew(played, chance)
        blows: list[Callable[[], None]] = [
            *[crew.kill_one] * 8,
            lambda: crew.restart_database(cluster, "immediate"),
            lambda: crew.restart_database(cluster, "fast"),
            *([lambda: _full_for_a_while(crew, disk)] if disk else []),
        ]
        played.drop(thousands(1, documents))
        turns = [
            blow for _ in range(documents // 5_000 + 1) for blow in chance.sample(blows, len(blows))
        ]
        for blow in turns:
            if not crew.go_on(chance.uniform(0.5, 1.5) * every_seconds):
                break
            blow()
        return crew.finish()


def _large_disk(open_: ExitStack, folder: Path) -> SmallDisk | None:
    """Mount a disk that has room for all of it; None where we may not, and none gets full."""
    if not available():
        say("       no disk gets full: only root may mount one")
        return None
    return open_.enter_context(small_disk(folder, size_mb=_LARGE_DISK_MB))


def _full_for_a_while(crew: Crew, disk: SmallDisk) -> None:
    disk.fill(leave_bytes=0)
    crew.has_no_room = True
    crew.go_on(_FULL_SECONDS)
    for hub in crew.hubs:
        hub.may_end_if_starting()
    disk.clear()
    crew.has_no_room = False
    say("       the disk was full")

"""Kills at random moments: of a hub, of a pool child, of one worker among two, of the database."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.crash.hub import Hub, Nursery
from bench.crash.papers import Paper, mixture
from bench.crash.stage import Run, Stage, say, stage
from tests.servers import postgres

_LIFE_SECONDS = (0.05, 1.6)
_CHILD_TOO = 0.2
_TAKE_OVER_SECONDS = (0.5, 5.0)
_NOTICE_SECONDS = 3
"""After which a hub has seen that a restarted database forgot its lock, and has ended itself."""


def random_kills(
    nursery: Nursery, folder: Path, *, kills: int, documents: int, chance: random.Random
) -> Run:
    """Kill one hub again and again while documents come in; now and then a pool child before it."""
    with stage(nursery, folder / "random") as played:
        for papers in _portions(documents, kills):
            played.drop(papers)
            hub = played.start()
            time.sleep(chance.uniform(*_LIFE_SECONDS))
            if chance.random() < _CHILD_TOO:
                played.kills += _kill_child(hub, chance)
                time.sleep(chance.uniform(*_LIFE_SECONDS))
            played.kills += hub.kill()
        return played.finish(played.start())


def two_workers(
    nursery: Nursery, folder: Path, *, kills: int, documents: int, chance: random.Random
) -> Run:
    """Two workers on PostgreSQL: one is killed and the other takes over; once the database dies."""
    with (
        postgres.cluster() as cluster,
        stage(nursery, folder / "workers", database=cluster.url("facteur"), workers=2) as played,
    ):
        hubs = {worker: played.start(worker=worker) for worker in (1, 2)}
        for number, papers in enumerate(_portions(documents, kills)):
            played.drop(papers)
            time.sleep(chance.uniform(*_LIFE_SECONDS))
            if number == kills // 2:
                for hub in hubs.values():
                    hub.may_end_if_starting()
                cluster.stop()
                cluster.start()
                say("       PostgreSQL was stopped and started")
            worker = chance.choice((1, 2))
            played.kills += hubs[worker].kill()
            time.sleep(chance.uniform(*_TAKE_OVER_SECONDS))
            _restart_dead(played, hubs)
        time.sleep(_NOTICE_SECONDS)
        _restart_dead(played, hubs)
        played.kills += hubs[2].kill()
        return played.finish(hubs[1])


def _restart_dead(played: Stage, hubs: dict[int, Hub]) -> None:
    """Do what a supervisor does."""
    for worker, hub in hubs.items():
        if hub.is_dead():
            hubs[worker] = played.start(worker=worker)


def _portions(documents: int, portions: int) -> Iterator[list[Paper]]:
    """Part a mixture into `portions` lists of files."""
    papers = list(mixture(1, documents))
    for portion in range(portions):
        yield papers[portion::portions]


def _kill_child(hub: Hub, chance: random.Random) -> int:
    """Kill a child of the hub's pool, if there is one; returns how many."""
    children = hub.pool_children()
    if not children:
        return 0
    with suppress(ProcessLookupError):
        os.kill(chance.choice(children), signal.SIGKILL)
    return 1

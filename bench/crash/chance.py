"""Kills at random moments: of a hub, of a pool child, of one worker among two, of the database."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

from bench.crash.crew import TAKE_OVER_SECONDS, Crew
from bench.crash.hub import Hub, Nursery
from bench.crash.papers import mixture, portions
from bench.crash.settings import Terms
from bench.crash.stage import Run, stage
from tests.servers import postgres

_LIFE_SECONDS = (0.05, 1.6)
_CHILD_TOO = 0.2


def random_kills(
    nursery: Nursery, folder: Path, *, kills: int, documents: int, chance: random.Random
) -> Run:
    """Kill one hub again and again while documents come in; now and then a pool child before it."""
    with stage(nursery, folder / "random") as played:
        for papers in portions(mixture(1, documents), kills):
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
        stage(
            nursery, folder / "workers", Terms(database=cluster.url("facteur"), workers=2)
        ) as played,
    ):
        crew = Crew(played, chance)
        for number, papers in enumerate(portions(mixture(1, documents), kills)):
            played.drop(papers)
            time.sleep(chance.uniform(*_LIFE_SECONDS))
            if number == kills // 2:
                crew.restart_database(cluster, "immediate")
            crew.kill_one()
            time.sleep(chance.uniform(*TAKE_OVER_SECONDS))
            crew.replace_dead()
        return crew.finish()


def _kill_child(hub: Hub, chance: random.Random) -> int:
    """Kill a child of the hub's pool, if there is one; returns how many."""
    children = hub.pool_children()
    if not children:
        return 0
    with suppress(ProcessLookupError):
        os.kill(chance.choice(children), signal.SIGKILL)
    return 1

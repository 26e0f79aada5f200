"""`make faults`: `kill -9` at every step boundary and at random; judged at the peers.

    python -m bench.faults [--quick] [--seed N] [--keep]

Files of every kind come in through every door and leave by every channel to real servers on
loopback, while the hub is killed. What was dropped is counted at the peers; emails that only a
person can decide about are decided as a person would, and counted, too.
"""

import argparse
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.crash.chance import random_kills, two_workers
from bench.crash.hub import Nursery
from bench.crash.stage import Run, say
from bench.crash.sweep import sweep
from tests.servers import postgres


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is done.

    Attributes:
        boundaries: how many of them, drawn by chance; None for all.
    """

    boundaries: int | None
    kills: int
    documents: int
    worker_kills: int
    worker_documents: int


FULL = Extent(boundaries=None, kills=100, documents=500, worker_kills=15, worker_documents=120)
QUICK = Extent(boundaries=14, kills=10, documents=60, worker_kills=2, worker_documents=40)


def main() -> int:
    """Play all parts; returns 1 if anything was lost, doubled or wrong."""
    options = _options()
    extent = QUICK if options.quick else FULL
    folder = Path(tempfile.mkdtemp(prefix="facteur-faults-"))
    say(f"seed {options.seed}, in {folder}")
    runs = list(play(folder, extent, random.Random(options.seed)))  # noqa: S311  (replayable)
    faults = [fault for run in runs for fault in run.faults]
    for fault in faults:
        print(f"WRONG {fault}")
    if not faults and not options.keep:
        shutil.rmtree(folder)
    kills, lost, doubled = (
        sum(getattr(run, name) for run in runs) for name in ("kills", "lost", "doubled")
    )
    print(f"faults: {kills} kills, {lost} lost, {doubled} doubled")
    return 1 if faults else 0


def play(folder: Path, extent: Extent, chance: random.Random) -> Iterator[Run]:
    """Play one part after another, telling of each."""
    nursery = Nursery()
    begun = time.monotonic()
    swept = sweep(nursery, folder, most=extent.boundaries, chance=chance)
    _tell(f"{len(swept.died_at)} step boundaries", swept.run, begun)
    for name in swept.missed:
        print(f"  not passed again: {name}")
    yield swept.run

    begun = time.monotonic()
    run = random_kills(
        nursery, folder, kills=extent.kills, documents=extent.documents, chance=chance
    )
    _tell("at random, SQLite", run, begun)
    yield run

    if not postgres.available():
        print("at random, two workers on PostgreSQL: skipped, PostgreSQL is not installed")
        return
    begun = time.monotonic()
    run = two_workers(
        nursery,
        folder,
        kills=extent.worker_kills,
        documents=extent.worker_documents,
        chance=chance,
    )
    _tell("at random, two workers on PostgreSQL", run, begun)
    yield run


def _tell(part: str, run: Run, begun: float) -> None:
    print(
        f"{part}: {run.kills} kills, {run.documents} documents, {run.attempts} attempts to drop in "
        f"vain, {len(run.doubts)} emails in doubt, {time.monotonic() - begun:.0f} s"
    )
    for doubt in run.doubts:
        found = "it had arrived" if doubt.arrived else "it had not arrived and was sent again"
        print(f"  in doubt: {doubt.number} {doubt.message_id}: {found}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="kill -9 at every step boundary and at random.")
    parser.add_argument("--quick", action="store_true", help="some of the boundaries, fewer kills")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--keep", action="store_true", help="keep the folder, even if all is well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

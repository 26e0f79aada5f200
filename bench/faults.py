"""`make faults`: kills, cuts, slow peers, a full disk, a restarted database; judged at the peers.

    python -m bench.faults [--quick] [--part NAME] [--seed N] [--keep]

Files of every kind come in through every door and leave by every channel to real servers on
loopback, while the hub is killed and the world around it fails. What was dropped is counted at the
peers; emails that only a person can decide about are decided as a person would, and counted, too.
"""

import argparse
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.crash import small_disk, troubles
from bench.crash.archive_kills import archive_kills
from bench.crash.chance import random_kills, two_workers
from bench.crash.hub import Nursery
from bench.crash.stage import Run, say
from bench.crash.sweep import sweep
from tests.servers import postgres

_SHOWN = 12
"""Doubts that are listed one by one, where nothing went wrong with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much is done.

    Attributes:
        boundaries: how many of them, drawn by chance; None for all.
        every_seconds: between two blows in the part with thousands of deliveries.
    """

    boundaries: int | None
    archive_kills: int
    kills: int
    documents: int
    worker_kills: int
    worker_documents: int
    peer_kills: int
    peer_documents: int
    disk_documents: int
    restarts: int
    restart_documents: int
    volume: int
    every_seconds: float


FULL = Extent(
    boundaries=None,
    archive_kills=100,
    kills=100,
    documents=500,
    worker_kills=15,
    worker_documents=120,
    peer_kills=12,
    peer_documents=400,
    disk_documents=120,
    restarts=8,
    restart_documents=240,
    volume=10_000,
    every_seconds=12,
)
QUICK = Extent(
    boundaries=14,
    archive_kills=10,
    kills=10,
    documents=60,
    worker_kills=2,
    worker_documents=40,
    peer_kills=2,
    peer_documents=40,
    disk_documents=60,
    restarts=2,
    restart_documents=40,
    volume=400,
    every_seconds=6,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part, played alone by its name.

    Attributes:
        needs: what this machine must have besides, in words, and whether it has it.
        quick: whether it is among those of `--quick`.
    """

    title: str
    play: Callable[[Nursery, Path, Extent, random.Random], Run]
    needs: Mapping[str, Callable[[], bool]]
    quick: bool = True


def _boundaries(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    swept = sweep(nursery, folder, most=extent.boundaries, chance=chance)
    print(f"{len(swept.died_at)} step boundaries died at")
    for name in swept.missed:
        print(f"  not passed again: {name}")
    return swept.run


def _kills(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    kills, documents = extent.kills, extent.documents
    return random_kills(nursery, folder, kills=kills, documents=documents, chance=chance)


def _archive(_nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    return archive_kills(folder / "archive", kills=extent.archive_kills, chance=chance)


def _workers(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    kills, documents = extent.worker_kills, extent.worker_documents
    return two_workers(nursery, folder, kills=kills, documents=documents, chance=chance)


def _peers(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    kills, documents = extent.peer_kills, extent.peer_documents
    return troubles.misbehaving_peers(
        nursery, folder, kills=kills, documents=documents, chance=chance
    )


def _disk(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    return troubles.full_disk(nursery, folder, documents=extent.disk_documents, chance=chance)


def _database(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    restarts, documents = extent.restarts, extent.restart_documents
    return troubles.restarted_database(
        nursery, folder, restarts=restarts, documents=documents, chance=chance
    )


def _volume(nursery: Nursery, folder: Path, extent: Extent, chance: random.Random) -> Run:
    documents, every = extent.volume, extent.every_seconds
    return troubles.volume(nursery, folder, documents=documents, every_seconds=every, chance=chance)


_POSTGRES = {"PostgreSQL installed": postgres.available}
_MOUNT = {"root, to mount a small disk": small_disk.available}
PARTS: Mapping[str, Part] = {
    "boundaries": Part(title="at step boundaries", play=_boundaries, needs={}),
    "archive": Part(title="the archive alone, several threads", play=_archive, needs={}),
    "kills": Part(title="at random, SQLite", play=_kills, needs={}),
    "workers": Part(title="at random, two workers on PostgreSQL", play=_workers, needs=_POSTGRES),
    "peers": Part(title="peers that misbehave", play=_peers, needs={}),
    "disk": Part(title="a full disk", play=_disk, needs=_MOUNT),
    "database": Part(title="PostgreSQL restarted", play=_database, needs=_POSTGRES),
    "volume": Part(
        title="all of it during thousands of deliveries",
        play=_volume,
        needs=_POSTGRES,
        quick=False,
    ),
}


def main() -> int:
    """Play all parts; returns 1 if anything was lost, doubled or wrong."""
    options = _options()
    extent = QUICK if options.quick else FULL
    names = options.part or [n for n, part in PARTS.items() if part.quick or not options.quick]
    folder = Path(tempfile.mkdtemp(prefix="facteur-faults-"))
    say(f"seed {options.seed}, in {folder}")
    runs = list(play(names, folder, extent, options.seed))
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


def play(names: list[str], folder: Path, extent: Extent, seed: int) -> Iterator[Run]:
    """Play one part after another, each with its own chance, telling of each."""
    nursery = Nursery()
    for name in names:
        part = PARTS[name]
        lacking = [words for words, is_there in part.needs.items() if not is_there()]
        if lacking:
            print(f"{part.title}: skipped, it needs {' and '.join(lacking)}")
            continue
        begun = time.monotonic()
        chance = random.Random(f"{name} {seed}")  # noqa: S311  (replayable)
        run = part.play(nursery, folder, extent, chance)
        _tell(part.title, run, time.monotonic() - begun)
        yield run


def _tell(title: str, run: Run, seconds: float) -> None:
    misdeeds = f"{run.misdeeds} misdeeds of peers, " if run.misdeeds else ""
    print(
        f"{title}: {run.kills} kills, {misdeeds}{run.documents} documents, {run.attempts} attempts "
        f"to drop in vain, {seconds:.0f} s"
    )
    arrived = sum(doubt.arrived for doubt in run.doubts)
    print(
        f"  in doubt: {run.settled} settled by asking the channel, {len(run.doubts)} listed and "
        f"decided: {arrived} had arrived, {len(run.doubts) - arrived} not and were sent again"
    )
    for doubt in run.doubts[:_SHOWN]:
        found = "it had arrived" if doubt.arrived else "it had not arrived and was sent again"
        print(f"    {doubt.number} {doubt.message_id}: {found}")


def _options() -> argparse.Namespace:
    listed = "\n".join(f"  {name:<11} {part.title}" for name, part in PARTS.items())
    parser = argparse.ArgumentParser(
        description="Kill a hub, and let the world around it fail.",
        epilog=f"parts:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes, and no `volume`")
    parser.add_argument(
        "--part", action="append", choices=PARTS, metavar="NAME", help="only this; repeatable"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--keep", action="store_true", help="keep the folder, even if all is well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""The archive alone: who appends by several threads is killed at random, again and again."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Timer

import msgspec

from archive.archive import Archive
from archive.entry import ArchiveError, Entry
from archive.verify import check_archive
from bench.crash.archive_child import Acknowledged, draft_of
from bench.crash.stage import Run, say
from tests.archive.filing import opened

HEADS_A_KILL = 5
VERIFIED_EACH = 10
FILED_AGAIN = 5
KILLED_EARLY = 0.15
_WORKING = (0.0, 0.5)
_STARTING = (0.1, 0.5)
"""Seconds within which the blow falls: after the first entry, or after the start."""


@dataclass(kw_only=True)
class Ledger:
    """What was acknowledged, and which checkpoints were seen, over all kills."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    heads: list[tuple[str, str]] = field(default_factory=list)
    lost: set[tuple[str, str]] = field(default_factory=set)
    doubled: set[tuple[str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def archive_kills(folder: Path, *, kills: int, chance: Random) -> Run:
    """Kill whoever appends, so many times; look each time at what was acknowledged."""
    root, ledger = folder / "archive", Ledger()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(kills):
        told = list(_life(root, f"life-{number}", chance, ledger))
        for one in told:
            ledger.kept |= {(one.tenant, key): entry for key, entry in one.kept.items()}
        ledger.heads += [one.head for one in chance.sample(told, min(len(told), HEADS_A_KILL))]
        with opened(root) as archive:
            _look(archive, told, ledger, chance)
        if number % VERIFIED_EACH == VERIFIED_EACH - 1 or number == kills - 1:
            _verify(root, ledger)
            say(f"       {number + 1} kills, {len(ledger.kept)} entries acknowledged")
    return Run(
        documents=len(ledger.kept),
        kills=kills,
        attempts=0,
        doubts=[],
        settled=0,
        misdeeds=0,
        lost=len(ledger.lost),
        doubled=len(ledger.doubled),
        faults=ledger.faults,
    )


def _life(root: Path, name: str, chance: Random, ledger: Ledger) -> Iterator[Acknowledged]:
    """Let a child append, and kill it: while it starts, or some time after its first entry."""
    command = [sys.executable, "-m", "bench.crash.archive_child", str(root), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        early = chance.random() < KILLED_EARLY
        first = b"" if early else child.stdout.readline()
        blow = Timer(chance.uniform(*(_STARTING if early else _WORKING)), child.kill)
        blow.start()
        for line in (first, *child.stdout):
            if line.endswith(b"\n"):
                yield msgspec.json.decode(line, type=Acknowledged)
        blow.cancel()
        if child.wait() != -signal.SIGKILL:
            ledger.faults.append(f"{name} ended of itself: {child.stderr.read().decode()[-500:]}")


def _look(archive: Archive, told: Sequence[Acknowledged], ledger: Ledger, chance: Random) -> None:
    """Read back what was acknowledged in this life, and file some of it again."""
    kept = [(one.tenant, key, entry) for one in told for key, entry in one.kept.items()]
    for tenant, key, entry_id in kept:
        found = archive.kept(tenant, [key]).get(key)
        if found is None or found.id != entry_id or not _is_whole(archive, found):
            ledger.lost.add((tenant, key))
            ledger.faults.append(f"{key} of {tenant} was acknowledged and is not there")
    for tenant, key, entry_id in chance.sample(kept, min(len(kept), FILED_AGAIN)):
        (again,) = archive.append([draft_of(key, tenant)])
        if again.id != entry_id:
            ledger.doubled.add((tenant, key))
            ledger.faults.append(f"{key} of {tenant} was kept twice")


def _is_whole(archive: Archive, entry: Entry) -> bool:
    """Whether every file of an entry is what was filed."""
    try:
        held = [archive.get(item.sha256) for item in entry.items]
    except ArchiveError:
        return False
    return held == [item.data for item in draft_of(entry.key, entry.tenant).items]


def _verify(root: Path, ledger: Ledger) -> None:
    """Check all files, and against every checkpoint that was seen."""
    ledger.faults += map(str, check_archive(root, earlier=ledger.heads).faults)
    with opened(root) as archive:
        ledger.faults += map(str, archive.verify().faults)

"""The day that is next to be closed, and what lies in it; read in one pass over its entries."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from archive.archive import Archive
from archive.closing.folder import closings
from archive.closing.tree import Digest, group_hash
from archive.entry import Entry

SILENT = frozenset({"closing", "renewal", "rehash"})
"""Kinds that are no reason to close a day: else each closing would need another."""
_ONE = timedelta(days=1)
_MANY = 100_000


@dataclass(slots=True, kw_only=True)
class Day:
    """What was filed on a day; of the first in a while, also what was filed silently before it.

    Attributes:
        day: the day.
        start: position of its first entry.
        end: position after its last.
        counts: of entries by kind.
        leaves: position to hash of each entry's group.
        received: files that were received in it.
    """

    log: str
    day: date
    start: int
    end: int
    counts: Counter[str] = field(default_factory=Counter)
    leaves: dict[str, bytes] = field(default_factory=dict)
    received: set[str] = field(default_factory=set)

    def add(self, entry: Entry, hashed: bytes) -> None:
        """Count an entry."""
        self.counts[entry.kind] += 1
        self.leaves[str(entry.position)] = hashed
        if entry.step == "receive":
            self.received.add(entry.subject)


def next_day(
    archive: Archive, log: str, *, today: date, digest: Digest, running: bool = False
) -> Day | None:
    """Return the day to be closed next, None if there is none.

    A closing that was begun goes on where its checkpoint says. No day comes twice: what is filed
    after a day was closed, by a clock that stands behind, belongs to the day after.

    Args:
        archive: with the log.
        log: its name.
        today: which is not over yet.
        digest: of the day's hash tree.
        running: whether today counts as over.
    """
    done = closings(archive, log)
    begun = done.pop() if done and not done[-1].is_complete else None
    start = done[-1].size() if done else 0
    if begun and begun.has("checkpoint"):
        day = Day(log=log, day=begun.day, start=start, end=begun.size())
    else:
        end = size_of(archive.checkpoint(log))
        after = done[-1].day + _ONE if done else date.min
        found = _cut(archive, log, (start, end), after, today + _ONE * running)
        if found is None:
            return None
        day = found
    for entry in archive.between(log, day.start, day.end):
        day.add(entry, entry_hash(archive, entry, digest))
    return day


def closed_to(archive: Archive, log: str) -> int:
    """Return up to which position complete closings cover a log."""
    done = [each for each in closings(archive, log) if each.is_complete]
    return done[-1].end() if done else 0


def pending(archive: Archive, log: str) -> tuple[date, datetime] | None:
    """Return the day that a complete closing does not cover yet, and when it was first filed to."""
    done = [each for each in closings(archive, log) if each.is_complete]
    start, first = (done[-1].end(), done[-1].day + _ONE) if done else (0, date.min)
    for entry in archive.between(log, start):
        if entry.kind not in SILENT:
            return max(entry.at.date(), first), entry.at
    return None


def _cut(
    archive: Archive, log: str, within: tuple[int, int], first: date, before: date
) -> Day | None:
    """Return the first day with a reason to be closed, without what lies in it.

    The first closing of a log that has never been closed goes over many days, to the last of them.
    """
    day: date | None = None
    start, end = within
    at_least = _MANY if first == date.min else 0
    for entry in archive.between(log, start, end):
        own = max(entry.at.date(), first)
        goes_on = day is None or own <= day or entry.position - start < at_least
        if own >= before or not goes_on:
            end = entry.position
            break
        if entry.kind not in SILENT:
            day = max(own, day or own)
    return None if day is None else Day(log=log, day=day, start=start, end=end)


def size_of(note: str) -> int:
    """Return the size in a checkpoint that is known to be good."""
    return int(note.split("\n")[1])


def entry_hash(archive: Archive, entry: Entry, digest: Digest) -> bytes:
    """Return the hash of an entry's data group: its manifest and its files."""
    return group_hash(digest, entry_hashes(archive, entry, digest))


def entry_hashes(archive: Archive, entry: Entry, digest: Digest) -> list[bytes]:
    """Return the hashes of an entry's manifest and of its files."""
    if digest is Digest.SHA256:
        return [bytes.fromhex(entry.id), *(bytes.fromhex(item.sha256) for item in entry.items)]
    manifest = archive.get(entry.id)
    return [digest.of(manifest), *_hashes_in(manifest, digest)]


def _hashes_in(manifest: bytes, digest: Digest) -> Iterator[bytes]:
    for item in json.loads(manifest)["items"]:
        yield bytes.fromhex(item[digest.value])

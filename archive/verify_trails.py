"""The trails of documents and of the files they came in: entries are numbered, each names the last.

So that one that was left out is missed without the log; of an export a signed note says which entry
is the last of each document. What comes before an entry that was erased cannot be missed: nobody
can read any more what that one named. Standard library alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from archive.evidence import open_note

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from archive.evidence import Keys, Manifest
    from archive.report import Report

    Ends = Mapping[str, tuple[int, str]]
    """By `document ID` or `file ID` number and id of its last entry."""


class _Step(NamedTuple):
    number: int
    previous: str | None
    id: str
    file: str


class Trails:
    """The trails as far as entries were taken in: most come in order, what does not waits."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str], tuple[int, str]] = {}
        self._waiting: dict[tuple[str, str], list[_Step]] = {}
        self.is_numbered = False

    def take(self, file: str, entry_id: str, manifest: Manifest) -> None:
        """Take in an entry.

        Args:
            file: how a fault that it shows is named.
            entry_id: of it.
            manifest: of it; those from before entries were numbered are counted.
        """
        if manifest.owner is None:
            return
        self.is_numbered |= manifest.trail is not None
        number, last = self._ends.get(manifest.owner, (0, None))
        if manifest.trail in (None, (number + 1, last)):
            self._ends[manifest.owner] = (number + 1, entry_id)
        else:
            step = _Step(*manifest.trail, entry_id, file)
            self._waiting.setdefault(manifest.owner, []).append(step)

    def judge(self, erased: Container[str], report: Report, ends: Ends | None = None) -> None:
        """Name every entry that is missing, as a later one of its document or its end says.

        Args:
            erased: ids of entries that were erased, as an `erase` entry says.
            report: takes the faults.
            ends: of those that are to be judged; without it of all, as far as they go.
        """
        for document in ends or ():
            if not any(document == own for _, own in (*self._ends, *self._waiting)):
                report.add("proofs/trails", f"nothing of {document} is here")
        for owner in {*self._ends, *self._waiting}:
            if ends is None or owner[1] in ends:
                self._judge(owner, erased, report, (ends or {}).get(owner[1]))

    def _judge(
        self,
        owner: tuple[str, str],
        erased: Container[str],
        report: Report,
        end: tuple[int, str] | None,
    ) -> None:
        """Follow a trail through what waited, to its end."""
        number, last = self._ends.get(owner, (0, None))
        steps = sorted(self._waiting.get(owner, ()))
        steps += [_Step(end[0] + 1, end[1], "", "proofs/trails")] if end else []
        count = end[0] if end else max([number, *(step.number for step in steps)])
        for step in steps:
            if step.previous != last and step.previous not in erased:
                _miss(number + 1, step, f"of {count} of {owner[1]}", report)
            number, last = step.number, step.id


def _miss(first: int, step: _Step, whose: str, report: Report) -> None:
    missing = range(first, step.number)
    for number in missing:
        report.add(step.file, f"entry {number} {whose} is missing")
    if not missing:
        report.add(step.file, f"entry {step.number} {whose} does not follow the one before")


def read_ends(note: str, keys: Keys, sizes: Mapping[str, int]) -> Ends:
    """Return the ends of trails that a signed note tells.

    Args:
        note: as an export has it.
        keys: of the logs.
        sizes: by origin of a log, how many entries it has in this export.

    Raises:
        ValueError: it says what is wrong with it.
    """
    kind, origin, size, *lines = [*note.partition("\n\n")[0].split("\n"), "", ""]
    if kind != "facteur trails" or origin not in keys:
        raise ValueError("does not say where trails end")
    open_note(note, origin, keys[origin])
    if size != str(sizes.get(origin)):
        raise ValueError("is of another export")
    rows = (line.rsplit(" ", 2) for line in lines if line)
    return {_label(json.loads(what)): (int(number), entry) for what, number, entry in rows}


def _label(what: str | dict[str, str]) -> str:
    return f"document {what}" if isinstance(what, str) else f"file {what['file']}"

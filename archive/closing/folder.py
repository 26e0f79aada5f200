"""Where closings and renewals lie: plain files beside the log that they are of.

    closings/2026-11-21/    checkpoint  checkpoint.NAME.tsr  evidence.tree  evidence.tsr
                            revocation.NAME.1.ocsp|crl  report.json  report.txt
    closings/2026/          the same of the whole year, once it is over
    renewals/2029-08-01/    tree  stamp.tsr  revocation.NAME.1.ocsp|crl  report.json  report.txt

A folder is complete when its report lies in it; then nothing in it changes any more.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.closing.stamps import REVOCATION
from archive.closing.token import BadStamp, Stamp, read_stamp
from archive.closing.tree import Tree, read_tree
from archive.entry import ArchiveDamaged

DAYS = "closings/[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
YEARS = "closings/[0-9][0-9][0-9][0-9]"
RENEWALS = "renewals/[0-9]*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One closing or renewal of a log.

    Attributes:
        name: below the log: `closings/2026-11-21`.
    """

    archive: Archive
    log: str
    name: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.archive.beside(self.log) / self.name

    @property
    def is_complete(self) -> bool:
        """Whether nothing is to be added any more."""
        return (self.path / "report.json").exists()

    @property
    def day(self) -> date:
        """The day it is named after; of a year's closing, the year's last."""
        name = self.path.name
        return date.fromisoformat(name[:10] if "-" in name else f"{name}-12-31")

    @property
    def subject(self) -> str:
        """What its entry is about, and is filed under: `closing:acme/2026:2026-11-21`."""
        kind = "closing" if self.name.startswith("closings/") else "renewal"
        return f"{kind}:{self.log}:{self.path.name}"

    def has(self, file: str) -> bool:
        """Whether a file is there already."""
        return (self.path / file).exists()

    def read(self, file: str) -> bytes:
        """Return a file.

        Raises:
            ArchiveDamaged: it is missing.
        """
        try:
            return (self.path / file).read_bytes()
        except FileNotFoundError as fault:
            raise ArchiveDamaged(f"{self.path / file} is missing") from fault

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Keep files, durably."""
        self.archive.keep_beside(self.log, {f"{self.name}/{n}": d for n, d in files.items()})

    def settle(self) -> None:
        """Make a complete one durable: who wrote its report may have died before that."""
        self.keep({"report.json": self.read("report.json")})

    def files(self) -> dict[str, bytes]:
        """Return all files by name, in order."""
        names = sorted(p.name for p in self.path.iterdir() if not p.name.startswith("."))
        return {name: self.read(name) for name in names}

    def report(self) -> dict[str, Any]:
        """Return what the report says.

        Raises:
            ArchiveDamaged: it cannot be read.
        """
        try:
            report: dict[str, Any] = json.loads(self.read("report.json"))
        except ValueError as fault:
            raise ArchiveDamaged(f"{self.path}/report.json cannot be read") from fault
        return report

    def tree(self, file: str) -> Tree:
        """Return a hash tree.

        Raises:
            ArchiveDamaged: it cannot be read.
        """
        try:
            return read_tree(self.read(file).decode())
        except ValueError as fault:
            raise ArchiveDamaged(f"{self.path / file} {fault}") from fault

    def stamp(self, file: str) -> Stamp:
        """Return what a time stamp says.

        Raises:
            ArchiveDamaged: it cannot be read.
        """
        try:
            return read_stamp(self.read(file))
        except BadStamp as fault:
            raise ArchiveDamaged(f"{self.path / file} {fault}") from fault

    def revocation(self) -> list[str]:
        """Return the files that tell whether certificates of time stamps were revoked."""
        return [name for name in self.files() if name.startswith(f"{REVOCATION}.")]

    def end(self) -> int:
        """Return up to where a complete closing goes, by its report."""
        return int(self.report()["end"])

    def size(self) -> int:
        """Return up to where a closing goes, by its checkpoint.

        Raises:
            ArchiveDamaged: it is no checkpoint of this log.
        """
        text = self.read("checkpoint").decode("utf-8", "replace").partition("\n\n")[0]
        size = text.split("\n")[1:2]
        end = int(size[0]) if size and size[0].isdecimal() else 0
        if not end or text != self.archive.checkpoint(self.log, end).partition("\n\n")[0]:
            raise ArchiveDamaged(f"{self.path}/checkpoint is not of this log")
        return end


def closings(archive: Archive, log: str) -> list[Folder]:
    """Return the closings of a log's days, oldest first; the last may not be complete."""
    return list(_below(archive, log, DAYS))


def with_evidence(archive: Archive, log: str) -> list[Folder]:
    """Return the complete closings of a log's days and years that were stamped, oldest first."""
    found = [*_below(archive, log, DAYS), *_below(archive, log, YEARS)]
    return [each for each in found if each.is_complete and each.has("evidence.tsr")]


def listed(archive: Archive, log: str) -> list[Folder]:
    """Return all complete closings and renewals of a log in the order of their days."""
    found = [each for p in (DAYS, YEARS, RENEWALS) for each in _below(archive, log, p)]
    return sorted((each for each in found if each.is_complete), key=lambda each: each.day)


def renewals(archive: Archive, log: str) -> list[Folder]:
    """Return the complete renewals of a log, oldest first."""
    return [each for each in _below(archive, log, RENEWALS) if each.is_complete]


def sealed(folder: Folder) -> dict[str, bytes]:
    """Return the checkpoint and its time stamps."""
    files = folder.files() if folder.path.exists() else {}
    return {name: data for name, data in files.items() if name.startswith("checkpoint")}


def _below(archive: Archive, log: str, pattern: str) -> Iterator[Folder]:
    root = archive.beside(log)
    for path in sorted(root.glob(pattern), key=lambda path: _order(path.name)):
        if any(not each.name.startswith(".") for each in path.iterdir()):
            yield Folder(archive=archive, log=log, name=path.relative_to(root).as_posix())


def _order(name: str) -> tuple[str, int]:
    """Order names with a number after the day: 2029-08-01, 2029-08-01-2, …, 2029-08-01-10."""
    return name[:10], int(name[11:] or 1)


def instant(text: str) -> datetime:
    """Read an instant of a report."""
    return datetime.fromisoformat(text).astimezone(UTC)


def unfinished(archive: Archive, log: str, day: date) -> Folder:
    """Return the folder of a log's next renewal: one that was begun, or a new one of a day."""
    for each in _below(archive, log, RENEWALS):
        if not each.is_complete:
            return each
    numbers = itertools.count(2)
    folder = Folder(archive=archive, log=log, name=f"renewals/{day}")
    while folder.is_complete:
        folder = Folder(archive=archive, log=log, name=f"renewals/{day}-{next(numbers)}")
    return folder

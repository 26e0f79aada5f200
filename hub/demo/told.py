"""What the senders' systems were told, read where they read it: files in their status folders."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hub.demo.books import Known

_SAP = "in/nordwind-sap/status"
_LISTS = ("in/nordwind-sap/list", "in/nordwind-workshop/status")
_STATE_SEGMENT = "E2STATE002"
_DOCNUM = slice(63, 79)
_STATUS = slice(79, 81)
_GOOD = {"50", "53", "62"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What lies in the status folders.

    Attributes:
        states: number, or name of a file, to the state that was told last.
        statuses: number of an IDoc to the status that SAP was told last.
        files: how many files were fetched.
    """

    states: Mapping[str, str]
    statuses: Mapping[str, str]
    files: int

    def __str__(self) -> str:
        good = sum(status in _GOOD for status in self.statuses.values())
        return (
            f"told back: {len(self.states)} documents in {self.files} files; "
            f"{good} of {len(self.statuses)} IDocs are good in SAP's words"
        )

    def wrong(self, known: Mapping[str, Known]) -> tuple[str, ...]:
        """Return sentences about what was told otherwise than it is."""
        if not (self.states and self.statuses):
            return ("no sender was told what became of his documents",)
        return tuple(
            f"its sender was told that {name} is {state}, and the hub says {known[name].state}"
            for name, state in self.states.items()
            if name in known and known[name].state != state
        )


def told(root: Path) -> Told:
    """Read all status files, the oldest first."""
    lists = [path for folder in _LISTS for path in _files(root / folder)]
    idocs = list(_files(root / _SAP))
    return Told(
        states=dict(row for path in lists for row in _rows(path)),
        statuses=dict(row for path in idocs for row in _statuses(path)),
        files=len(lists) + len(idocs),
    )


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.glob("*") if not path.name.startswith("."))


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            yield row["number"] or row["file"], row["state"]


def _statuses(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(_STATE_SEGMENT):
            yield line[_DOCNUM], line[_STATUS]

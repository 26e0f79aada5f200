"""day.toml: which file goes through which door, and where each document must end."""

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

PARKED = "parked"
FOLDER = Path(str(resources.files("hub.demo")))
SAMPLES = FOLDER / "samples"

Ends = Mapping[str, str]
"""Number of a document, or name of a file that nobody can read, to its channel, or PARKED."""


class Drop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that a sender puts through a door; one that brings nothing new has no ends."""

    door: Literal["sftp", "api", "folder"]
    sender: str
    files: Mapping[str, Ends]


class Correction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file that a clerk sends instead of a parked document."""

    parked: str
    file: str


class Run(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run, and the messages it must send."""

    kind: Literal["reminders", "statements"]
    documents: Ends


class Day(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that comes in on this day."""

    as_of: date
    drops: tuple[Drop, ...] = msgspec.field(name="drop")
    corrections: tuple[Correction, ...] = msgspec.field(name="correction")
    runs: tuple[Run, ...] = msgspec.field(name="run")

    @property
    def ends(self) -> dict[str, str]:
        """Where everything that comes in must end, in the order in which it comes."""
        ends: dict[str, str] = {}
        for drop in self.drops:
            for expected in drop.files.values():
                ends |= expected
        for run in self.runs:
            ends |= run.documents
        return ends


def load() -> Day:
    """Read the day that comes with the hub."""
    table: dict[str, Any] = tomllib.loads((FOLDER / "day.toml").read_text(encoding="utf-8"))
    return msgspec.convert(table, Day)

"""Entries of TOML files as data; what is wrong with one is said with file and line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from routing_rules.places import Place, places

_Shape = TypeVar("_Shape")
_NOWHERE = Place(line=1, lines=())
_LINE = re.compile(r"at line (\d+)")
_PATH = re.compile(r" - at `\$\.(\w+).*`$")
_UNKNOWN = re.compile(r"unknown field `(.+?)`")
_MISSING = re.compile(r"missing required field `(.+?)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A TOML file on its way to data.

    Attributes:
        content: what is in it; empty where it is not TOML.
        wanted: key to what it must be, in words, where the type alone does not say it.
        faults: where what is wrong goes, with file and line.
    """

    file: str
    text: str
    content: Mapping[str, Any]
    wanted: Mapping[str, str]
    faults: list[str]

    @staticmethod
    def of(
        name: str,
        text: str,
        parse_float: Callable[[str], object],
        wanted: Mapping[str, str],
        faults: list[str],
    ) -> "Source":
        """Open a file by its name and text."""
        content: Mapping[str, Any] = {}
        try:
            content = tomllib.loads(text, parse_float=parse_float)
        except tomllib.TOMLDecodeError as error:
            found = _LINE.search(str(error))
            line = int(found[1]) if found else max(1, len(text.splitlines()))
            faults.append(f"{name}:{line}: not TOML: {error}")
        return Source(file=name, text=text, content=content, wanted=wanted, faults=faults)

    def fault(self, line: int, words: str) -> None:
        """Note what is wrong on a line."""
        self.faults.append(f"{self.file}:{line}: {words}")

    def refuse_all_but(self, *known: str) -> None:
        """Note what else the file holds."""
        for key in self.content:
            if key not in known:
                self.fault(_line_of(self.text, key), f"unknown key `{key}`")

    def listed(self, key: str, shape: type[_Shape]) -> list[tuple[Place, _Shape]]:
        """Return the entries `[[key]]` that can be used, each with its place."""
        tables = self.content.get(key, [])
        found = places(self.text, f"[[{key}]]")
        if not isinstance(tables, list) or len(tables) != len(found):
            self.fault(_line_of(self.text, key), f"write each {key} under a line [[{key}]]")
            return []
        return [
            (place, entry)
            for place, table in zip(found, tables, strict=True)
            if (entry := self._converted(key, table, shape, place)) is not None
        ]

    def named(self, key: str, shape: type[_Shape]) -> dict[str, _Shape]:
        """Return the tables `[key.NAME]` that can be used."""
        tables = self.content.get(key, {})
        if not isinstance(tables, dict):
            self.fault(_line_of(self.text, key), f"write each {key} under a line [{key}.NAME]")
            return {}
        entries = {
            name: self._converted(
                key, table, shape, next(iter(places(self.text, f"[{key}.{name}]")), _NOWHERE)
            )
            for name, table in tables.items()
        }
        return {name: entry for name, entry in entries.items() if entry is not None}

    def _converted(
        self, what: str, table: object, shape: type[_Shape], place: Place
    ) -> _Shape | None:
        try:
            return msgspec.convert(table, type=shape)
        except msgspec.ValidationError as error:
            line, words = self._said(place, str(error))
            self.fault(line, f"{what}: {words}")
            return None

    def _said(self, place: Place, error: str) -> tuple[int, str]:
        """Return line and words of what a table is not."""
        if missing := _MISSING.search(error):
            return place.line, f"`{missing[1]}` is missing"
        if unknown := _UNKNOWN.search(error):
            return place.of(unknown[1]), f"unknown key `{unknown[1]}`"
        if (at := _PATH.search(error)) is None:
            return place.line, error
        words = self.wanted.get(at[1])
        return place.of(
            at[1]
        ), f"`{at[1]}`: {f'expected {words}' if words else error[: at.start()]}"


def _line_of(text: str, key: str) -> int:
    lines = (at for at, line in enumerate(text.splitlines(), start=1) if key in line)
    return next(lines, 1)

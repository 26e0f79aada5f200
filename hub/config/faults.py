"""What is wrong with a settings file: all of it in one message, each fault with its line."""

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

import msgspec

KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What tenants, senders, channels and answers are called."""


class Faulty(Exception):
    """The configuration cannot be used. The message lists every fault with file and line."""


class Faults:
    """Collects what is wrong with one file, to say it all at once."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()
        self.messages: list[str] = []

    def add(self, where: str, message: str) -> None:
        """Note a fault at a dotted key."""
        self.messages.append(f"{self._file}:{self._line(where)}: {where}: {message}")

    def fill(
        self,
        kind: Callable[..., Any],
        table: Any,
        where: str,
        *,
        in_files: frozenset[str] = frozenset(),
    ) -> Any:
        """Build a `kind` from a table, noting unknown, missing and wrong values.

        What is `in_files` is set by the name of a file that holds it, `x_file`, and so it is named.
        """
        told = {name: f"{name}_file" for name in in_files}
        if not isinstance(table, dict):
            self.add(where, "must be a table")
            return None
        before = len(self.messages)
        hints, needed = _parts(kind)
        values: dict[str, Any] = {}
        for name, value in table.items():
            if name not in hints:
                self.add(f"{where}.{name}", f"unknown; known: {_named(hints, told)}")
                continue
            try:
                values[name] = msgspec.convert(value, hints[name])
            except msgspec.ValidationError as error:
                self.add(f"{where}.{name}", _wanted(hints[name]) or str(error))
        for name in needed:
            if name not in table:
                self.add(f"{where}.{told.get(name, name)}", "is missing")
        if len(self.messages) > before:
            return None
        try:
            return kind(**values)
        except ValueError as error:
            self.add(where, str(error))
            return None

    def keyed(self, tables: Any, where: str) -> dict[str, dict[str, Any]]:
        """Return the tables `[where.KEY]`, noting what is none and keys that cannot be used."""
        if not isinstance(tables, dict):
            self.add(where, f"must be tables like [{where}.name]")
            return {}
        for key, table in tables.items():
            if not isinstance(table, dict):
                self.add(f"{where}.{key}", "must be a table")
            elif not KEY.fullmatch(key):
                self.add(f"{where}.{key}", "keys are lower-case letters, digits and hyphens")
        return {key: table for key, table in tables.items() if isinstance(table, dict)}

    def raise_if_any(self) -> None:
        """Raise Faulty with all of them."""
        if self.messages:
            raise Faulty("\n".join(self.messages))

    def _line(self, where: str) -> int:
        """Return where a dotted key or its table stands; 1 if the file writes it otherwise."""
        table, _, key = where.rpartition(".")
        header = _number(self._lines, re.escape(f"[{where}]"))
        if header:
            return header
        start = _number(self._lines, re.escape(f"[{table}]")) if table else 0
        rest = self._lines[start:]
        end = _number(rest, r"\[") or len(rest) + 1
        inside = _number(rest[: end - 1], rf"{re.escape(key)}\s*=")
        return start + inside or 1


@cache
def _parts(kind: Callable[..., Any]) -> tuple[Mapping[str, Any], Sequence[str]]:
    """Return the types of all that a kind has, by name, and the names of what it needs."""
    hints = typing.get_type_hints(kind, include_extras=True)
    asked = inspect.signature(kind).parameters.values()
    return hints, [each.name for each in asked if each.default is each.empty]


def _named(names: Iterable[str], told: Mapping[str, str]) -> str:
    return ", ".join(told.get(name, name) for name in names)


def _number(lines: list[str], pattern: str) -> int:
    for number, line in enumerate(lines, 1):
        if re.match(rf"\s*{pattern}", line):
            return number
    return 0


def _wanted(hint: Any) -> str:
    """Return what a value must be, where its type can say it in words for people."""
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, msgspec.Meta) and extra.description:
            return f"must be {extra.description}"
    words = _words(hint)
    if words:
        return f"must be one of {', '.join(words)}"
    inner = [part for part in typing.get_args(hint) if part is not Ellipsis]
    said = _wanted(inner[0]) if len(inner) == 1 else ""
    return said.replace("must be", "must be a list, each", 1)


def _words(hint: Any) -> list[str]:
    """Return the words that a value may be, if its type has a list of them."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [f"{word.value!r}" for word in hint]
    if typing.get_origin(hint) is typing.Literal:
        return [f"{word!r}" for word in typing.get_args(hint)]
    return []

"""Fault plans: what a simulator is to do wrong, at which moment, to whom and how many times.

    [[fault]]
    do = "hang"            # a word that the simulator knows; `facteur sim NAME --help` lists them
    at = "data"            # at which moment; without it, the first that the word has
    match = "*@slow.example"  # to whom, a shell pattern; without it, to everybody
    times = 2              # how often; without it, always
    skip = 1               # how many of them go well before
    after_seconds = 5      # how long it waits before

The same six words mean the same everywhere: `refuse` says no for good, `defer` says not now, `hang`
says nothing (for `after_seconds`, or for ever), `cut` ends the connection, `duplicate` does or
reports it twice, `late` does it and says so `after_seconds` later. A simulator may have more.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

Known = Mapping[str, Mapping[str, str]]
"""Word to moment to what then happens; the first moment is meant where a plan names none."""

FOR_EVER_SECONDS = 86_400.0
_KINDS: Mapping[str, tuple[type, ...]] = {
    "do": (str,),
    "at": (str,),
    "match": (str,),
    "times": (int,),
    "skip": (int,),
    "after_seconds": (int, float),
}
_CALLED: Mapping[type, str] = {str: "text", int: "a number"}


class BadPlan(ValueError):
    """A plan that cannot be used; the message lists every fault with file and line."""


@dataclass(kw_only=True)
class Fault:
    """One entry of a plan.

    Attributes:
        times: how often it is still to happen; None: always.
        skip: how many it still lets go well.
        after_seconds: None where the plan does not say.
    """

    do: str
    at: str = ""
    match: str = "*"
    times: int | None = None
    skip: int = 0
    after_seconds: float | None = None

    def seconds(self, default: float) -> float:
        """Return how long to wait."""
        return default if self.after_seconds is None else self.after_seconds


def read_plan(text: str, known: Known | None, *, file: str) -> list[Fault]:
    r"""Read a plan.

    Args:
        text: TOML.
        known: words and moments of the simulator; None takes any.
        file: what it is called in messages.

    Raises:
        BadPlan: it is no TOML, or has words that nobody knows.

    >>> [one] = read_plan('[[fault]]\ndo = "cut"', {"cut": {"data": "hangs up"}}, file="p.toml")
    >>> one.at, one.match
    ('data', '*')
    """
    return _checked(_toml_entries(text, file), known, file, text.splitlines())


def read_entries(text: str, known: Known | None) -> list[Fault]:
    """Read the same entries from a list in JSON.

    Raises:
        BadPlan: it is no JSON, or has words that nobody knows.
    """
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise BadPlan(f"--faults: neither a .toml file nor JSON: {error}") from error
    return _checked(entries if isinstance(entries, list) else [entries], known, "--faults", [])


def _checked(entries: list[Any], known: Known | None, file: str, lines: list[str]) -> list[Fault]:
    faults, wrong = [], []
    for number, entry in enumerate(entries, 1):
        said = list(_wrong(entry, known))
        wrong += [f"{file}:{_line(lines, number, key)}: {words}" for key, words in said]
        if not said:
            faults.append(_fault(entry, known))
    if wrong:
        raise BadPlan("\n".join(wrong))
    return faults


def listed(known: Known) -> Iterator[str]:
    """Yield a line for every word and moment that a plan may name."""
    for word, moments in known.items():
        for moment, meaning in moments.items():
            name = f'do = "{word}"' + (f', at = "{moment}"' if moment else "")
            yield f"  {name:<40} {meaning}"


def _toml_entries(text: str, file: str) -> list[Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines()) or 1
        raise BadPlan(f"{file}:{line}: not TOML: {error}") from error
    lines = text.splitlines()
    for name in table:
        if name != "fault":
            line = _first(lines, rf"\[*\s*{re.escape(name)}\b")
            raise BadPlan(f"{file}:{line}: {name}: unknown; a plan has [[fault]] and nothing else")
    entries = table.get("fault", [])
    if not isinstance(entries, list):
        raise BadPlan(f"{file}:{_first(lines, r'.*fault')}: write [[fault]], with two brackets")
    return entries


def _wrong(entry: Any, known: Known | None) -> Iterator[tuple[str, str]]:
    """Yield the key and what is wrong with it."""
    if not isinstance(entry, dict):
        yield "", "a fault must be a table"
        return
    for key, value in entry.items():
        if words := _wrong_value(key, value):
            yield key, f"{key}: {words}"
    word = entry.get("do")
    if word is None:
        yield "", "do: is missing"
    elif known is not None and isinstance(word, str):
        yield from _unknown(word, entry.get("at"), known)


def _wrong_value(key: str, value: Any) -> str:
    kinds = _KINDS.get(key)
    if kinds is None:
        return f"unknown; known: {', '.join(_KINDS)}"
    if type(value) not in kinds:
        return f"must be {_CALLED[kinds[0]]}"
    if isinstance(value, float) and not isfinite(value):
        return f"{value} is no number of seconds"
    negative = isinstance(value, int | float) and value < 0
    return f"{value} is less than 0" if negative else ""


def _unknown(word: str, moment: object, known: Known) -> Iterator[tuple[str, str]]:
    moments = known.get(word)
    if moments is None:
        yield "do", f"do: unknown {word!r}; known here: {', '.join(known)}"
    elif isinstance(moment, str) and moment not in moments:
        there = ", ".join(name for name in moments if name) or "none, leave `at` out"
        yield "at", f"at: {word!r} has no moment {moment!r}; known here: {there}"


def _fault(entry: Mapping[str, Any], known: Known | None) -> Fault:
    names = {field.name for field in fields(Fault)}
    fault = Fault(**{key: value for key, value in entry.items() if key in names})
    if "at" not in entry and known is not None:
        fault.at = next(iter(known[fault.do]))
    return fault


def _line(lines: list[str], number: int, key: str) -> int:
    """Return the line of a key of the `number`th fault, 1 where the file writes it otherwise."""
    headers = [n for n, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*fault\s*\]\]", line)]
    if number > len(headers):
        return 1
    start = headers[number - 1]
    end = headers[number] - 1 if number < len(headers) else len(lines)
    inside = _first(lines[start:end], rf"{re.escape(key)}\s*=", none=0) if key else 0
    return start + inside


def _first(lines: list[str], pattern: str, *, none: int = 1) -> int:
    found = (number for number, line in enumerate(lines, 1) if re.match(rf"\s*{pattern}", line))
    return next(found, none)

"""What columns and constants fill: paths of a guide as terms of the model, with a reader each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from formats.model.paths import Term, UnknownPath, Value, term
from formats.notation import code, date_reader, implied_reader, number_reader
from formats.table.words import File, Part, Words, listed, notation_of, parts_of

Read = Callable[[str], Value | None]
"""Gives None for what is no value."""
Constants = tuple[tuple[Term, Value], ...]

_LINE = "lines[]."
_OF_RATE = re.compile(r"(vat_breakdown\[rate|lines\[vat_rate)=")
"""Paths of what there is once a VAT rate: an amount of zero makes no item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One field that one column fills; `read` is None where the text is taken as it stands."""

    column: str
    term: Term
    read: Read | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the columns of one kind of rows fill: fields of the invoice, and of the row's item."""

    invoice: tuple[Fill, ...]
    item: tuple[Fill, ...]


class Fills:
    """What all parts of a guide and its constants fill, with the faults of their paths.

    Attributes:
        parts: by name.
        constants: of the invoice under an empty key, of items under the path of their list.
        faults: what is wrong with paths and constants.
    """

    def __init__(self, words: Words) -> None:
        self.faults: list[str] = []
        self._parts = parts_of(words)
        self._lists = {list_of(part) for part in self._parts.values()} - {""}
        self.parts = {name: self._filled(part, words.file) for name, part in self._parts.items()}
        self.constants = self._constants(words.constants)

    def _filled(self, part: Part, file: File) -> Filled:
        invoice: list[Fill] = []
        item: list[Fill] = []
        own = list_of(part)
        for column, paths in part.columns.items():
            readers = _readers(part, column, file)
            for path in listed(paths):
                found = self._term(path, own, f"column `{column}`")
                if found is not None:
                    at, inner = found
                    read = _translated(readers.get(inner.kind), part.values.get(column))
                    if _OF_RATE.match(path) and read:
                        read = _nothing_if_zero(read)
                    fill = Fill(column=column, term=inner, read=read)
                    (item if at else invoice).append(fill)
        return Filled(invoice=_in_order(invoice), item=_in_order(item))

    def _constants(self, texts: Mapping[str, str]) -> Mapping[str, Constants]:
        kept: dict[str, list[tuple[Term, Value]]] = {}
        for path, text in texts.items():
            own = next((each for each in self._lists if path.startswith(f"{each}[].")), "")
            found = self._term(path, own, "constant")
            if found is None:
                continue
            try:
                value = _PLAIN.get(found[1].kind, str)(text)
            except ValueError as error:
                self.faults.append(f"constant `{path}`: `{text}` {error}")
            else:
                kept.setdefault(found[0], []).append((found[1], value))
        return {key: tuple(each) for key, each in kept.items()}

    def _term(self, path: str, own: str, where: str) -> tuple[str, Term] | None:
        """Return the list whose item has the field, or nothing for the invoice; and the field."""
        is_own = bool(own) and path.startswith(f"{own}[].")
        try:
            found = term(path if is_own else path.replace(_LINE, "lines[0].", 1))
        except UnknownPath as error:
            self.faults.append(f"{where}, path `{path}`: {error}")
            return None
        if is_own:
            return own, _inside(found, own)
        taken = next((each for each in self._lists if path.startswith(f"{each}[")), "")
        if taken:
            self.faults.append(
                f"{where}, path `{path}`: the row's own {_one(taken)} is written `{taken}[].`"
            )
        return "", found


def list_of(part: Part) -> str:
    """Return the path of the list whose items the rows of a part are, or nothing."""
    said = part.holds or part.continues
    return "" if said in {"invoice", "totals", "nothing"} else said


def _inside(whole: Term, path: str) -> Term:
    """Return a field's term as seen from the item of the list at `path`."""
    groups = whole.groups[path.count(".") + 1 :]
    return replace(
        whole,
        path=whole.path.removeprefix(f"{path}[]."),
        groups=groups,
        plain=all(step.slot is None for step in groups),
    )


def _one(path: str) -> str:
    return "line" if path == "lines" else f"item of {path}"


def _readers(part: Part, column: str, file: File) -> Mapping[type, Read]:
    own = part.notation.get(column)
    written = notation_of(part, column, file)
    if own is None or own.implied is None:
        number = number_reader(written.decimal, written.thousands)
    else:
        number = implied_reader(own.implied)
    return {Decimal: _remembered(number), date: _remembered(date_reader(written.date))}


def _remembered(read: Read) -> Read:
    """Return a reader that knows the last values by heart: rates, dates and totals come again."""
    return lru_cache(maxsize=1024)(read)


def _translated(read: Read | None, meanings: Mapping[str, str] | None) -> Read | None:
    if meanings is None:
        return read
    return lambda text: (read or str)(code(text, meanings))


def _nothing_if_zero(read: Read) -> Read:
    return lambda text: read(text) or None


def _in_order(fills: list[Fill]) -> tuple[Fill, ...]:
    """Return the fills with numbered items of a list ascending, as they are made in that order."""
    return tuple(sorted(fills, key=lambda fill: fill.term.item_numbers))


_PLAIN: Mapping[type, Callable[[str], Value]] = {
    Decimal: number_reader(),
    date: date_reader("YYYY-MM-DD"),
}

"""An EDI guide, checked and made ready: which element of which segment fills which term."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Any, Literal

import msgspec

from formats.codec import Guide
from formats.edi.places import Beside, Place, place, way
from formats.edi.segments import Segment
from formats.guide import refusal, shipped, understand
from formats.model import (
    AllowanceCharge,
    Attribute,
    CreditTransfer,
    Invoice,
    Line,
    Note,
    PrecedingInvoice,
    SupportingDocument,
    VatBreakdown,
)
from formats.model.group import Group
from formats.model.paths import Term, UnknownPath, term
from formats.notation import code, is_codec

Dates = Callable[[Segment, int, int, bool], date]
"""Reads a date of a segment's component; of a period its last day if the flag says so."""

_LISTS: Mapping[str, type[Group]] = {
    "allowances": AllowanceCharge,
    "charges": AllowanceCharge,
    "item.attributes": Attribute,
    "lines": Line,
    "notes": Note,
    "payment.credit_transfers": CreditTransfer,
    "preceding": PrecedingInvoice,
    "supporting_documents": SupportingDocument,
    "vat_breakdown": VatBreakdown,
}
"""Fields that hold a list, of which a table makes an item for each segment it is about."""
_WORDS = frozenset(("from", "except", "with", "unique"))
_TABLE_OF = {
    "base_unit": "unit",
    "category": "vat_category",
    "country": "country",
    "origin_country": "country",
    "accounting_currency": "currency",
}


class NoMeaning(ValueError):
    """A code that the guide does not translate; `args[0]` is the table it would stand in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Syntax:
    """What a format adds to the guide's words.

    Attributes:
        name: of the reader: `edifact`.
        shipped: guides of ours, the first of which holds every word; the others are laid over it.
        decimals: signs that may stand before decimals where neither guide nor file says which.
        dates: reads a date as the format writes it.
        beside: finds the value of a code inside a segment.
    """

    name: str
    shipped: tuple[str, ...]
    decimals: str
    dates: Dates
    beside: Beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What fills one term: the first of the places that has a value; codes by their table.

    Attributes:
        heads: names of segments of which one must be there; None: that cannot be told so.
    """

    term: Term
    places: tuple[Place, ...]
    meaning: Callable[[str], str] | None
    heads: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A table of the guide: what is taken of one segment and its group.

    Attributes:
        path: of the list that gets an item for each segment; empty: the first one fills a group.
        ways: where the segments are; empty for the message itself.
        without: qualifiers of segments that are left out.
        needs: places of which one must have a value.
        unique: the place whose value must not have come before in this list.
    """

    path: str
    ways: tuple[tuple[str, ...], ...]
    without: frozenset[str]
    needs: tuple[Place, ...]
    unique: Place | None
    rules: tuple[Rule, ...]
    scopes: tuple["Scope", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A guide, ready to be used.

    Attributes:
        match: places and the values that a message must have there to be read by this guide.
        accept: places and the values that may stand there; any other parks the message.
        understood: places that say nothing more than these values, so that nothing is left over.
        counts: places and the segments whose number must stand there.
        strict: whether faults of the envelope park what is in it.
        decimals: signs that may stand before decimals; empty: as the file says.
    """

    name: str
    syntax: Syntax
    encoding: str
    decimals: str
    strict: bool
    taxed_category: str
    line_net: str
    match: tuple[tuple[Place, str], ...]
    accept: tuple[tuple[Place, frozenset[str]], ...]
    understood: tuple[tuple[Place, frozenset[str]], ...]
    counts: tuple[tuple[Place, tuple[str, ...]], ...]
    invoice: Scope


def profiles(guides: Iterable[Guide], syntax: Syntax) -> list[Profile]:
    """Return the guides of this format, each laid over each of ours, then those we ship.

    Raises:
        Unreadable: IN-GUIDE, with all faults of a guide: unknown words, paths and places.
    """
    own = [guide for guide in guides if guide.format == syntax.name]
    laid = [
        (guide.name, _over(_shipped(layer), guide.table))
        for guide in own
        for layer in _last(syntax)
    ]
    made = [_profile(name, msgspec.json.encode(table), syntax) for name, table in laid]
    return [*made, *_ours(syntax)]


def _last(syntax: Syntax) -> tuple[str, ...]:
    """Return our guides with the one that fits every message behind the others."""
    return (*syntax.shipped[1:], syntax.shipped[0])


@cache
def _ours(syntax: Syntax) -> tuple[Profile, ...]:
    names = _last(syntax)
    return tuple(_profile(name, msgspec.json.encode(_shipped(name)), syntax) for name in names)


@cache
def _shipped(name: str) -> Mapping[str, Any]:
    return shipped(name).table


@lru_cache(maxsize=256)
def _profile(name: str, table: bytes, syntax: Syntax) -> Profile:
    merged = _over(_shipped(syntax.shipped[0]), msgspec.json.decode(table))
    words, faults = understand(Guide(name=name, format=syntax.name, table=merged), _Words)
    ready, more = _Workshop(words, syntax).profile(name)
    if faults or more:
        raise refusal(name, [*faults, *more])
    return ready


class _Words(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    encoding: str
    decimal: str
    taxed_category: str
    envelope: Literal["strict", "lenient"]
    line_net: Literal["as stated", "price times quantity"]
    match: dict[str, str]
    accept: dict[str, list[str]]
    understood: dict[str, list[str]]
    counts: dict[str, str]
    invoice: dict[str, Any]
    codes: dict[str, dict[str, str]]


class _Workshop:
    """Makes a profile of words and gathers their faults."""

    def __init__(self, words: _Words, syntax: Syntax) -> None:
        self._words = words
        self._syntax = syntax
        self._faults: list[str] = []
        if words.decimal not in ("", ".", ",", ".,"):
            self._faults.append(f"decimal: `{words.decimal}` is neither a point nor a comma")
        if not is_codec(words.encoding):
            self._faults.append(f"encoding: `{words.encoding}` is no text encoding known here")

    def profile(self, name: str) -> tuple[Profile, list[str]]:
        words = self._words
        match = [(self._place("match", at, at), value) for at, value in words.match.items()]
        made = Profile(
            name=name,
            syntax=self._syntax,
            encoding=words.encoding,
            decimals=words.decimal,
            strict=words.envelope == "strict",
            taxed_category=words.taxed_category,
            line_net=words.line_net,
            match=tuple(match),
            accept=self._values("accept", words.accept),
            understood=self._values("understood", words.understood),
            counts=tuple(
                (self._place("counts", at, at), self._way("counts", counted))
                for at, counted in words.counts.items()
            ),
            invoice=self._scope("invoice", words.invoice, Invoice, path="", inside=""),
        )
        return made, self._faults

    def _values(
        self, table: str, entries: Mapping[str, list[str]]
    ) -> tuple[tuple[Place, frozenset[str]], ...]:
        return tuple(
            (self._place(table, at, at), frozenset(values)) for at, values in entries.items()
        )

    def _scope(
        self, table: str, entries: Mapping[str, Any], root: type[Group], *, path: str, inside: str
    ) -> Scope:
        """Return a table's scope; its paths lie `inside` a group of `root`."""
        own = {word: entries[word] for word in _WORDS & entries.keys()}
        rules, scopes = [], []
        for name, value in _flat(entries, _WORDS if table != "invoice" else frozenset()):
            if isinstance(value, Mapping):
                scopes.append(self._inner(f"{table}.{name}", value, root, name, inside))
            else:
                rules += self._rule(table, inside + name, value, root)
        unique = own.get("unique")
        return Scope(
            path=path,
            ways=tuple(self._way(table, each) for each in _listed(own.get("from", []))),
            without=frozenset(_listed(own.get("except", []))),
            needs=tuple(self._place(table, "with", each) for each in _listed(own.get("with", []))),
            unique=self._place(table, "unique", str(unique)) if unique else None,
            rules=tuple(sorted(rules, key=lambda rule: rule.term.item_numbers)),
            scopes=tuple(scopes),
        )

    def _inner(
        self, table: str, entries: Mapping[str, Any], root: type[Group], name: str, inside: str
    ) -> Scope:
        kind = _LISTS.get(inside + name)
        if kind is not None:
            return self._scope(table, entries, kind, path=inside + name, inside="")
        return self._scope(table, entries, root, path="", inside=f"{inside}{name}.")

    def _rule(self, table: str, path: str, value: Any, root: type[Group]) -> list[Rule]:
        listed = _listed(value)
        try:
            made = term(path, root)
        except UnknownPath as error:
            self._faults.append(f"[{table}] path `{path}`: {error}")
            return []
        if not all(isinstance(each, str) for each in listed):
            self._faults.append(f"[{table}] `{path}`: write one place, or a list of places")
            return []
        places = tuple(self._place(table, path, each) for each in listed)
        if not places:
            return []
        meaning = self._meaning(made)
        return [Rule(term=made, places=places, meaning=meaning, heads=_heads(places))]

    def _place(self, table: str, path: str, written: str) -> Place:
        found = place(written)
        if found is None:
            self._faults.append(f"[{table}] `{path}`: `{written}` is no place as in NAD+BY/RFF.1.2")
            return Place(text="?")
        return found

    def _way(self, table: str, written: Any) -> tuple[str, ...]:
        found = way(written) if isinstance(written, str) else None
        if found is None:
            self._faults.append(f"[{table}] from: `{written}` is no segment as in NAD+BY")
        return found or ()

    def _meaning(self, made: Term) -> Callable[[str], str] | None:
        if made.kind is Decimal or made.kind is date:
            return None
        table = _TABLE_OF.get(made.name, made.name)
        codes = self._words.codes.get(table)
        return None if codes is None else partial(_translate, table, codes)


def _heads(places: Iterable[Place]) -> frozenset[str] | None:
    firsts = [place.way[0] if place.way and not place.top else "" for place in places]
    return None if "" in firsts else frozenset(firsts)


def _translate(table: str, codes: Mapping[str, str], text: str) -> str:
    if codes.get(text, codes.get("*")) == "":
        return ""
    try:
        return code(text, codes)
    except ValueError as error:
        raise NoMeaning(table) from error


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `above` laid over `below`: tables word by word, anything else whole.

    >>> _over({"a": {"x": 1, "y": 2}, "b": 3}, {"a": {"y": 5}})
    {'a': {'x': 1, 'y': 5}, 'b': 3}
    """
    merged = dict(below)
    for word, value in above.items():
        lower = below.get(word)
        if isinstance(lower, Mapping) and isinstance(value, Mapping):
            merged[word] = _over(lower, value)
        else:
            merged[word] = value
    return merged


def _flat(
    entries: Mapping[str, Any], without: frozenset[str], before: str = ""
) -> list[tuple[str, Any]]:
    """Return the entries with their dotted paths; a table that has `from` stays one.

    >>> _flat({"a": {"b": 1}, "c": {"from": "X", "d": 2}}, frozenset())
    [('a.b', 1), ('c', {'from': 'X', 'd': 2})]
    """
    found: list[tuple[str, Any]] = []
    for word, value in entries.items():
        if word in without and not before:
            continue
        if isinstance(value, Mapping) and "from" not in value:
            found += _flat(value, without, f"{before}{word}.")
        else:
            found.append((before + word, value))
    return found

"""An IDoc guide, checked and made ready: which field of which segment fills which term."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import msgspec

from formats.codec import Guide
from formats.guide import refusal, shipped, understand
from formats.idoc.layout import Layout, positions
from formats.model import (
    AllowanceCharge,
    CreditTransfer,
    Invoice,
    Line,
    VatBreakdown,
)
from formats.model.group import Group
from formats.model.paths import Term, UnknownPath, Value, term
from formats.notation import code, date_reader, is_codec, number_reader

SHIPPED = "idoc-invoic-sd"

_PLACE = re.compile(r"(?:(?P<type>\w+)(?:\[(?P<qualifier>[^\[\]]+)\])?\.)?(?P<field>[A-Z0-9_]+)")
_TABLE_OF = {"base_unit": "unit", "category": "vat_category"}


class NoMeaning(ValueError):
    """A code that the profile does not translate; `args[0]` is the table it would stand in."""


class Place(NamedTuple):
    """A field of a segment type; of those with the qualifier, where one is given."""

    key: tuple[str, str | None]
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What fills one term: the first of the places that has a value, read by `read`."""

    term: Term
    places: tuple[Place, ...]
    read: Callable[[str], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A party: its partner functions in order of preference, and what is taken of its segment."""

    functions: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A guide, ready to be used; the names are those of its tables.

    Attributes:
        match: fields of the control record and their values.
        segments: layouts of the sender's own segments.
        price_types, ignored_types: condition types (KSCHL).
        turns_signs: whether minus signs of a credit memo are turned.
        number: reads an amount or quantity.
        texts, line_texts: text id to the term it fills, None to leave it out; `*` for all others.
    """

    name: str
    encoding: str
    match: Mapping[str, str]
    segments: Mapping[str, Layout]
    taxed_category: str
    turns_signs: bool
    number: Callable[[str], Decimal]
    invoice: tuple[Rule, ...]
    partners: tuple[Partner, ...]
    bank: tuple[Rule, ...]
    vat_breakdown: tuple[Rule, ...]
    line: tuple[Rule, ...]
    price_types: frozenset[str]
    ignored_types: frozenset[str]
    condition: tuple[Rule, ...]
    line_condition: tuple[Rule, ...]
    price: tuple[Rule, ...]
    texts: Mapping[str, Term | None]
    line_texts: Mapping[str, Term | None]
    discount_wording: str
    net_wording: str


def profile(guide: Guide | None) -> Profile:
    """Return a sender's guide laid over the shipped profile, or that alone, made ready.

    Raises:
        Unreadable: IN-GUIDE, with all its faults: unknown words, paths and places.
    """
    if guide is None:
        return _profile(SHIPPED, b"{}")
    return _profile(guide.name, msgspec.json.encode(dict(guide.table)))


@lru_cache(maxsize=256)
def _profile(name: str, table: bytes) -> Profile:
    merged = _over(shipped(SHIPPED).table, msgspec.json.decode(table))
    words, faults = understand(Guide(name=name, format="idoc", table=merged), _Words)
    ready, more = _Workshop(words).profile(name)
    if faults or more:
        raise refusal(name, [*faults, *more])
    return ready


class _Conditions(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    price: list[str]
    ignore: list[str]
    invoice: dict[str, Any]
    line: dict[str, Any]
    price_fields: dict[str, Any]


class _Texts(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    invoice: dict[str, str | list[str]]
    line: dict[str, str | list[str]]


class _PaymentTerms(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    discount: str
    net: str


class _Words(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    encoding: str
    decimal: str
    taxed_category: str
    credit_memo_signs: Literal["turn", "keep"]
    match: dict[str, str]
    invoice: dict[str, Any]
    partners: dict[str, list[str]]
    partner: dict[str, Any]
    partner_delivery: dict[str, Any]
    bank: dict[str, Any]
    vat_breakdown: dict[str, Any]
    line: dict[str, Any]
    conditions: _Conditions
    texts: _Texts
    payment_terms: _PaymentTerms
    codes: dict[str, dict[str, str]]
    segments: dict[str, list[str]]


class _Workshop:
    """Makes a profile of words and gathers their faults."""

    def __init__(self, words: _Words) -> None:
        self._words = words
        self._faults: list[str] = []
        self._number = number_reader(words.decimal)
        if len(words.decimal) != 1 or words.decimal not in ".,":
            self._faults.append(f"decimal: `{words.decimal}` is neither a point nor a comma")
        if not is_codec(words.encoding):
            self._faults.append(f"encoding: `{words.encoding}` is no text encoding known here")

    def profile(self, name: str) -> tuple[Profile, list[str]]:
        words, conditions = self._words, self._words.conditions
        made = Profile(
            name=name,
            encoding=words.encoding,
            match=words.match,
            segments=self._segments(),
            taxed_category=words.taxed_category,
            turns_signs=words.credit_memo_signs == "turn",
            number=self._number,
            invoice=self._rules("invoice", words.invoice, Invoice),
            partners=self._partners(),
            bank=self._rules("bank", words.bank, CreditTransfer, head="E1EDK28"),
            vat_breakdown=self._rules(
                "vat_breakdown", words.vat_breakdown, VatBreakdown, head="E1EDK04"
            ),
            line=self._rules("line", words.line, Line, head="E1EDP01"),
            price_types=frozenset(conditions.price),
            ignored_types=frozenset(conditions.ignore),
            condition=self._rules(
                "conditions.invoice", conditions.invoice, AllowanceCharge, head="E1EDK05"
            ),
            line_condition=self._rules(
                "conditions.line", conditions.line, AllowanceCharge, head="E1EDP05"
            ),
            price=self._rules(
                "conditions.price_fields",
                conditions.price_fields,
                Line,
                head="E1EDP05",
                inside="price.",
            ),
            texts=self._texts("texts.invoice", words.texts.invoice, Invoice),
            line_texts=self._texts("texts.line", words.texts.line, Line),
            discount_wording=words.payment_terms.discount,
            net_wording=words.payment_terms.net,
        )
        return made, self._faults

    def _partners(self) -> tuple[Partner, ...]:
        found = []
        for role, functions in self._words.partners.items():
            if role in ("seller", "buyer", "payee"):
                name, table = "partner", self._words.partner
            elif role == "delivery":
                name, table = "partner_delivery", self._words.partner_delivery
            else:
                self._faults.append(f"[partners] `{role}`: not seller, buyer, payee or delivery")
                continue
            rules = self._rules(name, table, Invoice, head="E1EDKA1", inside=f"{role}.")
            found.append(Partner(functions=tuple(functions), rules=rules))
        return tuple(found)

    def _segments(self) -> dict[str, Layout]:
        found = {}
        for kind, fields in self._words.segments.items():
            try:
                found[kind] = Layout(fields=positions(fields))
            except ValueError as error:
                self._faults.append(f"[segments] {kind}: {error}")
        return found

    def _texts(
        self, table: str, texts: Mapping[str, str | list[str]], root: type[Group]
    ) -> dict[str, Term | None]:
        found: dict[str, Term | None] = {}
        for text_id, path in texts.items():
            found[text_id] = self._term(table, path, root) if isinstance(path, str) else None
        return found

    def _rules(
        self,
        table: str,
        entries: Mapping[str, Any],
        root: type[Group],
        *,
        head: str = "",
        inside: str = "",
    ) -> tuple[Rule, ...]:
        """Return the rules of a table whose paths lie `inside` a group of `root`."""
        found = []
        for path, places in _flat(entries):
            listed = [places] if isinstance(places, str) else places
            made = self._term(table, inside + path, root)
            if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
                self._faults.append(f"[{table}] `{path}`: write one place, or a list of places")
            elif made is not None and listed:
                parsed = tuple(self._place(table, path, each, head) for each in listed)
                found.append(Rule(term=made, places=parsed, read=self._reader(made)))
        return tuple(sorted(found, key=lambda rule: rule.term.item_numbers))

    def _term(self, table: str, path: str, root: type[Group]) -> Term | None:
        try:
            return term(path, root)
        except UnknownPath as error:
            self._faults.append(f"[{table}] path `{path}`: {error}")
            return None

    def _place(self, table: str, path: str, text: str, head: str) -> Place:
        found = _PLACE.fullmatch(text)
        if found is None or not (found["type"] or head):
            self._faults.append(f"[{table}] `{path}`: `{text}` is not SEGMENT[QUALIFIER].FIELD")
            return Place(key=("", None), field="")
        return Place(key=(found["type"] or head, found["qualifier"]), field=found["field"])

    def _reader(self, made: Term) -> Callable[[str], Value]:
        if made.kind is Decimal:
            return self._number
        if made.kind is date:
            return date_reader("YYYYMMDD")
        table = _TABLE_OF.get(made.name, made.name)
        codes = self._words.codes.get(table)
        return str if codes is None else partial(_translate, table, codes)


def _translate(table: str, codes: Mapping[str, str], text: str) -> str:
    try:
        return code(text, codes)
    except ValueError as error:
        raise NoMeaning(table) from error


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


def _flat(entries: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Return the entries of a table and its tables with their dotted paths.

    >>> _flat({"a": {"b": 1}, "c": 2})
    [('a.b', 1), ('c', 2)]
    """
    found: list[tuple[str, Any]] = []
    for word, value in entries.items():
        path = before + word
        found += _flat(value, f"{path}.") if isinstance(value, Mapping) else [(path, value)]
    return found

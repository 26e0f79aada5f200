"""A guide's words, laid over the shipped ones and checked, made into a profile."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

import msgspec

from formats.codec import Guide
from formats.guide import refusal, shipped, understand
from formats.idoc.code_pages import is_code_page
from formats.idoc.layout import Layout, positions, rows
from formats.idoc.profile import NoMeaning, Partner, Place, Profile, Rule
from formats.idoc.words import Words
from formats.model import (
    ZERO,
    AllowanceCharge,
    CreditTransfer,
    Invoice,
    Line,
    VatBreakdown,
)
from formats.model.codes import UNITS
from formats.model.group import Group
from formats.model.paths import Term, UnknownPath, Value, term
from formats.notation import code, date_reader, number_reader

SHIPPED = "idoc-invoic-sd"
"""The profile with every word, over which all others are laid."""
LAYERS = frozenset((SHIPPED, "idoc-invoic-fi", "idoc-self-billing"))
"""What a guide can be laid over."""

_PLACE = re.compile(r"(?:(?P<type>\w+)(?:\[(?P<qualifier>[^\[\]]+)\])?\.)?(?P<field>[A-Z0-9_]+)")
_TABLE_OF = {"base_unit": "unit", "category": "vat_category"}
_NO_AMOUNTS = frozenset(("quantity", "base_quantity", "percent", "rate", "vat_rate"))
_INNER_DECIMALS = 2
_MOST_DECIMALS = 4


def profile(guide: Guide | None) -> Profile:
    """Return a sender's guide laid over the shipped profile, or that alone, made ready.

    Raises:
        Unreadable: IN-GUIDE, with all its faults: unknown words, paths and places.
    """
    if guide is None:
        return _profile(SHIPPED, b"{}", 0)
    return _profile(guide.name, msgspec.json.encode(dict(guide.table)), 0)


def in_currency(made: Profile, currency: str) -> Profile:
    """Return the profile that reads amounts of this currency, as the guide says they are written.

    SAP keeps all amounts with two decimals: 1,000 JPY as 10.00. Some programs write them so.
    """
    decimals = made.decimals.get(currency, _INNER_DECIMALS)
    if decimals == _INNER_DECIMALS:
        return made
    return _profile(made.name, made.table, _INNER_DECIMALS - decimals)


@lru_cache(maxsize=256)
def _profile(name: str, table: bytes, shift: int) -> Profile:
    own = msgspec.json.decode(table)
    layer = own.get("over", SHIPPED)
    if layer not in LAYERS:
        raise refusal(name, [f"over: `{layer}` is none of {', '.join(sorted(LAYERS))}"])
    merged = dict(shipped(SHIPPED).table)
    if layer != SHIPPED:
        merged = _over(merged, shipped(layer).table)
    merged = _over(merged, own)
    words, faults = understand(Guide(name=name, format="idoc", table=merged), Words)
    workshop = _Workshop(words, shift)
    ready = workshop.profile(name, table)
    if faults or workshop.faults:
        raise refusal(name, [*faults, *workshop.faults])
    return ready


class _Workshop:
    """Makes a profile of words and gathers their faults."""

    def __init__(self, words: Words, shift: int) -> None:
        self._words = words
        self.faults: list[str] = []
        self._number = number_reader(words.decimal)
        self._amount = partial(_shifted, self._number, shift) if shift else self._number
        if len(words.decimal) != 1 or words.decimal not in ".,":
            self.faults.append(f"decimal: `{words.decimal}` is neither a point nor a comma")
        if not is_code_page(words.encoding):
            self.faults.append(f"encoding: `{words.encoding}` is no text encoding known here")
        for currency, decimals in words.inner_currencies.items():
            if not 0 <= decimals <= _MOST_DECIMALS:
                self.faults.append(f"[inner_currencies] {currency}: {decimals} decimals")

    def profile(self, name: str, table: bytes) -> Profile:
        words, conditions = self._words, self._words.conditions
        invoice = self._rules("invoice", words.invoice, Invoice)
        return Profile(
            name=name,
            table=table,
            messages=frozenset(words.messages),
            encoding=words.encoding,
            bytes_counted=words.positions == "bytes",
            match=words.match,
            layouts=self._layouts(),
            decimals=words.inner_currencies,
            taxed_category=words.taxed_category,
            turns_signs=words.credit_memo_signs == "turn",
            number=self._amount,
            invoice=invoice,
            currency=tuple(rule for rule in invoice if rule.term.path == "currency"),
            from_lines=self._rules("from_lines", words.from_lines, Invoice),
            partners=self._partners(),
            bank=self._rules("bank", words.bank, CreditTransfer, head="E1EDK28"),
            vat_breakdown=self._rules(
                "vat_breakdown", words.vat_breakdown, VatBreakdown, head="E1EDK04"
            ),
            line=self._rules("line", words.line, Line, head="E1EDP01"),
            price_numerator=words.price_unit.numerator,
            price_denominator=words.price_unit.denominator,
            price_types=frozenset(conditions.price),
            ignored_types=frozenset(conditions.ignore),
            rounding_types=frozenset(conditions.rounding),
            paid_types=frozenset(conditions.paid),
            condition=self._conditions("invoice", conditions.invoice, head="E1EDK05"),
            line_condition=self._conditions("line", conditions.line, head="E1EDP05"),
            price=self._rules(
                "conditions.price_fields",
                conditions.price_fields,
                Line,
                head="E1EDP05",
                inside="price.",
            ),
            text_language=words.texts.language,
            texts=self._texts("texts.invoice", words.texts.invoice, Invoice),
            line_texts=self._texts("texts.line", words.texts.line, Line),
            discount_wording=words.payment_terms.discount,
            net_wording=words.payment_terms.net,
            counts_due_date=words.payment_terms.due_date == "counted",
            by_rate=words.accounting_currency == "by rate",
            cancellations=frozenset(words.cancellations.types),
            strict=words.cancellations.reference == "needed",
        )

    def _conditions(self, part: str, table: Mapping[str, Any], head: str) -> tuple[Rule, ...]:
        return self._rules(f"conditions.{part}", table, AllowanceCharge, head=head)

    def _partners(self) -> tuple[Partner, ...]:
        words = self._words
        tables = {
            **dict.fromkeys(("seller", "buyer", "payee"), ("partner", words.partner)),
            "delivery": ("partner_delivery", words.partner_delivery),
            "tax_representative": ("partner_tax_representative", words.partner_tax_representative),
        }
        found = []
        for role, functions in words.partners.items():
            if role not in tables:
                self.faults.append(f"[partners] `{role}`: none of {', '.join(tables)}")
                continue
            name, table = tables[role]
            rules = self._rules(name, table, Invoice, head="E1EDKA1", inside=f"{role}.")
            found.append(Partner(functions=tuple(functions), rules=rules))
        return tuple(found)

    def _layouts(self) -> dict[str, Layout]:
        """Return layouts of definitions and of [segments], which say it last."""
        found: dict[str, Layout] = {}
        definitions = self._words.definitions
        if isinstance(definitions, dict):
            for name, text in definitions.items():
                try:
                    found = {**rows(name, text), **found}
                except ValueError:
                    self.faults.append(f"definitions: {name} holds no rows of definitions")
        elif definitions:
            self.faults.append(f"definitions: {definitions} was not read beside the guide")
        for kind, fields in self._words.segments.items():
            try:
                found[kind] = Layout(fields=positions(fields))
            except ValueError as error:
                self.faults.append(f"[segments] {kind}: {error}")
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
                self.faults.append(f"[{table}] `{path}`: write one place, or a list of places")
            elif made is not None and listed:
                parsed = tuple(self._place(table, path, each, head) for each in listed)
                found.append(Rule(term=made, places=parsed, read=self._reader(made)))
        return tuple(sorted(found, key=lambda rule: rule.term.item_numbers))

    def _term(self, table: str, path: str, root: type[Group]) -> Term | None:
        try:
            return term(path, root)
        except UnknownPath as error:
            self.faults.append(f"[{table}] path `{path}`: {error}")
            return None

    def _place(self, table: str, path: str, text: str, head: str) -> Place:
        found = _PLACE.fullmatch(text)
        if found is None or not (found["type"] or head):
            self.faults.append(f"[{table}] `{path}`: `{text}` is not SEGMENT[QUALIFIER].FIELD")
            return Place(key=("", None), field="")
        return Place(key=(found["type"] or head, found["qualifier"]), field=found["field"])

    def _reader(self, made: Term) -> Callable[[str], Value]:
        if made.kind is Decimal:
            return self._number if made.name in _NO_AMOUNTS else self._amount
        if made.kind is date:
            return date_reader("YYYYMMDD")
        table = _TABLE_OF.get(made.name, made.name)
        codes = self._words.codes.get(table)
        return str if codes is None else partial(_translate, table, codes)


def _shifted(number: Callable[[str], Decimal], shift: int, text: str) -> Decimal:
    value = number(text).scaleb(shift)
    return value + ZERO  # in plain digits: 1.072E+5 is 107200


def _translate(table: str, codes: Mapping[str, str], text: str) -> str:
    try:
        meaning = code(text, codes)
    except ValueError as error:
        raise NoMeaning(table) from error
    if table == "unit" and meaning not in UNITS:
        raise NoMeaning(table)
    return meaning


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

"""An IDoc guide, checked and made ready: which field of which segment fills which term."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from formats.idoc.layout import Layout
from formats.model.paths import Term, Value


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
        table: the whole guide, as JSON, from which the profile was made.
        messages: logical messages (MESTYP) that are invoices.
        bytes_counted: whether fields stand at bytes and not at characters.
        match: fields of the control record and their values.
        layouts: of the sender's own segments and definitions.
        decimals: of the currencies whose amounts are written with SAP's inner two.
        price_types, ignored_types, rounding_types, paid_types: condition types (KSCHL).
        turns_signs: whether minus signs of a credit memo are turned.
        number: reads an amount.
        currency: the rule of BT-5, which must be known before amounts are read.
        from_lines: rules for what all lines say alike.
        price_numerator, price_denominator: fields of E1EDP01: price unit to quantity unit.
        text_language: of texts that are taken; empty for all.
        texts, line_texts: text id to the term it fills, None to leave it out; `*` for all others.
        counts_due_date: whether BT-9 is counted from the terms where no field states it.
        by_rate: whether the VAT is told in the company's currency (BT-111) by the exchange rate.
        cancellations: billing types that cancel another document, which they must name if `strict`.
    """

    name: str
    table: bytes
    messages: frozenset[str]
    encoding: str
    bytes_counted: bool
    match: Mapping[str, str]
    layouts: Mapping[str, Layout]
    decimals: Mapping[str, int]
    taxed_category: str
    turns_signs: bool
    number: Callable[[str], Decimal]
    invoice: tuple[Rule, ...]
    currency: tuple[Rule, ...]
    from_lines: tuple[Rule, ...]
    partners: tuple[Partner, ...]
    bank: tuple[Rule, ...]
    vat_breakdown: tuple[Rule, ...]
    line: tuple[Rule, ...]
    price_numerator: str
    price_denominator: str
    price_types: frozenset[str]
    ignored_types: frozenset[str]
    rounding_types: frozenset[str]
    paid_types: frozenset[str]
    condition: tuple[Rule, ...]
    line_condition: tuple[Rule, ...]
    price: tuple[Rule, ...]
    text_language: str
    texts: Mapping[str, Term | None]
    line_texts: Mapping[str, Term | None]
    discount_wording: str
    net_wording: str
    counts_due_date: bool
    by_rate: bool
    cancellations: frozenset[str]
    strict: bool

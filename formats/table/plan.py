"""A guide for tables, checked and made ready: which rows there are, and what their columns fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from formats.codec import Guide
from formats.guide import refusal, understand
from formats.model.paths import Term, UnknownPath, term
from formats.table import words as spoken
from formats.table.fills import Constants, Fill, Fills, list_of
from formats.table.words import File, Words, columns_told, listed, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a row of totals says, and of what: columns to check.

    Attributes:
        rows: column with the number of rows that are not totals.
        invoices: column with the number of invoices.
        sums: columns with the sum of a field over all invoices.
    """

    rows: str
    invoices: str
    sums: tuple[tuple[str, Term], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One kind of rows, ready to be used.

    Attributes:
        name: in the guide; empty for the rows that no other part takes.
        begins: whether a row begins an invoice, where there is no key.
        items: path of the list whose items the rows are; empty: none.
        adds: whether a row makes a new item; else it belongs to the last.
        passed: rows that are known and not taken.
        totals: what the rows sum up; None: they sum up nothing.
        where: columns and what they must say.
        source: pattern of the file or sheet in which the rows stand; empty: the only one.
        key: columns that tell invoices apart.
        names: of columns that have no header.
        cuts: first and last character of each column of a fixed width; from 0, the last excluded.
        width: number of columns; 0: not told.
        invoice, item: what columns fill.
        required: columns that must be there.
        known: columns that may be there.
        ignored: columns that are listed as unmapped and not taken.
    """

    name: str
    begins: bool
    items: str
    adds: bool
    passed: bool
    totals: Totals | None
    where: tuple[tuple[str, str], ...]
    source: str
    key: tuple[str, ...]
    names: tuple[str, ...]
    cuts: tuple[tuple[int, int], ...]
    width: int
    invoice: tuple[Fill, ...]
    item: tuple[Fill, ...]
    required: frozenset[str]
    known: frozenset[str]
    ignored: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A guide, ready to be used.

    Attributes:
        name: of the guide.
        form: `csv`, `fixed_width` or `xlsx`.
        file: how the file is written.
        match: columns whose presence means that the guide is for this file.
        width: number of columns, where the guide asks for one.
        parts: in the order in which a row is offered to them.
        constants: what is always set: of the invoice under "", of items under their list.
        has_heads: whether rows of some kind begin invoices; else any row of an invoice does.
        sums_vat: whether the VAT breakdown (BG-23) is summed up from the lines.
        sums_totals: whether the totals (BG-22) are, too.
        rates_are_lines: whether each row of the VAT breakdown is a line, as the file has none.
        nets_lines: whether the net amount of a line (BT-131) is worked out of its price.
        numbers_lines: whether lines get their position as their id (BT-126).
    """

    name: str
    form: str
    file: File
    match: frozenset[str]
    width: int
    parts: tuple[Part, ...]
    constants: Mapping[str, Constants]
    has_heads: bool
    sums_vat: bool
    sums_totals: bool
    rates_are_lines: bool
    nets_lines: bool
    numbers_lines: bool

    @property
    def is_joined(self) -> bool:
        """Whether rows come from several files in a ZIP."""
        return self.form == "csv" and any(part.source for part in self.parts)


def plan(guide: Guide) -> Plan:
    """Return the guide made ready.

    Raises:
        Unreadable: IN-GUIDE, with all its faults: an unknown word, path, code page or date.
    """
    return _plan(guide.name, guide.format, msgspec.json.encode(dict(guide.table)))


@lru_cache(maxsize=256)
def _plan(name: str, form: str, table: bytes) -> Plan:
    guide = Guide(name=name, format=form, table=msgspec.json.decode(table))
    words, faults = understand(guide, Words)
    faults += spoken.faults_of(words, form)
    fills = Fills(words if not faults else _in_plain_notation(words))
    if faults or fills.faults:
        raise refusal(name, [*faults, *fills.faults])
    parts = tuple(_part(name, part, fills, words) for name, part in parts_of(words).items())
    if not any(part.begins or part.key for part in parts):
        raise refusal(name, ['no part holds an invoice: say holds = "invoice", or a key'])
    return Plan(
        name=name,
        form=form,
        file=words.file,
        match=frozenset(words.match.columns),
        width=words.match.width,
        parts=parts,
        constants=fills.constants,
        has_heads=any(part.begins for part in parts),
        sums_vat=words.vat_breakdown == "from lines",
        sums_totals=words.totals == "from lines",
        rates_are_lines=words.lines == "from vat_breakdown",
        nets_lines=words.line_nets == "from price",
        numbers_lines=words.line_ids == "by position",
    )


def _in_plain_notation(words: Words) -> Words:
    """Return a faulty guide so that the faults of its paths can be told, too."""
    parts = {name: msgspec.structs.replace(part, notation={}) for name, part in words.part.items()}
    return msgspec.structs.replace(words, file=File(), notation={}, part=parts)


def _part(name: str, part: spoken.Part, fills: Fills, words: Words) -> Part:
    told = columns_told(part)
    filled = fills.parts[name]
    names = part.names or list(part.positions)
    return Part(
        name=name,
        begins=part.holds == "invoice",
        items=list_of(part),
        adds=bool(part.holds),
        passed=part.holds == "nothing",
        totals=_totals(part) if part.holds == "totals" else None,
        where=tuple(part.where.items()),
        source=part.file or part.sheet,
        key=listed(part.key),
        names=tuple(names),
        cuts=tuple((start - 1, start - 1 + size) for start, size in part.positions.values()),
        width=len(part.names) or (0 if name else words.match.width),
        invoice=filled.invoice,
        item=filled.item,
        required=frozenset((*part.columns, *part.where, *listed(part.key))) - {*part.optional},
        known=frozenset(told | {*listed(part.key)}),
        ignored=frozenset(part.ignore),
    )


def _totals(part: spoken.Part) -> Totals:
    sums = []
    for column, path in part.sums.items():
        try:
            sums.append((column, term(path)))
        except UnknownPath as error:
            raise refusal(part.holds, [f"sums: path `{path}`: {error}"]) from error
    return Totals(rows=part.rows, invoices=part.invoices, sums=tuple(sums))

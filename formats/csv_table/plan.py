"""A CSV guide, checked and made ready: which column fills which fields of the invoice, and how."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from formats.codec import Guide
from formats.guide import refusal, understand
from formats.model import Invoice, Line
from formats.model.paths import Term, UnknownPath, Value, term
from formats.notation import code, date_reader, is_codec, number_reader

Read = Callable[[str], Value]

_LINE = "lines[]."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One field that one column fills; `read` is None where the text is taken as it stands."""

    column: str
    term: Term
    read: Read | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A guide, ready to be used.

    Attributes:
        name: of the guide.
        codec: of a file that is neither marked nor UTF-8.
        skip: rows before the header.
        has_header: else columns are named `1`, `2`, …
        width: number of columns, where the guide asks for one.
        match: columns whose presence means that the guide is for this file.
        key: columns that tell invoices apart; none where each row is an invoice.
        invoice, line: what columns fill.
        invoice_constants, line_constants: what is always set.
        required: columns that must be there.
        known: columns that may be there.
        ignored: columns that are listed as unmapped and not taken.
        sums_vat: whether the VAT breakdown (BG-23) is summed up from the lines.
    """

    name: str
    codec: str
    delimiter: str
    quote: str
    skip: int
    has_header: bool
    width: int
    match: frozenset[str]
    key: tuple[str, ...]
    invoice: tuple[Fill, ...]
    line: tuple[Fill, ...]
    invoice_constants: tuple[tuple[Term, Value], ...]
    line_constants: tuple[tuple[Term, Value], ...]
    required: frozenset[str]
    known: frozenset[str]
    ignored: frozenset[str]
    sums_vat: bool


class _File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    encoding: str = "cp1252"
    delimiter: str = ";"
    quote: str = '"'
    skip: int = 0
    header: bool = True
    decimal: str = "."
    thousands: str = ""
    date: str = "YYYY-MM-DD"


class _Match(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    columns: list[str] = []
    width: int = 0


class _Words(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    rows: Literal["lines", "invoices"]
    key: str | list[str] = []
    ignore: list[str] = []
    optional: list[str] = []
    vat_breakdown: Literal["stated", "from lines"] = "stated"
    file: _File = msgspec.field(default_factory=_File)
    match: _Match = msgspec.field(default_factory=_Match)
    columns: dict[str, str | list[str]]
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, str] = {}


def plan(guide: Guide) -> Plan:
    """Return the guide made ready.

    Raises:
        Unreadable: IN-GUIDE, with all its faults: an unknown word, path, code page or date.
    """
    return _plan(guide.name, msgspec.json.encode(dict(guide.table)))


@lru_cache(maxsize=256)
def _plan(name: str, table: bytes) -> Plan:
    guide = Guide(name=name, format="csv", table=msgspec.json.decode(table))
    words, faults = understand(guide, _Words)
    faults += _faults_of_file(words.file) + _faults_of_names(words)
    if faults:
        raise refusal(name, [*faults, *_Fills(words, _File()).faults])
    fills = _Fills(words, words.file)
    if fills.faults:
        raise refusal(name, fills.faults)
    required = frozenset((*words.columns, *_listed(words.key))) - frozenset(words.optional)
    return Plan(
        name=name,
        codec=words.file.encoding,
        delimiter=words.file.delimiter,
        quote=words.file.quote,
        skip=words.file.skip,
        has_header=words.file.header,
        width=words.match.width,
        match=frozenset(words.match.columns) or required,
        key=_listed(words.key),
        invoice=_in_order(fills.invoice),
        line=_in_order(fills.line),
        invoice_constants=tuple(fills.invoice_constants),
        line_constants=tuple(fills.line_constants),
        required=required,
        known=frozenset((*words.columns, *words.ignore)),
        ignored=frozenset(words.ignore),
        sums_vat=words.vat_breakdown == "from lines",
    )


class _Fills:
    """What columns and constants fill, with the faults of their paths."""

    def __init__(self, words: _Words, file: _File) -> None:
        self.invoice: list[Fill] = []
        self.line: list[Fill] = []
        self.invoice_constants: list[tuple[Term, Value]] = []
        self.line_constants: list[tuple[Term, Value]] = []
        self.faults: list[str] = []
        self._by_line = words.rows == "lines"
        theirs, ours = _readers(file), _readers(_File())
        for column, paths in words.columns.items():
            for path in _listed(paths):
                self._column(column, path, theirs, words.values.get(column))
        for path, text in words.constants.items():
            self._constant(path, text, ours)

    def _column(
        self, column: str, path: str, readers: Mapping[type, Read], meanings: dict[str, str] | None
    ) -> None:
        found = self._term(path, f"column `{column}`")
        if found is not None:
            read = readers.get(found.kind)
            fill = Fill(column=column, term=found, read=_translated(read, meanings))
            (self.line if self._is_line(path) else self.invoice).append(fill)

    def _constant(self, path: str, text: str, readers: Mapping[type, Read]) -> None:
        found = self._term(path, "constant")
        if found is None:
            return
        try:
            value = readers.get(found.kind, str)(text)
        except ValueError as error:
            self.faults.append(f"constant `{path}`: `{text}` {error}")
        else:
            kept = self.line_constants if self._is_line(path) else self.invoice_constants
            kept.append((found, value))

    def _term(self, path: str, where: str) -> Term | None:
        try:
            if self._is_line(path):
                return term(path.removeprefix(_LINE), Line)
            found = term(path.replace(_LINE, "lines[0].", 1), Invoice)
        except UnknownPath as error:
            self.faults.append(f"{where}, path `{path}`: {error}")
            return None
        if self._by_line and path.startswith("lines["):
            self.faults.append(f"{where}, path `{path}`: the row's own line is written `{_LINE}`")
        return found

    def _is_line(self, path: str) -> bool:
        return self._by_line and path.startswith(_LINE)


def _readers(file: _File) -> Mapping[type, Read]:
    return {
        Decimal: number_reader(file.decimal, file.thousands),
        date: date_reader(file.date),
    }


def _translated(read: Read | None, meanings: dict[str, str] | None) -> Read | None:
    if meanings is None:
        return read
    return lambda text: (read or str)(code(text, meanings))


def _faults_of_file(file: _File) -> list[str]:
    faults = []
    if not is_codec(file.encoding):
        faults.append(f"[file] encoding: `{file.encoding}` is no text encoding that is known here")
    faults += [
        f"[file] {word}: `{sign}` is not one character"
        for word, sign in (
            ("delimiter", file.delimiter),
            ("quote", file.quote),
            ("decimal", file.decimal),
        )
        if len(sign) != 1
    ]
    if file.thousands == file.decimal or len(file.thousands) > 1:
        faults.append("[file] thousands: one character other than `decimal`, or empty")
    try:
        date_reader(file.date)
    except ValueError as error:
        faults.append(f"[file] {error}")
    return faults


def _faults_of_names(words: _Words) -> list[str]:
    told = {*words.columns, *words.ignore}
    faults = [
        f"{word}: column `{column}` is not in [columns]"
        for word, columns in (("optional", words.optional), ("values", words.values))
        for column in columns
        if column not in words.columns
    ]
    faults += [f"key: column `{key}` is not known" for key in _listed(words.key) if key not in told]
    if words.rows == "lines" and not words.key:
        faults.append("key: name the column that tells invoices apart, as rows are lines")
    if words.rows == "invoices" and words.key:
        faults.append("key: leave it out, as each row is an invoice")
    if not words.file.header and not words.match.width:
        faults.append("[match] width: give the number of columns, as there is no header")
    return faults


def _listed(words: str | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def _in_order(fills: Iterable[Fill]) -> tuple[Fill, ...]:
    """Return the fills with numbered items of a list ascending, as they are made in that order."""
    return tuple(sorted(fills, key=lambda fill: fill.term.item_numbers))

"""A layout guide, checked and made ready: its words become the places of a `Layout`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from formats.codec import Guide
from formats.guide import refusal, understand
from formats.model import Invoice
from formats.model.group import Group
from formats.model.paths import Term, UnknownPath, Value, term
from formats.notation import code, date_reader, number_reader
from formats.pdf_text.pages import MM, Box
from formats.pdf_text.places import (
    ITEMS,
    Column,
    Cut,
    Field,
    Layout,
    Pattern,
    Read,
    Split,
    Table,
    Take,
)

Shape = TypeVar("Shape", bound=msgspec.Struct)


class _Text(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    decimal: str = "."
    thousands: str = ""
    date: str = "YYYY-MM-DD"
    months: list[str] = []
    signs: list[str] = []


class _Words(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    anchors: list[str]
    text: _Text = msgspec.field(default_factory=_Text)
    split: str | dict[str, Any] = ""
    fields: dict[str, Any]
    tables: dict[str, Any]
    same: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, str] = {}


class _SplitWords(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    first: str = ""
    changes: str = ""
    separator: str = ""
    pages: Annotated[int, msgspec.Meta(ge=1)] | None = None
    outline: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    box: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    ignore: str = ""
    numbered: str = ""


class _FieldWords(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    label: str = ""
    below: bool = False
    box: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    page: int | Literal["last"] | None = None
    take: Take | None = None
    optional: bool = False


class _TableWords(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    start: str
    end: str = ""
    skip: str = ""
    goes_on: bool = False
    top: Decimal = Decimal(0)
    bottom: Decimal = Decimal(100_000)
    row: str = ""
    columns: dict[str, tuple[Decimal, Decimal]] | list[str | list[str]]
    optional: list[str] = []
    more: str = ""
    more_edges: tuple[Decimal, Decimal] | None = None
    constants: dict[str, str] = {}


def layout(guide: Guide) -> Layout:
    """Return the guide made ready.

    Raises:
        Unreadable: IN-GUIDE, with all its faults: an unknown word or field, a broken pattern.
    """
    return _layout(guide.name, msgspec.json.encode(dict(guide.table)))


@lru_cache(maxsize=256)
def _layout(name: str, table: bytes) -> Layout:
    guide = Guide(name=name, format="pdf_text", table=msgspec.json.decode(table))
    words, faults = understand(guide, _Words)
    maker = _Maker(words)
    made = maker.make(name)
    if faults or maker.faults:
        raise refusal(name, [*faults, *maker.faults])
    return made


class _Maker:
    """Turns words into their meaning and gathers what is wrong with them."""

    def __init__(self, words: _Words) -> None:
        self.faults: list[str] = []
        self._words = words
        self._theirs = self._readers(words.text)
        self._ours = self._readers(_Text())
        self._used: set[str] = set()

    def make(self, name: str) -> Layout:
        words = self._words
        made = Layout(
            name=name,
            anchors=tuple(self._patterns("anchors", words.anchors)),
            split=self._split(words.split),
            fields=tuple(self._fields()),
            tables=tuple(self._tables()),
            same=tuple(self._same()),
            constants=tuple(self._constants("constants", words.constants, Invoice)),
        )
        self.faults += [f"[values] `{path}` is filled by nothing" for path in self._unused()]
        if not words.anchors:
            self.faults.append("anchors: name at least one text by which the sender is known")
        if "lines" not in words.tables:
            self.faults.append("[tables.lines] is missing")
        return made

    def _split(self, given: str | dict[str, Any]) -> Split | None:
        words = self._shaped(
            "split", {"first": given} if isinstance(given, str) else given, _SplitWords
        )
        named = [cut for cut in Cut if words is not None and getattr(words, cut)]
        if words is None or not given:
            return None
        if len(named) != 1:
            self.faults.append(f"split: name one of {', '.join(Cut)}")
            return None
        value = getattr(words, named[0])
        return Split(
            cut=named[0],
            pattern=self._pattern("split", value) if isinstance(value, str) else None,
            count=value if isinstance(value, int) else 0,
            box=_box(words.box) if words.box else None,
            ignore=self._pattern("split", words.ignore),
            numbered=self._numbered(words.numbered),
        )

    def _numbered(self, text: str) -> Pattern | None:
        found = self._pattern("split", text)
        if found is not None and found.groups not in {1, 2}:
            self.faults.append("split: numbered needs (the number of the page), and may have (of)")
            return None
        return found

    def _fields(self) -> Iterator[Field]:
        for path, given in self._words.fields.items():
            where = f"[fields] `{path}`"
            spec = {"label": given} if isinstance(given, str) else given
            words = self._shaped(where, spec, _FieldWords)
            found = self._term(where, path, Invoice)
            if words is None or found is None:
                continue
            if not words.label and words.box is None:
                self.faults.append(f"{where}: needs a `label` or a `box`")
            yield Field(
                term=found,
                read=self._read(path, found),
                label=self._pattern(where, words.label),
                below=words.below,
                box=_box(words.box) if words.box else None,
                page=-1 if words.page == "last" else words.page,
                take=words.take,
                optional=words.optional,
            )

    def _tables(self) -> Iterator[Table]:
        for items, given in self._words.tables.items():
            where = f"[tables.{items}]"
            words = self._shaped(where, given, _TableWords)
            if items not in ITEMS:
                self.faults.append(f"{where}: a table fills one of {', '.join(ITEMS)}")
            elif words is not None:
                yield self._table(where, items, words)

    def _table(self, where: str, items: str, words: _TableWords) -> Table:
        row = self._pattern(where, words.row)
        start = self._pattern(where, words.start)
        if start is None:
            self.faults.append(f"{where}: start is empty")
        if isinstance(words.columns, dict) is (row is not None):
            self.faults.append(
                f"{where}: columns = [names] with `row`, or edges in millimetres without it"
            )
        elif row is not None and row.groups != len(words.columns):
            self.faults.append(
                f"{where}: row has {row.groups} groups for {len(words.columns)} columns"
            )
        if row is not None and words.more and not words.more_edges:
            self.faults.append(f"{where}: `more` needs `more_edges` beside `row`")
        return Table(
            items=items,
            start=start or re.compile(""),
            end=self._pattern(where, words.end),
            skip=self._pattern(where, words.skip),
            goes_on=words.goes_on,
            top=int(words.top * MM),
            bottom=int(words.bottom * MM),
            row=row,
            columns=tuple(self._columns(where, items, words)),
            more=self._term(where, words.more, ITEMS[items]) if words.more else None,
            more_edges=_edges(words.more_edges) if words.more_edges else None,
            constants=tuple(self._constants(where, words.constants, ITEMS[items])),
        )

    def _columns(self, where: str, items: str, words: _TableWords) -> Iterator[Column]:
        placed = list(_placed(words.columns))
        for path, place in placed:
            found = self._term(where, path, ITEMS[items])
            if found is not None:
                read = self._read(f"{items}[].{path}", found)
                yield Column(term=found, read=read, optional=path in words.optional, **place)
        self.faults += [
            f"{where}: optional `{path}` is no column"
            for path in words.optional
            if path not in dict(placed)
        ]

    def _same(self) -> Iterator[tuple[Term, Term]]:
        for path, other in self._words.same.items():
            ours = self._term("[same]", path, Invoice)
            theirs = self._term("[same]", other, Invoice)
            if ours is not None and theirs is not None:
                yield ours, theirs

    def _constants(
        self, where: str, constants: Mapping[str, str], root: type[Group]
    ) -> Iterator[tuple[Term, Value]]:
        for path, text in constants.items():
            found = self._term(where, path, root)
            if found is not None:
                try:
                    yield found, self._ours.get(found.kind, str)(text)
                except ValueError as error:
                    self.faults.append(f"{where} `{path}`: `{text}` {error}")

    def _shaped(self, where: str, given: object, shape: type[Shape]) -> Shape | None:
        try:
            return msgspec.convert(given, shape)
        except msgspec.ValidationError as error:
            self.faults.append(f"{where}: {error}")
            return None

    def _term(self, where: str, path: str, root: type[Group]) -> Term | None:
        try:
            return term(path, root)
        except UnknownPath as error:
            self.faults.append(f"{where}, path `{path}`: {error}")
            return None

    def _patterns(self, where: str, texts: Iterable[str]) -> Iterator[Pattern]:
        for text in texts:
            found = self._pattern(where, text)
            if found is not None:
                yield found

    def _pattern(self, where: str, text: str) -> Pattern | None:
        try:
            return re.compile(text) if text else None
        except re.error as error:
            self.faults.append(f"{where}: pattern `{text}`: {error}")
            return None

    def _read(self, path: str, found: Term) -> Read:
        meanings = self._words.values.get(path)
        read = self._theirs.get(found.kind, str)
        if meanings is None:
            return read
        self._used.add(path)
        return lambda text: read(code(text, meanings))

    def _unused(self) -> list[str]:
        return [path for path in self._words.values if path not in self._used]

    def _readers(self, text: _Text) -> Mapping[type, Read]:
        try:
            dates = date_reader(text.date)
        except ValueError as error:
            self.faults.append(f"[text] {error}")
            dates = date_reader("YYYY-MM-DD")
        if text.months and len(text.months) != 12:
            self.faults.append("[text] months: name all twelve, or none")
        if len(text.decimal) != 1 or len(text.thousands) > 1 or text.thousands == text.decimal:
            self.faults.append("[text] decimal, thousands: one character each, not the same")
        numbers = number_reader(text.decimal, text.thousands)
        return {
            Decimal: lambda written: numbers(_without(written, text.signs)),
            date: lambda written: dates(_numbered(written, text.months)),
        }


def _placed(
    columns: dict[str, tuple[Decimal, Decimal]] | list[str | list[str]],
) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield each column's path with its edges or with the number of its group."""
    if isinstance(columns, dict):
        for path, edges in columns.items():
            left, right = _edges(edges)
            yield path, {"left": left, "right": right}
    else:
        for group, paths in enumerate(columns, 1):
            for path in [paths] if isinstance(paths, str) else paths:
                yield path, {"group": group}


def _without(written: str, signs: Iterable[str]) -> str:
    """Return a number without the signs beside it.

    >>> _without("€ 1.234,50", ["€"])
    '1.234,50'
    """
    for sign in signs:
        written = written.removeprefix(sign).removesuffix(sign).strip()
    return written


def _numbered(written: str, months: Iterable[str]) -> str:
    """Return a date with its month as a number.

    >>> _numbered("7. Mai 2014", ["Januar", "Februar", "März", "April", "Mai"])
    '7. 05 2014'
    """
    for number, month in enumerate(months, 1):
        written = re.sub(rf"\b{re.escape(month)}\b", f"{number:02}", written, flags=re.IGNORECASE)
    return written


def _edges(edges: tuple[Decimal, Decimal]) -> tuple[int, int]:
    return int(edges[0] * MM), int(edges[1] * MM)


def _box(edges: tuple[Decimal, Decimal, Decimal, Decimal]) -> Box:
    left, upper, right, lower = (int(edge * MM) for edge in edges)
    return left, upper, right, lower

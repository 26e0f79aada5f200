"""Where on the pages of one sender things stand: a layout, ready to be used."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from formats.model import AllowanceCharge, Line, VatBreakdown
from formats.model.group import Group
from formats.model.paths import Term, Value
from formats.pdf_text.pages import Box

Read = Callable[[str], Value]
Pattern = re.Pattern[str]
Take = Literal["first", "last"]

ITEMS: Mapping[str, type[Group]] = {
    "lines": Line,
    "vat_breakdown": VatBreakdown,
    "allowances": AllowanceCharge,
    "charges": AllowanceCharge,
}
"""The lists of an invoice that a table on the page can fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value and where it stands.

    Attributes:
        label: found in a row; the value is its first group, else what follows it in the row.
        below: the value stands in the row under the label instead.
        box: only words whose middle is in it are seen; without a label they are the value.
        page: only this one, -1 for the last.
        take: which one, where several differ; None: then there is no value.
        optional: may be missing.
    """

    term: Term
    read: Read
    label: Pattern | None
    below: bool
    box: Box | None
    page: int | None
    take: Take | None
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One cell of each row of a table: between two edges, or a group of its `row`."""

    term: Term
    read: Read
    optional: bool
    left: int = 0
    right: int = 0
    group: int = 0

    @property
    def is_text(self) -> bool:
        """Whether any text is a value."""
        return self.term.kind is str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table on the pages, and the list of the invoice that it fills.

    Attributes:
        items: key in ITEMS.
        start: a row before the first item; without `goes_on` it is there on every page.
        end: a row behind the last item of a page, or of the table.
        skip: rows between that mean nothing.
        top, bottom: rows above and below are not of the table, on every page.
        row: what an item looks like, each group a column; None: columns have edges.
        more: takes the text of further rows of an item: those between `more_edges`; without
            them, those with words in columns of text only.
        constants: set on every item.
    """

    items: str
    start: Pattern
    end: Pattern | None
    skip: Pattern | None
    goes_on: bool
    top: int
    bottom: int
    row: Pattern | None
    columns: tuple[Column, ...]
    more: Term | None
    more_edges: tuple[int, int] | None
    constants: tuple[tuple[Term, Value], ...]


class Cut(StrEnum):
    """What parts one invoice of a spool file from the next."""

    FIRST = "first"  # a text on the first page of each
    CHANGES = "changes"  # a text that is the same on all pages of one, and another on the next
    SEPARATOR = "separator"  # a text on a sheet between them
    PAGES = "pages"  # each has as many
    OUTLINE = "outline"  # a bookmark of this level leads to each


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How a file becomes several invoices.

    Attributes:
        pattern: of `first`, `changes` or `separator`; its first group is what changes.
        count: pages of each, or the level of the bookmarks, from 1.
        box: only words in it are looked at.
        ignore: is found on pages that belong to no invoice, on purpose.
        numbered: finds the number of a page in its invoice and, as a second group, how many it has.
    """

    cut: Cut
    pattern: Pattern | None = None
    count: int = 0
    box: Box | None = None
    ignore: Pattern | None = None
    numbered: Pattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A guide, ready to be used.

    Attributes:
        name: of the guide.
        anchors: all of them are found in a file for which this is the layout.
        split: how a file becomes several invoices; None: it is one.
        same: a field, and the one whose value it has too.
    """

    name: str
    anchors: tuple[Pattern, ...]
    split: Split | None
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    same: tuple[tuple[Term, Term], ...]
    constants: tuple[tuple[Term, Value], ...]

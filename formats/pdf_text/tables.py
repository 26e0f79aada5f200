"""Tables over pages: rows to items, by the edges of columns or by what a row looks like."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from formats.findings import Finding
from formats.pdf_text import faults
from formats.pdf_text.pages import MM, Page, Row
from formats.pdf_text.places import Column, Table
from formats.pdf_text.words import Word

BELOW_UM = 12 * MM
"""Further text of an item is not farther down from the row before it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text in one column of one item, and the words it stands in."""

    column: Column
    text: str
    row: Row

    @property
    def place(self) -> str:
        """Where it begins."""
        return self.row.place()


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a table.

    Attributes:
        more: rows of further text of it.
    """

    cells: tuple[Cell, ...]
    more: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a table gave.

    Attributes:
        words: with their page: all that were understood.
        strange: rows that were not.
    """

    items: list[Item] = field(default_factory=list)
    words: list[tuple[int, Word]] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    strange: list[Row] = field(default_factory=list)


def harvest(table: Table, pages: Sequence[Page]) -> Harvest:
    """Return the items of a table, in the order of the pages."""
    found = Harvest()
    for row, before in _inside(table, pages, found):
        cells, reason = _cells(table, row)
        if not reason:
            found.items.append(Item(tuple(cells)))
        elif found.items and _is_more(table, row, cells) and row.follows(before, BELOW_UM):
            found.items[-1].more.append(row)
        else:
            found.faults.append(faults.strange_row(table.items, row.text, row.place(), reason))
            found.strange.append(row)
            continue
        _take(found, row)
    return found


def _inside(
    table: Table, pages: Sequence[Page], found: Harvest
) -> Iterator[tuple[Row, Row | None]]:
    """Yield the rows between start and end that are not to be skipped, each with the one before."""
    inside, before = False, None
    for page in pages:
        inside = inside and table.goes_on
        for row in page.rows:
            if not table.top <= row.baseline <= table.bottom:
                continue
            if table.start.search(row.text):
                inside = True
                _take(found, row)
            elif inside and table.end and table.end.search(row.text):
                inside = False
            elif inside and table.skip and table.skip.search(row.text):
                _take(found, row)
            elif inside:
                yield row, before
            before = row


def _take(found: Harvest, row: Row) -> None:
    found.words.extend((row.page, word) for word in row.words)


def _cells(table: Table, row: Row) -> tuple[list[Cell], str]:
    """Return the row's cells and, unless they make an item, why they do not."""
    return _by_groups(table, row) if table.row else _by_edges(table, row)


def _by_groups(table: Table, row: Row) -> tuple[list[Cell], str]:
    assert table.row is not None
    match = table.row.search(row.text)
    if match is None:
        return [], f"it is not as `{table.row.pattern}`"
    texts = [(column, (match[column.group] or "").strip()) for column in table.columns]
    cells = [
        Cell(column, text, _part(row, *match.span(column.group))) for column, text in texts if text
    ]
    return cells, _lacking(column for column, text in texts if not text)


def _part(row: Row, start: int, end: int) -> Row:
    return Row(row.page, row.words[row.word_at(start) : row.word_at(end - 1) + 1])


def _by_edges(table: Table, row: Row) -> tuple[list[Cell], str]:
    parts: dict[tuple[int, int], list[Word]] = {(c.left, c.right): [] for c in table.columns}
    strange = ""
    for word in row.words:
        middle = word.middle
        own = [part for (left, right), part in parts.items() if left <= middle < right]
        for part in own:
            part.append(word)
        strange = strange or ("" if own else word.text)
    rows = {edges: Row(row.page, tuple(own)) for edges, own in parts.items() if own}
    found = [(column, rows.get((column.left, column.right))) for column in table.columns]
    cells = [Cell(column, part.text, part) for column, part in found if part is not None]
    if strange:
        return cells, f"`{strange}` stands in no column"
    return cells, _lacking(column for column, part in found if part is None)


def _lacking(empty: Iterable[Column]) -> str:
    lacks = [column.term.path for column in empty if not column.optional]
    return f"it has no {', '.join(lacks)}" if lacks else ""


def _is_more(table: Table, row: Row, cells: Sequence[Cell]) -> bool:
    """Whether a row that is no item looks like further text of the one before it."""
    if table.more is None:
        return False
    if table.more_edges:
        left, right = table.more_edges
        return all(left <= word.left and word.right <= right for word in row.words)
    return bool(cells) and all(cell.column.is_text for cell in cells)

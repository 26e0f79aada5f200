"""The columns of a table of items: what its header names, as wide as what stands under them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from formats.pdf_text.draft.sample import TABLE, all_of, found_label
from formats.pdf_text.fields import GAP_UM, cells
from formats.pdf_text.pages import MM, Row
from formats.pdf_text.words import Word

EDGE_UM: Final = 3 * MM
SPARE: Final = ("note", "item.description")
"""Where what stands under an unknown header goes, that no row be lost for it."""


@dataclass(slots=True)
class Column:
    """A column of the header, and how far what stands under it reaches.

    Attributes:
        path: of a line's field; empty where the header is not known.
        texts: what stands in it.
        reach: from where to where each cell under it goes.
    """

    path: str
    left: int
    right: int
    texts: list[str] = field(default_factory=list)
    filled: int = 0
    reach: list[tuple[int, int]] = field(default_factory=list)

    @property
    def begin(self) -> int:
        """Where it begins, with what stands under it."""
        return min(self.left, *(left for left, _ in self.reach), self.left)

    @property
    def end(self) -> int:
        """Where it ends, with what stands under it."""
        return max(self.right, *(right for _, right in self.reach), self.right)

    def take(self, cell: Sequence[Word]) -> None:
        """Widen it by a cell."""
        self.texts.append(" ".join(word.text for word in cell))
        self.filled += 1
        self.reach.append((cell[0].left, cell[-1].right))

    def edge(self, after: "Column") -> int:
        """Return where it ends and the next begins; the header counts where it does not overlap."""
        end, begin = self.end, after.begin
        if end > begin and self.reach and after.reach:
            end, begin = max(r for _, r in self.reach), min(left for left, _ in after.reach)
        return (end + begin) // 2

    def distance(self, cell: Sequence[Word]) -> int:
        """Return how badly a cell stands under the header: by its edges or its middle."""
        left, right = cell[0].left, cell[-1].right
        return min(
            abs(left - self.left),
            abs(right - self.right),
            abs(left + right - self.left - self.right) // 2,
        )


def columns_of(header: Row) -> list[Column]:
    """Return the columns that a row names, from left to right."""
    taken: dict[int, str] = {}
    labels = [(label, path) for path, by in TABLE["columns"].items() for label in all_of(by)]
    for label, path in sorted(labels, key=lambda pair: -len(pair[0])):
        match = found_label(label, header.text)
        if match is None or path in taken.values():
            continue
        span = range(header.word_at(match.start()), header.word_at(match.end() - 1) + 1)
        apart = any(header.words[i + 1].left - header.words[i].right > GAP_UM for i in span[:-1])
        if not apart and not any(index in taken for index in span):
            taken |= dict.fromkeys(span, path)
    return [*_runs(header, taken)]


def _runs(header: Row, taken: Mapping[int, str]) -> Iterator[Column]:
    """Yield neighbouring words of the header that name one column; unknown words near it join."""
    known = None
    for index, word in enumerate(header.words):
        path = taken.get(index, "")
        near = known is not None and word.left - known.right < EDGE_UM
        if known is not None and near and path in {known.path, ""}:
            known.right = word.right
            continue
        if known is not None:
            yield known
        known = Column(path, word.left, word.right)
    if known is not None:
        yield known


def filled(columns: Sequence[Column], row: Row) -> int:
    """Return under how many columns something stands."""
    return len({min(columns, key=lambda column: column.distance(cell)).path for cell in cells(row)})


def fill(columns: Sequence[Column], row: Row) -> None:
    """Widen each column by the cell under it; as many cells as columns are those of the columns."""
    cells_of = [*_parted(columns, row)]
    if len(cells_of) == len(columns):
        for column, cell in zip(columns, cells_of, strict=True):
            column.take(cell)
        return
    before = -1
    for cell in cells_of:
        rest = range(max(before, 0), len(columns))
        near = min(rest, key=lambda number: columns[number].distance(cell))
        if near == before and _is_amount(cell) and near + 1 < len(columns):
            near += 1
        columns[near].take(cell)
        before = near


def _parted(columns: Sequence[Column], row: Row) -> Iterator[tuple[Word, ...]]:
    """Yield the cells of a row, parted again where two columns stand close together."""
    has_units = any(column.path == "unit" for column in columns)
    for number, cell in enumerate(cells(row)):
        start = 0
        for index, (before, after) in enumerate(pairwise(cell), 1):
            is_id = number == 0 and index == 1 and columns[0].path == "id"
            measured = has_units and len(cell) == 2 and _is_number(before)
            rated = before.text.endswith("%")
            if (is_id and after.left > columns[0].right) or measured or rated:
                yield cell[start:index]
                start = index
        yield cell[start:]


def _is_amount(cell: Sequence[Word]) -> bool:
    return not any(sign.isalpha() for word in cell for sign in word.text)


def _is_number(word: Word) -> bool:
    return re.fullmatch(r"-?[\d.,]+", word.text) is not None


def with_units(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Part a column of quantities with their units in two."""
    made: list[Column] = []
    for column in columns:
        parted = [re.fullmatch(r"(-?[\d.,]+) (\D[^\d]*)", text) for text in column.texts]
        if column.path == "quantity" and parted and all(parted):
            words = [w for row in rows for w in row.words if within(w, column)]
            numbers = [word for word in words if word.text[:1] in "-0123456789"]
            units = [word for word in words if word not in numbers]
            middle = (max(w.right for w in numbers) + min(w.left for w in units)) // 2
            unit = Column("unit", middle, column.end, [m[2] for m in parted if m], column.filled)
            made += [Column("quantity", column.begin, middle, [], column.filled), unit]
        else:
            made.append(column)
    return made


def within(word: Word, column: Column) -> bool:
    """Whether a word stands in a column."""
    return column.begin <= word.middle <= column.end


def edges_of(columns: Sequence[Column]) -> Iterator[tuple[str, list[int | float]]]:
    """Yield the path of each column that is filled, and its edges in millimetres."""
    edges = [
        columns[0].begin - EDGE_UM,
        *(before.edge(after) for before, after in pairwise(columns)),
        columns[-1].end + 2 * EDGE_UM,
    ]
    spare = [path for path in SPARE if path not in {column.path for column in columns}]
    for column, (left, right) in zip(columns, pairwise(edges), strict=True):
        path = column.path
        if not path and spare and column.filled:
            path = spare.pop(0)
        if path and column.filled:
            yield path, [left // 100 / 10, right // 100 / 10]

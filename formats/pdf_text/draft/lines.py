"""The table of the items: its header, its columns by what stands under them, and where it ends."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile, pairwise, takewhile
from typing import Any, Final

from formats.pdf_text.draft.places import spelled
from formats.pdf_text.draft.sample import TABLE, Sample, all_of, found_label
from formats.pdf_text.fields import GAP_UM, cells
from formats.pdf_text.pages import MM, Row
from formats.pdf_text.tables import BELOW_UM
from formats.pdf_text.words import Word

TEXTS: Final = frozenset({"id", "item.name", "item.seller_id", "unit"})
_NEEDED: Final = ({"net", "price.net"}, {"item.name", "quantity"})
_KINDS_MIN: Final = 3
_EDGE_UM: Final = 3 * MM
_SPARE: Final = ("note", "item.description")
"""Where what stands under an unknown header goes, that no row be lost for it."""
_UNIT_MAX: Final = 12
"""Characters of a unit."""


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


@dataclass(frozen=True, slots=True)
class Items:
    """The table of the items.

    Attributes:
        table: as a layout has it, without what is the same on all lines.
        units: the sender's words for units.
        has_rates: whether a column says the VAT rate.
    """

    table: dict[str, Any]
    units: Sequence[str]
    rates: Sequence[str]
    count: int


def items_of(sample: Sample) -> Items | None:
    """Return the table of the items; None if no row looks like its header."""
    header = max(sample.rows, key=_kinds, default=None)
    if header is None or _kinds(header) < _KINDS_MIN:
        return None
    columns = _columns(header)
    inside, end = _inside(sample, header)
    sums = [row for row in inside if _is_total(sample, row)]
    rows = [row for row in inside if row not in sums and _is_item(sample, columns, row)]
    if not rows:
        return None
    for row in rows:
        _fill(columns, row)
    columns = _with_units(columns, rows)
    table: dict[str, Any] = {"start": _start(header)}
    if end is not None:
        table["end"] = _end(end)
    skip = _skip(inside, [*_under_header(header, inside, rows), *sums])
    if skip:
        table["skip"] = skip
    bottom = _bottom(sample, inside, rows)
    if bottom is not None:
        table["bottom"] = bottom
        inside = [row for row in inside if row.baseline < bottom * MM]
    edges = dict(_edges(columns))
    is_free = "item.description" not in edges
    if is_free and any(_is_more(columns, row, rows) for row in inside if row not in rows):
        table["more"] = "item.description"
    if sum(row.text == header.text for row in sample.rows) < len({row.page for row in rows}):
        table["goes_on"] = True
    sparse = {column.path for column in columns if column.filled < len(rows)} | {*_SPARE}
    optional = [path for path in edges if path in sparse]
    if optional:
        table["optional"] = optional
    table["columns"] = edges
    by_path = {column.path: column for column in columns}
    return Items(
        table=table,
        units=_texts(by_path.get("unit")),
        rates=_texts(by_path.get("vat_rate")),
        count=len(rows),
    )


def _texts(column: Column | None) -> list[str]:
    return sorted(set(column.texts)) if column else []


def _kinds(row: Row) -> int:
    """Return how many kinds of columns a row names; 0 if it lacks what every header has."""
    kinds = {column.path for column in _columns(row)} - {""}
    return len(kinds) if all(kinds & needed for needed in _NEEDED) else 0


def _columns(header: Row) -> list[Column]:
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
        near = known is not None and word.left - known.right < _EDGE_UM
        if known is not None and near and path in {known.path, ""}:
            known.right = word.right
            continue
        if known is not None:
            yield known
        known = Column(path, word.left, word.right)
    if known is not None:
        yield known


def _inside(sample: Sample, header: Row) -> tuple[list[Row], Row | None]:
    """Return the rows between the header and the first total behind all items, and its row."""
    rows = [*dropwhile(lambda row: row.text != header.text, sample.rows)]
    inside: list[Row] = []
    for number, row in enumerate(rows):
        if row.text == header.text:
            continue
        ends = _is_total(sample, row) or _is_sum(sample, header, inside, row)
        is_last = ends and not _goes_on(sample, header, inside, rows[number + 1 :])
        if is_last and not any(re.match(_end(row), one.text) for one in inside):
            return inside, row
        inside.append(row)
    return inside, None


def _goes_on(sample: Sample, header: Row, inside: Sequence[Row], rest: Sequence[Row]) -> bool:
    """Whether behind a sum on its page stands a row that fills as many columns as the first."""
    columns = _columns(header)
    amount = re.compile(sample.notation.amount_pattern)
    items = [row for row in inside if amount.search(row.text)]
    if not items or len([*cells(items[0])]) < _KINDS_MIN + 1:
        return False
    many = _filled(columns, items[0])
    near = (row for row in rest if row.page == items[-1].page)
    return any(amount.search(row.text) and _filled(columns, row) >= many for row in near)


def _is_total(sample: Sample, row: Row) -> bool:
    if not re.search(sample.notation.amount_pattern, row.text):
        return False
    first = next(iter(cells(row)))
    text = " ".join(word.text for word in first)
    labels = [label for by in TABLE["amounts"].values() for label in all_of(by)]
    matches = (found_label(label, text) for label in labels)
    return any(match is not None and match.start() == 0 for match in matches)


def _is_sum(sample: Sample, header: Row, inside: Sequence[Row], row: Row) -> bool:
    """Whether a row has an amount, and much less besides than the first row of the table."""
    amount = re.compile(sample.notation.amount_pattern)
    items = [one for one in inside if amount.search(one.text)]
    if not items or not amount.search(row.text) or _skip([row]):
        return False
    columns = _columns(header)
    return 2 * _filled(columns, row) <= _filled(columns, items[0])


def _filled(columns: Sequence[Column], row: Row) -> int:
    """Return under how many columns something stands."""
    return len({min(columns, key=lambda column: column.distance(cell)).path for cell in cells(row)})


def _is_item(sample: Sample, columns: Sequence[Column], row: Row) -> bool:
    """Whether an amount stands where the header says amounts are."""
    if _skip([row]):
        return False
    last = next((c for c in reversed(columns) if c.path in {"net", "price.net"}), columns[-1])
    amount = re.compile(sample.notation.amount_pattern)
    return len(row.words) > 2 and any(
        amount.search(word.text) and word.right > last.left - _EDGE_UM for word in row.words[1:]
    )


def _fill(columns: Sequence[Column], row: Row) -> None:
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


def _with_units(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Part a column of quantities with their units in two."""
    made: list[Column] = []
    for column in columns:
        parted = [re.fullmatch(r"(-?[\d.,]+) (\D[^\d]*)", text) for text in column.texts]
        if column.path == "quantity" and parted and all(parted):
            words = [w for row in rows for w in row.words if _within(w, column)]
            numbers = [word for word in words if word.text[:1] in "-0123456789"]
            units = [word for word in words if word not in numbers]
            middle = (max(w.right for w in numbers) + min(w.left for w in units)) // 2
            unit = Column("unit", middle, column.end, [m[2] for m in parted if m], column.filled)
            made += [Column("quantity", column.begin, middle, [], column.filled), unit]
        else:
            made.append(column)
    return made


def _within(word: Word, column: Column) -> bool:
    return column.begin <= word.middle <= column.end


def _edges(columns: Sequence[Column]) -> Iterator[tuple[str, list[int | float]]]:
    edges = [
        columns[0].begin - _EDGE_UM,
        *(before.edge(after) for before, after in pairwise(columns)),
        columns[-1].end + 2 * _EDGE_UM,
    ]
    spare = [path for path in _SPARE if path not in {column.path for column in columns}]
    for column, (left, right) in zip(columns, pairwise(edges), strict=True):
        path = column.path
        if not path and spare and column.filled:
            path = spare.pop(0)
        if path and column.filled:
            yield path, [left // 100 / 10, right // 100 / 10]


def _start(header: Row) -> str:
    return "^" + " ".join(spelled(word.text) for word in header.words[:3])


def _end(row: Row) -> str:
    return f"^{_begin(row)}"


def _skip(rows: Sequence[Row], strange: Sequence[Row] = ()) -> str:
    found = [spelled(word) for word in TABLE["notes"]["carried"] if _any(word, rows)]
    found += dict.fromkeys(_begin(row) for row in strange)
    return "^(" + "|".join(found) + ")" if found else ""


def _begin(row: Row) -> str:
    words = [word.text for word in next(iter(cells(row)))]
    plain = [*takewhile(lambda word: not any(sign.isdigit() for sign in word), words)]
    return " ".join(map(spelled, plain[:3] or words[:1]))


def _under_header(header: Row, inside: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """Return what stands between a header and the first item under it, and has no amount."""
    found: list[Row] = []
    for page in {row.page for row in rows}:
        first = min(row.baseline for row in rows if row.page == page)
        found += [row for row in inside if row.page == page and row.baseline < first]
    amount = re.compile(r"\d[.,]\d\d(?!\d)")
    return [row for row in found if row.text != header.text and not amount.search(row.text)]


def _bottom(sample: Sample, inside: Sequence[Row], rows: Sequence[Row]) -> int | None:
    """Return where the foot begins that is the same on all pages, if the table runs into it."""
    lasting = set.intersection(
        *({(row.text, row.baseline // MM) for row in page.rows} for page in sample.pages)
    )
    lowest = max(row.baseline for row in rows)
    foot = [
        row.baseline
        for row in inside
        if (row.text, row.baseline // MM) in lasting and row.baseline > lowest
    ]
    return min(foot) // MM - 3 if foot and len(sample.pages) > 1 else None


def _any(word: str, rows: Sequence[Row]) -> bool:
    return any(row.text.casefold().startswith(word.casefold()) for row in rows)


def _is_more(columns: Sequence[Column], row: Row, rows: Sequence[Row]) -> bool:
    """Whether a row looks like further text of an item."""
    texts = [column for column in columns if column.path in TEXTS]
    near = any(row.follows(item, BELOW_UM) for item in rows)
    return near and all(any(_within(word, one) for one in texts) for word in row.words)

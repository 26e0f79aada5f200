"""The table of the items: which rows are its header and its items, and where it ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile, takewhile
from typing import Any, Final

from formats.pdf_text.draft.columns import (
    EDGE_UM,
    SPARE,
    Column,
    columns_of,
    edges_of,
    fill,
    filled,
    with_units,
    within,
)
from formats.pdf_text.draft.places import spelled
from formats.pdf_text.draft.sample import TABLE, Sample, all_of, found_label
from formats.pdf_text.fields import cells
from formats.pdf_text.pages import MM, Row
from formats.pdf_text.tables import BELOW_UM

TEXTS: Final = frozenset({"id", "item.name", "item.seller_id", "unit"})
_NEEDED: Final = ({"net", "price.net"}, {"item.name", "quantity"})
_KINDS_MIN: Final = 3


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
    columns = columns_of(header)
    inside, end = _inside(sample, header)
    sums = [row for row in inside if _is_total(sample, row)]
    rows = [row for row in inside if row not in sums and _is_item(sample, columns, row)]
    if not rows:
        return None
    for row in rows:
        fill(columns, row)
    columns = with_units(columns, rows)
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
    edges = dict(edges_of(columns))
    is_free = "item.description" not in edges
    if is_free and any(_is_more(columns, row, rows) for row in inside if row not in rows):
        table["more"] = "item.description"
    if sum(row.text == header.text for row in sample.rows) < len({row.page for row in rows}):
        table["goes_on"] = True
    sparse = {column.path for column in columns if column.filled < len(rows)} | {*SPARE}
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
    kinds = {column.path for column in columns_of(row)} - {""}
    return len(kinds) if all(kinds & needed for needed in _NEEDED) else 0


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
    columns = columns_of(header)
    amount = re.compile(sample.notation.amount_pattern)
    items = [row for row in inside if amount.search(row.text)]
    if not items or len([*cells(items[0])]) < _KINDS_MIN + 1:
        return False
    many = filled(columns, items[0])
    near = (row for row in rest if row.page == items[-1].page)
    return any(amount.search(row.text) and filled(columns, row) >= many for row in near)


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
    columns = columns_of(header)
    return 2 * filled(columns, row) <= filled(columns, items[0])


def _is_item(sample: Sample, columns: Sequence[Column], row: Row) -> bool:
    """Whether an amount stands where the header says amounts are."""
    if _skip([row]):
        return False
    last = next((c for c in reversed(columns) if c.path in {"net", "price.net"}), columns[-1])
    amount = re.compile(sample.notation.amount_pattern)
    return len(row.words) > 2 and any(
        amount.search(word.text) and word.right > last.left - EDGE_UM for word in row.words[1:]
    )


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
    return near and all(any(within(word, one) for one in texts) for word in row.words)

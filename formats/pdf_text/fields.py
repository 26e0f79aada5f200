"""Single values: by a label in a row, under a label, or in a box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from formats.pdf_text.pages import MM, Box, Page, Row
from formats.pdf_text.places import Field
from formats.pdf_text.words import Word

GAP_UM = 2_500
"""Words farther apart stand in different cells."""
BELOW_UM = 15 * MM
"""A value under a label is not farther down."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text and the words that it stands in.

    Attributes:
        words: its own and its label's.
        own: those of the text itself.
    """

    text: str
    place: str
    page: int
    words: tuple[Word, ...]
    own: tuple[Word, ...]


def found(field: Field, pages: Sequence[Page]) -> Iterator[Found]:
    """Yield what stands where the field says, each time it stands there."""
    for page in _chosen(field, pages):
        rows = [row for row in (_within(row, field.box) for row in page.rows) if row.words]
        if field.label is None:
            yield from _whole(rows)
        elif field.below:
            yield from _under(field, rows)
        else:
            yield from _beside(field, rows)


def described(field: Field) -> str:
    """Return in words where the field should be."""
    parts = [f"no row with `{field.label.pattern}`" if field.label else "no text"]
    if field.below:
        parts.append("and a value under it")
    if field.box:
        parts.append("in the box {}, {}, {}, {} mm".format(*(edge // MM for edge in field.box)))
    if field.page:
        parts.append("on the last page" if field.page < 0 else f"on page {field.page}")
    return " ".join(parts)


def _chosen(field: Field, pages: Sequence[Page]) -> Sequence[Page]:
    match field.page:
        case None:
            return pages
        case -1:
            return pages[-1:]
        case number:
            return pages[number - 1 : number]


def _within(row: Row, box: Box | None) -> Row:
    return row if box is None else Row(row.page, row.inside(box))


def _whole(rows: Sequence[Row]) -> Iterator[Found]:
    if rows:
        text = " ".join(row.text for row in rows)
        words = tuple(word for row in rows for word in row.words)
        yield Found(text, rows[0].place(), rows[0].page, words, words)


def _beside(field: Field, rows: Sequence[Row]) -> Iterator[Found]:
    assert field.label is not None
    for row in rows:
        match = field.label.search(row.text)
        if match is None:
            continue
        start, end = match.span(1) if match.re.groups else (match.end(), len(row.text))
        text = row.text[start:end]
        start += len(text) - len(text.lstrip())
        if text.strip():
            begin, last = row.word_at(start), row.word_at(end - 1) + 1
            words = row.words[row.word_at(match.start()) : last]
            own = row.words[begin:last]
            yield Found(text.strip(), row.place(begin), row.page, words, own)


def _under(field: Field, rows: Sequence[Row]) -> Iterator[Found]:
    assert field.label is not None
    for number, row in enumerate(rows):
        match = field.label.search(row.text)
        if match is None or match.start() == match.end():
            continue
        label = row.words[row.word_at(match.start()) : row.word_at(match.end() - 1) + 1]
        for lower in rows[number + 1 :]:
            if lower.baseline - row.baseline > BELOW_UM:
                break
            near = [cell for cell in cells(lower) if _overlap(cell, label)]
            for cell in near:
                text = " ".join(word.text for word in cell)
                place = Row(lower.page, cell).place()
                yield Found(text, place, lower.page, (*label, *cell), cell)
            if near:
                break


def cells(row: Row) -> Iterator[tuple[Word, ...]]:
    """Yield the words of a row in groups that stand apart."""
    start = 0
    for end, (before, after) in enumerate(pairwise(row.words), 1):
        if after.left - before.right > GAP_UM:
            yield row.words[start:end]
            start = end
    yield row.words[start:]


def _overlap(cell: Sequence[Word], label: Sequence[Word]) -> bool:
    return cell[0].left < label[-1].right and label[0].left < cell[-1].right

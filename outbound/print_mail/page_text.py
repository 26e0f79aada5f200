"""Lines of text on a page of a PDF with their places, as an eye puts words together.

Looks into files of strangers by PDFium: only in a bounded child process.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from outbound.print_mail.marks import POINTS_PER_MM
from outbound.print_mail.zones import Box

CHARACTERS_MAX = 20_000
"""Of a first page; a dense one has 5,000."""
_WORD_GAP_MM = 0.6
_COLUMN_GAP_MM = 6
"""Words farther apart stand in different columns."""
_HEIGHT_MM = 1.2
_ROWS_BACK = 6
"""Rows that a word may still belong to: small print stands between large one."""
_Edges = tuple[float, float, float, float]
_HYPHEN = "\x02"  # how PDFium writes one at the end of a line


class Line(NamedTuple):
    """Words beside each other."""

    text: str
    box: Box


class TooMuchText(Exception):
    """The page has more characters than are looked at."""


def lines_of(page: Any) -> list[Line]:
    """Return the lines of a `pypdfium2.PdfPage`, from above and from the left.

    Raises:
        TooMuchText: it has more than CHARACTERS_MAX characters.
    """
    text = page.get_textpage()
    try:
        if text.count_chars() > CHARACTERS_MAX:
            raise TooMuchText(f"the page has {text.count_chars()} characters")
        words = list(_words(text, seen(page)))
    finally:
        text.close()
    lines = [line for row in _rows(words) for line in _parted(row)]
    return sorted(lines, key=lambda one: (round(one.box.top), one.box.left))


def seen(page: Any) -> Callable[[_Edges], Box]:
    """Return how left, bottom, right and top in points lie on the page as it is seen."""
    left, bottom, right, top = page.get_cropbox()

    def box(points: _Edges) -> Box:
        x0, y0, x1, y1 = points
        match page.get_rotation():
            case 90:
                edges = (y0 - bottom, x0 - left, y1 - bottom, x1 - left)
            case 180:
                edges = (right - x1, y0 - bottom, right - x0, y1 - bottom)
            case 270:
                edges = (top - y1, right - x1, top - y0, right - x0)
            case _:
                edges = (x0 - left, top - y1, x1 - left, top - y0)
        return Box(*(edge / POINTS_PER_MM for edge in edges))

    return box


def _words(text: Any, to_box: Callable[[_Edges], Box]) -> Iterator[Line]:
    """Yield characters drawn one after the other without a gap."""
    word: Line | None = None
    letters = text.get_text_range(errors="replace")
    for index, letter in enumerate(letters[: text.count_chars()]):
        if letter.isspace():
            continue
        box = to_box(text.get_charbox(index))
        shown = "-" if letter == _HYPHEN else letter
        if word is not None and not letters[index - 1].isspace() and _follows(word.box, box):
            word = Line(word.text + shown, word.box.around(box))
            continue
        if word is not None:
            yield word
        word = Line(shown, box)
    if word is not None:
        yield word


def _follows(before: Box, after: Box) -> bool:
    height = max(before.bottom - before.top, after.bottom - after.top, _HEIGHT_MM)
    gap = after.left - before.right
    return -height < gap < max(_WORD_GAP_MM, height / 3) and _level(before, after, height)


def _level(one: Box, other: Box, height: float) -> bool:
    """Whether two boxes stand in one row: they overlap by half the height of the smaller."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    lower = min(one.bottom - one.top, other.bottom - other.top)
    return overlap >= lower / 2 or abs(one.bottom - other.bottom) < height / 4


def _rows(words: Iterable[Line]) -> list[list[Line]]:
    """Return words that stand beside each other, however far apart."""
    rows: list[list[Line]] = []
    for word in sorted(words, key=lambda one: _middle(one.box)):
        near = (row for row in reversed(rows[-_ROWS_BACK:]) if _level(row[0].box, word.box, 0))
        row = next(near, None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return rows


def _parted(row: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines of a row, parted where a column ends."""
    first, *others = sorted(row, key=lambda one: one.box.left)
    line = first
    for word in others:
        if word.box.left - line.box.right < _COLUMN_GAP_MM:
            line = Line(f"{line.text} {word.text}", line.box.around(word.box))
        else:
            yield line
            line = word
    yield line


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2

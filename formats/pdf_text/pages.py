"""What stands on the pages of a PDF: words with their places, put into rows as an eye sees them.

Lengths are whole micrometres from the page's left and upper edge, as it is displayed.
"""

from collections.abc import Callable, Iterator, Sequence
from ctypes import c_double
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2 import raw

PAGES_MAX = 5_000
CHARACTERS_MAX = 200_000
"""Of one page; a dense page of an invoice has 5,000."""
MM = 1_000
ROW_UM = 800
"""Words whose baselines differ by less stand in one row."""

_HYPHEN = "\x02"  # how PDFium writes one at the end of a line
_Place = Callable[[float, float], tuple[int, int]]


class NotOpened(Exception):
    """PDFium cannot open the file."""


class TooMuch(Exception):
    """The file exceeds the bounds."""


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space between them."""

    text: str
    left: int
    right: int
    baseline: int

    @property
    def middle(self) -> int:
        """Where its horizontal middle is."""
        return (self.left + self.right) // 2


@dataclass(frozen=True, slots=True)
class Row:
    """Words on one baseline, from left to right; at least one."""

    page: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words with one blank between them."""
        return " ".join(word.text for word in self.words)

    @property
    def baseline(self) -> int:
        """That of its first word."""
        return self.words[0].baseline

    def follows(self, before: "Row | None", distance_um: int) -> bool:
        """Whether the row stands below another on the same page, no farther than that."""
        return (
            before is not None
            and self.page == before.page
            and self.baseline - before.baseline <= distance_um
        )

    def place(self, word: int = 0) -> str:
        """Return where a word is: page, and millimetres from the left and from above.

        >>> Row(2, (Word("Total", 24_000, 31_000, 51_340),)).place()
        'page 2, 24.0/51.3 mm'
        """
        found = self.words[word]
        return f"page {self.page}, {found.left / MM:.1f}/{found.baseline / MM:.1f} mm"

    def word_at(self, offset: int) -> int:
        """Return the number of the word at an offset in `text`.

        >>> Row(1, (Word("Total", 0, 1, 2), Word("9.00", 3, 4, 2))).word_at(6)
        1
        """
        return self.text.count(" ", 0, offset)


@dataclass(frozen=True, slots=True)
class Page:
    """One page; without rows if it has no text."""

    number: int
    rows: tuple[Row, ...]


def pages_of(data: bytes, *, ends: int = PAGES_MAX) -> tuple[Page, ...]:
    """Return the rows of each page, from the top down.

    Args:
        data: the PDF.
        ends: how many pages from the first on and up to the last are read.

    Raises:
        NotOpened: broken, or locked by a password.
        TooMuch: more than PAGES_MAX pages, or CHARACTERS_MAX on one.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise NotOpened(str(error)) from error
    try:
        if len(document) > PAGES_MAX:
            raise TooMuch(f"{len(document)} pages; at most {PAGES_MAX} are read")
        numbers = range(len(document))
        chosen = sorted({*numbers[:ends], *numbers[-ends:]})
        return tuple(_page(document, number) for number in chosen)
    except pdfium.PdfiumError as error:
        raise NotOpened(str(error)) from error
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, number: int) -> Page:
    page = document[number]
    text = page.get_textpage()
    try:
        words = list(_words(text.raw, _upright(page)))
    finally:
        text.close()
        page.close()
    return Page(number + 1, tuple(in_rows(words, number + 1)))


def in_rows(words: Sequence[Word], page: int) -> Iterator[Row]:
    """Put words into rows; a row begins with the highest word that is left."""
    waiting = sorted(words, key=attrgetter("baseline"))
    while waiting:
        bottom = waiting[0].baseline + ROW_UM
        row = [word for word in waiting if word.baseline <= bottom]
        waiting = waiting[len(row) :]
        yield Row(page, tuple(sorted(row, key=attrgetter("left"))))


def _words(text: Any, place: _Place) -> Iterator[Word]:
    """Yield the words of a text page in the order in which they were drawn."""
    word: list[_Character] = []
    for character in _characters(text, place):
        if word and not _joins(word[-1], character):
            yield _word(word)
            word = []
        if not character.text.isspace():
            word.append(character)
    if word:
        yield _word(word)


class _Character(NamedTuple):
    """One character: its ink from `left` to `right`, the room of its font from `start` to `end`."""

    text: str
    left: int
    right: int
    start: int
    end: int
    height: int
    baseline: int


def _characters(text: Any, place: _Place) -> Iterator[_Character]:
    count = raw.FPDFText_CountChars(text)
    if count > CHARACTERS_MAX:
        raise TooMuch(f"a page of {count} characters; at most {CHARACTERS_MAX} are read")
    x, y, left, right, lower, upper = (c_double() for _ in range(6))
    room = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        raw.FPDFText_GetCharBox(text, index, left, right, lower, upper)
        raw.FPDFText_GetLooseCharBox(text, index, room)
        ink = (place(left.value, lower.value), place(right.value, upper.value))
        font = (place(room.left, room.bottom), place(room.right, room.top))
        yield _Character(
            chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd",
            left=min(corner[0] for corner in ink),
            right=max(corner[0] for corner in ink),
            start=min(corner[0] for corner in font),
            end=max(corner[0] for corner in font),
            height=abs(font[1][1] - font[0][1]),
            baseline=place(x.value, y.value)[1],
        )


def _joins(before: _Character, after: _Character) -> bool:
    """Whether two characters drawn one after the other are parts of one word.

    The room in the font counts, not the ink: a typewriter's comma has much room about it.
    """
    height = max(before.height, after.height, ROW_UM)
    return (
        not after.text.isspace()
        and abs(after.baseline - before.baseline) <= ROW_UM
        and -height < after.start - before.end < height // 4
    )


def _word(characters: Sequence[_Character]) -> Word:
    return Word(
        "".join(character.text for character in characters).replace(_HYPHEN, "-"),
        min(character.left for character in characters),
        max(character.right for character in characters),
        characters[0].baseline,
    )


def _upright(page: pdfium.PdfPage) -> _Place:
    """Return how a point in PDF units becomes micrometres from the left and upper edge."""
    left, lower, right, upper = page.get_cropbox()
    turned = page.get_rotation()

    def place(x: float, y: float) -> tuple[int, int]:
        match turned:
            case 90:
                across, down = y - lower, x - left
            case 180:
                across, down = right - x, y - lower
            case 270:
                across, down = upper - y, right - x
            case _:
                across, down = x - left, upper - y
        return round(across * 25_400 / 72), round(down * 25_400 / 72)

    return place

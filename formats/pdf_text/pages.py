"""What stands on the pages of a PDF: words with their places, put into rows as an eye sees them.

Lengths are whole micrometres from the page's left and upper edge, as it is displayed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from formats.pdf_text.words import TooMuch, Word, words_of

PAGES_MAX = 5_000
LEVELS_MAX = 9
"""Of an outline."""
MM = 1_000
ROW_UM = 800
"""Words whose baselines differ by less stand in one row."""


Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge in micrometres."""


class NotOpened(Exception):
    """PDFium cannot open the file."""


@dataclass(slots=True, unsafe_hash=True)
class Row:
    """Words on one baseline, from left to right; at least one. It does not change.

    Attributes:
        text: the words with one blank between them.
    """

    page: int
    words: tuple[Word, ...]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        """Put the words together once: many patterns are searched in them."""
        self.text = " ".join([word.text for word in self.words])

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

        >>> Row(2, (Word("Total", 24_000, 31_000, 51_340, 48_000, 52_000),)).place()
        'page 2, 24.0/51.3 mm'
        """
        found = self.words[word]
        return f"page {self.page}, {found.left / MM:.1f}/{found.baseline / MM:.1f} mm"

    def inside(self, box: Box) -> tuple[Word, ...]:
        """Return the words that have their middle in a box."""
        left, upper, right, lower = box
        return tuple(
            word
            for word in self.words
            if left <= word.middle <= right and upper <= word.baseline <= lower
        )

    def word_at(self, offset: int) -> int:
        """Return the number of the word at an offset in `text`.

        >>> Row(1, (Word("Total", 0, 1, 2, 1, 3), Word("9.00", 3, 4, 2, 1, 3))).word_at(6)
        1
        """
        return self.text.count(" ", 0, offset)


@dataclass(frozen=True, slots=True)
class Page:
    """One page; without rows if it has no text."""

    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: its level from 1, and the page that it leads to."""

    level: int
    page: int


def pages_of(data: bytes, *, ends: int = PAGES_MAX) -> tuple[Page, ...]:
    """Return the rows of each page, from the top down.

    Args:
        data: the PDF.
        ends: how many pages from the first on and up to the last are read.

    Raises:
        NotOpened: broken, or locked by a password.
        TooMuch: more than PAGES_MAX pages, or CHARACTERS_MAX on one.
    """
    with opened(data) as document:
        numbers = range(len(document))
        chosen = sorted({*numbers[:ends], *numbers[-ends:]})
        return tuple(_page(document, number) for number in chosen)


def outline_of(data: bytes) -> tuple[Bookmark, ...]:
    """Return the bookmarks of a PDF that lead to a page; at most as many as it may have pages.

    Raises:
        NotOpened, TooMuch: as `pages_of`.
    """
    with opened(data) as document:
        found = []
        for entry in islice(document.get_toc(max_depth=LEVELS_MAX), PAGES_MAX):
            target = entry.get_dest()
            index = target.get_index() if target else None
            if index is not None and index >= 0:
                found.append(Bookmark(entry.level + 1, index + 1))
        return tuple(found)


@contextmanager
def opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF within bounds.

    Raises:
        NotOpened, TooMuch: as `pages_of`.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise NotOpened(str(error)) from error
    try:
        if len(document) > PAGES_MAX:
            raise TooMuch(f"{len(document)} pages; at most {PAGES_MAX} are read")
        yield document
    except pdfium.PdfiumError as error:
        raise NotOpened(str(error)) from error
    finally:
        document.close()


def _page(document: pdfium.PdfDocument, number: int) -> Page:
    page = document[number]
    try:
        words = words_of(page)
    finally:
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

"""The words of a page with their places, as the text layer of a PDF has them.

A page has thousands of characters, and PDFium is asked about each: so all of the text is fetched at
once, and asked about the first and the last one of a word alone, where one operation has drawn it.
It is asked by plain addresses, which takes half as long as by the pointers of its binding.
"""

import re
from collections.abc import Callable, Iterator
from ctypes import CFUNCTYPE, addressof, c_double, c_int, c_ushort, c_void_p, cast, sizeof
from typing import Any, Final, NamedTuple

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2 import raw

CHARACTERS_MAX: Final = 200_000
"""Of one page; a dense page of an invoice has 5,000."""
UM_A_POINT: Final = 25_400 / 72
LEVEL_POINTS: Final = 800 / UM_A_POINT
"""Characters whose baselines differ by less, 0.8 mm, stand in one row."""

_HYPHEN = "\x02"  # how PDFium writes one at the end of a line
_STRANGE = "\ufffd"
_UNBROKEN = re.compile(r"\S+")
_Span = tuple[float, float, float, float]
"""Where a character begins and ends in its row, how far down it ends, and its height, in points."""


def _asked(function: Any, answer: Any, addresses: int) -> Callable[..., Any]:
    """Return a function of PDFium about a character, that takes addresses as numbers."""
    entry = cast(function, c_void_p).value
    assert entry is not None
    return CFUNCTYPE(answer, c_void_p, c_int, *[c_void_p] * addresses)(entry)


_drawn_by: Final = _asked(raw.FPDFText_GetTextObject, c_void_p, 0)
"""Which operation has drawn a character; PDFium has broken up each of these."""
_loose_box: Final = _asked(raw.FPDFText_GetLooseCharBox, c_int, 1)
_origin: Final = _asked(raw.FPDFText_GetCharOrigin, c_int, 2)
_char_box: Final = _asked(raw.FPDFText_GetCharBox, c_int, 4)


class TooMuch(Exception):
    """The file exceeds the bounds."""


class Word(NamedTuple):
    """Characters without white space between them, in micrometres.

    Attributes:
        left, right: of its ink.
        upper, lower: of the room that its font gives it.
    """

    text: str
    left: int
    right: int
    baseline: int
    upper: int
    lower: int

    @property
    def middle(self) -> int:
        """Where its horizontal middle is."""
        return (self.left + self.right) // 2


def words_of(page: pdfium.PdfPage) -> list[Word]:
    """Return the words of a page in the order in which they were drawn.

    Raises:
        TooMuch: it has more than CHARACTERS_MAX characters.
    """
    text = page.get_textpage()
    try:
        return list(_Text(text.raw, _axes(page)).words())
    finally:
        text.close()


class _Axes(NamedTuple):
    """How a point or a box lies on the page as it is displayed, from the left and upper edge."""

    across: Callable[[float, float], float]
    down: Callable[[float, float], float]
    span: Callable[[Any], _Span]


def _axes(page: pdfium.PdfPage) -> _Axes:
    left, lower, right, upper = page.get_cropbox()
    match page.get_rotation():
        case 90:
            return _Axes(
                lambda _, y: y - lower,
                lambda x, _: x - left,
                lambda b: (b.bottom - lower, b.top - lower, b.right - left, b.right - b.left),
            )
        case 180:
            return _Axes(
                lambda x, _: right - x,
                lambda _, y: y - lower,
                lambda b: (right - b.right, right - b.left, b.top - lower, b.top - b.bottom),
            )
        case 270:
            return _Axes(
                lambda _, y: upper - y,
                lambda x, _: right - x,
                lambda b: (upper - b.top, upper - b.bottom, right - b.left, b.right - b.left),
            )
        case _:
            return _Axes(
                lambda x, _: x - left,
                lambda _, y: upper - y,
                lambda b: (b.left - left, b.right - left, upper - b.bottom, b.top - b.bottom),
            )


class _Text:
    """The text of one page, with the room into which PDFium writes its answers."""

    def __init__(self, text: Any, axes: _Axes) -> None:
        self._text = cast(text, c_void_p).value
        self._across, self._down, self._span_of = axes
        self._letters = _letters(text)
        self._numbers = (c_double * 4)()
        start, step = addressof(self._numbers), sizeof(c_double)
        self._addresses = tuple(range(start, start + 4 * step, step))
        self._room = raw.FS_RECTF()
        self._room_address = addressof(self._room)
        self._before: int | None = None
        self._level: tuple[float, float] | None = None

    def words(self) -> Iterator[Word]:
        """Yield the words in the order in which they were drawn."""
        for found in _UNBROKEN.finditer(self._letters):
            first, last = found.start(), found.end() - 1
            drawn = _drawn_by(self._text, first)
            if drawn != self._before:
                self._before, self._level = drawn, None
            if first == last or drawn == _drawn_by(self._text, last):
                yield self._word(first, last)
            else:
                self._before = None
                yield from self._pieces(first, last)

    def _pieces(self, first: int, last: int) -> Iterator[Word]:
        """Yield the words that several operations have drawn without white space between them."""
        before = self._span(first)
        for index in range(first + 1, last + 1):
            span = self._span(index)
            if not self._joins(index - 1, before, index, span):
                yield self._word(first, index - 1)
                first = index
            before = span
        yield self._word(first, last)

    def _span(self, index: int) -> _Span:
        _loose_box(self._text, index, self._room_address)
        return self._span_of(self._room)

    def _joins(self, last: int, before: _Span, index: int, after: _Span) -> bool:
        """Whether two characters drawn one after the other are parts of one word.

        The room in the font counts, not the ink: a typewriter's comma has much room about it.
        """
        gap, height = after[0] - before[1], after[3]
        if before[2] == after[2] and -height < gap < height / 4:
            return True
        height = max(before[3], height, LEVEL_POINTS)
        if not -height < gap < height / 4:
            return False
        return abs(self._baseline(last) - self._baseline(index)) <= LEVEL_POINTS

    def _baseline_at(self, index: int, down: float) -> float:
        """Return the baseline of a character; that of the one before it, if both are drawn as one.

        What one operation draws stands on one line; turned text does not have the same `down`.
        """
        if self._before is None or self._level is None or self._level[0] != down:
            self._level = (down, self._baseline(index))
        return self._level[1]

    def _baseline(self, index: int) -> float:
        _origin(self._text, index, *self._addresses[:2])
        x, y, *_ = self._numbers
        return self._down(x, y)

    def _ink(self, index: int) -> tuple[float, float]:
        """Return where the ink of a character begins and ends."""
        _char_box(self._text, index, *self._addresses)
        left, right, lower, upper = self._numbers
        across = self._across
        one, other = across(left, lower), across(right, upper)
        return (one, other) if one < other else (other, one)

    def _word(self, first: int, last: int) -> Word:
        _, _, down, height = self._span(first)
        left, right = self._ink(first)
        if first != last:
            left_of_last, right_of_last = self._ink(last)
            left, right = min(left, left_of_last), max(right, right_of_last)
        return Word(
            self._letters[first : last + 1].replace(_HYPHEN, "-"),
            round(left * UM_A_POINT),
            round(right * UM_A_POINT),
            round(self._baseline_at(first, down) * UM_A_POINT),
            round((down - height) * UM_A_POINT),
            round(down * UM_A_POINT),
        )


def _letters(text: Any) -> str:
    """Return one character for each that PDFium counts."""
    count: int = raw.FPDFText_CountChars(text)
    if count > CHARACTERS_MAX:
        raise TooMuch(f"a page of {count} characters; at most {CHARACTERS_MAX} are read")
    units = (c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, units)
    whole = bytes(units)[: 2 * count].decode("utf-16-le", "replace").replace("\0", _STRANGE)
    if written == count + 1 and len(whole) == count and _STRANGE not in whole:
        return whole
    return "".join(_letter(raw.FPDFText_GetUnicode(text, index)) for index in range(count))


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else _STRANGE

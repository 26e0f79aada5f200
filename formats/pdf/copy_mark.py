"""A word such as "Copy" on each page of a PDF, in a frame of its own where the page is empty.

Looks at pages of strangers: run it in a bounded child process.
"""

from collections.abc import Iterator
from io import BytesIO
from math import sqrt
from typing import Final, NamedTuple

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pikepdf import Name, ObjectStreamMode, Page, Pdf
from PIL import Image

from formats.findings import Actor
from formats.pdf.fonts import word_font
from formats.pdf.source import opened, unreadable

FACE: Final = "Sans-Bold"
SIZES: Final = (12, 9, 7)
"""Of the letters in points: the first for which there is room."""
POINTS_PER_MM: Final = 72 / 25.4
HEAD_MM: Final = 27
"""Height of what is above every window."""
STEP_MM: Final = (4, 2)
_PADDING: Final = 0.4
"""Between the word and its frame, in heights of its letters."""
_PIXELS_MAX: Final = 4_000_000
_SHADES_MAX: Final = 10
"""By how many of 256 shades paper may differ from itself and still be empty."""
_FONT: Final = Name("/CopyMark")


class _Box(NamedTuple):
    """A rectangle in points from the upper left corner of a page as it is displayed."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


class _Word(NamedTuple):
    """The word, and how wide it is for each point of its height."""

    text: bytes
    ems: float


def _millimetres(left: float, top: float, right: float, bottom: float) -> _Box:
    return _Box(*(edge * POINTS_PER_MM for edge in (left, top, right, bottom)))


WINDOWS: Final = (_millimetres(20, 27, 110, 90), _millimetres(95, 50, 200, 84))
"""What envelopes show of a sheet: DIN 5008 forms A and B, and C4; NF Z10-011."""
MARGINS: Final = _millimetres(24, 6, 12, 8)
"""Of each edge; at the left, print partners have their marks."""


def marked_as_copy(data: bytes, word: str) -> bytes:
    """Return the PDF with a word on each page; the same input gives the same bytes.

    It stands on empty paper, above the text if there is room, and in no envelope's window. Its font
    is embedded: a PDF/A with an output intent stays one. A signature does not survive.

    Args:
        data: a PDF; it stays as it is.
        word: as the recipient says it, in letters of Latin-1.

    Raises:
        Unreadable: broken or locked (see `opened`); IN-PDF-FULL, a page has no room for the word.
    """
    with opened(data) as pdf:
        font, ems = word_font(pdf, FACE, word)
        mark = _Word(text=word.encode("cp1252", "replace"), ems=ems)
        for number, (page, picture) in enumerate(zip(pdf.pages, _pictures(data), strict=True), 1):
            size, place = _room(picture, mark, number)
            page.add_resource(font, Name.Font, _FONT, replace_existing=True)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"\nQ\n" + _drawn(mark, size, place, page))
        return _saved(pdf)


def _pictures(data: bytes) -> Iterator[tuple[Image.Image, float]]:
    """Yield each page in grey, and how many pixels a point has."""
    document = pdfium.PdfDocument(data)
    try:
        for page in document:
            width, height = page.get_size()
            scale = min(1, sqrt(_PIXELS_MAX / max(1, width * height)))
            yield page.render(scale=scale, grayscale=True).to_pil(), scale
    finally:
        document.close()


def _room(picture: tuple[Image.Image, float], word: _Word, number: int) -> tuple[int, _Box]:
    """Return the size of the letters and the frame that is to be drawn about them."""
    image, scale = picture
    whole = _Box(0, 0, image.width / scale, image.height / scale)
    for size in SIZES:
        width, height = (word.ems + 2 * _PADDING) * size, (1 + _PADDING) * size
        for place in _places(whole, width, height):
            if not any(place.meets(window) for window in WINDOWS) and _is_empty(
                image, place, scale, beside=_PADDING * size
            ):
                return size, place
    raise unreadable(
        "FULL",
        f"page {number} has no room for a mark that it is a copy",
        "leave a strip above or below the text empty",
        actor=Actor.ERP,
    )


def _places(whole: _Box, width: float, height: float) -> Iterator[_Box]:
    """Yield where a frame may be: in the head of the page, then from its foot upwards."""
    right, down = (step * POINTS_PER_MM for step in STEP_MM)
    highest, lowest = MARGINS.top, whole.bottom - MARGINS.bottom - height
    head = HEAD_MM * POINTS_PER_MM - height
    rows = [highest + number * down for number in range(max(0, int((lowest - highest) / down)) + 1)]
    for top in [row for row in rows if row <= head] + [row for row in rows[::-1] if row > head]:
        left = MARGINS.left
        while left + width <= whole.right - MARGINS.right:
            yield _Box(left, top, left + width, top + height)
            left += right


def _is_empty(image: Image.Image, place: _Box, scale: float, *, beside: float) -> bool:
    """Whether the paper has one shade there and around."""
    around = (
        place.left - beside,
        place.top - beside,
        place.right + beside,
        place.bottom + beside,
    )
    left, top, right, bottom = (round(edge * scale) for edge in around)
    if left < 0 or top < 0 or right > image.width or bottom > image.height:
        return False
    low, high = image.crop((left, top, right, bottom)).getextrema()
    assert not isinstance(low, tuple), "a grey picture has one channel"
    assert not isinstance(high, tuple), "a grey picture has one channel"
    return high - low <= _SHADES_MAX


def _drawn(word: _Word, size: int, place: _Box, page: Page) -> bytes:
    """Return the frame, white inside, with the word in it, as content of the page."""
    matrix = " ".join(f"{number:g}" for number in _upright(page))
    left, bottom = place.left, -place.bottom
    width, height = place.right - place.left, place.bottom - place.top
    pad = _PADDING * size
    return (
        f"/Artifact BMC q {matrix} cm 1 g 0 G 0.7 w "
        f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f} re B 0 g "
        f"BT {_FONT} {size} Tf {left + pad:.2f} {bottom + 0.34 * size:.2f} Td "
        f"<{word.text.hex()}> Tj ET Q EMC\n"
    ).encode()


def _upright(page: Page) -> tuple[float, ...]:
    """Return a matrix with its origin in the corner top left as displayed, y upwards."""
    left, bottom, right, top = _shown(page)
    return {
        0: (1, 0, 0, 1, left, top),
        90: (0, 1, -1, 0, left, bottom),
        180: (-1, 0, 0, -1, right, bottom),
        270: (0, -1, 1, 0, right, top),
    }[page.rotation % 360]


def _shown(page: Page) -> tuple[float, float, float, float]:
    """Return the part of the page that is displayed: ISO 32000-1, 14.11.2."""
    crop, media = ([float(edge) for edge in box] for box in (page.cropbox, page.mediabox))
    lower, upper = zip(crop[:2], media[:2], strict=True), zip(crop[2:], media[2:], strict=True)
    left, bottom = (max(pair) for pair in lower)
    right, top = (min(pair) for pair in upper)
    return left, bottom, right, top


def _saved(pdf: Pdf) -> bytes:
    written = BytesIO()
    pdf.save(
        written,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        fix_metadata_version=False,
    )
    return written.getvalue()

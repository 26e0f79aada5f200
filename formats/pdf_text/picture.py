"""Pictures of pages, with the boxes of what was found on them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from math import sqrt
from typing import Any, Final

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from formats.codec import Confidence, Mark
from formats.model.terms import term_of
from formats.pdf_text.pages import opened
from formats.pdf_text.words import UM_A_POINT

DOTS_PER_INCH: Final = 110
PIXELS_MAX: Final = 4_000_000
"""Of one picture; A4 has 1.2 million."""
_LABEL_PIXELS: Final = 9
_ROOM_PIXELS: Final = 2
_COLOURS: Final = {
    Confidence.PROVEN: (22, 128, 61),
    Confidence.AGREED: (22, 128, 61),
    Confidence.READ: (29, 78, 216),
    Confidence.GIVEN: (107, 114, 128),
    Confidence.DOUBTFUL: (200, 30, 30),
}


class NoPage(Exception):
    """The file has no such page, or it cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it is displayed, in micrometres."""

    number: int
    width: int
    height: int


def sheets_of(data: bytes, *, at_most: int) -> tuple[Sheet, ...]:
    """Return the first pages of a PDF. Bound it in a child.

    Raises:
        NotOpened, TooMuch: as `pages_of`.
    """
    with opened(data) as document:
        sizes = [document.get_page_size(index) for index in range(min(len(document), at_most))]
    return tuple(
        Sheet(number, max(1, round(width * UM_A_POINT)), max(1, round(height * UM_A_POINT)))
        for number, (width, height) in enumerate(sizes, 1)
    )


def picture(
    data: bytes,
    number: int,
    marks: Mapping[str, Mark] | None = None,
    confidence: Mapping[str, Confidence] | None = None,
) -> bytes:
    """Return a page as PNG, at most PIXELS_MAX large; with marks, their boxes. Bound it in a child.

    Args:
        data: the PDF.
        number: of the page, from 1.
        marks: path to box; those of other pages are left out.
        confidence: path to how sure it is, which colours the box.

    Raises:
        NoPage: there is none of this number, or it cannot be drawn.
        NotOpened, TooMuch: as `pages_of`.
    """
    with opened(data) as document:
        if not 1 <= number <= len(document):
            raise NoPage(f"there is no page {number}; the file has {len(document)}")
        page = document[number - 1]
        image, scale = _drawn(page)
        page.close()
    own = {path: mark for path, mark in (marks or {}).items() if mark.page == number}
    _box_in(image, own, confidence or {}, scale / UM_A_POINT)
    written = BytesIO()
    image.save(written, "PNG", compress_level=6)
    return written.getvalue()


def _drawn(page: pdfium.PdfPage) -> tuple[Image.Image, float]:
    """Return a page's picture, and how many pixels a point has in it."""
    width, height = page.get_size()
    if width < 1 or height < 1:
        raise NoPage("the page has no area")
    scale = min(DOTS_PER_INCH / 72, sqrt(PIXELS_MAX / (width * height)))
    try:
        bitmap: Any = page.render(scale=scale)
        image: Image.Image = bitmap.to_pil().convert("RGB")
    except (pdfium.PdfiumError, ValueError) as error:
        raise NoPage(f"the page cannot be drawn: {error}") from error
    bitmap.close()
    return image, scale


def _box_in(
    image: Image.Image,
    marks: Mapping[str, Mark],
    confidence: Mapping[str, Confidence],
    scale: float,
) -> None:
    """Draw each box, with the terms that stand in it above; those of lines once."""
    pen = ImageDraw.Draw(image, "RGBA")
    font = ImageFont.load_default(_LABEL_PIXELS)
    boxes: dict[tuple[int, int, int, int], list[str]] = defaultdict(list)
    for path, mark in marks.items():
        boxes[mark.box].append(path)
    for box, paths in boxes.items():
        colour = _COLOURS[confidence.get(paths[0], Confidence.DOUBTFUL)]
        left, upper, right, lower = (round(edge * scale) for edge in box)
        left, upper = left - _ROOM_PIXELS, upper - _ROOM_PIXELS
        right, lower = right + _ROOM_PIXELS, lower + _ROOM_PIXELS
        pen.rectangle((left, upper, right, lower), outline=colour, fill=(*colour, 24), width=1)
        label = " ".join(dict.fromkeys(_label(path) for path in paths))
        pen.text((left, upper - _LABEL_PIXELS - 1), label, fill=colour, font=font)


def _label(path: str) -> str:
    """Return the term at a path, as short as it can be; empty from the second line on.

    >>> _label("number"), _label("lines[1].net"), _label("lines.strange[0]")
    ('1', '', '?')
    """
    if path.startswith("lines[") and not path.startswith("lines[0]"):
        return ""
    return (term_of(path) or "?").removeprefix("BT-")

"""What is printed where on a page: text, pictures and lines alike, seen in a picture of it."""

from collections.abc import Iterable
from typing import Any

import PIL.Image
import PIL.ImageDraw

from outbound.print_mail.zones import A4_MM, Box

PIXELS_A_MM = 3
"""About 75 dpi: a hairline is seen, and a page drawn in some milliseconds."""
_WHITE_FROM = 250
_GROWN_MM = 0.8
"""About a line of text: accents, descenders and the blur of its edges."""


def picture_of(page: Any) -> PIL.Image.Image:
    """Return a `pypdfium2.PdfPage` in black: 255 where there is ink, 0 where the paper is white."""
    scale = PIXELS_A_MM * 25.4 / 72
    drawn: PIL.Image.Image = page.render(scale=scale, grayscale=True, draw_annots=False).to_pil()
    return drawn.point(lambda grey: 0 if grey >= _WHITE_FROM else 255)


def ink_in(picture: PIL.Image.Image, zone: Box, *, beside: Iterable[Box] = ()) -> Box | None:
    """Return the box about the ink in a zone, other than in the boxes `beside`; None if none is."""
    left, top, right, bottom = (round(edge * PIXELS_A_MM) for edge in zone)
    part = picture.crop((left, top, min(right, picture.width), min(bottom, picture.height)))
    draw = PIL.ImageDraw.Draw(part)
    for box in beside:
        edges = (box.left - _GROWN_MM, box.top - _GROWN_MM, box.right + _GROWN_MM, 0)
        x0, y0, x1, _ = (edge * PIXELS_A_MM for edge in edges)
        y1 = (box.bottom + _GROWN_MM) * PIXELS_A_MM
        draw.rectangle((x0 - left, y0 - top, x1 - left, y1 - top), fill=0)
    found = part.getbbox()
    if found is None:
        return None
    x, y, to_x, to_y = found
    edges = (left + x, top + y, left + to_x, top + to_y)
    return Box(*(edge / PIXELS_A_MM for edge in edges)).rounded()


def all_ink(picture: PIL.Image.Image) -> Box:
    """Return the box about everything on a page; an empty one if nothing is."""
    return ink_in(picture, Box(0, 0, *A4_MM)) or Box(0, 0, 0, 0)


def edges(width_mm: float) -> dict[str, Box]:
    """Return the four strips at the edges of a sheet."""
    width, height = A4_MM
    return {
        "upper": Box(0, 0, width, width_mm),
        "lower": Box(0, height - width_mm, width, height),
        "left": Box(0, 0, width_mm, height),
        "right": Box(width - width_mm, 0, width, height),
    }

"""Whether a page can be printed on A4 as it is."""

import pikepdf

from outbound.print_mail.marks import POINTS_PER_MM
from outbound.print_mail.zones import A4_MM

_TOLERANCE_MM = 2


def is_a4(size: tuple[float, float]) -> bool:
    """Whether width and height in millimetres are those of A4, upright.

    >>> is_a4((210, 297)), is_a4((216, 279))
    (True, False)
    """
    return all(abs(is_ - a4) <= _TOLERANCE_MM for is_, a4 in zip(size, A4_MM, strict=True))


def size_mm(page: pikepdf.Page) -> tuple[float, float]:
    """Return width and height as seen."""
    left, bottom, right, top = (float(edge) / POINTS_PER_MM for edge in page.cropbox)
    upright = page.rotation % 180 == 0
    return (right - left, top - bottom) if upright else (top - bottom, right - left)

"""Marks an inserting machine reads: a Data Matrix on the front of each sheet."""

from dataclasses import dataclass

import pikepdf
from ppf.datamatrix import DataMatrix  # type: ignore[import-untyped]

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the mark stands, measured on the sheet as it is read.

    Attributes:
        left_mm, top_mm: of the mark's corner from the page's corner. The margin beside a letter
            (DIN 5008: 25 mm) is free of text; fold and hole marks stand at 87, 105, 148.5, 192
            and 210 mm.
        module_mm: edge of one square of the mark.
    """

    left_mm: float = 6
    top_mm: float = 120
    module_mm: float = 0.5


def payload(job_code: str, *, sequence: int, sheet: int, sheets: int) -> str:
    """Return what a mark says: job (7), piece (6), sheet (2), of (2), last sheet (1).

    >>> payload("K3VQ7XA", sequence=12, sheet=3, sheets=3)
    'K3VQ7XA00001203031'
    """
    return f"{job_code:0>7}{sequence:06d}{sheet:02d}{sheets:02d}{int(sheet == sheets)}"


def draw(page: pikepdf.Page, text: str, place: Place) -> None:
    """Draw a mark over the page, as vectors, without touching what is there.

    Nothing is painted behind it: a mark on a dark ground is for the preflight to find, a hidden
    line of an invoice would be found by nobody.
    """
    a, b, c, d, e, f = _upright(page)
    matrix = f"{a} {b} {c} {d} {e:.3f} {f:.3f} cm"
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {matrix} 0 g\n{_squares(text, place)}f Q\n".encode())


def _upright(page: pikepdf.Page) -> tuple[int, int, int, int, float, float]:
    """A matrix whose origin is the corner top left as seen, x to the right and y down."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    return {
        0: (1, 0, 0, -1, left, top),
        90: (0, 1, 1, 0, left, bottom),
        180: (-1, 0, 0, 1, right, bottom),
        270: (0, -1, -1, 0, right, top),
    }[page.rotation % 360]


def _squares(text: str, place: Place) -> str:
    """The mark as rectangles, one for each run of dark modules."""
    module = place.module_mm * POINTS_PER_MM
    x0, y0 = place.left_mm * POINTS_PER_MM, place.top_mm * POINTS_PER_MM
    parts = []
    for row, modules in enumerate(DataMatrix(text).matrix):
        column = 0
        while column < len(modules):
            length = 0
            while column + length < len(modules) and modules[column + length]:
                length += 1
            if length:
                x, y = x0 + column * module, y0 + row * module
                parts.append(f"{x:.3f} {y:.3f} {length * module:.3f} {module:.3f} re\n")
            column += length or 1
    return "".join(parts)

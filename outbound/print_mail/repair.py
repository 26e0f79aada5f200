"""What is done to a letter so that its address shows in the window: moved, or an address sheet."""

import io
from collections.abc import Callable, Sequence
from decimal import Decimal

import pikepdf

from outbound.print_mail.marks import POINTS_PER_MM, upright
from outbound.print_mail.page_text import Line
from outbound.print_mail.zones import Box

_MARGIN_MM = 0.5
_ALIGNED_MM = 3
"""How far lines of one address begin from each other."""
_SPACING_MM = 9
"""How far lines of one address stand below each other at most."""
_A4 = (0, 0, Decimal("595.276"), Decimal("841.89"))


def block_of(
    lines: Sequence[Line], wanted: Sequence[str], alike: Callable[[str], str]
) -> Box | None:
    """Return the box about lines below each other that are the address; None if it is nowhere.

    `alike` makes two writings of a line comparable.
    """
    for first in lines:
        if alike(first.text) != alike(wanted[0]):
            continue
        block, last = first.box, first.box
        for text in wanted[1:]:
            below = (line for line in lines if _is_below(last, line.box))
            following = next((line for line in below if alike(line.text) == alike(text)), None)
            if following is None:
                break
            block, last = block.around(following.box), following.box
        else:
            return block
    return None


def _is_below(one: Box, other: Box) -> bool:
    aligned = abs(one.left - other.left) <= _ALIGNED_MM
    return aligned and 0 < other.bottom - one.bottom <= _SPACING_MM


def shift_into(block: Box, zone: Box) -> tuple[float, float] | None:
    """Return how far right and down a block moves to lie in a zone; None if it is too large."""
    inner = Box(
        zone.left + _MARGIN_MM,
        zone.top + _MARGIN_MM,
        zone.right - _MARGIN_MM,
        zone.bottom - _MARGIN_MM,
    )
    right = _moved(block.left, block.right, inner.left, inner.right)
    down = _moved(block.top, block.bottom, inner.top, inner.bottom)
    return None if right is None or down is None else (right, down)


def _moved(start: float, end: float, first: float, last: float) -> float | None:
    if end - start > last - first:
        return None
    return max(first - start, 0) + min(last - end, 0)


def shifted(data: bytes, right_mm: float, down_mm: float) -> bytes:
    """Return a PDF whose first page is moved as it is seen."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        page = pdf.pages[0]
        a, b, c, d, _, _ = upright(page)
        x = (a * right_mm + c * down_mm) * POINTS_PER_MM
        y = (b * right_mm + d * down_mm) * POINTS_PER_MM
        page.contents_add(f"q 1 0 0 1 {x:.3f} {y:.3f} cm\n".encode(), prepend=True)
        page.contents_add(b"\nQ")
        return _saved(pdf)


def covered(data: bytes, sheet: bytes, *, duplex: bool) -> bytes:
    """Return a PDF that begins with an address sheet, its back blank."""
    with (
        pikepdf.open(io.BytesIO(data)) as letter,
        pikepdf.open(io.BytesIO(sheet)) as cover,
        pikepdf.Pdf.new() as out,
    ):
        out.pages.extend(cover.pages[:1])
        if duplex:
            out.add_blank_page().mediabox = pikepdf.Array(_A4)
        out.pages.extend(letter.pages)
        return _saved(out)


def flattened(data: bytes) -> bytes | None:
    """Return a PDF whose stamps and form fields are part of its pages; None if it has none."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if not any(_is_drawn(each) for page in pdf.pages for each in _annotations(page)):
            return None
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("print")
        return _saved(pdf)


def _annotations(page: pikepdf.Page) -> list[pikepdf.Object]:
    held = page.obj.get("/Annots")
    return list(held) if isinstance(held, pikepdf.Array) else []


def _is_drawn(annotation: pikepdf.Object) -> bool:
    """Whether it shows on paper; links do not, if they have no picture of their own."""
    if not isinstance(annotation, pikepdf.Dictionary):
        return False
    return "/AP" in annotation or str(annotation.get("/Subtype")) == "/Widget"


def _saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()

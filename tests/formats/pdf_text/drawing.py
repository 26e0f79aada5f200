"""Small PDFs made on the spot: texts placed as a layout counts, in millimetres."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf

Text = tuple[float, float, str]
"""Millimetres from the left, millimetres from above to the baseline, and what is written."""

WIDTH_MM, HEIGHT_MM = 210, 297


def drawn(
    *pages: Sequence[Text], turned: int = 0, shifted_mm: float = 0, font: str = "Helvetica"
) -> bytes:
    """Return a PDF of A4 pages.

    Args:
        pages: the texts of each.
        turned: value of /Rotate; the page is drawn so that it is displayed upright.
        shifted_mm: where the lower left corner of the page is in its own coordinates.
        font: name of one of the fonts that every viewer has.
    """
    pdf = pikepdf.new()
    typeface = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name(f"/{font}"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    for texts in pages:
        width, height = (HEIGHT_MM, WIDTH_MM) if turned in {90, 270} else (WIDTH_MM, HEIGHT_MM)
        page = pdf.add_blank_page(page_size=(_points(width), _points(height)))
        corner = _points(shifted_mm)
        page.MediaBox = [corner, corner, corner + _points(width), corner + _points(height)]
        page.Rotate = turned
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=typeface))
        content = "\n".join(_shown(text, turned, shifted_mm) for text in texts)
        page.Contents = pdf.make_stream(content.encode("cp1252"))
    out = BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def _shown(text: Text, turned: int, shifted_mm: float) -> str:
    across, down, written = text
    matrix, x, y = {
        0: ("1 0 0 1", across, HEIGHT_MM - down),
        90: ("0 1 -1 0", down, across),
        180: ("-1 0 0 -1", WIDTH_MM - across, down),
        270: ("0 -1 1 0", HEIGHT_MM - down, WIDTH_MM - across),
    }[turned]
    escaped = written.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    place = f"{_points(x + shifted_mm):.3f} {_points(y + shifted_mm):.3f}"
    return f"BT /F 9 Tf {matrix} {place} Tm ({escaped}) Tj ET"


def _points(mm: float) -> float:
    return mm / 25.4 * 72

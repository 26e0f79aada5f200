"""Sheet marks: an independent reader finds them where they belong, however the page is turned."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from outbound.print_marks import Place, draw, payload
from tests.outbound.rigs import pdf

TEXT = "K3VQ7XA00001203031"
SCALE = 200 / 72
PLACE = Place()


def test_payload_has_fixed_columns() -> None:
    assert payload("K3VQ7XA", sequence=12, sheet=3, sheets=3) == TEXT
    assert payload("ABC", sequence=999_999, sheet=1, sheets=99) == "0000ABC99999901990"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("corner", [(0, 0), (-100, 50)])
def test_mark_stands_where_the_reader_sees_it(
    tmp_path: Path, rotation: int, corner: tuple[int, int]
) -> None:
    size = (595, 842) if rotation % 180 == 0 else (842, 595)
    with pikepdf.open(BytesIO(pdf(size=size))) as document:
        page = document.pages[0]
        x, y = corner
        page.mediabox = pikepdf.Array([x, y, x + size[0], y + size[1]])
        page.rotate(rotation, relative=False)
        draw(page, TEXT, PLACE)
        document.save(tmp_path / "marked.pdf")
    [found] = _read(tmp_path / "marked.pdf")
    assert found.text == TEXT
    assert found.format == zxingcpp.BarcodeFormat.DataMatrix
    corner_mm = found.position.top_left
    millimetre = SCALE * 72 / 25.4
    assert corner_mm.x / millimetre == pytest.approx(PLACE.left_mm, abs=1)
    assert corner_mm.y / millimetre == pytest.approx(PLACE.top_mm, abs=1)


def test_what_was_on_the_page_stays_and_cannot_move_the_mark(tmp_path: Path) -> None:
    with pikepdf.open(BytesIO(pdf())) as document:
        page = document.pages[0]
        content = b"0.5 0 0 0.5 100 100 cm 1 0 0 rg 0 0 400 400 re f"
        page.contents_add(content)
        draw(page, TEXT, PLACE)
        document.save(tmp_path / "marked.pdf")
    with pikepdf.open(tmp_path / "marked.pdf") as document:
        parts = [part.read_bytes() for part in document.pages[0].obj["/Contents"]]
    assert content in parts
    [found] = _read(tmp_path / "marked.pdf")
    assert found.text == TEXT


def _read(file: Path) -> list[zxingcpp.Barcode]:
    document = pypdfium2.PdfDocument(file)
    try:
        picture = document[0].render(scale=SCALE, grayscale=True).to_pil()
        return list(zxingcpp.read_barcodes(picture))
    finally:
        document.close()

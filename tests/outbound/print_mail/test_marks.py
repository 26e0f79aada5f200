"""Sheet marks: two independent readers find them where they belong, however the page is turned."""

import subprocess
from io import BytesIO
from pathlib import Path
from shutil import which

import pikepdf
import PIL.Image
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from outbound.print_mail.marks import TRACKS, Mark, Sheet, dashes, draw, payload
from tests.outbound.rigs import pdf

SHEET = Sheet(job="K3VQ7XA", sequence=12, sheet=3, sheets=3, count=9, stations=frozenset({1, 3}))
TEXT = "K3VQ7XA000012030315"
SCALE = 200 / 72
PIXELS_A_MM = SCALE * 72 / 25.4
MARK = Mark()


@pytest.mark.parametrize(
    ("sheet", "fields", "text"),
    [
        (SHEET, MARK.fields, TEXT),
        (
            Sheet(job="ABC", sequence=999_999, sheet=1, sheets=99),
            MARK.fields,
            "0000ABC9999990199" + "00",
        ),
        (SHEET, ("sheet:1", "sheets:1", "sequence:4"), "330012"),
    ],
)
def test_payload_has_the_columns_of_the_template(
    sheet: Sheet, fields: tuple[str, ...], text: str
) -> None:
    assert payload(sheet, fields) == text


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("corner", [(0, 0), (-100, 50)])
def test_mark_stands_where_both_readers_see_it(
    tmp_path: Path, rotation: int, corner: tuple[int, int]
) -> None:
    size = (595, 842) if rotation % 180 == 0 else (842, 595)
    with pikepdf.open(BytesIO(pdf(size=size))) as document:
        page = document.pages[0]
        x, y = corner
        page.mediabox = pikepdf.Array([x, y, x + size[0], y + size[1]])
        page.rotate(rotation, relative=False)
        draw(page, SHEET, MARK)
        document.save(tmp_path / "marked.pdf")
    picture = seen(tmp_path / "marked.pdf")
    [found] = zxingcpp.read_barcodes(picture)
    assert found.text == TEXT
    assert found.format == zxingcpp.BarcodeFormat.DataMatrix
    corner_mm = found.position.top_left
    assert corner_mm.x / PIXELS_A_MM == pytest.approx(MARK.left_mm, abs=1)
    assert corner_mm.y / PIXELS_A_MM == pytest.approx(MARK.top_mm, abs=1)
    assert dmtx(picture, tmp_path) == TEXT


def test_what_was_on_the_page_stays_and_cannot_move_the_mark(tmp_path: Path) -> None:
    content = b"0.5 0 0 0.5 100 100 cm 1 0 0 rg 0 0 400 400 re f"
    with pikepdf.open(BytesIO(pdf())) as document:
        page = document.pages[0]
        page.contents_add(content)
        draw(page, SHEET, MARK)
        document.save(tmp_path / "marked.pdf")
    with pikepdf.open(tmp_path / "marked.pdf") as document:
        parts = [part.read_bytes() for part in document.pages[0].obj["/Contents"]]
    assert content in parts
    [found] = zxingcpp.read_barcodes(seen(tmp_path / "marked.pdf"))
    assert found.text == TEXT


@pytest.mark.parametrize("count", range(18))
def test_dashes_are_read_back_at_their_tracks(tmp_path: Path, count: int) -> None:
    mark = Mark(kind="omr")
    last = count % 3 == 2
    sheet = Sheet(
        job="", sequence=1, sheet=1, sheets=1 if last else 2, count=count, stations=frozenset({2})
    )
    with pikepdf.open(BytesIO(pdf())) as document:
        draw(document.pages[0], sheet, mark)
        document.save(tmp_path / "marked.pdf")
    picture = seen(tmp_path / "marked.pdf")
    read = [_dark(picture, mark, track) for track in range(len(TRACKS))]
    says = dict(zip(TRACKS, read, strict=True))
    assert says["always"]
    assert (says["end"], says["station-1"], says["station-2"]) == (last, False, last)
    assert sum(bit * says[f"count-{bit}"] for bit in (1, 2, 4, 8)) == count % 16
    assert sum(read) % 2 == 0
    assert read == dashes(sheet)


@pytest.mark.parametrize(
    "wrong", [{"fields": ("name:3",)}, {"fields": ("job",)}, {"tracks": ("often",)}]
)
def test_a_template_that_no_machine_knows_is_refused(wrong: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="not '"):
        Mark(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mark",
    [
        Mark(),
        *(Mark(fields=(*MARK.fields, field)) for field in ("job:9", "job:20", "job:33")),
        Mark(kind="omr"),
    ],
)
def test_the_white_zone_holds_the_mark(tmp_path: Path, mark: Mark) -> None:
    with pikepdf.open(BytesIO(pdf())) as document:
        draw(document.pages[0], SHEET, mark)
        document.save(tmp_path / "marked.pdf")
    picture = seen(tmp_path / "marked.pdf")
    left, top, right, bottom = (
        edge / PIXELS_A_MM for edge in picture.point(lambda grey: 255 - grey).getbbox() or ()
    )
    zone = mark.zone
    assert zone is not None
    assert zone.left < left
    assert zone.top < top
    assert right < zone.right
    assert bottom < zone.bottom


def _dark(picture: PIL.Image.Image, mark: Mark, track: int) -> bool:
    """Whether there is a dash where a reading head looks, half a millimetre about."""
    x = (mark.left_mm + mark.dash_mm / 2) * PIXELS_A_MM
    y = (mark.top_mm + track * mark.pitch_mm + mark.line_mm / 2) * PIXELS_A_MM
    darkest, _ = picture.crop((round(x) - 4, round(y) - 4, round(x) + 4, round(y) + 4)).getextrema()
    return float(darkest) < 128  # type: ignore[arg-type]


def seen(file: Path) -> PIL.Image.Image:
    document = pypdfium2.PdfDocument(file)
    try:
        picture: PIL.Image.Image = document[0].render(scale=SCALE, grayscale=True).to_pil()
        return picture
    finally:
        document.close()


def dmtx(picture: PIL.Image.Image, folder: Path) -> str:
    """Return what libdmtx reads in the left margin."""
    reader = which("dmtxread")
    if reader is None:
        pytest.skip("dmtxread is not installed")
    picture.crop((0, 0, round(25 * PIXELS_A_MM), picture.height)).save(folder / "margin.png")
    return subprocess.run(
        [reader, "-N1", "-m2000", str(folder / "margin.png")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

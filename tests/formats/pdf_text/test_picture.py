"""A picture shows its page as it is displayed, in bounds, with boxes about what was found."""

from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageChops

from formats.codec import Confidence, Mark
from formats.pdf_text.pages import NotOpened, pages_of
from formats.pdf_text.picture import DOTS_PER_INCH, PIXELS_MAX, NoPage, picture, sheets_of
from tests.formats.pdf_text.drawing import Text, drawn

TEXTS: list[Text] = [(20, 40, "Total"), (120, 40, "9.00")]


def image_of(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_box_is_about_its_word_however_the_page_is_turned(turned: int) -> None:
    data = drawn(TEXTS, turned=turned, shifted_mm=10)
    (page,) = pages_of(data)
    word = page.rows[0].words[1]
    box = (word.left, word.upper, word.right, word.lower)
    marks = {"totals.due": Mark(page=1, box=box), "number": Mark(page=2, box=box)}
    plain = image_of(picture(data, 1))
    boxed = image_of(picture(data, 1, marks, {"totals.due": Confidence.DOUBTFUL}))
    dark = plain.convert("L").point(lambda shade: 255 if shade < 128 else 0)
    half = plain.width // 2
    ink = dark.crop((half, 0, plain.width, plain.height)).getbbox()
    seen = ImageChops.difference(plain, boxed).getbbox()
    assert ink
    assert seen
    near = round(5 * DOTS_PER_INCH / 25)
    assert ink[0] + half - near < seen[0] < ink[0] + half
    assert ink[2] + half < seen[2] < ink[2] + half + near
    assert ink[1] - 2 * near < seen[1] < ink[1]
    assert ink[3] < seen[3] < ink[3] + near


def sized(*points: tuple[float, float]) -> bytes:
    pdf = pikepdf.new()
    for width, height in points:
        pdf.add_blank_page(page_size=(width, height))
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_a_picture_is_never_larger_than_its_bound() -> None:
    image = image_of(picture(sized((14_400, 14_400)), 1))
    assert 0.9 * PIXELS_MAX < image.width * image.height <= PIXELS_MAX * 1.01


def test_sheets_have_the_size_of_their_pages() -> None:
    found = sheets_of(sized((595, 842), (842, 595), (100, 100)), at_most=2)
    assert [(one.number, one.width // 1000, one.height // 1000) for one in found] == [
        (1, 209, 297),
        (2, 297, 209),
    ]


def test_what_cannot_be_drawn_is_named() -> None:
    with pytest.raises(NoPage, match="no page 2"):
        picture(drawn(TEXTS), 2)
    with pytest.raises(NotOpened):
        picture(b"%PDF-1.7 broken", 1)

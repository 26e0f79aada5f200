"""The mark of a copy stands on empty paper, upright, on each page, and in no envelope's window."""

from datetime import date

import pytest
from pikepdf import Array, Name, Pdf
from PIL import ImageChops

from formats.codec import Unreadable
from formats.pdf.archival import archival_faults, to_pdfa3
from formats.pdf.copy_mark import WINDOWS, marked_as_copy
from tests.formats.pdf.small import one_page, pictures, text_of

DAY = date(2026, 3, 4)
DPI = 72
HEAD = b"0.9 0.2 0.1 rg 0 700 595 142 re f 0 0 60 842 re f "
DARK = b"0.2 g 0 0 595 842 re f "
STRIPED = b"".join(b"%d 0 1 842 re f " % left for left in range(0, 595, 3))
EDGED = b"0 790 595 52 re f 0 0 595 700 re f "


def turned(degrees: int, crop: tuple[int, int, int, int] | None = None) -> bytes:
    def turn(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        page[Name.Rotate] = degrees
        if crop:
            page[Name.CropBox] = Array(crop)

    return one_page(change=turn)


PAGES = {
    "upright": one_page(),
    "a quarter": turned(90),
    "half": turned(180),
    "three quarters": turned(270),
    "cropped": turned(0, (40, 60, 560, 800)),
    "cropped and turned": turned(90, (40, 60, 560, 800)),
    "cropped beyond the page": turned(270, (-40, 60, 900, 800)),
    "with a coloured head": one_page(HEAD),
    "dark": one_page(DARK),
    "with a strip beside the window": one_page(EDGED),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("word", ["Copy", "Kopie", "Copia não válida"])
def test_mark_stands_on_empty_paper(name: str, word: str) -> None:
    marked = marked_as_copy(PAGES[name], word)
    (before,), (after,) = (
        [page.convert("L") for page in pictures(data, dpi=DPI)] for data in (PAGES[name], marked)
    )
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    left, top, right, bottom = changed
    low, high = before.crop(changed).getextrema()
    assert (low, before.size) == (high, after.size), "something stands there"
    assert 1.8 < (right - left) / (bottom - top) < 9, "a line of text, upright"
    for window in WINDOWS:
        beside = right <= window.left + 1 or left >= window.right - 1
        assert beside or bottom <= window.top + 1 or top >= window.bottom - 1
    assert word in text_of(marked)
    assert marked_as_copy(PAGES[name], word) == marked


def test_each_page_is_marked() -> None:
    pages = marked_as_copy(_several(3), "Kopie")
    assert text_of(pages).count("Kopie") == 3


def _several(count: int) -> bytes:
    def repeat(pdf: Pdf) -> None:
        for _ in range(count - 1):
            pdf.pages.append(pdf.pages[0])

    return one_page(change=repeat)


def test_letters_shrink_before_they_lack_room() -> None:
    page = one_page(STRIPED + b"1 g 0 408 595 18 re f ")
    marked = marked_as_copy(page, "Kopie")
    (before,), (after,) = (pictures(data, dpi=DPI) for data in (page, marked))
    _, top, _, bottom = ImageChops.difference(before, after).getbbox() or (0, 0, 0, 0)
    assert 842 - 426 < top < bottom < 842 - 408


def test_a_full_page_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        marked_as_copy(one_page(STRIPED), "Kopie")
    assert refused.value.finding.rule == "IN-PDF-FULL"
    assert "page 1" in refused.value.finding.message


def test_a_marked_page_is_pdf_a_again() -> None:
    archival = to_pdfa3(marked_as_copy(one_page(), "Kopie"), created=DAY)
    assert archival_faults(archival) == []
    assert archival_faults(marked_as_copy(archival, "Kopie")) == []
    assert text_of(archival) == "Invoice 17 Kopie"

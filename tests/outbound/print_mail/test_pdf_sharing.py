"""Sharing equal objects makes a job small and changes no pixel of it."""

from io import BytesIO

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import weasyprint  # type: ignore[import-untyped]

from outbound.print_mail.pdf_sharing import share_equal_objects

LETTERS = 5


@pytest.fixture(scope="module")
def letters() -> list[bytes]:
    page = "<style>@page {{size: A4}}</style><h1>Rechnung {n}</h1><p>Größe, Straße, 12 €</p>"
    made = (weasyprint.HTML(string=page.format(n=f"{n:04d}")) for n in range(LETTERS))
    return [bytes(html.write_pdf(full_fonts=True)) for html in made]


def merged(letters: list[bytes], *, share: bool) -> bytes:
    out = pikepdf.Pdf.new()
    opened = [pikepdf.open(BytesIO(letter)) for letter in letters]
    for letter in opened:
        out.pages.extend(letter.pages)
    if share:
        share_equal_objects(out)
    buffer = BytesIO()
    out.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def pictures(data: bytes) -> list[bytes]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [document[n].render(scale=1).to_pil().tobytes() for n in range(len(document))]
    finally:
        document.close()


def test_fonts_are_stored_once_and_pages_look_the_same(letters: list[bytes]) -> None:
    plain, shared = merged(letters, share=False), merged(letters, share=True)
    assert len(shared) < len(plain) / (LETTERS / 2)
    assert pictures(shared) == pictures(plain)
    with pikepdf.open(BytesIO(shared)) as document:
        assert document.check_pdf_syntax() == []
        assert len(document.pages) == LETTERS


def test_equal_pages_stay_two_pages() -> None:
    out = pikepdf.Pdf.new()
    for _ in range(3):
        out.add_blank_page()
    share_equal_objects(out)
    assert len({page.obj.objgen for page in out.pages}) == 3

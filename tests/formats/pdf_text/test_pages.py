"""Words and rows are where an eye sees them."""

from io import BytesIO

import pikepdf
import pytest

from formats.pdf_text.pages import NotOpened, pages_of
from formats.pdf_text.words import TooMuch
from tests.formats.pdf_text.drawing import Text, drawn

TEXTS = [(120, 40.5, "9.00"), (20, 40, "Total due"), (20, 60, "(thank you)")]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("shifted_mm", [0, 35])
def test_rows_are_as_displayed(turned: int, shifted_mm: int) -> None:
    (page,) = pages_of(drawn(TEXTS, turned=turned, shifted_mm=shifted_mm))
    assert [row.text for row in page.rows] == ["Total due 9.00", "(thank you)"]
    assert [page.rows[0].place(word) for word in range(3)] == [
        "page 1, 20.0/40.0 mm",
        "page 1, 28.1/40.0 mm",
        "page 1, 120.1/40.5 mm",
    ]


WORDS: dict[str, tuple[list[Text], list[str]]] = {
    "blank": ([(20, 40, "a b")], ["a", "b"]),
    "drawn apart": ([(20, 40, "net"), (30, 40, "9.00")], ["net", "9.00"]),
    "drawn in pieces": ([(20, 40, "12"), (23.6, 40, "34")], ["1234"]),
    "low signs": ([(20, 40, "1..2--3,,4 __")], ["1..2--3,,4", "__"]),
    "other row": ([(20, 40, "up"), (20, 45, "down")], ["up", "down"]),
    "beyond ASCII": ([(20, 40, "Übertrag €")], ["Übertrag", "€"]),
    "drawn backwards": ([(60, 40, "right"), (20, 40, "left")], ["left", "right"]),
}


@pytest.mark.parametrize("case", WORDS)
def test_words_are_what_stands_together(case: str) -> None:
    texts, expected = WORDS[case]
    (page,) = pages_of(drawn(texts))
    assert [word.text for row in page.rows for word in row.words] == expected


@pytest.mark.parametrize("turned", [0, 90])
def test_narrow_characters_of_a_typewriter_belong_to_their_word(turned: int) -> None:
    texts: list[Text] = [(20, 40, "USt-IdNr. DE123456788"), (20, 50, "4,75 i.V. 11.11.2011")]
    (page,) = pages_of(drawn(texts, turned=turned, font="Courier"))
    assert [row.text for row in page.rows] == [text for _, _, text in texts]


def test_a_page_without_text_has_no_rows() -> None:
    assert [page.rows for page in pages_of(drawn([], []))] == [(), ()]


def locked() -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(drawn(TEXTS))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n" + bytes(500), locked()])
def test_what_cannot_be_opened_is_named(data: bytes) -> None:
    with pytest.raises(NotOpened):
        pages_of(data)


def test_bounds_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formats.pdf_text.pages.PAGES_MAX", 1)
    assert len(pages_of(drawn(TEXTS))) == 1
    with pytest.raises(TooMuch, match="2 pages; at most 1"):
        pages_of(drawn(TEXTS, TEXTS))
    monkeypatch.setattr("formats.pdf_text.words.CHARACTERS_MAX", 10)
    with pytest.raises(TooMuch, match="characters; at most 10"):
        pages_of(drawn(TEXTS))

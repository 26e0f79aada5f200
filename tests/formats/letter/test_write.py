"""Letters say what the document says, where the window wants it, and never fetch anything."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from msgspec.structs import replace as changed
from PIL import ImageChops

from formats.codec import Copy, Material, SelfService, Writer
from formats.letter.typeset import FetchRefused, typeset
from formats.letter.wording import UnknownPlaceholder, languages
from formats.letter.write import WRITERS, page_of
from formats.model import Document, Invoice, Item, Line, Reminder, Statement
from formats.pdf.archival import archival_faults
from tests.formats.letter.cases import (
    BY_NAME,
    CASES,
    CREATED,
    POINTS_PER_MM,
    Case,
    load,
    page_texts,
    printed,
)
from tests.formats.pdf.small import pictures

LETTERS = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
LONG = next(case for case in CASES if case.lines)
ZONES_MM = {  # left, top, width, height of what the window shows
    "din5008": (20, 62.7, 85, 27.3),
    "nf": (100, 45, 90, 34),
}
ADDRESSES = {
    "din5008": [
        "Beispiel Handels AG",
        "Kreditorenbuchhaltung",
        "Industriering 5",
        "Gebäude C",
        "00002 Beispielhausen",
    ],
    "nf": [
        "Beispiel Handels AG",
        "Kreditorenbuchhaltung",
        "Industriering 5",
        "Gebäude C",
        "00002 BEISPIELHAUSEN",
    ],
}
CODES = {  # case: reference and amount in the code; None: no code on any page
    "invoice-de": ("RE-2026-0417", "EUR1090.81"),
    "reverse-charge-fr": ("F-2026-088", "EUR12500"),
    "reminder-collection-de": ("M-2026-0009", "EUR1902.23"),
    "credit-note-de": None,
    "statement-de": None,
}


@LETTERS
def test_letter_says_on_each_page(case: Case, golden: Callable[[str, str], None]) -> None:
    golden(case.name, "\n\f\n".join(page_texts(printed(case))) + "\n")


@LETTERS
def test_letter_is_pdf_a_3b(case: Case) -> None:
    assert archival_faults(printed(case)) == []


@LETTERS
def test_window_shows_the_address_and_nothing_else(case: Case) -> None:
    document = load(case.sample)
    abroad = case.sample == "reverse-charge"
    expected = ADDRESSES["din5008"] + ["ALLEMAGNE"] if abroad else ADDRESSES[case.window]
    assert document.buyer is not None
    assert text_in(printed(case), ZONES_MM[case.window]) == expected


@pytest.mark.parametrize("window", ZONES_MM)
@pytest.mark.parametrize("width", [38, 60])
def test_six_given_lines_fit_into_the_window(window: str, width: int) -> None:
    lines = tuple(f"{n} {'Straße und Ort ' * 9}"[:width].strip() for n in range(6))
    pdf = BY_NAME[f"letter-{window}"].write(load("invoice"), Material(address_lines=lines))
    assert text_in(pdf, ZONES_MM[window]) == list(lines)


def text_in(pdf: bytes, zone_mm: tuple[float, float, float, float]) -> list[str]:
    """Return the lines of text of page 1 that lie in a zone, given from the top left."""
    left, top, width, height = (edge * POINTS_PER_MM for edge in zone_mm)
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    above = page.get_height() - top
    found: str = page.get_textpage().get_text_bounded(left, above - height, left + width, above)
    document.close()
    return found.splitlines()


@pytest.mark.parametrize("case", [CASES[0], CASES[5]], ids=lambda case: case.name)
def test_marks_are_where_paper_is_folded_and_punched(case: Case) -> None:
    document = pypdfium2.PdfDocument(printed(case))
    page = document[0].render(scale=10 / POINTS_PER_MM, grayscale=True).to_pil()
    document.close()
    edge = page.crop((50, 0, 90, page.height))  # 5 to 9 mm from the left, a tenth of a mm a pixel
    dark = [
        row for row in range(edge.height) if edge.crop((0, row, 40, row + 1)).getextrema()[0] < 200
    ]
    assert {round(row / 10, 1) // 0.5 * 0.5 for row in dark} == {105.0, 148.5, 210.0}


@pytest.mark.parametrize("name", CODES)
def test_code_holds_the_payment(name: str) -> None:
    case = next(case for case in CASES if case.name == name)
    document = pypdfium2.PdfDocument(printed(case))
    pictures = [page.render(scale=200 / 72).to_pil() for page in document]
    document.close()
    found = [
        code.text.split("\n") for picture in pictures for code in zxingcpp.read_barcodes(picture)
    ]
    expected = CODES[name]
    assert [(lines[-1], lines[7]) for lines in found] == ([expected] if expected else [])


COPIES = {
    "invoice-de": "Kopie",
    "invoice-en": "Copy",
    "invoice-it": "Copia",
    "invoice-nl": "Kopie",
    "invoice-long-de": "Kopie",
    "reverse-charge-fr": "Copie",
    "reminder-firm-fr": "Copie",
    "statement-de": "Kopie",
}
SHORT = ("invoice-de", "reverse-charge-fr")
"""Copies in the fast suite; the others are among the scenarios."""


@pytest.mark.parametrize(
    "name", [n if n in SHORT else pytest.param(n, marks=pytest.mark.scenario) for n in COPIES]
)
@pytest.mark.parametrize("why", Copy)
def test_copy_is_marked_on_each_page_above_the_window_where_nothing_stands(
    name: str, why: Copy
) -> None:
    case = next(case for case in CASES if case.name == name)
    copy = printed(case, copy=why)
    assert archival_faults(copy) == []
    assert all(text.count(COPIES[name]) == 1 for text in page_texts(copy))
    originals, copies = (pictures(data, dpi=72) for data in (printed(case), copy))
    for original, marked in zip(originals, copies, strict=True):
        box = ImageChops.difference(original.convert("L"), marked.convert("L")).getbbox()
        assert box is not None
        assert original.convert("L").crop(box).getextrema() == (255, 255), "something stands there"
        left, top, right, bottom = (edge / POINTS_PER_MM for edge in box)
        assert 24 <= left < right < 60
        assert 5 < top < bottom < 14


def test_long_invoice_repeats_its_table_head_and_counts_pages() -> None:
    texts = page_texts(printed(LONG))
    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert f"Seite {number} / {len(texts)}" in text
        assert ("Einzelpreis" in text) == ("Akkuschrauber" in text)


def test_same_document_gives_the_same_bytes_elsewhere() -> None:
    program = (
        "import sys; from tests.formats.letter.cases import CASES, printed;"
        "sys.stdout.buffer.write(printed(CASES[0]))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program],
        env={"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LANG": "C", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    assert elsewhere.stdout == printed(CASES[0])


HOSTILE = {  # item name: what is printed instead of it; None: the same
    "<img src='file:///etc/passwd'><script>x</script>": None,
    "{{ 7 * 7 }} {% raw %}": None,
    "Ελληνικά Кириллица Łódź": None,
    "rocket \N{ROCKET} and \x00 control": "rocket \N{WHITE SQUARE} and control",
    "private \ue000 use": "private \N{WHITE SQUARE} use",
    "half \ud83d pair": "half ? pair",
}


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_text_of_a_document_is_text(name: str) -> None:
    invoice = Invoice(number="1", lines=(Line(item=Item(name=name)),))
    pdf = BY_NAME["letter-din5008"].write(invoice, Material())
    expected = HOSTILE[name] or name
    assert "".join(expected.split()) in "".join(page_texts(pdf)[0].split())
    assert archival_faults(pdf) == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/passwd"])
def test_template_that_refers_outside_fails(address: str) -> None:
    page = page_of(load("invoice"), Material(), capitals=False)
    outside = replace(page, payment=replace(page.payment, code=address))
    with pytest.raises(FetchRefused, match="only data: is fetched"):
        typeset("invoice.html", "din5008", outside)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
@pytest.mark.parametrize("language", [*sorted(languages()), "xx"])
def test_every_language_prints_every_document_even_an_empty_one(
    writer: Writer, language: str
) -> None:
    samples: tuple[Document, ...] = (Invoice(), load("reminder-firm"), load("statement"))
    for document in samples:
        page_of(document, Material(language=language), capitals=writer.name == "letter-nf")
    assert writer.write(Invoice(), Material(language=language)).startswith(b"%PDF-1.7")


def test_operator_s_own_words_replace_ours() -> None:
    own = {"reminder.firm.opening": "Bitte zahlen.", "letter.farewell": "Ihr Team"}
    page = page_of(load("reminder-firm"), Material(language="de", texts=own), capitals=False)
    assert not hasattr(page, "columns_missing")
    assert (page.opening, page.farewell) == ("Bitte zahlen.", "Ihr Team")  # type: ignore[union-attr]


def test_operator_s_own_words_may_not_ask_for_what_is_not_there() -> None:
    own = {"reminder.firm.closing": "Bis {deadline}, {name}!"}
    with pytest.raises(UnknownPlaceholder, match=r"\{name\}; known here: total, deadline"):
        page_of(load("reminder-firm"), Material(texts=own), capitals=False)


@pytest.mark.parametrize("sample", ["reminder-firm", "statement"])
def test_claims_without_account_ask_for_no_transfer(sample: str) -> None:
    claim = load(sample)
    assert isinstance(claim, Reminder | Statement)
    page = page_of(changed(claim, payment=None), Material(language="de"), capitals=False)
    assert page.payment.code is None
    assert "IBAN" not in {fact.label for fact in page.payment.facts}


OFFER = SelfService(url="https://post.example/s/x", place="post.example/s", code="G0FD-0E7X")


@pytest.mark.parametrize(
    ("case", "is_offered"), [("reverse-charge-fr", True), ("invoice-de", False)]
)
def test_an_offer_never_costs_a_page(case: str, *, is_offered: bool) -> None:
    [plain] = [each for each in CASES if each.name == case]
    material = Material(language=plain.language, created=CREATED, self_service=OFFER)
    texts = page_texts(BY_NAME[f"letter-{plain.window}"].write(load(plain.sample), material))
    assert len(texts) == len(page_texts(printed(plain)))
    assert ("G0FD-0E7X" in texts[-1]) is is_offered

"""Letters of every kind, written once a session."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pypdfium2  # type: ignore[import-untyped]

from formats.codec import Copy, Material
from formats.letter.write import WRITERS
from formats.model import Document, Invoice

SAMPLES = Path(__file__).parents[2] / "samples" / "letter"
CREATED = date(2026, 3, 4)
BY_NAME = {writer.name: writer for writer in WRITERS}
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One letter: a sample, its window and language; `lines` repeats the invoice's lines."""

    name: str
    sample: str
    language: str = "de"
    window: str = "din5008"
    lines: int = 0


CASES = (
    Case(name="invoice-de", sample="invoice"),
    Case(name="invoice-en", sample="invoice", language="en"),
    Case(name="invoice-it", sample="invoice", language="it"),
    Case(name="invoice-nl", sample="invoice", language="nl"),
    Case(name="invoice-long-de", sample="invoice", lines=40),
    Case(name="reverse-charge-fr", sample="reverse-charge", language="fr", window="nf"),
    Case(name="credit-note-de", sample="credit-note"),
    Case(name="reminder-before-due-de", sample="reminder-before-due"),
    Case(name="reminder-neutral-de", sample="reminder-neutral"),
    Case(name="reminder-firm-de", sample="reminder-firm"),
    Case(name="reminder-firm-fr", sample="reminder-firm", language="fr", window="nf"),
    Case(name="reminder-collection-de", sample="reminder-collection"),
    Case(name="reminder-collection-en", sample="reminder-collection", language="en"),
    Case(name="statement-de", sample="statement"),
    Case(name="statement-nl", sample="statement", language="nl"),
)


def load(sample: str) -> Document:
    document: Document = msgspec.json.decode(
        (SAMPLES / f"{sample}.json").read_bytes(), type=Document
    )
    return document


def lengthened(invoice: Document, lines: int) -> Invoice:
    assert isinstance(invoice, Invoice)
    repeated = (invoice.lines[number % len(invoice.lines)] for number in range(lines))
    numbered = (msgspec.structs.replace(x, id=str(n)) for n, x in enumerate(repeated, start=1))
    return msgspec.structs.replace(invoice, lines=tuple(numbered))


@cache
def printed(case: Case, copy: Copy | None = None) -> bytes:
    """Return the letter of a case, written once a session."""
    document = load(case.sample)
    if case.lines:
        document = lengthened(document, case.lines)
    material = Material(language=case.language, created=CREATED, copy=copy)
    return BY_NAME[f"letter-{case.window}"].write(document, material)


def page_texts(pdf: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in opened]
    opened.close()
    return ["\n".join(text.splitlines()) for text in texts]

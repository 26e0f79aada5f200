"""The table WRITERS of letters."""

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import assert_never

import pikepdf

from formats.codec import Material, Writer
from formats.letter.claim_page import ClaimPage, reminder_page, statement_page
from formats.letter.invoice_page import InvoicePage, invoice_page
from formats.letter.wording import wording
from formats.model import Document, DocumentKind, Invoice, Reminder, Statement

FRENCH_WINDOW = "nf"


def write_letter(document: Document, material: Material, *, window: str) -> bytes:
    """Return the letter as PDF/A-3b; the same document and material give the same bytes.

    What is offered besides never costs a page more. `window` is `din5008` or `nf`.

    Raises:
        UnknownPlaceholder: a text in `material` names a value it cannot have.
        FetchRefused: something would have been fetched from outside.
    """
    from formats.letter.typeset import typeset  # noqa: PLC0415  # a second, once a process

    page = page_of(document, material, capitals=window == FRENCH_WINDOW)
    if not isinstance(page, InvoicePage):
        return typeset("claims.html", window, page)
    pdf = typeset("invoice.html", window, page)
    if page.self_service and (pages := _page_count(pdf)) > 1:
        shorter = typeset("invoice.html", window, replace(page, self_service=None))
        return shorter if _page_count(shorter) < pages else pdf
    return pdf


def _page_count(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def page_of(document: Document, material: Material, *, capitals: bool) -> InvoicePage | ClaimPage:
    """Return what the letter says, in the recipient's language."""
    words = wording(material.language, material.texts)
    match document:
        case Invoice():
            return invoice_page(document, material=material, words=words, capitals=capitals)
        case Reminder():
            return reminder_page(document, material=material, words=words, capitals=capitals)
        case Statement():
            return statement_page(document, material=material, words=words, capitals=capitals)
    assert_never(document)


WRITERS = tuple(
    Writer(
        name=f"letter-{window}",
        media_type="application/pdf",
        suffix=".pdf",
        kinds=frozenset(DocumentKind),
        write=partial(write_letter, window=window),
    )
    for window in ("din5008", FRENCH_WINDOW)
)

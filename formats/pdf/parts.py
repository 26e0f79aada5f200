"""Pages of one PDF as PDFs of their own: each invoice of a spool file is what its ERP printed."""

from collections.abc import Sequence
from io import BytesIO

from pikepdf import ObjectStreamMode, Pdf

from formats.pdf.source import opened


def parts(data: bytes, pages: Sequence[Sequence[int]]) -> list[bytes]:
    """Return for each list of page numbers, from 1, a PDF of these pages.

    What only other pages use is left out, and so are bookmarks, embedded files and encryption. The
    same input gives the same bytes.

    Raises:
        Unreadable: the PDF is broken, needs a password, is out of bounds, or has no such page.
    """
    with opened(data) as pdf:
        return [_part(pdf, numbers) for numbers in pages]


def _part(pdf: Pdf, numbers: Sequence[int]) -> bytes:
    with Pdf.new() as part:
        for number in numbers:
            part.pages.append(pdf.pages.p(number))
        part.remove_unreferenced_resources()
        written = BytesIO()
        part.save(written, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
        return written.getvalue()

"""Readable views: pages of kept PDFs as pictures, and a document's content as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from archive.entry import ArchiveError
from formats import canonical
from formats.codec import Unreadable
from formats.model import Invoice, Reminder, Statement
from hub.auditor.kept import File, KeptDocument, Part
from hub.pipeline.house import House
from hub.pipeline.pictures import NoPicture, pages_shown

SHEETS_SHOWN: Final = 8
LINES_SHOWN: Final = 200
_PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """A kept PDF and its pages.

    Attributes:
        pages: their numbers, at most SHEETS_SHOWN.
        more: how many are not shown.
        reason: why none can be.
    """

    file: File
    pages: Sequence[int] = ()
    more: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a document says, out of the canonical form that was filed.

    Attributes:
        file: that it was read from.
        more_lines: how many are not shown.
    """

    file: File
    invoice: Invoice | None
    claim: Reminder | Statement | None
    more_lines: int


def pictured(house: House, document: KeptDocument) -> Pictured | None:
    """Return the pages of the PDF that was sent, else of the one that came in."""
    sent = [file for file in document.of(Part.SENT) if file.item.media_type == _PDF]
    came = [file for file in document.of(Part.ORIGINAL) if file.item.media_type == _PDF]
    for file in (*reversed(sent), *reversed(came)):
        try:
            sheets = pages_shown(house, file.item.sha256)
        except (NoPicture, ArchiveError) as error:
            return Pictured(file=file, reason=str(error))
        numbers = [sheet.number for sheet in sheets[:SHEETS_SHOWN]]
        return Pictured(file=file, pages=numbers, more=len(sheets) - len(numbers))
    return None


def content_of(house: House, document: KeptDocument) -> Content | None:
    """Return what a document says; None where its canonical form is not kept or not understood."""
    for file in reversed(document.of(Part.DATA)):
        try:
            found = canonical.decode(house.archive.get(file.item.sha256))
        except (Unreadable, ArchiveError, msgspec.DecodeError):
            continue
        return _content(file, found)
    return None


def _content(file: File, found: Invoice | Reminder | Statement) -> Content:
    lines = found.lines if isinstance(found, Invoice) else found.items
    return Content(
        file=file,
        invoice=found if isinstance(found, Invoice) else None,
        claim=None if isinstance(found, Invoice) else found,
        more_lines=max(0, len(lines) - LINES_SHOWN),
    )

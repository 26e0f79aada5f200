"""Pages of a PDF to invoices, by the sender's layout."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from formats.codec import Confidence, Guide, Reader, Reading
from formats.model import Invoice
from formats.pdf_text import faults
from formats.pdf_text.invoice import Making, unmapped
from formats.pdf_text.layout import layout
from formats.pdf_text.pages import NotOpened, Page, outline_of, pages_of
from formats.pdf_text.places import Cut, Layout, Pattern
from formats.pdf_text.spool import Part, parts, stands
from formats.pdf_text.words import TooMuch


def claims(head: bytes, name: str) -> bool:  # noqa: ARG001
    r"""Whether this is a PDF; ISO 32000-1, annex H lets its mark stand anywhere at the start.

    >>> claims(b"%PDF-1.7\n", "x"), claims(b"<pdf/>", "x.pdf")
    (True, False)
    """
    return b"%PDF-" in head[:1024]


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return the invoices of a PDF, by the first layout whose anchors are all found in it.

    An invoice that is faulty or does not add up comes with fatal notices and with what was found,
    so that a person can look at it, and the others in the file can go on.

    Raises:
        Unreadable: no PDF, no text, no layout for it (IN-PDF-…), a faulty layout (IN-GUIDE), or
            not one value of one invoice was found: then all faults are named.
    """
    pages = open_pages(data)
    chosen = _chosen([layout(guide) for guide in guides if guide.format == READER.name], pages)
    readings = _alone(chosen, pages) if chosen.split is None else _several(chosen, pages, data)
    if not any(reading.marks for reading in readings):
        raise faults.nothing_read([fault for each in readings for fault in each.notices])
    return tuple(readings)


READER = Reader(
    name="pdf_text", words="PDF by a layout", media_type="application/pdf", claims=claims, read=read
)


def open_pages(data: bytes) -> tuple[Page, ...]:
    """Return the pages of a PDF that has text.

    Raises:
        Unreadable: IN-PDF-BROKEN, IN-PDF-LOCKED, IN-PDF-SIZE or IN-PDF-SCAN.
    """
    try:
        pages = pages_of(data)
    except NotOpened as error:
        raise faults.not_opened(str(error)) from error
    except TooMuch as error:
        raise faults.too_much(str(error)) from error
    if not any(page.rows for page in pages):
        raise faults.scanned(len(pages))
    return pages


def _chosen(layouts: Sequence[Layout], pages: Sequence[Page]) -> Layout:
    reasons = []
    for each in layouts:
        missing = [anchor for anchor in each.anchors if not _anywhere(anchor, pages)]
        if not missing:
            return each
        listed = ", ".join(f"`{anchor.pattern}`" for anchor in missing)
        reasons.append(f"layout `{each.name}` wants {listed}")
    raise faults.no_layout(reasons)


def _anywhere(anchor: Pattern, pages: Sequence[Page]) -> bool:
    return any(stands(anchor, page) for page in pages)


def _alone(chosen: Layout, pages: Sequence[Page]) -> list[Reading]:
    return [Making(chosen, pages).reading()]


def _several(chosen: Layout, pages: Sequence[Page], data: bytes) -> list[Reading]:
    """Return the invoices of a spool file, and its pages that belong to none."""
    assert chosen.split is not None
    outline = outline_of(data) if chosen.split.cut is Cut.OUTLINE else ()
    found = parts(chosen.split, pages, outline)
    if not found:
        raise faults.no_beginning(chosen.name)
    return _told_apart([_of_part(chosen, part) for part in found])


def _of_part(chosen: Layout, part: Part) -> Reading:
    numbers = tuple(page.number for page in part.pages)
    if part.nobodys:
        fault = faults.nobodys(numbers)
        rows = unmapped(part.pages)
        return Reading(document=Invoice(), unmapped=rows, notices=(fault,), pages=numbers)
    reading = Making(chosen, part.pages).reading()
    return replace(reading, notices=(*part.faults, *reading.notices), pages=numbers)


def _told_apart(readings: Sequence[Reading]) -> list[Reading]:
    """Doubt invoices that differ and have the same number: they may be one, cut in two.

    The same invoice twice is no fault here: it goes out once.
    """
    same: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.document.number:
            same[reading.document.number].append(reading)
    return [_doubted(reading, same[reading.document.number or ""]) for reading in readings]


def _doubted(reading: Reading, same: Sequence[Reading]) -> Reading:
    if all(other.document == reading.document for other in same):
        return reading
    places = [other.sources.get("number", f"page {other.pages[0]}") for other in same]
    fault = faults.twice(reading.document.number or "", places)
    confidence = {**reading.confidence, "number": Confidence.DOUBTFUL}
    return replace(reading, notices=(fault, *reading.notices), confidence=confidence)

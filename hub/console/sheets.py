"""Pages of a sender's PDF as pictures, with a box about each value that was found on them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from formats.codec import Confidence, Mark
from formats.model.terms import TERMS, term_of
from hub.console.dossier import Dossier
from hub.console.visitor import Signed, TheHouse, Visitor
from hub.pipeline.house import House
from hub.pipeline.pictures import NoPicture, page_picture, pages_shown
from hub.pipeline.provenance import PDF_READERS, Provenance, provenance_of
from hub.store import deliveries, documents, submissions
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission, SubmissionState

SHOWN: Final = 8
"""Pages that are shown at once."""
SURE: Final = {
    Confidence.PROVEN: "adds up with others",
    Confidence.AGREED: "stands in several places",
    Confidence.READ: "stands once",
    Confidence.GIVEN: "the layout says so",
    Confidence.DOUBTFUL: "doubtful",
}
_ROOM_UM: Final = 500
_HEADERS: Final = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""A stranger's page, drawn by us."""

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A value on a page, in micrometres from the upper left corner.

    Attributes:
        anchor: of the value's row in the table of fields.
        words: what it is and how sure, for people.
    """

    anchor: str
    words: str
    confidence: str
    left: int
    upper: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSheet:
    """A page of the sender's file and what was found on it.

    Attributes:
        address: of its picture.
    """

    number: int
    width: int
    height: int
    address: str
    boxes: Sequence[Box] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The pages of a document or of a file.

    Attributes:
        shown: at most SHOWN.
        more: how many are not.
        counts: in words how sure, and of how many values; none where the reader does not say.
        reason: why none can be shown.
    """

    shown: Sequence[ShownSheet] = ()
    more: int = 0
    counts: Sequence[tuple[str, str, int]] = ()
    reason: str = ""


def sheets_of_document(house: House, row: DocumentRow) -> Sheets:
    """Return the pages that a document was read from; none if it was no PDF."""
    if row.format not in PDF_READERS:
        return Sheets()
    found = provenance_of(house, row)
    sheets = _sheets(house, _file(house, row).sha256, f"/documents/{row.id}", found)
    counted = Counter(found.confidence.values())
    counts = [(each.value, SURE[each], counted[each]) for each in Confidence if counted[each]]
    return Sheets(shown=sheets.shown, more=sheets.more, counts=counts, reason=sheets.reason)


def sheets_of_file(house: House, file: Submission) -> Sheets:
    """Return the pages of a parked file; none if it is no PDF."""
    if file.state is not SubmissionState.PARKED or not file.name.lower().endswith(".pdf"):
        return Sheets()
    return _sheets(house, file.sha256, f"/submissions/{file.id}", None)


def sheets_of_renditions(house: House, dossier: Dossier) -> dict[str, Sheets]:
    """Return the pages of each file that leaves and is a PDF, by its delivery."""
    return {
        way.delivery.id: _sheets(
            house,
            way.file.sha256,
            f"/documents/{dossier.row.id}/rendition/{way.delivery.id}",
            None,
        )
        for way in dossier.ways
        if way.file is not None and way.is_pdf
    }


def anchor(path: str) -> str:
    """Return the name by which a field is reached on its page.

    >>> anchor("lines[0].item.name")
    'f-lines-0-item-name'
    """
    return "f-" + "-".join(path.replace("[", ".").replace("]", "").split("."))


@router.get("/documents/{document}/pages/{number}.png")
def page_of_document(document: str, number: int, house: TheHouse, visitor: Signed) -> Response:
    """Return a page of the file that a document was read from, if it is one of its own."""
    with house.database.transaction() as connection:
        row = documents.get(connection, document)
    if row is None or not visitor.sees(row.tenant) or row.format not in PDF_READERS:
        raise HTTPException(404)
    own = provenance_of(house, row).pages
    if own and number not in own:
        raise HTTPException(404)
    return _picture(house, _file(house, row).sha256, number)


@router.get("/documents/{document}/rendition/{delivery}/pages/{number}.png")
def page_of_rendition(
    document: str, delivery: str, number: int, house: TheHouse, visitor: Signed
) -> Response:
    """Return a page of a file that leaves."""
    with house.database.transaction() as connection:
        row = documents.get(connection, document)
        way = deliveries.get(connection, delivery)
    if row is None or not visitor.sees(row.tenant) or way is None or way.document != row.id:
        raise HTTPException(404)
    return _picture(house, way.rendition_sha256, number)


@router.get("/submissions/{submission}/pages/{number}.png")
def page_of_file(submission: str, number: int, house: TheHouse, visitor: Signed) -> Response:
    """Return a page of a file."""
    return _picture(house, _own(house, visitor, submission).sha256, number)


def _sheets(house: House, sha256: str, base: str, found: Provenance | None) -> Sheets:
    try:
        sheets = pages_shown(house, sha256)
    except NoPicture as error:
        return Sheets(reason=str(error))
    if found is not None and found.pages:
        sheets = tuple(sheet for sheet in sheets if sheet.number in found.pages)
    shown = [
        ShownSheet(
            number=sheet.number,
            width=sheet.width,
            height=sheet.height,
            address=f"{base}/pages/{sheet.number}.png",
            boxes=_boxes(found, sheet.number) if found else (),
        )
        for sheet in sheets[:SHOWN]
    ]
    return Sheets(shown=shown, more=len(sheets) - len(shown))


def _boxes(found: Provenance, number: int) -> list[Box]:
    return [
        _box(path, mark, found.confidence.get(path, Confidence.DOUBTFUL))
        for path, mark in found.marks.items()
        if mark.page == number
    ]


def _box(path: str, mark: Mark, confidence: Confidence) -> Box:
    left, upper, right, lower = mark.box
    term = term_of(path)
    name = f"{TERMS[term].name} ({term})" if term else path
    return Box(
        anchor=anchor(path),
        words=f"{name}: {SURE[confidence]}",
        confidence=confidence,
        left=left - _ROOM_UM,
        upper=upper - _ROOM_UM,
        width=right - left + 2 * _ROOM_UM,
        height=lower - upper + 2 * _ROOM_UM,
    )


def _picture(house: House, sha256: str, number: int) -> Response:
    try:
        drawn = page_picture(house, sha256, number)
    except NoPicture as error:
        raise HTTPException(404, str(error)) from error
    return Response(drawn, media_type="image/png", headers=_HEADERS)


def _file(house: House, row: DocumentRow) -> Submission:
    with house.database.transaction() as connection:
        file = submissions.get(connection, row.submission)
    assert file is not None, row.submission
    return file


def _own(house: House, visitor: Visitor, submission: str) -> Submission:
    with house.database.transaction() as connection:
        file = submissions.get(connection, submission)
    if file is None or not visitor.sees(file.tenant):
        raise HTTPException(404)
    return file

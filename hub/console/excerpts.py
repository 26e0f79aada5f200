"""The sender's own file beside what was read of it: each value linked with its field, faults red.

Cut in a bounded child each time it is asked for; only the lines that are shown leave the child.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from archive.entry import NotKept
from formats.codec import Unreadable
from hub.console.fields import Field, Source, source_of
from hub.console.pages import Count, page
from hub.console.source.excerpt import PAGE, Asked, Excerpt, excerpt
from hub.console.source.lines import Spot
from hub.console.source.marks import Marks, ShownLine, anchors_of, lines_of, marks_of
from hub.console.visitor import Signed, TheHouse, Visitor
from hub.engine.pool import ChildDied
from hub.pipeline.house import House
from hub.pipeline.provenance import PDF_READERS
from hub.store import documents, submissions
from hub.store.documents import DocumentRow
from hub.store.submissions import Submission, SubmissionState

_BYTES_MAX: Final = 16 << 20
"""Of a file that is cut while somebody waits."""
_SECONDS: Final = 5
_PATIENCE_SECONDS: Final = 8
_NOT_SHOWN: Final = PDF_READERS | {"canonical"}

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What of a file is shown.

    Attributes:
        address: of the page with all of it.
        left: how many lines behind the last are not shown.
        links: path of a field to the anchor of the value it was read from.
        places: place of a finding to the anchor of its line or value.
        reason: why nothing can be shown.
    """

    address: str
    form: str = ""
    head: Sequence[str] = ()
    lines: Sequence[ShownLine] = ()
    total: int = 0
    next: int = 0
    left: int = 0
    links: Mapping[str, str]
    places: Mapping[str, str]
    reason: str = ""


def shown_of_document(
    house: House, row: DocumentRow, source: Source, first: int | None = None
) -> Shown | None:
    """Return the lines that a document was read from; None where it was a PDF or our own JSON."""
    if row.format in _NOT_SHOWN:
        return None
    with house.database.transaction() as connection:
        file = submissions.get(connection, row.submission)
    assert file is not None, row.submission
    asked = Asked(
        data=b"",
        name=file.name,
        reader=row.format,
        guides=tuple(house.guides.get(row.sender, ())),
        position=row.position,
        first=first,
    )
    fields = [field for field in fields_of(source) if field.origin and not field.added]
    marks = marks_of(fields, row.findings)
    return _shown(house, file, asked, marks, f"/documents/{row.id}/source")


def shown_of_file(house: House, file: Submission, first: int | None = None) -> Shown | None:
    """Return lines of a parked file, those with faults first; None where it is a PDF."""
    if file.state is not SubmissionState.PARKED or file.name.lower().endswith(".pdf"):
        return None
    guides = tuple(house.guides.get(file.sender, ()))
    asked = Asked(data=b"", name=file.name, reader="", guides=guides, first=first)
    marks = marks_of((), file.findings)
    return _shown(house, file, asked, marks, f"/submissions/{file.id}/source")


def fields_of(source: Source) -> list[Field]:
    """Return all fields that the page of a document shows."""
    sections = (*source.sections, *(line.section for line in source.lines))
    return [field for section in sections for field in section.fields]


@router.get("/documents/{document}/source")
def file_of_document(document: str, house: TheHouse, visitor: Signed, first: Count = 0) -> Response:
    """Show a page of the file that a document was read from."""
    with house.database.transaction() as connection:
        row = documents.get(connection, document)
    if row is None or not visitor.sees(row.tenant):
        raise HTTPException(404)
    shown = shown_of_document(house, row, source_of(house, row), max(first, 0))
    if shown is None:
        raise HTTPException(404)
    return _page(visitor, shown, row.number or row.id, f"/documents/{row.id}", first)


@router.get("/submissions/{submission}/source")
def parked_file(submission: str, house: TheHouse, visitor: Signed, first: Count = 0) -> Response:
    """Show a page of a parked file."""
    with house.database.transaction() as connection:
        file = submissions.get(connection, submission)
    if file is None or not visitor.sees(file.tenant):
        raise HTTPException(404)
    shown = shown_of_file(house, file, max(first, 0))
    if shown is None:
        raise HTTPException(404)
    back = f"/submissions/{file.id}"
    return page(
        "source.html", visitor, shown=shown, title=file.name, back=back, first=max(first, 0)
    )


def _page(visitor: Visitor, shown: Shown, title: str, back: str, first: int) -> Response:
    start = max(first, 0)
    return page(
        "source.html",
        visitor,
        shown=shown,
        title=title,
        back=back,
        first=start,
        before=max(start - PAGE, 0),
    )


def _shown(house: House, file: Submission, asked: Asked, marks: Marks, address: str) -> Shown:
    try:
        found = _in_child(house, file, asked, marks)
    except _NothingToShow as error:
        return Shown(address=address, reason=str(error), links={}, places={})
    anchors = anchors_of(found)
    following = found.lines[-1][0] + 1 if found.lines else 0
    return Shown(
        address=address,
        form=found.form,
        head=found.head,
        lines=lines_of(found, marks, asked.first or 0),
        total=found.total,
        next=following,
        left=found.total - following,
        links={
            field.path: anchors[spot]
            for spot, own in marks.fields.items()
            if spot in anchors
            for field in own
        },
        places={
            finding.place or finding.path or "": where
            for spot, own in marks.findings.items()
            if (where := anchors.get(spot) or anchors.get(Spot(spot.at)))
            for finding in own
        },
    )


class _NothingToShow(Exception):
    """Says why."""


def _in_child(house: House, file: Submission, asked: Asked, marks: Marks) -> Excerpt:
    if file.size_bytes > _BYTES_MAX:
        raise _NothingToShow("the file is too large; save it to look into it")
    try:
        data = house.archive.get(file.sha256)
    except NotKept as error:
        raise _NothingToShow("the file is no longer kept") from error
    whole = replace(
        asked,
        data=data,
        faulty=marks.faulty,
        wanted=marks.wanted,
    )
    try:
        return house.pool.submit(excerpt, whole, timeout_seconds=_SECONDS).result(_PATIENCE_SECONDS)
    except (ChildDied, Unreadable) as error:
        raise _NothingToShow("it cannot be cut into lines within the limits") from error
    except TookTooLong as error:
        raise _NothingToShow("all workers are busy; load the page again in a moment") from error

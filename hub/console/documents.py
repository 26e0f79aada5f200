"""Documents: found by number or customer; and the one page that answers "did they get it?"."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from archive.entry import Entry
from hub.console.dossier import Dossier, Way, dossier_of, kind_of, kinds_of
from hub.console.excerpts import fields_of, shown_of_document
from hub.console.fields import source_of
from hub.console.keeping import kept_until
from hub.console.pages import PAGE_SIZE, PageNumber, download, page
from hub.console.remedies import remedies_of
from hub.console.sheets import sheets_of_document, sheets_of_renditions
from hub.console.told import told_of
from hub.console.visitor import Signed, TheHouse, Visitor
from hub.pipeline.cancel import is_stoppable
from hub.pipeline.house import House
from hub.store import deliveries, documents
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentState
from hub.worklist.parked import cause_of

PDF: Final = "application/pdf"
_PDF_HEADERS: Final = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'",
}

router = APIRouter()


@router.get("/documents")
def listed(
    house: TheHouse,
    visitor: Signed,
    q: str = "",
    state: str = "",
    number: PageNumber = 1,
) -> Response:
    """Show documents by number, customer, id and state, the newest first."""
    with house.database.transaction() as connection:
        rows = documents.found(
            connection,
            tenant=visitor.tenant,
            words=q.strip(),
            state=state or None,
            limit=PAGE_SIZE + 1,
            offset=(number - 1) * PAGE_SIZE,
        )
        ways = deliveries.of_documents(connection, [row.id for row in rows])
    return page(
        "documents.html",
        visitor,
        documents=rows[:PAGE_SIZE],
        ways=ways,
        kinds={name: _kind(house, own) for name, own in ways.items()},
        q=q,
        state=state,
        states=list(DocumentState),
        number=number,
        more=len(rows) > PAGE_SIZE,
    )


def _kind(house: House, ways: Sequence[Delivery]) -> str:
    """Return by what kind of channel a document itself goes; empty if by none yet."""
    own = [way for way in ways if not way.copy_of]
    return kind_of(house, own[-1].channel) if own else ""


@router.get("/documents/{document}")
def shown(document: str, house: TheHouse, visitor: Signed) -> Response:
    """Show all that is known of a document, the answer first; of one taken over, how it came."""
    found = dossier_of(house, document)
    if found is None and (entry := _taken_over(house, visitor, document)):
        return RedirectResponse(f"/archive/{entry.id}", 303)
    dossier = _seen(visitor, found)
    row = dossier.row
    source = source_of(house, row)
    is_parked = row.state is DocumentState.PARKED
    written = [field.path for field in fields_of(source) if not field.added]
    return page(
        "document.html",
        visitor,
        d=dossier,
        source=source,
        shown=shown_of_document(house, row, source),
        remedies=remedies_of(row, dossier.recipient, written) if is_parked else None,
        cause=cause_of(house, visitor.tenant, row.id) if is_parked else None,
        told=told_of(house, row.sender, row.id) if is_parked else (),
        sheets=sheets_of_document(house, row),
        renditions=sheets_of_renditions(house, dossier),
        kinds=kinds_of(house),
        keeping=kept_until(house, row),
        stoppable=is_stoppable(row, [way.delivery for way in dossier.ways]),
    )


@router.get("/documents/{document}/data")
def data(document: str, house: TheHouse, visitor: Signed) -> Response:
    """Return the document as canonical JSON, to be saved."""
    row = _own(house, visitor, document).row
    content = house.archive.get(row.enriched_sha256 or row.content_sha256)
    return download(content, f"{row.id}.json", "application/json")


@router.get("/documents/{document}/rendition/{delivery}")
def rendition(
    document: str, delivery: str, house: TheHouse, visitor: Signed, *, save: bool = False
) -> Response:
    """Return the file that leaves: a PDF to be looked at, anything else to be saved."""
    way = _way(_own(house, visitor, document), delivery)
    if way.file is None:
        raise HTTPException(404)
    content = house.archive.get(way.file.sha256)
    if way.file.media_type == PDF and not save:
        return Response(content, media_type=PDF, headers=_PDF_HEADERS)
    return download(content, way.file.name, way.file.media_type)


def _taken_over(house: House, visitor: Visitor, document: str) -> Entry | None:
    """Return the entry of a document that an older archive had: the house itself never sent it."""
    return next(
        (
            entry
            for entry in house.archive.entries(document=document)
            if (entry.kind, entry.step) == ("document", "import") and visitor.sees(entry.tenant)
        ),
        None,
    )


def _own(house: House, visitor: Visitor, document: str) -> Dossier:
    return _seen(visitor, dossier_of(house, document))


def _seen(visitor: Visitor, dossier: Dossier | None) -> Dossier:
    if dossier is None or not visitor.sees(dossier.row.tenant):
        raise HTTPException(404)
    return dossier


def _way(dossier: Dossier, delivery: str) -> Way:
    way = next((way for way in dossier.ways if way.delivery.id == delivery), None)
    if way is None:
        raise HTTPException(404)
    return way

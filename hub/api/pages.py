"""Pages of the PDF that a document was read from: what was found where, and pictures with boxes."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Response

from hub.api.access import Caller, allowed
from hub.api.problems import described
from hub.pipeline.house import House
from hub.pipeline.pictures import NoPicture, marked_picture
from hub.pipeline.provenance import PDF_READERS, provenance_of
from hub.store import documents, submissions


def routes(house: House) -> APIRouter:
    """Return the routes of `/v1/documents/…/origins` and `/v1/documents/…/pages`."""
    router = APIRouter(prefix="/v1/documents", responses=described(404))
    may_read = allowed(house, "read")

    @router.get("/{document}/origins")
    def origins(document: str, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return where each field came from, and of pages: its box in micrometres, and how sure."""
        row, _ = _own(house, caller, document)
        content = msgspec.json.encode(provenance_of(house, row))
        return Response(content, media_type="application/json")

    @router.get("/{document}/pages/{number}.png")
    def page(document: str, number: int, caller: Annotated[Caller, Depends(may_read)]) -> Response:
        """Return a page of the sender's file as PNG, with a box about each value found on it."""
        row, sha256 = _own(house, caller, document)
        found = provenance_of(house, row)
        if row.format not in PDF_READERS or (found.pages and number not in found.pages):
            raise HTTPException(404, f"{document} has no page {number}")
        try:
            return Response(marked_picture(house, sha256, number, found), media_type="image/png")
        except NoPicture as error:
            raise HTTPException(404, str(error)) from error

    return router


def _own(house: House, caller: Caller, document: str) -> tuple[documents.DocumentRow, str]:
    """Return a document of the caller's tenant, and the hash of the file that it came in."""
    with house.database.transaction() as connection:
        row = documents.get(connection, document)
        file = submissions.get(connection, row.submission) if row else None
    if row is None or file is None or row.tenant != caller.tenant:
        raise HTTPException(404, f"no such document: {document}")
    return row, file.sha256

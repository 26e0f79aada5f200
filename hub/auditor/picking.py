"""The selection: documents that an auditor has put aside, to look at and to take away."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from archive.entry import Entry, NotKept
from hub.auditor.filing import Act, file
from hub.auditor.kept import KeptDocument, document_of
from hub.auditor.pages import page
from hub.auditor.reader import Reader
from hub.auditor.rows import row_of
from hub.auditor.visiting import Posted, TheHouse, TheReader
from hub.pipeline.house import House

ADDED_MAX: Final = 200
"""Documents that one form adds."""

router = APIRouter()


@router.get("/picks")
def shown(request: Request, house: TheHouse, reader: TheReader) -> Response:
    """Show what is picked."""
    ids = request.app.state.picks.of(reader)
    kept = existing(house, reader, ids)
    entry: Entry | None = None
    if kept:
        found = tuple(each.id for each in kept)
        entry = file(house, reader, Act.PICKS, asked={}, hits=len(kept), documents=found)
    return page(
        "picks.html",
        reader,
        picks=ids,
        rows=[row_of(each) for each in kept],
        withheld=sum(each.withheld for each in kept),
        entry=entry,
    )


@router.post("/picks")
def changed(request: Request, house: TheHouse, reader: TheReader, form: Posted) -> Response:
    """Add documents to the selection, or take them out of it."""
    wished = existing(house, reader, form.all("add")[:ADDED_MAX])
    request.app.state.picks.change(
        reader, add=[each.id for each in wished], remove=form.all("remove")
    )
    return RedirectResponse(_own_place(form.one("back"), reader), 303)


def existing(house: House, reader: Reader, ids: Iterable[str]) -> list[KeptDocument]:
    """Return the documents among `ids` that exist for a reader."""
    found = []
    for each in ids:
        try:
            found.append(document_of(house, reader, each))
        except NotKept:
            continue
    return found


def _own_place(back: str, reader: Reader) -> str:
    """Return where to go back to: a page of ours, whatever the form says."""
    parts = urlsplit(back.replace("\\", "/"))
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith(f"{reader.base}/")
    if not is_ours or not back.isprintable():
        return f"{reader.base}/picks"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

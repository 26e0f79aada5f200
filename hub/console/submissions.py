"""Files as they came through a door, and what became of them."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from hub.console.downloads import download_kept
from hub.console.excerpts import shown_of_file
from hub.console.pages import page
from hub.console.sheets import sheets_of_file
from hub.console.told import told_of
from hub.console.visitor import Signed, TheHouse, Visitor
from hub.pipeline.house import House
from hub.store import documents, drops, events, submissions
from hub.store.submissions import Submission

router = APIRouter()


@router.get("/submissions/{submission}")
def shown(submission: str, house: TheHouse, visitor: Signed, *, same: bool = False) -> Response:
    """Show what became of a file: its documents, or why it gave none."""
    file = _own(house, visitor, submission)
    with house.database.transaction() as connection:
        found = documents.of_submission(connection, submission)
        lines = events.of_submission(connection, submission)
        around = drops.around(connection, [submission])[submission]
    own = [drop for drop in around if drop.submission == submission]
    return page(
        "submission.html",
        visitor,
        file=file,
        documents=found,
        inside=[drop for drop in around if drop.parent == submission],
        packed=next((drop.parent for drop in own if drop.parent), None),
        stated=[drop for drop in own if drop.states],
        timeline=lines,
        sheets=sheets_of_file(house, file),
        shown=shown_of_file(house, file),
        told=told_of(house, file.sender, file.id),
        same=same,
    )


@router.get("/submissions/{submission}/original")
def original(submission: str, house: TheHouse, visitor: Signed) -> Response:
    """Return a file as it came, to be saved."""
    file = _own(house, visitor, submission)
    return download_kept(house.archive.locate(file.sha256), file.name, "application/octet-stream")


def _own(house: House, visitor: Visitor, submission: str) -> Submission:
    with house.database.transaction() as connection:
        file = submissions.get(connection, submission)
    if file is None or not visitor.sees(file.tenant):
        raise HTTPException(404)
    return file

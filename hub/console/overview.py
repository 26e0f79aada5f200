"""The first page: what needs a person, how much is where, what came last."""

from fastapi import APIRouter
from fastapi.responses import Response

from hub.console.endpoints import standing_of
from hub.console.pages import page
from hub.console.visitor import Signed, TheHouse
from hub.console.wording import STATES
from hub.daily import differing
from hub.runs.deadlines import alarms as deadline_alarms
from hub.runs.deadlines import heads
from hub.runs.endings import alarms
from hub.store import deliveries, documents, print_pieces, submissions
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState

_LAST = 10

router = APIRouter()


@router.get("/")
def overview(house: TheHouse, visitor: Signed) -> Response:
    """Show the numbers."""
    with house.database.transaction() as connection:
        by_state = documents.counts(connection, visitor.tenant)
        files = submissions.counts(connection, visitor.tenant)
        ways = deliveries.counts(connection, visitor.tenant)
        unlike = differing(connection, house.clock(), visitor.tenant)
        last = documents.found(connection, tenant=visitor.tenant, limit=_LAST)
        ending = alarms(house, connection, visitor.sees)
        late = list(heads(deadline_alarms(connection, visitor.tenant)))
        silent = print_pieces.overdue(connection, house.clock(), visitor.tenant)
        unwell = [each for each in standing_of(house, connection) if not each.is_well]
    return page(
        "overview.html",
        visitor,
        by_state=by_state,
        flow=[state for state in STATES if state in set(DocumentState) - _NEEDS_A_PERSON],
        unreadable=files.get(SubmissionState.PARKED, 0),
        unread=files.get(SubmissionState.RECEIVED, 0),
        channels=sorted({channel for channel, _ in ways}),
        states=[state for state in STATES if any(state == known for _, known in ways)],
        ways=ways,
        documents=last,
        differing=unlike,
        ending=ending,
        late=late,
        silent=silent,
        unwell=[each for each in unwell if visitor.tenant is None or not each.endpoint],
    )


_NEEDS_A_PERSON = {DocumentState.PARKED, DocumentState.IN_DOUBT}

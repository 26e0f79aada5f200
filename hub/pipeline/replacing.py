"""A corrected file in place of what is parked: what has left the house is never replaced."""

from hub.pipeline.resubmit import NotParked
from hub.store import documents, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState


def replaceable(connection: Connection, tenant: str, parked: str) -> None:
    """Let nobody supersede what has left the house, or what is another's.

    Raises:
        NotParked: it is not parked, or not this tenant's.
    """
    file = submissions.get(connection, parked)
    document = documents.get(connection, parked)
    inside = documents.of_submission(connection, parked)
    rows = [row for row in (file, document, *inside) if row is not None and row.tenant == tenant]
    if not any(row.state in {SubmissionState.PARKED, DocumentState.PARKED} for row in rows):
        raise NotParked(f"{parked}: not a parked submission or document, so nothing replaces it")


def supersede(connection: Connection, parked: str) -> None:
    """Take what is parked out of the way: a document, or a file with all that is parked of it."""
    submission = submissions.get(connection, parked)
    if submission is not None:
        submissions.settle(connection, parked, state=SubmissionState.SUPERSEDED)
        for document in documents.of_submission(connection, parked):
            if document.state == DocumentState.PARKED:
                supersede(connection, document.id)
        return
    documents.set_state(connection, parked, DocumentState.SUPERSEDED)
    documents.free_number(connection, parked)

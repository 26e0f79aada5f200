"""A corrected file in place of what is parked: what has left the house is never replaced."""

from datetime import datetime

from hub.pipeline.resubmit import NotParked
from hub.store import deliveries, documents, numbers, submissions, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState
from outbound.channel import DeliveryState

_NOT_LEFT = {DeliveryState.WAITING, DeliveryState.REJECTED}


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
    """Take what is parked out of the way: a document, or a file with all that is parked of it.

    Raises:
        NotParked: somebody has sent it through again, or replaced it, meanwhile.
    """
    file = submissions.get(connection, parked)
    if file is None:
        gone = _gone(connection, parked)
    elif file.state is SubmissionState.PARKED:
        gone = submissions.supersede(connection, parked)
    else:
        inside = documents.of_submission(connection, parked)
        gone = sum(_gone(connection, document.id) for document in inside) > 0
        if gone:
            submissions.settle(connection, parked, state=SubmissionState.SUPERSEDED)
    if not gone:
        raise NotParked(f"{parked}: it is parked no more, so nothing replaces it")


def _gone(connection: Connection, document: str) -> bool:
    if not documents.supersede(connection, document):
        return False
    numbers.free(connection, document)
    return True


def withdraw(connection: Connection, document: str, reason: str, now: datetime) -> str:
    """Take a document that has not left out of all rooms, for good.

    It is locked first, so that no room gives it new deliveries, then its work: what a batch is
    carrying just now, or has ever handed to a channel, stays where it is.

    Returns:
        why it stays; empty if it was withdrawn.
    """
    documents.locked(connection, document)
    ways = deliveries.of_documents(connection, [document])[document]
    subjects = [document, *(way.id for way in ways)]
    if not work.are_idle(connection, subjects):
        return f"{document} is on its way just now"
    if any(map(_has_left, deliveries.many(connection, subjects).values())):
        return f"{document} may have left the house"
    work.finish(connection, subjects)
    for way in ways:
        state = DeliveryState.REJECTED
        deliveries.change(connection, way.id, state=state, reason=reason, changed_at=now)
    documents.set_state(connection, document, DocumentState.SUPERSEDED)
    return ""


def _has_left(way: Delivery) -> bool:
    return way.attempts > 0 or way.state not in _NOT_LEFT

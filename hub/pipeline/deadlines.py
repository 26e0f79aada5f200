"""Which time limits bind a document, and until when: known as soon as its recipient is."""

from datetime import datetime

from formats.model import Document
from hub.pipeline.facts import facts_of
from hub.pipeline.house import House
from hub.store import deadlines
from hub.store.database import Connection
from hub.store.deadlines import Deadline
from hub.store.documents import DocumentRow
from routing_rules.conditions.case import Case
from routing_rules.recipient import Recipient
from routing_rules.time_limits import Due, dues


def deadlines_of(
    house: House, row: DocumentRow, document: Document, recipient: Recipient
) -> list[Deadline]:
    """Return the deadlines of an enriched document."""
    facts = facts_of(house, row.tenant, row.sender)
    case = Case(document=document, recipient=recipient, facts=facts)
    return [_deadline(row, due) for due in dues(case, row.received_at, house.limits)]


def due_by(connection: Connection, document: str) -> datetime | None:
    """Return when the first deadline of a document ends; None if it has none."""
    found = deadlines.of_document(connection, document)
    return found[0].due_at if found else None


def _deadline(row: DocumentRow, due: Due) -> Deadline:
    limit = due.limit
    return Deadline(
        document=row.id,
        name=limit.name,
        tenant=row.tenant,
        law=f"{limit.because} ({limit.law})",
        reached=limit.reached,
        due_at=due.due_at,
        warn_at=due.warn_at,
        fix=limit.fix,
    )

"""What became of it: the state of a submission or document as one answer for API, CLI, console."""

from typing import Any

import msgspec

from hub.pipeline.house import House
from hub.store import deliveries, documents, events, submissions
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.events import Event
from routing_rules.decision import Decision


def submission_status(house: House, submission: str) -> dict[str, Any] | None:
    """Return a file's state, its documents in short and its timeline; None if unknown."""
    with house.database.transaction() as connection:
        row = submissions.get(connection, submission)
        if row is None:
            return None
        found = documents.of_submission(connection, submission)
        lines = events.of_submission(connection, submission)
    return {
        "id": row.id,
        "name": row.name,
        "tenant": row.tenant,
        "sender": row.sender,
        "door": row.door,
        "state": row.state,
        "sha256": row.sha256,
        "size_bytes": row.size_bytes,
        "received_at": row.received_at,
        "findings": row.findings,
        "documents": [_short(document) for document in found],
        "timeline": [_line(line) for line in lines],
    }


def document_status(house: House, document: str) -> dict[str, Any] | None:
    """Return all that is known of a document; None if unknown."""
    with house.database.transaction() as connection:
        row = documents.get(connection, document)
        if row is None:
            return None
        ways = deliveries.of_documents(connection, [document])[document]
        lines = events.of_document(connection, document, row.submission)
    return _short(row) | {
        "submission": row.submission,
        "tenant": row.tenant,
        "sender": row.sender,
        "format": row.format,
        "findings": row.findings,
        "decision": msgspec.json.decode(row.decision, type=Decision) if row.decision else None,
        "deliveries": [_way(delivery) for delivery in ways],
        "timeline": [_line(line) for line in lines],
    }


def _short(row: DocumentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "number": row.number,
        "issue_date": row.issue_date,
        "currency": row.currency,
        "total": row.total,
        "customer": row.customer,
        "customer_name": row.customer_name,
        "state": row.state,
        "received_at": row.received_at,
    }


def _way(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "copy": delivery.copy_of is not None,
        "channel": delivery.channel,
        "format": delivery.format,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "external_id": delivery.external_id,
        "file_name": delivery.file_name,
        "rendition_sha256": delivery.rendition_sha256,
        "changed_at": delivery.changed_at,
    }


def _line(line: Event) -> dict[str, Any]:
    return {
        "at": line.at,
        "room": line.room,
        "text": line.text,
        "delivery": line.delivery,
        "entry": line.entry,
    }

"""What became of it: the state of a submission or document as one answer for API, CLI, console."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from hub.endpoints.standing import Quiet, held, never
from hub.store import deadlines, deliveries, documents, drops, events, submissions
from hub.store.database import Connection
from hub.store.deadlines import Deadline
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.drops import Drop
from hub.store.events import Event
from hub.store.submissions import Submission
from outbound.channel import DeliveryState
from routing_rules.decision import Decision

_HERE = (DeliveryState.WAITING, DeliveryState.SENDING)


def submission_status(connection: Connection, submission: str) -> dict[str, Any] | None:
    """Return a file's state, its documents in short and its timeline; None if unknown."""
    row = submissions.get(connection, submission)
    return submission_statuses(connection, [row])[0] if row else None


def submission_statuses(connection: Connection, rows: Sequence[Submission]) -> list[dict[str, Any]]:
    """Return the same of many files, in their order, in as few questions as of one."""
    ids = [row.id for row in rows]
    found = documents.of_submissions(connection, ids)
    lines = events.of_submissions(connection, ids)
    dropped = drops.around(connection, ids)
    return [_of_file(row, found[row.id], lines[row.id], dropped[row.id]) for row in rows]


def document_status(
    connection: Connection, document: str, quiet: Quiet = never
) -> dict[str, Any] | None:
    """Return all that is known of a document; None if unknown."""
    row = documents.get(connection, document)
    return document_statuses(connection, [row], quiet)[0] if row else None


def document_statuses(
    connection: Connection, rows: Sequence[DocumentRow], quiet: Quiet = never
) -> list[dict[str, Any]]:
    """Return the same of many documents, in their order, in as few questions as of one."""
    ways = deliveries.of_documents(connection, [row.id for row in rows])
    ends = deadlines.of_documents(connection, [row.id for row in rows])
    lines = events.of_documents(connection, {row.id: row.submission for row in rows})
    here = [way for each in ways.values() for way in each if way.state in _HERE]
    why = held(connection, here, quiet)
    return [
        _of_document(row, ways[row.id], lines[row.id], why)
        | {"deadlines": [_deadline(each) for each in ends[row.id]]}
        for row in rows
    ]


def _of_file(
    row: Submission,
    found: Sequence[DocumentRow],
    lines: Sequence[Event],
    dropped: Sequence[Drop],
) -> dict[str, Any]:
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
        "stated": [_stated(one) for one in dropped if one.submission == row.id and one.states],
        "inside": [_inside(one) for one in dropped if one.parent == row.id],
        "documents": [_short(document) for document in found],
        "timeline": [_line(line) for line in lines],
    }


def _stated(drop: Drop) -> dict[str, Any]:
    """Return what was stated of a file, and whether that is what came."""
    return {
        "at": drop.at,
        "count": drop.stated_count,
        "sums": drop.stated_sums,
        "verdict": drop.verdict or "open",
        "differs": drop.verdict_text,
    }


def _inside(drop: Drop) -> dict[str, Any]:
    """Return a file that lay in a packed one."""
    return {"name": drop.name, "submission": drop.submission, "fate": drop.fate}


def _of_document(
    row: DocumentRow, ways: Sequence[Delivery], lines: Sequence[Event], why: Mapping[str, str]
) -> dict[str, Any]:
    return _short(row) | {
        "submission": row.submission,
        "tenant": row.tenant,
        "sender": row.sender,
        "format": row.format,
        "findings": row.findings,
        "decision": msgspec.json.decode(row.decision, type=Decision) if row.decision else None,
        "deliveries": [_way(delivery) | {"held": why.get(delivery.id, "")} for delivery in ways],
        "timeline": [_line(line) for line in lines],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "name": deadline.name,
        "law": deadline.law,
        "reached": deadline.reached,
        "due_at": deadline.due_at,
        "state": deadline.told or "running",
        "fix": deadline.fix,
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
        "repeats": delivery.repeats,
        "channel": delivery.channel,
        "format": delivery.format,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "external_id": delivery.external_id,
        "file_name": delivery.file_name,
        "rendition_sha256": delivery.rendition_sha256,
        "changed_at": delivery.changed_at,
        "due_by": delivery.due_by,
        "waits_for": delivery.waits_for,
    }


def _line(line: Event) -> dict[str, Any]:
    return {
        "at": line.at,
        "room": line.room,
        "text": line.text,
        "delivery": line.delivery,
        "entry": line.entry,
    }

"""Documents: what was read out of submissions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from formats.findings import Finding
from hub.store import notices, standings
from hub.store.database import (
    TABLES,
    Connection,
    Instant,
    holding,
    is_among,
    rows_among,
    rows_with,
)
from hub.store.submissions import findings_of, findings_text, submissions


class DocumentState(StrEnum):
    """Where a document is, as a clerk would say it."""

    WORKING = "working"
    PARKED = "parked"
    SENDING = "sending"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    IN_DOUBT = "in_doubt"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


documents = sa.Table(
    "documents",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("submission", sa.Text),
    sa.Column("position", sa.Integer),
    sa.Column("tenant", sa.Text),
    sa.Column("sender", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("number", sa.Text),
    sa.Column("issue_date", sa.Text),
    sa.Column("currency", sa.Text),
    sa.Column("total", sa.Text),
    sa.Column("customer", sa.Text),
    sa.Column("customer_name", sa.Text),
    sa.Column("format", sa.Text),
    sa.Column("content_sha256", sa.Text),
    sa.Column("enriched_sha256", sa.Text),
    sa.Column("priority", sa.Integer),
    sa.Column("state", sa.Text),
    sa.Column("round", sa.Integer),
    sa.Column("findings", sa.Text),
    sa.Column("recipient", sa.Text),
    sa.Column("decision", sa.Text),
    sa.Column("received_at", Instant),
    sa.Column("reference", sa.Text),
    sa.Column("envelope", sa.Text),
    sa.Column("size_bytes", sa.BigInteger),
)

_CHANGE = documents.update().where(
    documents.c.id == sa.bindparam("of"), documents.c.state != DocumentState.CANCELLED
)
_OF_SUBMISSIONS = rows_among(documents, "submission").order_by(
    documents.c.submission, documents.c.position
)
_SIZE_OF_FILE = (
    sa.select(submissions.c.size_bytes)
    .where(submissions.c.id == documents.c.submission)
    .scalar_subquery()
)
_STATES = (
    sa.select(documents.c.id, documents.c.state)
    .where(is_among(documents.c.id))
    .order_by(documents.c.id)
    .with_for_update()
)

_BOUNDED = frozenset({"number", "customer", "customer_name", "reference"})
_BOUND = 200
"""Characters kept of what strangers write and lists are searched by: an index has room for them."""
_SEARCHED = (
    documents.c.number,
    documents.c.customer_name,
    documents.c.customer,
    documents.c.id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document in the house.

    Attributes:
        position: which one in its file, from 0.
        content_sha256: the canonical JSON as read, in the archive.
        enriched_sha256: the canonical JSON as enriched, in the archive; empty before room 3.
        customer: the recipient's key in the address book, or empty.
        recipient: the Recipient as of enrichment, JSON; empty before room 3.
        decision: the routing Decision, JSON; empty before room 5.
        reference: the sender's own id of the message that it came in; may be empty.
        envelope: what else an answer repeats of that message, JSON.
        size_bytes: what is held of it to work on it: as it was read, with its own pages; of its
            whole file while it waits to be read again.
    """

    id: str
    submission: str
    position: int
    tenant: str
    sender: str
    kind: str
    number: str
    issue_date: str
    currency: str
    total: str
    customer: str
    customer_name: str
    format: str
    content_sha256: str
    enriched_sha256: str = ""
    priority: int
    state: DocumentState = DocumentState.WORKING
    round: int = 0
    findings: tuple[Finding, ...] = ()
    recipient: str = ""
    decision: str = ""
    received_at: datetime
    reference: str = ""
    envelope: str = "{}"
    size_bytes: int = 0


def add(connection: Connection, document: DocumentRow) -> None:
    """Insert a document."""
    values = {field.name: getattr(document, field.name) for field in fields(document)}
    values["findings"] = findings_text(document.findings)
    connection.execute(documents.insert(), _bounded(values))
    notices.mark(connection, document.id)
    standings.note(connection, document.id, document.state)


def get(connection: Connection, document: str) -> DocumentRow | None:
    """Return one by its id."""
    row = connection.execute(rows_with(documents, "id"), {"id": document}).first()
    return None if row is None else _document(row)


def many(connection: Connection, ids: Sequence[str]) -> dict[str, DocumentRow]:
    """Return those of `ids` that exist, by id."""
    rows = connection.execute(rows_among(documents, "id"), {"among": ids})
    return {row.id: _document(row) for row in rows}


def of_submission(connection: Connection, submission: str) -> list[DocumentRow]:
    """Return the documents of a file in their order."""
    return of_submissions(connection, [submission])[submission]


def of_submissions(connection: Connection, ids: Sequence[str]) -> dict[str, list[DocumentRow]]:
    """Return the same of each of many files."""
    rows = connection.execute(_OF_SUBMISSIONS, {"among": ids})
    result: dict[str, list[DocumentRow]] = {submission: [] for submission in ids}
    for row in rows:
        result[row.submission].append(_document(row))
    return result


def set_state(connection: Connection, document: str, state: DocumentState) -> None:
    """Set the state alone."""
    change(connection, document, state=state)


def change(connection: Connection, document: str, **values: Any) -> None:
    """Set named columns; `findings` as a sequence of findings. What is cancelled stays so."""
    if "findings" in values:
        values["findings"] = findings_text(values["findings"])
    changed = connection.execute(_CHANGE, {"of": document, **_bounded(values)}).rowcount
    if "state" in values:
        notices.mark(connection, document)
        if changed:
            standings.note(connection, document, values["state"])


def locked(connection: Connection, document: str) -> DocumentRow | None:
    """Return one by its id; nobody else changes it until this commits."""
    query = sa.select(documents).where(documents.c.id == document).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else _document(row)


def supersede(connection: Connection, document: str) -> bool:
    """Put another in the place of one that is parked; False: it is parked no more."""
    parked = documents.update().where(
        documents.c.id == document, documents.c.state == DocumentState.PARKED
    )
    if connection.execute(parked.values(state=DocumentState.SUPERSEDED)).rowcount != 1:
        return False
    notices.mark(connection, document)
    standings.note(connection, document, DocumentState.SUPERSEDED)
    return True


def stopped(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these are cancelled; none of them can be until this commits."""
    rows = connection.execute(_STATES, {"among": ids})
    return {row.id for row in rows if row.state == DocumentState.CANCELLED}


def next_round(connection: Connection, document: str, known: int) -> bool:
    """Begin anew with what is parked; False: somebody else has, or it is parked no more."""
    parked = documents.update().where(
        documents.c.id == document,
        documents.c.state == DocumentState.PARKED,
        documents.c.round == known,
    )
    values = {
        "state": DocumentState.WORKING,
        "round": known + 1,
        "findings": "[]",
        "size_bytes": _SIZE_OF_FILE,
    }
    began = connection.execute(parked.values(values)).rowcount == 1
    notices.mark(connection, document)
    if began:
        standings.note(connection, document, DocumentState.WORKING)
    return began


def numbered(connection: Connection, number: str) -> list[DocumentRow]:
    """Return the documents of exactly this number, the newest first."""
    query = sa.select(documents).where(documents.c.number == number)
    newest = documents.c.received_at.desc(), documents.c.id.desc()
    return [_document(row) for row in connection.execute(query.order_by(*newest))]


def found(
    connection: Connection,
    *,
    tenant: str | None = None,
    words: str = "",
    state: str | None = None,
    limit: int = 50,
    offset: int = 0,
    after: DocumentRow | None = None,
) -> list[DocumentRow]:
    """Return the newest documents first whose number, customer or id contains `words`.

    With `after`, only those that come after it in this order. The ids are found first, in an index
    alone.
    """
    place = (documents.c.received_at, documents.c.id)
    query = sa.select(documents.c.id).order_by(*(column.desc() for column in place))
    if tenant is not None:
        query = query.where(documents.c.tenant == tenant)
    if state is not None:
        query = query.where(documents.c.state == state)
    if words:
        query = query.where(holding(words, *_SEARCHED))
    if after is not None:
        last = sa.tuple_(sa.literal(after.received_at, Instant), sa.literal(after.id))
        query = query.where(sa.tuple_(*place) < last)
    ids = connection.execute(query.limit(limit).offset(offset)).scalars().all()
    rows = many(connection, ids)
    return [rows[document] for document in ids]


def counts(connection: Connection, tenant: str | None = None) -> dict[str, int]:
    """Return how many documents are in each state."""
    query = sa.select(documents.c.state, sa.func.count()).group_by(documents.c.state)
    if tenant is not None:
        query = query.where(documents.c.tenant == tenant)
    return {row[0]: row[1] for row in connection.execute(query)}


def _bounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {n: value[:_BOUND] if n in _BOUNDED else value for n, value in values.items()}


def _document(row: sa.Row[tuple[object, ...]]) -> DocumentRow:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    values["findings"] = findings_of(row.findings)
    values["state"] = DocumentState(row.state)
    return DocumentRow(**values)

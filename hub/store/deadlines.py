"""Deadlines: until when a document must have got how far, and what was said about that."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant
from hub.store.documents import DocumentState, documents


class Told(StrEnum):
    """How far a deadline has come: it runs; it is near; it has passed; it was met, or has no use.

    One that was met after it had passed is MET, too: the timeline says how late.
    """

    NOTHING = ""
    NEAR = "near"
    MISSED = "missed"
    MET = "met"


deadlines = sa.Table(
    "deadlines",
    TABLES,
    sa.Column("document", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text),
    sa.Column("law", sa.Text),
    sa.Column("reached", sa.Text),
    sa.Column("due_at", Instant),
    sa.Column("warn_at", Instant),
    sa.Column("fix", sa.Text),
    sa.Column("told", sa.Text),
)

_MOVED = (
    DocumentState.HANDED_OVER,
    DocumentState.DELIVERED,
    DocumentState.DUPLICATE,
    DocumentState.SUPERSEDED,
    DocumentState.CANCELLED,
)
"""States in which a deadline may be met, or have no use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One deadline of one document.

    Attributes:
        law: the law or contract that it rests on.
        reached: the delivery state that meets it.
        fix: what to do when it is near.
    """

    document: str
    name: str
    tenant: str
    law: str
    reached: str
    due_at: datetime
    warn_at: datetime
    fix: str
    told: Told = Told.NOTHING


def put(connection: Connection, document: str, found: Sequence[Deadline]) -> None:
    """Set the deadlines of a document; one that stays the same keeps what was said about it."""
    known = {(each.name, each.due_at): each.told for each in of_document(connection, document)}
    connection.execute(deadlines.delete().where(deadlines.c.document == document))
    rows = [asdict(each) | {"told": known.get((each.name, each.due_at), "")} for each in found]
    if rows:
        connection.execute(deadlines.insert(), rows)


def of_document(connection: Connection, document: str) -> list[Deadline]:
    """Return the deadlines of a document, the first one first."""
    return of_documents(connection, [document])[document]


def of_documents(connection: Connection, ids: Sequence[str]) -> dict[str, list[Deadline]]:
    """Return those of each of many documents."""
    query = sa.select(deadlines).where(deadlines.c.document.in_(ids))
    found: dict[str, list[Deadline]] = {document: [] for document in ids}
    for row in connection.execute(query.order_by(deadlines.c.due_at, deadlines.c.name)):
        found[row.document].append(_deadline(row))
    return found


def turning(connection: Connection, now: datetime, limit: int) -> list[Deadline]:
    """Return deadlines of which there may be something new to say, the first one first."""
    alarmed = deadlines.c.told.in_((Told.NEAR, Told.MISSED))
    moved = documents.c.state.in_(_MOVED)
    query = (
        sa.select(deadlines)
        .join(documents, documents.c.id == deadlines.c.document)
        .where(
            sa.or_(
                sa.and_(deadlines.c.told == Told.NOTHING, deadlines.c.warn_at <= now),
                sa.and_(deadlines.c.told == Told.NEAR, deadlines.c.due_at <= now),
                sa.and_(alarmed, moved),
            )
        )
    )
    rows = connection.execute(query.order_by(deadlines.c.due_at, deadlines.c.document).limit(limit))
    return [_deadline(row) for row in rows]


def alarmed(
    connection: Connection, tenant: str | None = None, *, limit: int = 1000
) -> list[Deadline]:
    """Return the deadlines that are near or have passed, the first one first."""
    query = sa.select(deadlines).where(deadlines.c.told.in_((Told.NEAR, Told.MISSED)))
    if tenant is not None:
        query = query.where(deadlines.c.tenant == tenant)
    rows = connection.execute(query.order_by(deadlines.c.due_at, deadlines.c.document).limit(limit))
    return [_deadline(row) for row in rows]


def missed_of(
    connection: Connection, *, start: datetime, end: datetime, tenant: str | None = None
) -> list[Deadline]:
    """Return the alarmed deadlines of documents received from `start` until before `end`."""
    query = (
        sa.select(deadlines)
        .join(documents, documents.c.id == deadlines.c.document)
        .where(
            documents.c.received_at >= start,
            documents.c.received_at < end,
            deadlines.c.told.in_((Told.NEAR, Told.MISSED)),
        )
        .order_by(deadlines.c.due_at, deadlines.c.document)
    )
    if tenant is not None:
        query = query.where(deadlines.c.tenant == tenant)
    return [_deadline(row) for row in connection.execute(query)]


def tell(connection: Connection, deadline: Deadline, told: Told) -> bool:
    """Note what was said; False: another has said it, or the deadline is another by now."""
    said = deadlines.update().where(
        deadlines.c.document == deadline.document,
        deadlines.c.name == deadline.name,
        deadlines.c.due_at == deadline.due_at,
        deadlines.c.told == deadline.told,
    )
    return connection.execute(said.values(told=told)).rowcount == 1


def _deadline(row: sa.Row[tuple[object, ...]]) -> Deadline:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    values["told"] = Told(row.told)
    return Deadline(**values)

"""What a day's drops have become, document by document: the rows of the daily report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import Connection
from hub.store.deliveries import deliveries
from hub.store.documents import DocumentState, documents
from hub.store.drops import Fate, drops


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """A document of a file that was dropped on a day, once for each time that it was.

    Attributes:
        channel: by which its original has left or is to leave; empty before it is routed.
    """

    tenant: str
    sender: str
    fate: Fate
    kind: str
    currency: str
    total: str
    state: DocumentState
    channel: str


def rows(
    connection: Connection, *, start: datetime, end: datetime, tenant: str | None = None
) -> list[DayRow]:
    """Return the documents of all files dropped from `start` until before `end`."""
    day = _day(start, end, tenant)
    last = _channels(connection, day)
    query = (
        sa.select(
            drops.c.tenant,
            drops.c.sender,
            drops.c.fate,
            documents.c.id,
            documents.c.kind,
            documents.c.currency,
            documents.c.total,
            documents.c.state,
        )
        .join(documents, documents.c.submission == drops.c.submission)
        .where(*day)
        .order_by(drops.c.id, documents.c.position)
    )
    return [
        DayRow(
            tenant=row.tenant,
            sender=row.sender,
            fate=Fate(row.fate),
            kind=row.kind,
            currency=row.currency,
            total=row.total,
            state=DocumentState(row.state),
            channel=last.get(row.id, ""),
        )
        for row in connection.execute(query)
    ]


def _channels(connection: Connection, day: list[sa.ColumnElement[bool]]) -> Mapping[str, str]:
    """Return by which channel the original of each document went last."""
    query = (
        sa.select(deliveries.c.document, deliveries.c.channel)
        .join(documents, documents.c.id == deliveries.c.document)
        .join(drops, drops.c.submission == documents.c.submission)
        .where(*day, drops.c.fate == Fate.TAKEN, deliveries.c.copy_of.is_(None))
        .order_by(sa.func.length(deliveries.c.id), deliveries.c.id)
    )
    return {row.document: row.channel for row in connection.execute(query)}


def _day(start: datetime, end: datetime, tenant: str | None) -> list[sa.ColumnElement[bool]]:
    day = [drops.c.at >= start, drops.c.at < end]
    return day if tenant is None else [*day, drops.c.tenant == tenant]

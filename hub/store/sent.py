"""What went to whom in a time: counts by channel and state, and each one's last invoice."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hub.store.database import Connection, Instant
from hub.store.deliveries import CANCELLED, deliveries
from hub.store.documents import documents


class Count(NamedTuple):
    """How many documents of a customer went on a channel and are in a state."""

    customer: str
    channel: str
    state: str
    documents: int


def counts(
    connection: Connection, tenant: str, *, since: datetime, customers: Sequence[str] = ()
) -> list[Count]:
    """Return the counts of all customers, or of these; copies are not counted."""
    group = (documents.c.customer, deliveries.c.channel, deliveries.c.state)
    query = (
        sa.select(*group, sa.func.count())
        .join(documents, documents.c.id == deliveries.c.document)
        .where(
            documents.c.tenant == tenant,
            documents.c.received_at >= _instant(since),
            documents.c.customer != "",
            deliveries.c.copy_of.is_(None),
            deliveries.c.state != CANCELLED,
        )
        .group_by(*group)
        .order_by(*group)
    )
    if customers:
        query = query.where(documents.c.customer.in_(customers))
    return [Count(*row) for row in connection.execute(query)]


def last_invoices(
    connection: Connection, tenant: str, customers: Sequence[str], *, since: datetime
) -> dict[str, str]:
    """Return the id of the newest routed invoice of each of these customers."""
    newest = (
        sa.func.row_number()
        .over(
            partition_by=documents.c.customer,
            order_by=(documents.c.received_at.desc(), documents.c.id.desc()),
        )
        .label("place")
    )
    ranked = (
        sa.select(documents.c.customer, documents.c.id, newest)
        .where(
            documents.c.tenant == tenant,
            documents.c.customer.in_(customers),
            documents.c.received_at >= _instant(since),
            documents.c.kind == "invoice",
            documents.c.decision != "",
        )
        .subquery()
    )
    rows = connection.execute(sa.select(ranked.c.customer, ranked.c.id).where(ranked.c.place == 1))
    return {row.customer: row.id for row in rows}


def _instant(at: datetime) -> sa.BindParameter[datetime]:
    return sa.bindparam(None, at, type_=Instant)

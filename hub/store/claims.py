"""Receivables behind reminders and statements, and which of them a run has written about."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hub.store.database import TABLES, Connection

open_items = sa.Table(
    "open_items",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("content", sa.Text),
)

claims_sent = sa.Table(
    "claims_sent",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("message", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("content", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message of a run.

    Attributes:
        message: number of the reminder or statement.
        items: how many open items it was about.
        first: content of its first item, as `add_sent` was given it.
    """

    tenant: str
    message: str
    items: int
    first: str


def replace_open_items(connection: Connection, tenant: str, contents: Sequence[str]) -> None:
    """Take a tenant's open items anew; each as JSON, in order."""
    connection.execute(open_items.delete().where(open_items.c.tenant == tenant))
    rows = [
        {"tenant": tenant, "position": position, "content": content}
        for position, content in enumerate(contents)
    ]
    if rows:
        connection.execute(open_items.insert(), rows)


def listed_open_items(connection: Connection, tenant: str) -> list[str]:
    """Return a tenant's open items as JSON, in order."""
    query = (
        sa.select(open_items.c.content)
        .where(open_items.c.tenant == tenant)
        .order_by(open_items.c.position)
    )
    return list(connection.execute(query).scalars())


def add_sent(
    connection: Connection, tenant: str, kind: str, message: str, contents: Sequence[str]
) -> None:
    """Note what a message of a run was about; noting the same message again changes nothing."""
    key = (
        (claims_sent.c.tenant == tenant)
        & (claims_sent.c.kind == kind)
        & (claims_sent.c.message == message)
    )
    if connection.execute(sa.select(claims_sent.c.message).where(key)).first() is not None:
        return
    connection.execute(
        claims_sent.insert(),
        [
            {"tenant": tenant, "kind": kind, "message": message, "position": n, "content": content}
            for n, content in enumerate(contents)
        ],
    )


def listed_sent(connection: Connection, tenant: str, kind: str) -> list[str]:
    """Return what runs of a kind have written about, as JSON."""
    query = (
        sa.select(claims_sent.c.content)
        .where(claims_sent.c.tenant == tenant, claims_sent.c.kind == kind)
        .order_by(claims_sent.c.message, claims_sent.c.position)
    )
    return list(connection.execute(query).scalars())


def messages(
    connection: Connection, tenant: str | None, kind: str, *, limit: int
) -> list[SentMessage]:
    """Return what runs of a kind have sent, one row a message, the last days first."""
    first = claims_sent.alias("first")
    items = (
        sa.select(sa.func.count())
        .where(
            claims_sent.c.tenant == first.c.tenant,
            claims_sent.c.kind == first.c.kind,
            claims_sent.c.message == first.c.message,
        )
        .scalar_subquery()
    )
    query = (
        sa.select(first.c.tenant, first.c.message, first.c.content, items.label("items"))
        .where(first.c.kind == kind, first.c.position == 0)
        .order_by(first.c.message.desc(), first.c.tenant)
        .limit(limit)
    )
    if tenant is not None:
        query = query.where(first.c.tenant == tenant)
    return [
        SentMessage(tenant=row.tenant, message=row.message, items=row.items, first=row.content)
        for row in connection.execute(query)
    ]

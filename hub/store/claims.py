"""Receivables behind reminders and statements, and which of them a run has written about."""

from collections.abc import Sequence

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

"""Whose road and email address were chosen, by himself or from a proposal, and by nobody since."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

choices = sa.Table(
    "choices",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("who", sa.Text),
)

_AT_ONCE = 1000
"""Keys in one question; a database takes no endless ones."""


def note(
    connection: Connection, tenant: str, keys: Sequence[str], *, who: str, now: datetime
) -> None:
    """Note that these have chosen."""
    forget(connection, tenant, keys)
    rows = [{"tenant": tenant, "recipient": key, "at": now, "who": who} for key in keys]
    if rows:
        connection.execute(choices.insert(), rows)


def forget(connection: Connection, tenant: str, keys: Sequence[str]) -> None:
    """Note that somebody else has decided for these."""
    same = (choices.c.tenant == tenant) & (choices.c.recipient == sa.bindparam("same"))
    if keys:
        connection.execute(choices.delete().where(same), [{"same": key} for key in keys])


def of(connection: Connection, tenant: str, keys: Sequence[str]) -> set[str]:
    """Return those of `keys` that have chosen."""
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        query = sa.select(choices.c.recipient).where(
            choices.c.tenant == tenant, choices.c.recipient.in_(some)
        )
        found |= set(connection.execute(query).scalars())
    return found

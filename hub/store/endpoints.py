"""Endpoints that are not treated like all others, shared by all workers.

An endpoint is a channel's server, whose name is empty, or who stands beyond it: a recipients'
domain. Whoever has no row works, and has always worked.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hub.store.database import TABLES, Connection, Instant

SERVER = ""
"""Name of the channel's own server."""

endpoints = sa.Table(
    "endpoints",
    TABLES,
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("faults", sa.Integer),
    sa.Column("down_since", Instant),
    sa.Column("held_until", Instant),
    sa.Column("words", sa.Text),
    sa.Column("slowness", sa.Integer),
    sa.Column("slowed_at", Instant),
    sa.Column("lagged_at", Instant),
    sa.Column("paused_at", Instant),
    sa.Column("paused_by", sa.Text),
    sa.Column("tokens", sa.Double),
    sa.Column("tokens_at", Instant),
    sa.Column("changed_at", Instant),
    sa.Column("stranger_since", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """What is known of one.

    Attributes:
        faults: how many in a row.
        down_since: of the first of them.
        held_until: before which nothing is sent to it.
        words: its last ones, or ours about it.
        slowness: how often its pace was halved, as of `slowed_at`.
        lagged_at: when it last took long to answer.
        paused_at: when an operator has stopped it.
        paused_by: who has, and why.
        stranger_since: when somebody else first answered in its place, or so it seems: what waits
            takes no other road by itself.
        tokens: how many parcels it might have been given at once, as of `tokens_at`.
    """

    channel: str
    name: str
    faults: int = 0
    down_since: datetime | None = None
    held_until: datetime | None = None
    words: str = ""
    slowness: int = 0
    slowed_at: datetime | None = None
    lagged_at: datetime | None = None
    paused_at: datetime | None = None
    paused_by: str = ""
    tokens: float = 0
    tokens_at: datetime | None = None
    changed_at: datetime
    stranger_since: datetime | None = None


def listed(connection: Connection, channel: str | None = None) -> list[Endpoint]:
    """Return all, or those of a channel; a server before who stands beyond it."""
    query = sa.select(endpoints).order_by(endpoints.c.channel, endpoints.c.name)
    if channel is not None:
        query = query.where(endpoints.c.channel == channel)
    return [_endpoint(row) for row in connection.execute(query)]


def many(connection: Connection, channel: str, names: Sequence[str]) -> dict[str, Endpoint]:
    """Return those of a channel's endpoints that have a row, by name."""
    query = sa.select(endpoints).where(endpoints.c.channel == channel, endpoints.c.name.in_(names))
    return {row.name: _endpoint(row) for row in connection.execute(query)}


def add(connection: Connection, channel: str, name: str, now: datetime) -> bool:
    """Give an endpoint a row; False: it has one."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = Endpoint(channel=channel, name=name, changed_at=now)
    inserted = connection.execute(
        dialect.insert(endpoints).values(**asdict(new)).on_conflict_do_nothing()
    )
    return inserted.rowcount == 1


def change(
    connection: Connection,
    channel: str,
    name: str,
    now: datetime,
    how: Callable[[Endpoint], Endpoint],
) -> Endpoint:
    """Change what is known of an endpoint; nobody else changes it until this commits."""
    add(connection, channel, name, now)
    row = connection.execute(
        sa.select(endpoints)
        .where(endpoints.c.channel == channel, endpoints.c.name == name)
        .with_for_update()
    ).one()
    changed = how(_endpoint(row))
    values = asdict(changed) | {"changed_at": now}
    connection.execute(
        endpoints.update()
        .where(endpoints.c.channel == channel, endpoints.c.name == name)
        .values(**values)
    )
    return changed


def forget(connection: Connection, channel: str, name: str) -> None:
    """Treat an endpoint like all others again."""
    connection.execute(
        endpoints.delete().where(endpoints.c.channel == channel, endpoints.c.name == name)
    )


def _endpoint(row: sa.Row[tuple[object, ...]]) -> Endpoint:
    return Endpoint(**row._mapping)  # noqa: SLF001  (the public way to a row's names)

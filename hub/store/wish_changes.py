"""How the wishes of recipients changed, and which roads were declined for them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

wish_changes = sa.Table(
    "wish_changes",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("change", sa.Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("who", sa.Text),
    sa.Column("wished", sa.Text),
    sa.Column("wishes", sa.Text),
    sa.Column("entry", sa.Text),
)

declined = sa.Table(
    "declined_roads",
    TABLES,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("who", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("entry", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishChange:
    """A change of the channels that a recipient wishes.

    Attributes:
        change: id of the act, which may have changed others as well.
        wished, wishes: channels before and after, with blanks between.
        entry: of the archive, that proves it.
    """

    change: str
    tenant: str
    recipient: str
    at: datetime
    who: str
    wished: str
    wishes: str
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """A road that was proposed for a recipient and is not wanted."""

    tenant: str
    recipient: str
    channel: str
    at: datetime
    who: str
    why: str
    entry: str


def add(connection: Connection, changes: Iterable[WishChange]) -> None:
    """Insert changes."""
    if rows := [asdict(each) for each in changes]:
        connection.execute(wish_changes.insert(), rows)


def of_recipient(connection: Connection, tenant: str, recipient: str) -> list[WishChange]:
    """Return the changes of a recipient's wishes, the newest first."""
    query = (
        sa.select(wish_changes)
        .where(wish_changes.c.tenant == tenant, wish_changes.c.recipient == recipient)
        .order_by(wish_changes.c.at.desc(), wish_changes.c.change.desc())
    )
    return [WishChange(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001


def decline(connection: Connection, one: Declined) -> None:
    """Note that a road is not wanted; the newest word counts."""
    same = (declined.c.tenant == one.tenant) & (declined.c.recipient == one.recipient)
    connection.execute(declined.delete().where(same & (declined.c.channel == one.channel)))
    connection.execute(declined.insert(), asdict(one))


def declined_for(connection: Connection, tenant: str, recipient: str) -> list[Declined]:
    """Return the roads that were declined for a recipient, the newest first."""
    query = (
        sa.select(declined)
        .where(declined.c.tenant == tenant, declined.c.recipient == recipient)
        .order_by(declined.c.at.desc(), declined.c.channel)
    )
    return [Declined(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001


def declined_since(
    connection: Connection, tenant: str, since: datetime
) -> dict[str, frozenset[str]]:
    """Return recipient to the channels that were declined for him from then on."""
    query = sa.select(declined.c.recipient, declined.c.channel).where(
        declined.c.tenant == tenant, declined.c.at >= since
    )
    found: dict[str, frozenset[str]] = {}
    for row in connection.execute(query):
        found[row.recipient] = found.get(row.recipient, frozenset()) | {row.channel}
    return found

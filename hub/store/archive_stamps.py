"""Archive time stamps: until when each holds, and when it is looked at again to be renewed."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

archive_stamps = sa.Table(
    "archive_stamps",
    TABLES,
    sa.Column("delivery", sa.Text, primary_key=True),
    sa.Column("document", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("holds_until", Instant),
    sa.Column("look_at", Instant),
    sa.Column("renewals", sa.Integer),
    sa.Column("fault", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveStamp:
    """The last archive time stamp of what a delivery signed.

    Attributes:
        sha256: of the kept PDF with that time stamp in it.
        name: of that file.
        holds_until: end of its authority's certificate.
        look_at: when its turn comes, or comes again after a fault.
        renewals: how many there were.
        fault: why it could not be renewed when its turn was; empty else.
    """

    delivery: str
    document: str
    tenant: str
    sha256: str
    name: str
    holds_until: datetime
    look_at: datetime
    renewals: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Archive time stamps of a company that end soon: how many, the first of them, and why."""

    tenant: str
    count: int
    first: datetime
    fault: str


def put(connection: Connection, stamp: ArchiveStamp) -> None:
    """Note a time stamp in place of the one before it."""
    connection.execute(archive_stamps.delete().where(archive_stamps.c.delivery == stamp.delivery))
    connection.execute(archive_stamps.insert().values(asdict(stamp)))


def due(connection: Connection, tenant: str, *, now: datetime, limit: int) -> list[ArchiveStamp]:
    """Return those whose turn has come, the first to end first."""
    query = (
        sa.select(archive_stamps)
        .where(archive_stamps.c.tenant == tenant, archive_stamps.c.look_at <= now)
        .order_by(archive_stamps.c.holds_until, archive_stamps.c.delivery)
        .limit(limit)
    )
    return [ArchiveStamp(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001  (the public way to a row's names)


def tenants_due(connection: Connection, now: datetime) -> list[str]:
    """Return the companies of which one's turn has come."""
    query = sa.select(archive_stamps.c.tenant).where(archive_stamps.c.look_at <= now).distinct()
    return sorted(connection.execute(query).scalars())


def postpone(
    connection: Connection, tenant: str, *, now: datetime, look_at: datetime, fault: str
) -> None:
    """Look at all of a company whose turn has come at another time."""
    connection.execute(
        archive_stamps.update()
        .where(archive_stamps.c.tenant == tenant, archive_stamps.c.look_at <= now)
        .values(look_at=look_at, fault=fault)
    )


def ending(connection: Connection, before: datetime) -> list[Ending]:
    """Return by company what ends before a moment."""
    columns = archive_stamps.c
    query = (
        sa.select(
            columns.tenant,
            sa.func.count(),
            sa.func.min(columns.holds_until),
            sa.func.max(columns.fault),
        )
        .where(columns.holds_until < before)
        .group_by(columns.tenant)
        .order_by(columns.tenant)
    )
    return [
        Ending(tenant=tenant, count=count, first=first, fault=fault)
        for tenant, count, first, fault in connection.execute(query)
    ]

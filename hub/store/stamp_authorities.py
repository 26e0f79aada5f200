"""Time-stamp authorities: until when the certificate of each holds, as it was when last asked."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

stamp_authorities = sa.Table(
    "stamp_authorities",
    TABLES,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("holds_until", Instant),
    sa.Column("asked_at", Instant),
    sa.Column("fault", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StampAuthority:
    """What is known of an authority.

    Attributes:
        holds_until: end of the certificate in its last time stamp; None if it never gave one.
        fault: why it gave none when it was last asked; empty else.
    """

    url: str
    holds_until: datetime | None
    asked_at: datetime
    fault: str = ""


def put(connection: Connection, authority: StampAuthority) -> None:
    """Note what an authority said, in place of what it said before."""
    connection.execute(stamp_authorities.delete().where(stamp_authorities.c.url == authority.url))
    connection.execute(stamp_authorities.insert().values(asdict(authority)))


def by_url(connection: Connection) -> dict[str, StampAuthority]:
    """Return all that were ever asked."""
    rows = connection.execute(sa.select(stamp_authorities))
    return {row.url: StampAuthority(**row._mapping) for row in rows}  # noqa: SLF001  (the public way to a row's names)

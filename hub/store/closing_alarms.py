"""What is wrong with the archive's closings: as it was when the hub last looked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from hub.store.database import TABLES, Connection

closing_alarms = sa.Table(
    "closing_alarms",
    TABLES,
    sa.Column("tenant", sa.Text),
    sa.Column("log", sa.Text, primary_key=True),
    sa.Column("fault", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, primary_key=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingAlarm:
    """One thing that is wrong.

    Attributes:
        fault: what kind of thing, in a word.
        text: what it is and what to do.
    """

    tenant: str
    log: str
    fault: str
    text: str


def replace_all(connection: Connection, alarms: Sequence[ClosingAlarm]) -> None:
    """Note what is wrong now, in place of what was."""
    connection.execute(closing_alarms.delete())
    if alarms:
        connection.execute(closing_alarms.insert(), [asdict(alarm) for alarm in alarms])


def listed(connection: Connection, tenant: str | None = None) -> list[ClosingAlarm]:
    """Return what is wrong, by log."""
    query = sa.select(closing_alarms).order_by(closing_alarms.c.log, closing_alarms.c.fault)
    if tenant is not None:
        query = query.where(closing_alarms.c.tenant == tenant)
    return [ClosingAlarm(**row._mapping) for row in connection.execute(query)]  # noqa: SLF001  (the public way to a row's names)

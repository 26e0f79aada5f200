"""Mails with a checkpoint, to those who witness for a company; each is sent once."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant
from outbound.channel import DeliveryState

witness_mails = sa.Table(
    "witness_mails",
    TABLES,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text),
    sa.Column("log", sa.Text),
    sa.Column("day", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("look_at", Instant),
    sa.Column("made_at", Instant),
    sa.Column("external_id", sa.Text),
    sa.Column("words", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessMail:
    """The mail of one closing; whom it goes to stands in the settings alone.

    Attributes:
        key: of its parcel, stable.
        state: as of a delivery.
        look_at: when it is tried next.
        external_id: its Message-ID, once the server has it.
        words: what the server said.
    """

    key: str
    tenant: str
    log: str
    day: str
    state: str = DeliveryState.WAITING
    attempts: int = 0
    look_at: datetime
    made_at: datetime
    external_id: str = ""
    words: str = ""


def add(connection: Connection, mail: WitnessMail) -> None:
    """Insert one."""
    connection.execute(witness_mails.insert().values(asdict(mail)))


def put(connection: Connection, mail: WitnessMail) -> None:
    """Change one."""
    query = witness_mails.update().where(witness_mails.c.key == mail.key)
    connection.execute(query.values(asdict(mail)))


def get(connection: Connection, key: str) -> WitnessMail | None:
    """Return one by its key."""
    row = connection.execute(sa.select(witness_mails).where(witness_mails.c.key == key)).first()
    return None if row is None else WitnessMail(**row._mapping)  # noqa: SLF001  (the public way to a row's names)


def named(
    connection: Connection, *, key: str | None, external_id: str | None
) -> WitnessMail | None:
    """Return one by its key, or by its Message-ID where a report knows no more."""
    if key is not None:
        return get(connection, key)
    query = sa.select(witness_mails).where(witness_mails.c.external_id == (external_id or "-"))
    row = connection.execute(query).first()
    return None if row is None else WitnessMail(**row._mapping)  # noqa: SLF001  (the public way to a row's names)


def due(connection: Connection, now: datetime) -> list[WitnessMail]:
    """Return those that wait for their turn, and those during whose sending the process died."""
    table = witness_mails.c
    waits = sa.and_(table.state == DeliveryState.WAITING, table.look_at <= now)
    query = sa.select(witness_mails).where(waits | (table.state == DeliveryState.SENDING))
    rows = connection.execute(query.order_by(table.key))
    return [WitnessMail(**row._mapping) for row in rows]  # noqa: SLF001  (the public way to a row's names)


def last(connection: Connection) -> list[WitnessMail]:
    """Return the last mail of each log."""
    rows = connection.execute(sa.select(witness_mails).order_by(witness_mails.c.day))
    newest = {row.log: WitnessMail(**row._mapping) for row in rows}  # noqa: SLF001  (the public way to a row's names)
    return [newest[log] for log in sorted(newest)]

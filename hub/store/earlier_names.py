"""Names under which parcels left by roads that were left since: a late answer may know no other."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, rows_with
from hub.store.deliveries import Delivery

earlier_names = sa.Table(
    "earlier_names",
    TABLES,
    sa.Column("parcel_key", sa.Text, primary_key=True),
    sa.Column("external_id", sa.Text),
    sa.Column("delivery", sa.Text),
    sa.Column("channel", sa.Text),
    sa.Column("left_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierName:
    """What a peer calls a parcel of a road that its delivery has left.

    Attributes:
        external_id: the peer's name of it, or ours that he knows.
        left_at: when the road was left.
    """

    parcel_key: str
    external_id: str
    delivery: str
    channel: str
    left_at: datetime


def keep(connection: Connection, delivery: Delivery, now: datetime) -> None:
    """Keep the name of a delivery's parcel, if it has one, before its road is left."""
    if not delivery.external_id:
        return
    name = EarlierName(
        parcel_key=delivery.parcel_key,
        external_id=delivery.external_id,
        delivery=delivery.id,
        channel=delivery.channel,
        left_at=now,
    )
    values = {"parcel_key": name.parcel_key}
    if connection.execute(rows_with(earlier_names, *values), values).first() is None:
        connection.execute(earlier_names.insert(), asdict(name))


def get(connection: Connection, external_id: str) -> EarlierName | None:
    """Return the parcel that had a name; None if no road with it was left."""
    values = {"external_id": external_id}
    row = connection.execute(rows_with(earlier_names, *values), values).first()
    return None if row is None else EarlierName(**row._mapping)  # noqa: SLF001  (its public way)


def of_channel(connection: Connection, channel: str, *, since: datetime, limit: int) -> list[str]:
    """Return the names of what has left a channel's road from then on, the latest first."""
    query = (
        sa.select(earlier_names.c.external_id)
        .where(earlier_names.c.channel == channel, earlier_names.c.left_at >= since)
        .order_by(earlier_names.c.left_at.desc(), earlier_names.c.parcel_key)
    )
    return list(connection.execute(query.limit(limit)).scalars())

"""Deliveries: one way of one document to one recipient, and the ledger of what became of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, is_among, rows_among
from outbound.channel import DeliveryState
from routing_rules.decision import Road

GATHERED = "gathered"
"""A letter that waits for its print partner's cut-off."""

CANCELLED = "cancelled"
"""Stopped by a person before it left; it takes no other state."""


_IN_HOUSE = (DeliveryState.WAITING, GATHERED)

deliveries = sa.Table(
    "deliveries",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("document", sa.Text),
    sa.Column("tenant", sa.Text),
    sa.Column("copy_of", sa.Text),
    sa.Column("roads", sa.Text),
    sa.Column("road", sa.Integer),
    sa.Column("channel", sa.Text),
    sa.Column("format", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("external_id", sa.Text),
    sa.Column("rendition_sha256", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.Column("rendered_at", Instant),
    sa.Column("job", sa.Text),
    sa.Column("round", sa.Integer),
    sa.Column("changed_at", Instant),
    sa.Column("due_by", Instant),
    sa.Column("repeats", sa.Text),
    sa.Column("waits_for", sa.Text),
    sa.Column("unconfirmed_at", Instant),
)

_CHANGE = deliveries.update().where(
    deliveries.c.id == sa.bindparam("of"), deliveries.c.state != CANCELLED
)
_OF_DOCUMENTS = rows_among(deliveries, "document").order_by(
    sa.func.length(deliveries.c.id), deliveries.c.id
)
_STATES = (
    sa.select(deliveries.c.id, deliveries.c.state)
    .where(is_among(deliveries.c.id))
    .order_by(deliveries.c.id)
    .with_for_update()
)
_LAST_STATE = (
    sa.select(deliveries.c.state)
    .where(deliveries.c.document == sa.bindparam("document"), deliveries.c.copy_of.is_(None))
    .order_by(sa.func.length(deliveries.c.id).desc(), deliveries.c.id.desc())
    .limit(1)
)

reports = sa.Table(
    "reports",
    TABLES,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text),
    sa.Column("taken_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery and the road it is on.

    Attributes:
        copy_of: the delivery whose courtesy copy this is; None for the original.
        roads: all roads in order; `road` is the index of the one taken now.
        state: a DeliveryState, `gathered` or `cancelled`.
        reason: the last words about it, ours or the peer's.
        rendition_sha256: the bytes that leave, in the archive; empty before room 6.
        round: how often it was started anew by an operator.
        due_by: when it must have got as far as the first of its deadlines wants.
        repeats: parcel key of an earlier road by which it may have arrived; then it is marked as
            a copy on this one.
        waits_for: what a person must look at, whatever its state; empty for nothing.
        unconfirmed_at: when its silence was found to last too long.
    """

    id: str
    document: str
    tenant: str
    copy_of: str | None = None
    roads: tuple[Road, ...]
    road: int = 0
    channel: str
    format: str
    state: str = DeliveryState.WAITING
    reason: str = ""
    attempts: int = 0
    external_id: str | None = None
    rendition_sha256: str = ""
    file_name: str = ""
    rendered_at: datetime | None = None
    job: str | None = None
    round: int = 0
    changed_at: datetime
    due_by: datetime | None = None
    repeats: str = ""
    waits_for: str = ""
    unconfirmed_at: datetime | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it is marked as a copy: a courtesy, or for one who may have the original."""
        return self.copy_of is not None or bool(self.repeats)

    @property
    def parcel_key(self) -> str:
        """Stable id of this delivery on this road: what is never delivered twice."""
        suffix = f".{self.round}" if self.round else ""
        return f"{self.id}.{self.road}{suffix}"

    @property
    def taken(self) -> Road:
        """The road it is on."""
        return self.roads[self.road]


def add(connection: Connection, delivery: Delivery) -> None:
    """Insert a delivery."""
    values = {field.name: getattr(delivery, field.name) for field in fields(delivery)}
    values["roads"] = msgspec.json.encode(delivery.roads).decode()
    connection.execute(deliveries.insert(), values)


def get(connection: Connection, delivery: str) -> Delivery | None:
    """Return one by its id."""
    return many(connection, [delivery]).get(delivery)


def many(connection: Connection, ids: Sequence[str]) -> dict[str, Delivery]:
    """Return those of `ids` that exist, by id."""
    rows = connection.execute(rows_among(deliveries, "id"), {"among": ids})
    return {row.id: delivery_of(row) for row in rows}


def of_documents(connection: Connection, ids: Sequence[str]) -> dict[str, list[Delivery]]:
    """Return the deliveries of each document, those of its last round last."""
    rows = connection.execute(_OF_DOCUMENTS, {"among": ids})
    result: dict[str, list[Delivery]] = {document: [] for document in ids}
    for row in rows:
        result[row.document].append(delivery_of(row))
    return result


def last_state(connection: Connection, document: str) -> str | None:
    """Return the state of a document's last delivery that is no courtesy copy."""
    return connection.execute(_LAST_STATE, {"document": document}).scalar_one_or_none()


def change(connection: Connection, delivery: str, **values: Any) -> bool:
    """Set named columns; False: it was cancelled and stays as it is."""
    return connection.execute(_CHANGE, {"of": delivery, **values}).rowcount == 1


def locked(connection: Connection, delivery: str) -> Delivery | None:
    """Return one by its id; nobody else changes it until this commits."""
    query = sa.select(deliveries).where(deliveries.c.id == delivery).with_for_update()
    row = connection.execute(query).first()
    return None if row is None else delivery_of(row)


def stop(connection: Connection, delivery: str, reason: str, now: datetime) -> bool:
    """Cancel what is still in the house; False: it has begun to leave, or has come to rest."""
    here = deliveries.c.state.in_(_IN_HOUSE)
    stopped = deliveries.update().where(deliveries.c.id == delivery, here)
    values = {"state": CANCELLED, "reason": reason, "changed_at": now}
    return connection.execute(stopped.values(values)).rowcount == 1


def take_back(connection: Connection, known: Delivery, **values: Any) -> bool:
    """Set named columns of what has not left by the road it is on; False: it has begun to."""
    still = deliveries.update().where(
        deliveries.c.id == known.id,
        deliveries.c.road == known.road,
        deliveries.c.round == known.round,
        deliveries.c.state.in_((*_IN_HOUSE, DeliveryState.REJECTED)),
    )
    return connection.execute(still.values(values)).rowcount == 1


def stopped(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return which of these are cancelled; none of them can be until this commits."""
    rows = connection.execute(_STATES, {"among": ids})
    return {row.id for row in rows if row.state == CANCELLED}


def doubtful(
    connection: Connection, channel: str, *, after: Delivery | None, limit: int
) -> list[Delivery]:
    """Return what is in doubt on a channel, no piece of a print job, the longest waiting first.

    Those `after` the last one that the caller has; after None, the first.
    """
    query = sa.select(deliveries).where(
        deliveries.c.channel == channel,
        deliveries.c.state == DeliveryState.IN_DOUBT,
        deliveries.c.job.is_(None),
    )
    if after is not None:
        place = sa.tuple_(deliveries.c.changed_at, deliveries.c.id)
        query = query.where(
            place > sa.tuple_(sa.bindparam("at", after.changed_at, Instant), after.id)
        )
    rows = connection.execute(query.order_by(deliveries.c.changed_at, deliveries.c.id).limit(limit))
    return [delivery_of(row) for row in rows]


def gathered(connection: Connection, channel: str) -> list[Delivery]:
    """Return the letters that wait for this print partner."""
    query = sa.select(deliveries).where(
        deliveries.c.channel == channel, deliveries.c.state == GATHERED
    )
    return [delivery_of(row) for row in connection.execute(query.order_by(deliveries.c.id))]


def gathered_held(connection: Connection, channel: str) -> list[Delivery]:
    """Return the same, and let none of them be cancelled until this commits."""
    letters = (deliveries.c.channel == channel, deliveries.c.state == GATHERED)
    connection.execute(deliveries.update().where(*letters).values(state=GATHERED))
    return gathered(connection, channel)


def of_job(connection: Connection, job: str) -> list[Delivery]:
    """Return the pieces of a print job in order."""
    rows = connection.execute(
        sa.select(deliveries).where(deliveries.c.job == job).order_by(deliveries.c.id)
    )
    return [delivery_of(row) for row in rows]


def named(
    connection: Connection, *, parcel_key: str | None, external_id: str | None
) -> Delivery | None:
    """Return the delivery that a peer's report is about."""
    if parcel_key is not None:
        return get(connection, parcel_key.split(".")[0])
    if not external_id:
        return None
    row = connection.execute(
        sa.select(deliveries).where(deliveries.c.external_id == external_id)
    ).first()
    return None if row is None else delivery_of(row)


def are_leaving(connection: Connection, channels: Collection[str]) -> bool:
    """Whether any delivery has been begun on these channels whose answer is not known yet."""
    begun = sa.select(deliveries.c.id).where(
        deliveries.c.channel.in_(channels),
        deliveries.c.state.in_((DeliveryState.SENDING, DeliveryState.IN_DOUBT)),
    )
    return connection.execute(begun.limit(1)).first() is not None


def has_report(connection: Connection, source: str) -> bool:
    """Whether a peer's report was taken before."""
    known = connection.execute(sa.select(reports.c.source).where(reports.c.source == source))
    return known.first() is not None


def note_report(connection: Connection, *, source: str, channel: str, now: datetime) -> None:
    """Note that a report is taken, in the transaction that believes it."""
    connection.execute(reports.insert().values(source=source, channel=channel, taken_at=now))


def listed(
    connection: Connection,
    *,
    tenant: str | None = None,
    state: str | None = None,
    channel: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[Delivery]:
    """Return deliveries, last changed first."""
    query = sa.select(deliveries).order_by(deliveries.c.changed_at.desc(), deliveries.c.id.desc())
    wanted = {"tenant": tenant, "state": state, "channel": channel}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(deliveries.c[name] == value)
    return [delivery_of(row) for row in connection.execute(query.limit(limit).offset(offset))]


def counts(connection: Connection, tenant: str | None = None) -> Mapping[tuple[str, str], int]:
    """Return how many deliveries are in each (channel, state)."""
    query = sa.select(deliveries.c.channel, deliveries.c.state, sa.func.count()).group_by(
        deliveries.c.channel, deliveries.c.state
    )
    if tenant is not None:
        query = query.where(deliveries.c.tenant == tenant)
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def delivery_of(row: sa.Row[tuple[object, ...]]) -> Delivery:
    """Return what a row of the table says."""
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    values["roads"] = msgspec.json.decode(row.roads, type=tuple[Road, ...])
    return Delivery(**values)

"""What calls for a person to look at a delivery, and the silence of peers, which is one cause."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hub.store.database import Connection
from hub.store.deliveries import Delivery, deliveries, delivery_of
from outbound.channel import DeliveryState

_TAKEN_OVER = (DeliveryState.HANDED_OVER, DeliveryState.ACCEPTED_BY_NETWORK)
_CALLED = deliveries.c.waits_for != sa.literal_column("''")
"""As its index has it: a parameter would hide that from SQLite."""


class Call(StrEnum):
    """Why a person must look at a delivery, whatever its state.

    UNCONFIRMED: handed over, and silent for too long. ADDRESS: a letter came back. CONTRADICTED:
    cancelled here, and reported by a peer. COPY: a copy that no road takes.
    """

    UNCONFIRMED = "unconfirmed"
    ADDRESS = "address"
    CONTRADICTED = "contradicted"
    COPY = "copy"


def unconfirmed(
    connection: Connection, channel: str, before: datetime, limit: int
) -> list[Delivery]:
    """Return what a channel took over before an instant and has said nothing of since."""
    query = sa.select(deliveries).where(
        deliveries.c.channel == channel,
        deliveries.c.state.in_(_TAKEN_OVER),
        deliveries.c.unconfirmed_at.is_(None),
        deliveries.c.changed_at < before,
    )
    rows = connection.execute(query.order_by(deliveries.c.changed_at).limit(limit))
    return [delivery_of(row) for row in rows]


def find_unconfirmed(
    connection: Connection, known: Delivery, now: datetime, *, waits_for: str
) -> bool:
    """Note that its silence lasts too long; False: something was said, or that is noted."""
    silent = deliveries.update().where(
        deliveries.c.id == known.id,
        deliveries.c.road == known.road,
        deliveries.c.state.in_(_TAKEN_OVER),
        deliveries.c.unconfirmed_at.is_(None),
    )
    values = {"unconfirmed_at": now, "waits_for": waits_for}
    return connection.execute(silent.values(values)).rowcount == 1


def call(connection: Connection, delivery: str, cause: Call) -> None:
    """Let a person look at a delivery, also at one that is cancelled."""
    called = deliveries.update().where(deliveries.c.id == delivery)
    connection.execute(called.values(waits_for=cause))


def dismiss(connection: Connection, delivery: str, cause: str) -> bool:
    """Note that a person has looked; False: somebody had before."""
    called = deliveries.update().where(deliveries.c.id == delivery, deliveries.c.waits_for == cause)
    return connection.execute(called.values(waits_for="")).rowcount == 1


def dismiss_all(connection: Connection, document: str) -> None:
    """Let nobody look any more at what became of a document before: it begins anew."""
    called = deliveries.update().where(
        deliveries.c.document == document, deliveries.c.waits_for != ""
    )
    connection.execute(called.values(waits_for=""))


def calling(connection: Connection, tenant: str | None, limit: int) -> list[Delivery]:
    """Return what a person must look at, by cause, the longest waiting first."""
    query = sa.select(deliveries).where(_CALLED)
    if tenant is not None:
        # No index on all of a company's deliveries: those that call are few.
        query = query.where(deliveries.c.tenant.concat("") == tenant)
    order = deliveries.c.waits_for, deliveries.c.tenant, deliveries.c.changed_at
    return [delivery_of(row) for row in connection.execute(query.order_by(*order).limit(limit))]

"""What a document's deliveries say about the document; and what happens when a road ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from archive.entry import Entry, Item
from formats.findings import Finding
from hub.pipeline.dead_ends import earlier_ends, end_of, owned, undelivered
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import lane_of
from hub.store import deliveries, documents, earlier_names
from hub.store.calls import Call
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.work import Task
from outbound.channel import DeliveryState

STANDING = {
    DeliveryState.WAITING: DocumentState.SENDING,
    DeliveryState.SENDING: DocumentState.SENDING,
    deliveries.GATHERED: DocumentState.SENDING,
    DeliveryState.IN_DOUBT: DocumentState.IN_DOUBT,
    DeliveryState.HANDED_OVER: DocumentState.HANDED_OVER,
    DeliveryState.ACCEPTED_BY_NETWORK: DocumentState.HANDED_OVER,
    DeliveryState.DELIVERED: DocumentState.DELIVERED,
    DeliveryState.BUSINESS_ACCEPTED: DocumentState.DELIVERED,
    DeliveryState.REJECTED: DocumentState.PARKED,
    deliveries.CANCELLED: DocumentState.CANCELLED,
}
"""State of the original's delivery to state of the document."""


def restate(connection: Connection, document: str) -> None:
    """Set a document's state from its last original delivery."""
    state = deliveries.last_state(connection, document)
    if state is not None:
        documents.set_state(connection, document, STANDING[state])


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """What goes along to the next road.

    Attributes:
        repeats: key of the parcel by which it may have arrived: it is marked as a copy from now on.
        waits_for: what a person is to look at meanwhile.
    """

    repeats: str = ""
    waits_for: str = ""


def next_road(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    task: Task,
    *,
    room: str,
    reason: str,
    findings: Sequence[Finding] = (),
    evidence: tuple[Item, ...] = (),
    onward: Onward = Onward(),
) -> Outcome:
    """Leave a road that has ended for good: take the next, or park the document."""
    left = delivery.roads[delivery.road + 1 :]
    end = end_of(house, delivery, reason, room, owned(house, row, findings))
    line = f"{delivery.channel}: {reason}; " + (
        f"taking the next road, {left[0].channel}" if left else "no road is left, parked"
    )
    items = (json_item("reason", end), *evidence)
    why = () if left or delivery.copy_of else undelivered([*earlier_ends(house, delivery), end])
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=line,
        evidence=delivery_draft(delivery, row, f"{room}-failed", items, state="rejected_permanent"),
        record=partial(_record, house, delivery, _Left(reason=reason, why=why, onward=onward)),
        tasks=(_render(task, house),) if left else (),
    )


def in_doubt(house: House, delivery: Delivery, row: DocumentRow, words: str) -> Outcome:
    """Let a delivery wait for somebody who knows what became of it."""
    items = (json_item("doubt", {"key": delivery.parcel_key, "words": words}),)

    def record(connection: Connection, _entry: Entry | None) -> None:
        deliveries.change(
            connection,
            delivery.id,
            state=DeliveryState.IN_DOUBT,
            reason=words,
            changed_at=house.clock(),
        )
        restate(connection, delivery.document)

    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"in doubt: {words}; nothing is sent again until somebody says so",
        evidence=delivery_draft(delivery, row, "doubt", items, state=DeliveryState.IN_DOUBT),
        record=record,
    )


def _render(task: Task, house: House) -> Task:
    return Task(
        subject=task.subject,
        room="render",
        lane=lane_of(task.priority),
        priority=task.priority,
        due_at=house.clock(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """Why a road was left, and what goes along to the next."""

    reason: str
    why: Sequence[Finding]
    onward: Onward


def _record(
    house: House,
    delivery: Delivery,
    left: _Left,
    connection: Connection,
    _entry: Entry | None,
) -> None:
    if delivery.road + 1 < len(delivery.roads):
        road = delivery.roads[delivery.road + 1]
        earlier_names.keep(connection, delivery, house.clock())
        deliveries.change(
            connection,
            delivery.id,
            road=delivery.road + 1,
            channel=road.channel,
            format=road.format,
            state=DeliveryState.WAITING,
            reason=left.reason,
            attempts=0,
            external_id=None,
            rendition_sha256="",
            job=None,
            repeats=left.onward.repeats or delivery.repeats,
            waits_for=left.onward.waits_for,
            unconfirmed_at=None,
            changed_at=house.clock(),
        )
        restate(connection, delivery.document)
        return
    deliveries.change(
        connection,
        delivery.id,
        state=DeliveryState.REJECTED,
        reason=left.reason,
        repeats=left.onward.repeats or delivery.repeats,
        waits_for=Call.COPY if delivery.copy_of else "",
        changed_at=house.clock(),
    )
    if not delivery.copy_of:
        documents.change(
            connection, delivery.document, state=DocumentState.PARKED, findings=left.why
        )

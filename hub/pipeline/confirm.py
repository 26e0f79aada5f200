"""Room 9: what the peers report later. Each report is filed raw, then believed."""

from dataclasses import replace
from functools import partial

from archive.entry import Draft, Entry
from hub.pipeline.evidence import about_delivery, fields_of, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import lane_of
from hub.pipeline.receipts import evidence_items
from hub.pipeline.settling import settle
from hub.pipeline.standing import next_road, restate
from hub.store import deliveries, documents, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import DeliveryState, Event

_RANK = {
    DeliveryState.WAITING: 0,
    DeliveryState.SENDING: 0,
    DeliveryState.IN_DOUBT: 0,
    DeliveryState.HANDED_OVER: 1,
    DeliveryState.ACCEPTED_BY_NETWORK: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.BUSINESS_ACCEPTED: 4,
}
"""A delivery only moves forward; a rejection may come at any time."""
_LEAVING = frozenset({DeliveryState.SENDING, DeliveryState.IN_DOUBT})


def confirm(house: House, channel: str) -> int:
    """Take a channel's reports; each is filed, applied once and then acknowledged.

    One that overtakes the peer's own answer is left for the next time.

    Returns:
        how many were new.

    Raises:
        Deferred: the place where reports lie cannot be reached now.
    """
    new = 0
    for event in house.channels[channel].events():
        taken = take(house, channel, event)
        if taken is not None:
            new += taken
            house.channels[channel].acknowledge(event)
    return new


def take(house: House, channel: str, event: Event) -> bool | None:
    """File and apply one report.

    Returns:
        False if it was known already; None if it has overtaken the answer to its parcel and must
        come again when that is written down.
    """
    with house.database.transaction() as connection:
        delivery = deliveries.named(
            connection, parcel_key=event.parcel_key, external_id=event.external_id
        )
        row = documents.get(connection, delivery.document) if delivery else None
        known = deliveries.has_report(connection, event.source)
        leaving = delivery is not None and _is_leaving(connection, delivery)
    if delivery is None or row is None or known:
        return False
    stale = event.parcel_key is not None and event.parcel_key != delivery.parcel_key
    if leaving and not stale:
        return None
    outcome = _outcome(house, delivery, row, event, stale=stale)

    def record(connection: Connection, entry: Entry | None) -> None:
        deliveries.note_report(connection, source=event.source, channel=channel, now=house.clock())
        outcome.record(connection, entry)

    settle(house, "confirm", [replace(outcome, subject=event.source, record=record)])
    return True


def _is_leaving(connection: Connection, delivery: Delivery) -> bool:
    """Whether room 8, or a print job, has yet to write down that the parcel left."""
    if delivery.state not in _LEAVING:
        return False
    task = work.waiting(connection, [delivery.id]).get(delivery.id)
    in_job = delivery.job is not None and delivery.state == DeliveryState.SENDING
    return in_job or (task is not None and task.room == "send")


def _outcome(
    house: House, delivery: Delivery, row: DocumentRow, event: Event, *, stale: bool
) -> Outcome:
    draft = _draft(delivery, row, event)
    about = about_delivery(delivery, row)
    words = f"{delivery.channel} reports {event.state}: {event.reason}"
    if stale:
        line = f"{words} (for an earlier road; noted)"
        return Outcome(subject=delivery.id, about=about, line=line, evidence=draft)
    if event.state is DeliveryState.REJECTED:
        return _rejected(house, delivery, row, event, draft)
    weak = "" if event.strong else " (a hint, not a proof)"
    record = partial(_record, house, delivery, event) if event.strong else _nothing
    return Outcome(
        subject=delivery.id, about=about, line=f"{words}{weak}", evidence=draft, record=record
    )


def _rejected(
    house: House, delivery: Delivery, row: DocumentRow, event: Event, draft: Draft
) -> Outcome:
    task = Task(
        subject=delivery.id,
        room="render",
        lane=lane_of(row.priority),
        priority=row.priority,
        due_at=house.clock(),
    )
    outcome = next_road(house, delivery, row, task, room="confirm", reason=event.reason)

    def record(connection: Connection, entry: Entry | None) -> None:
        outcome.record(connection, entry)
        work.finish(connection, [delivery.id])
        work.put(connection, list(outcome.tasks))

    return replace(outcome, evidence=draft, record=record, tasks=())


def _draft(delivery: Delivery, row: DocumentRow, event: Event) -> Draft:
    facts = {
        "source": event.source,
        "channel": delivery.channel,
        "state": event.state,
        "reason": event.reason,
        "strong": event.strong,
    }
    return Draft(
        key=f"{delivery.id}/event/{event.source}",
        tenant=delivery.tenant,
        subject=delivery.id,
        document=delivery.document,
        kind="event",
        step="confirm",
        fields=fields_of(row) | {"channel": delivery.channel, "state": event.state},
        items=(json_item("event", facts), *evidence_items(event.evidence)),
    )


def _record(
    house: House, delivery: Delivery, event: Event, connection: Connection, _entry: Entry | None
) -> None:
    if _RANK.get(DeliveryState(event.state), 0) <= _RANK.get(_state(delivery), 0):
        return
    deliveries.change(
        connection,
        delivery.id,
        state=event.state,
        reason=event.reason,
        changed_at=house.clock(),
    )
    work.finish(connection, [delivery.id])
    restate(connection, delivery.document)


def _state(delivery: Delivery) -> DeliveryState:
    known = set(DeliveryState)
    return DeliveryState(delivery.state) if delivery.state in known else DeliveryState.WAITING


def _nothing(_connection: Connection, _entry: Entry | None) -> None:
    """A hint changes no state."""

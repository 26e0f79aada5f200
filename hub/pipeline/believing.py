"""What a report changes: its raw bytes are filed first, then what the table says follows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from archive.entry import Draft, Entry
from hub.pipeline.evidence import about_delivery, fields_of, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import lane_of
from hub.pipeline.late_evidence import Then, is_earlier, then_of
from hub.pipeline.receipts import evidence_items
from hub.pipeline.standing import Onward, next_road, restate
from hub.store import calls, deliveries, documents, work
from hub.store.calls import Call
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import DeliveryState, Event

_RANK: Final = {
    DeliveryState.WAITING: 0,
    DeliveryState.SENDING: 0,
    DeliveryState.IN_DOUBT: 0,
    DeliveryState.HANDED_OVER: 1,
    DeliveryState.ACCEPTED_BY_NETWORK: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.BUSINESS_ACCEPTED: 4,
}
"""A delivery only moves forward; a rejection may come at any time."""
_LETTERS: Final = "print"
"""Kind of channel whose returns say that an address is wrong."""

_Record = Callable[[Connection, Entry | None], None]


def believe(house: House, delivery: Delivery, row: DocumentRow, event: Event) -> Outcome:
    """Return what a report changes."""
    then = then_of(delivery, event)
    if then in {Then.NEXT_ROAD, Then.NEXT_AS_COPY}:
        return _rejected(house, delivery, row, event, as_copy=then is Then.NEXT_AS_COPY)
    record, more = _follows(house, delivery, event, then)
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"{delivery.channel} reports {event.state}: {event.reason}{more}",
        evidence=_draft(delivery, row, event),
        record=record,
    )


def _follows(house: House, delivery: Delivery, event: Event, then: Then) -> tuple[_Record, str]:
    """Return what changes, and what the line says besides."""
    match then:
        case Then.FORWARD:
            return partial(_forward, house, delivery, event), ""
        case Then.ARRIVED:
            return partial(_arrived, house, delivery, event), " (it is there after all)"
        case Then.CALL:
            return partial(_call, delivery), " (ALARM: it was cancelled; a person must look)"
        case _:
            return _nothing, _why_noted(delivery, event)


def _why_noted(delivery: Delivery, event: Event) -> str:
    if not event.strong:
        return " (a hint, not a proof)"
    return " (for an earlier road; noted)" if is_earlier(delivery, event) else ""


def _rejected(
    house: House, delivery: Delivery, row: DocumentRow, event: Event, *, as_copy: bool
) -> Outcome:
    task = Task(
        subject=delivery.id,
        room="render",
        lane=lane_of(row.priority),
        priority=row.priority,
        due_at=house.clock(),
    )
    onward = Onward(
        repeats=delivery.parcel_key if as_copy else "",
        waits_for=Call.ADDRESS if as_copy and _is_letter(house, delivery) else "",
    )
    outcome = next_road(
        house, delivery, row, task, room="confirm", reason=event.reason, onward=onward
    )

    def record(connection: Connection, entry: Entry | None) -> None:
        outcome.record(connection, entry)
        work.finish(connection, [delivery.id])
        work.put(connection, list(outcome.tasks))

    evidence = _draft(delivery, row, event)
    return replace(outcome, evidence=evidence, record=record, tasks=())


def _is_letter(house: House, delivery: Delivery) -> bool:
    return bool(house.config.channels.get(delivery.channel, {}).get("kind") == _LETTERS)


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


def _forward(
    house: House, delivery: Delivery, event: Event, connection: Connection, _entry: Entry | None
) -> None:
    known = _RANK.get(DeliveryState(delivery.state), 0) if delivery.state in set(_RANK) else 0
    if _RANK[event.state] <= known:
        return
    deliveries.change(
        connection,
        delivery.id,
        state=event.state,
        reason=event.reason,
        waits_for="",
        changed_at=house.clock(),
    )
    work.finish(connection, [delivery.id])
    restate(connection, delivery.document)


def _arrived(
    house: House, delivery: Delivery, event: Event, connection: Connection, _entry: Entry | None
) -> None:
    """Let it be at its end by the road that the report is about, unless it has left anew since."""
    road = _road_of(delivery, event)
    taken = delivery.roads[road]
    if not deliveries.take_back(
        connection,
        delivery,
        road=road,
        channel=taken.channel,
        format=taken.format,
        state=event.state,
        reason=event.reason,
        waits_for="",
        changed_at=house.clock(),
    ):
        return
    work.finish(connection, [delivery.id])
    if not delivery.copy_of:
        documents.change(connection, delivery.document, findings=())
    restate(connection, delivery.document)


def _road_of(delivery: Delivery, event: Event) -> int:
    """Return which road a report is about, by the key of its parcel: DELIVERY.ROAD, or .ROUND."""
    if event.parcel_key is None:
        return delivery.road
    named = event.parcel_key.split(".")[1:2]
    road = int(named[0]) if named and named[0].isdecimal() else delivery.road
    return road if road < len(delivery.roads) else delivery.road


def _call(delivery: Delivery, connection: Connection, _entry: Entry | None) -> None:
    calls.call(connection, delivery.id, Call.CONTRADICTED)


def _nothing(_connection: Connection, _entry: Entry | None) -> None:
    """It changes no state."""

"""What is in doubt is asked about, again and again, by the channel's own means."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from archive.entry import Entry
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import endpoint_of, send_lane
from hub.pipeline.parcels import parcel_for
from hub.pipeline.questions import Questions, Servers
from hub.pipeline.receipts import sent
from hub.pipeline.settling import settle
from hub.pipeline.standing import next_road, restate
from hub.store import deliveries, documents, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import Deferred, DeliveryState, InDoubt, Refused

_AT_ONCE = 1000
"""Questions in one go; the rest comes in the next."""
_PAGE = 100
_log = logging.getLogger("facteur.doubts")


def resolve_doubts(house: House, questions: Questions | None = None) -> int:
    """Ask about deliveries in doubt that wait in no room; returns how many are so no longer.

    What has waited longest comes first. Print jobs are asked about when letters are printed.
    Without `questions` it is the turn of all.
    """
    servers = Servers(house)
    if questions is not None:
        questions.forget(house.clock())
    due = (
        (delivery, row)
        for channel in house.channels
        for delivery, row in _doubtful(house, servers, channel)
        if questions is None or questions.is_turn(delivery, house.clock())
    )
    return sum(_resolve(house, servers, delivery, row) for delivery, row in islice(due, _AT_ONCE))


def _doubtful(
    house: House, servers: Servers, channel: str
) -> Iterator[tuple[Delivery, DocumentRow]]:
    """Yield what is in doubt on a channel as long as its server answers."""
    last = None
    while servers.answers(channel):
        with house.database.transaction() as connection:
            listed = deliveries.doubtful(connection, channel, after=last, limit=_PAGE)
            waiting = work.waiting(connection, [delivery.id for delivery in listed])
            rows = documents.many(connection, [delivery.document for delivery in listed])
        if not listed:
            return
        for delivery in listed:
            if delivery.id not in waiting and servers.answers(channel):
                yield delivery, rows[delivery.document]
        last = listed[-1]


def _resolve(house: House, servers: Servers, delivery: Delivery, row: DocumentRow) -> bool:
    parcel = parcel_for(house, delivery, row)
    try:
        receipt = house.channels[delivery.channel].resolve(parcel)
    except Refused as error:
        outcome = _given_up(house, delivery, row, error)
    except (InDoubt, Deferred) as error:
        if isinstance(error, Deferred):
            servers.heed(delivery.channel, error)
        _log.info("%s stays in doubt: %s", delivery.id, error)
        return False
    else:
        outcome = (
            sent(house, delivery, row, receipt, parcel)
            if receipt is not None
            else _not_arrived(house, delivery, row)
        )
    settle(house, "resolve", [_unless_decided(delivery, outcome)])
    return True


def _unless_decided(delivery: Delivery, outcome: Outcome) -> Outcome:
    """Let what the channel says count for nothing if a person or a report was faster."""

    def record(connection: Connection, entry: Entry | None) -> None:
        now = deliveries.locked(connection, delivery.id)
        if now is not None and (now.state, now.round) == (delivery.state, delivery.round):
            outcome.record(connection, entry)
            work.finish(connection, [delivery.id])
            work.put(connection, list(outcome.tasks))

    return replace(outcome, subject=f"{delivery.id}/resolve", record=record, tasks=())


def _given_up(house: House, delivery: Delivery, row: DocumentRow, error: Refused) -> Outcome:
    """The peer had it and will never carry it: the next road is open."""
    return next_road(
        house, delivery, row, _task(house, delivery, row), room="resolve", reason=str(error)
    )


def _not_arrived(house: House, delivery: Delivery, row: DocumentRow) -> Outcome:
    """It leaves again under the same key."""
    line = "it did not arrive; it is sent again"
    said = json_item("doubt", {"key": delivery.parcel_key, "words": line})

    def record(connection: Connection, _entry: Entry | None) -> None:
        deliveries.change(
            connection,
            delivery.id,
            state=DeliveryState.WAITING,
            reason=line,
            changed_at=house.clock(),
        )
        restate(connection, row.id)

    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=line,
        evidence=delivery_draft(delivery, row, "not-arrived", [said], state=DeliveryState.WAITING),
        record=record,
        tasks=(_task(house, delivery, row),),
    )


def _task(house: House, delivery: Delivery, row: DocumentRow) -> Task:
    return Task(
        subject=delivery.id,
        room="send",
        lane=send_lane(delivery.channel),
        endpoint=endpoint_of(house, delivery.channel, row),
        priority=row.priority,
        due_at=house.clock(),
    )

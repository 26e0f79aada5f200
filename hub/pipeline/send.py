"""Room 8: the parcel leaves, once. Marked before the first byte, recorded after the answer.

A delivery found marked was interrupted: its channel is asked what became of it before anything
else. In doubt never takes another road.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import Event as Flag

from archive.entry import Entry
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.parcels import parcel_for
from hub.pipeline.receipts import sent
from hub.pipeline.standing import next_road, restate
from hub.store import deliveries, documents
from hub.store.database import Connection
from hub.store.deliveries import GATHERED, Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import (
    Channel,
    Deferred,
    DeliveryState,
    GatheringChannel,
    InDoubt,
    Parcel,
    Receipt,
    Refused,
)

_CONNECTIONS = 4
_INTERRUPTED = frozenset({DeliveryState.SENDING, DeliveryState.IN_DOUBT})


def send(house: House, tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Send each delivery by its channel, a few at a time; yields each as it ends."""
    with house.database.transaction() as connection:
        found = deliveries.many(connection, [task.subject for task in tasks])
        rows = documents.many(connection, [d.document for d in found.values()])
    down = Flag()
    with ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="send") as threads:
        futures = [
            threads.submit(
                _send_one, house, found[t.subject], rows[found[t.subject].document], t, down
            )
            for t in tasks
        ]
        for future in as_completed(futures):
            yield future.result()


def _send_one(
    house: House, delivery: Delivery, row: DocumentRow, task: Task, down: Flag
) -> Outcome:
    channel = house.channels[delivery.channel]
    if isinstance(channel, GatheringChannel):
        return _gather(house, delivery, row)
    if down.is_set():
        return _later(house, delivery, row, task, Deferred(f"{channel.endpoint} does not answer"))
    parcel = parcel_for(house, delivery, row)
    try:
        receipt = _resolve(channel, delivery, parcel)
        if receipt is None:
            delivery = _mark(house, delivery)
            receipt = channel.send(parcel)
    except Refused as error:
        return next_road(house, delivery, row, task, room="send", reason=str(error))
    except Deferred as error:
        if error.endpoint_down:
            down.set()
        return _later(house, delivery, row, task, error)
    except InDoubt as error:
        return _doubt(house, delivery, row, error)
    return sent(house, delivery, row, receipt, parcel)


def _resolve(channel: Channel, delivery: Delivery, parcel: Parcel) -> Receipt | None:
    return channel.resolve(parcel) if delivery.state in _INTERRUPTED else None


def _mark(house: House, delivery: Delivery) -> Delivery:
    """Write down that it is about to leave; only then may a byte leave."""
    marked = replace(delivery, state=DeliveryState.SENDING, attempts=delivery.attempts + 1)
    with house.database.transaction() as connection:
        deliveries.change(
            connection,
            delivery.id,
            state=marked.state,
            attempts=marked.attempts,
            changed_at=house.clock(),
        )
    return marked


def _gather(house: House, delivery: Delivery, row: DocumentRow) -> Outcome:
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"waits for the next print job of {delivery.channel}",
        record=partial(_record_state, house, delivery, GATHERED, "waits for the cut-off"),
    )


def _doubt(house: House, delivery: Delivery, row: DocumentRow, error: InDoubt) -> Outcome:
    items = (json_item("doubt", {"key": delivery.parcel_key, "words": str(error)}),)
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"in doubt: {error}; nothing is sent again until somebody says so",
        evidence=delivery_draft(delivery, row, "doubt", items, state=DeliveryState.IN_DOUBT),
        record=partial(_record_state, house, delivery, DeliveryState.IN_DOUBT, str(error)),
    )


def _later(
    house: House, delivery: Delivery, row: DocumentRow, task: Task, error: Deferred
) -> Outcome:
    retry = house.config.retry
    wait = _wait_seconds(house, task.attempts, error)
    if _waited_hours(house, task.attempts) > retry.give_up_hours:
        return next_road(house, delivery, row, task, room="send", reason=f"given up: {error}")
    doubtful = delivery.state == DeliveryState.IN_DOUBT
    state = DeliveryState.IN_DOUBT if doubtful else DeliveryState.WAITING
    later = replace(
        task, due_at=house.clock() + timedelta(seconds=wait), attempts=task.attempts + 1
    )
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"not now, again in {wait:.0f} s: {error}",
        record=partial(_record_state, house, delivery, state, str(error)),
        tasks=(later,),
    )


def _record_state(
    house: House,
    delivery: Delivery,
    state: str,
    reason: str,
    connection: Connection,
    _entry: Entry | None,
) -> None:
    deliveries.change(connection, delivery.id, state=state, reason=reason, changed_at=house.clock())
    restate(connection, delivery.document)


def _wait_seconds(house: House, attempts: int, error: Deferred) -> float:
    if error.retry_after_seconds is not None:
        return error.retry_after_seconds
    return _backoff_seconds(house, attempts)


def _backoff_seconds(house: House, attempts: int) -> float:
    retry = house.config.retry
    doubled: float = retry.first_seconds * 2 ** min(attempts, 20)
    return min(doubled, retry.longest_seconds)


def _waited_hours(house: House, attempts: int) -> float:
    return sum(_backoff_seconds(house, n) for n in range(attempts)) / 3600

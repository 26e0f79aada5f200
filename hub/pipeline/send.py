"""Room 8: the parcel leaves, once. Marked before the first byte, recorded after the answer.

A delivery found marked was interrupted: its channel is asked what became of it before anything
else, unless the channel announces the byte that commits and has not announced it. In doubt never
takes another road.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from threading import Event as Flag

from archive.entry import Entry
from hub.pipeline.dead_ends import lacks
from hub.pipeline.evidence import about_delivery
from hub.pipeline.house import House, Outcome
from hub.pipeline.parcels import parcel_for
from hub.pipeline.receipts import sent
from hub.pipeline.standing import in_doubt, next_road, restate
from hub.pipeline.suppressing import refuse_suppressed
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
    Refused,
)

_CONNECTIONS = 4
_WAVE = 8
"""How many parcels may be in doubt at most when the process dies."""
_COMMITTING = "it was about to arrive when the process died"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A delivery on its way out, with all that belongs to it.

    Attributes:
        doubtful: it may have arrived in an earlier attempt.
    """

    task: Task
    delivery: Delivery
    row: DocumentRow
    parcel: Parcel
    doubtful: bool


def send(house: House, tasks: Sequence[Task]) -> Iterator[Sequence[Outcome]]:
    """Send deliveries of one channel in waves; each wave is marked, sent and settled together."""
    with house.database.transaction() as connection:
        found = deliveries.many(connection, [task.subject for task in tasks])
        rows = documents.many(connection, [d.document for d in found.values()])
    down = Flag()
    with ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="send") as threads:
        for start in range(0, len(tasks), _WAVE):
            pairs = [(task, found[task.subject]) for task in tasks[start : start + _WAVE]]
            channel = house.channels[pairs[0][1].channel]
            if isinstance(channel, GatheringChannel):
                yield [_gather(house, d, rows[d.document]) for _, d in pairs]
                continue
            wave = [
                _way(house, channel, task, delivery, rows[delivery.document])
                for task, delivery in pairs
            ]
            marked = _marked(house, wave)
            leaving = [threads.submit(_send, house, channel, down, way) for way in marked]
            yield from _answers(leaving)


def _way(house: House, channel: Channel, task: Task, delivery: Delivery, row: DocumentRow) -> _Way:
    interrupted = delivery.state == DeliveryState.SENDING and not channel.announces_commit
    return _Way(
        task=task,
        delivery=delivery,
        row=row,
        parcel=replace(
            parcel_for(house, delivery, row), committing=partial(_commit, house, delivery.id)
        ),
        doubtful=interrupted or delivery.state == DeliveryState.IN_DOUBT,
    )


def _marked(house: House, wave: Sequence[_Way]) -> list[_Way]:
    """Write down what is about to leave; only then may a byte leave. What is cancelled stays."""
    marked = []
    with house.database.transaction() as connection:
        for way in wave:
            delivery = way.delivery
            if not way.doubtful:
                delivery = replace(delivery, attempts=delivery.attempts + 1)
                if not deliveries.change(
                    connection,
                    delivery.id,
                    state=DeliveryState.SENDING,
                    attempts=delivery.attempts,
                    changed_at=house.clock(),
                ):
                    continue
            marked.append(replace(way, delivery=delivery))
    return marked


def _commit(house: House, delivery: str) -> None:
    """Write down that the next byte may make it arrive."""
    with house.database.transaction() as connection:
        deliveries.change(
            connection,
            delivery,
            state=DeliveryState.IN_DOUBT,
            reason=_COMMITTING,
            changed_at=house.clock(),
        )


def _answers(leaving: Sequence[Future[Outcome]]) -> Iterator[Sequence[Outcome]]:
    """Yield the outcomes of a wave together; one that fails takes no other's with it."""
    failed = [error for future in leaving if (error := future.exception()) is not None]
    yield [future.result() for future in leaving if future.exception() is None]
    if failed:
        raise failed[0]


def _send(house: House, channel: Channel, down: Flag, way: _Way) -> Outcome:
    delivery, row, task, parcel = way.delivery, way.row, way.task, way.parcel
    doubtful = way.doubtful
    if down.is_set():
        silent = Deferred(f"{channel.endpoint} does not answer")
        return _later(house, way, silent, doubtful=doubtful)
    try:
        receipt = channel.resolve(parcel) if doubtful else None
        if receipt is None:
            doubtful = False
            refuse_suppressed(house, channel, parcel, delivery.tenant)
            receipt = channel.send(parcel)
    except Refused as error:
        found = [lacks(error.lacks, str(error))] if error.lacks else []
        return next_road(house, delivery, row, task, room="send", reason=str(error), findings=found)
    except Deferred as error:
        if error.endpoint_down:
            down.set()
        return _later(house, way, error, doubtful=doubtful)
    except InDoubt as error:
        return in_doubt(house, delivery, row, str(error))
    return sent(house, delivery, row, receipt, parcel)


def _gather(house: House, delivery: Delivery, row: DocumentRow) -> Outcome:
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"waits for the next print job of {delivery.channel}",
        record=partial(_record_state, house, delivery, GATHERED, "waits for the cut-off"),
    )


def _later(house: House, way: _Way, error: Deferred, *, doubtful: bool) -> Outcome:
    """Wait and try again; what may have arrived waits for an answer, however long it takes."""
    delivery, row, task = way.delivery, way.row, way.task
    wait = _wait_seconds(house, task.attempts, error)
    too_long = _waited_hours(house, task.attempts) > house.config.retry.give_up_hours
    if too_long and not doubtful:
        return next_road(house, delivery, row, task, room="send", reason=f"given up: {error}")
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

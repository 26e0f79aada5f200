"""What did not leave and may later: when it is tried again, and when it takes its next road.

A peer's wish to wait is granted up to where the document would come too late: half of the time to
a legal deadline, all of the time to the next road.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from archive.entry import Entry, Item
from hub.endpoints.circuit import waited_seconds
from hub.endpoints.watch import is_stranger
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.standing import next_road, restate
from hub.store import deliveries
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import Deferred, DeliveryState

_LEAST: Final = timedelta(seconds=60)
"""Between tries before a deadline."""


def deferred(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    task: Task,
    error: Deferred,
    *,
    doubtful: bool,
) -> Outcome:
    """Wait and try again; what may have arrived waits for an answer, however long it takes.

    So does what is for a peer in whose place another answers: a person decides.
    """
    now = house.clock()
    since = task.since or now
    if now - since >= _given_up_after(house) and not (
        doubtful or error.stranger or _is_stranger(house, delivery, task)
    ):
        return given_up(house, delivery, row, task, str(error))
    state = DeliveryState.IN_DOUBT if doubtful else DeliveryState.WAITING
    wait = _wait(house, delivery, task.attempts, error, until=since + _given_up_after(house))
    later = replace(task, due_at=now + wait, attempts=task.attempts + 1, since=since)
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"not now, again in {wait.total_seconds():.0f} s: {error}",
        evidence=delivery_draft(delivery, row, "deferred", [_said(error, later)], state=state),
        record=partial(record_state, house, delivery, state, str(error)),
        tasks=(later,),
    )


def _said(error: Deferred, later: Task) -> Item:
    said = {"words": str(error), "again_at": later.due_at, "since": later.since}
    return json_item("deferred", said)


def given_up(house: House, delivery: Delivery, row: DocumentRow, task: Task, words: str) -> Outcome:
    """Take the next road: the endpoint has been down for too long."""
    return next_road(house, delivery, row, task, room="send", reason=f"given up: {words}")


def is_too_old(house: House, task: Task) -> bool:
    """Whether what was waiting at a closed door takes its next road."""
    return house.clock() - (task.since or task.due_at) >= _given_up_after(house)


def _is_stranger(house: House, delivery: Delivery, task: Task) -> bool:
    with house.database.transaction() as connection:
        return is_stranger(connection, delivery.channel, task.endpoint)


def record_state(
    house: House,
    delivery: Delivery,
    state: str,
    reason: str,
    connection: Connection,
    _entry: Entry | None,
) -> None:
    """Write down where a delivery waits, and why."""
    deliveries.change(connection, delivery.id, state=state, reason=reason, changed_at=house.clock())
    restate(connection, delivery.document)


def _given_up_after(house: House) -> timedelta:
    return timedelta(hours=house.config.retry.give_up_hours)


def _wait(
    house: House, delivery: Delivery, attempts: int, error: Deferred, *, until: datetime
) -> timedelta:
    """Return how long to wait: as the peer wishes, or longer each time; never past what is due."""
    now, wish = house.clock(), error.retry_after_seconds
    if wish is None:
        wait = timedelta(seconds=waited_seconds(house.config.retry, attempts, house.chance()))
    else:
        most = max(until - now, timedelta())
        wait = timedelta(seconds=max(1, min(wish, most.total_seconds())))
    if delivery.due_by is not None and delivery.due_by > now:
        wait = min(wait, max((delivery.due_by - now) / 2, _LEAST))
    return wait

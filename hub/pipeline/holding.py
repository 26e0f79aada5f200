"""What was claimed and may not leave now goes back to its place, at no cost and without a word."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hub.endpoints.watch import Watch, is_down_since
from hub.pipeline.deferring import is_too_old
from hub.pipeline.house import House
from hub.pipeline.lanes import outlet_of
from hub.store import work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.work import RUNS_LAST, Task
from outbound.channel import DeliveryState

Claimed = tuple[Task, Delivery]
Old = tuple[Task, Delivery, str]
_MAY_HAVE_ARRIVED = frozenset({DeliveryState.SENDING, DeliveryState.IN_DOUBT})


def watch_of(house: House, channel: str) -> Watch:
    """Return what is known of a channel's endpoints, to be kept up."""
    return Watch(
        house.database,
        outlet_of(house, channel),
        retry=house.config.retry,
        clock=house.clock,
        chance=house.chance,
    )


def stand_aside(house: House, waiting: deque[Claimed]) -> None:
    """Put back what has not begun to leave, if this process ends, or more urgent work waits."""
    if not waiting:
        return
    with house.database.transaction() as connection:
        if house.stopping() or _is_overtaken(house, connection, waiting[0][0]):
            work.put_back(connection, [each.subject for each, _ in waiting], due_at=None)
            waiting.clear()


def _is_overtaken(house: House, connection: Connection, task: Task) -> bool:
    """Whether anything urgent waits in the lane of what a run made."""
    if task.priority < RUNS_LAST:
        return False
    first = work.first_waiting(connection, task.lane, house.clock())
    return first is not None and first < task.priority


def sorted_out(
    house: House, watch: Watch, group: Sequence[Claimed]
) -> tuple[list[Claimed], list[Old]]:
    """Return what may leave now, and what waited too long at a closed door; put the rest back."""
    free: list[Claimed] = []
    old: list[Old] = []
    held: list[str] = []
    too_long = timedelta(hours=house.config.retry.give_up_hours)
    for task, delivery in group:
        holder = watch.holder(task.endpoint)
        if holder is None:
            free.append((_dated(watch, task), delivery))
        elif (
            is_down_since(holder, house.clock(), too_long)
            and is_too_old(house, task)
            and delivery.state not in _MAY_HAVE_ARRIVED
        ):
            old.append((task, delivery, holder.words))
        else:
            held.append(task.subject)
    if held:
        with house.database.transaction() as connection:
            work.put_back(connection, held, due_at=None)
    return free, old


def _dated(watch: Watch, task: Task) -> Task:
    """Return what tries an endpoint that is down as waiting for it since then."""
    down_since = watch.down_since(task.endpoint)
    if task.since is not None or down_since is None:
        return task
    return replace(task, since=max(task.due_at, down_since))

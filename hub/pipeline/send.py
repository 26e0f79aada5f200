"""Room 8: the parcel leaves, once. Marked before the first byte, recorded after the answer.

A delivery found marked was interrupted: its channel is asked what became of it before anything
else, unless the channel announces the byte that commits and has not announced it. In doubt never
takes another road.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from hub.endpoints.watch import Watch
from hub.engine.window import Window
from hub.pipeline.dead_ends import lacks
from hub.pipeline.deferring import deferred, given_up
from hub.pipeline.gathering import gather
from hub.pipeline.holding import sorted_out, stand_aside, watch_of
from hub.pipeline.house import House, Outcome, Outcomes
from hub.pipeline.parcels import parcel_for
from hub.pipeline.receipts import sent
from hub.pipeline.standing import in_doubt, next_road
from hub.pipeline.suppressing import refuse_suppressed, with_verdict
from hub.store import deliveries, documents, work
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.endpoints import SERVER
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

_WINDOW = 8
"""How many parcels of a batch may be in doubt at most when the process dies."""
_COMMITTING = "it was about to arrive when the process died"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """A delivery on its way out, with all that belongs to it.

    Attributes:
        found: as it was before it was marked.
        doubtful: it may have arrived in an earlier attempt.
    """

    task: Task
    found: Delivery
    delivery: Delivery
    row: DocumentRow
    parcel: Parcel
    doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What became of a parcel.

    Attributes:
        outcome: None for one that was not tried, as another has just found its endpoint down.
        said: by the endpoint, where it did not take the parcel.
        is_news: whether that says anything of the endpoint.
    """

    way: _Way
    outcome: Outcome | None
    said: Deferred | InDoubt | None = None
    is_news: bool = True
    seconds: float = 0


def send(house: House, tasks: Sequence[Task]) -> Outcomes:
    """Send deliveries of one channel, a few at a time; what ends together is settled together.

    What its endpoint cannot take now is put back, as if it had never been claimed.
    """
    with house.database.transaction() as connection:
        found = deliveries.many(connection, [task.subject for task in tasks])
        rows = documents.many(connection, [d.document for d in found.values()])
    known = [(task, found[task.subject]) for task in tasks]
    name = known[0][1].channel
    channel = house.channels[name]
    if isinstance(channel, GatheringChannel):
        yield from gather(house, channel.stationery, known, rows)
        return
    yield from _leave(house, channel, watch_of(house, name), deque(known), rows)


def _leave(
    house: House,
    channel: Channel,
    watch: Watch,
    waiting: deque[tuple[Task, Delivery]],
    rows: Mapping[str, DocumentRow],
) -> Outcomes:
    """Keep a window of parcels on their way; each is marked before it leaves."""
    threads = watch.connections(_endpoint_of_lane(waiting[0][0]))
    down: set[str] = set()
    with Window[_Answer](threads, size=max(threads, min(_WINDOW, 2 * threads))) as window:
        while waiting or window.is_busy:
            stand_aside(house, waiting)
            group = [waiting.popleft() for _ in range(min(window.free, len(waiting)))]
            free, old = sorted_out(house, watch, group)
            if old:
                yield [given_up(house, d, rows[d.document], task, words) for task, d, words in old]
            ways = [_way(house, channel, task, d, rows[d.document]) for task, d in free]
            for way in _marked(house, ways):
                window.begin(partial(_tried, house, channel, way, down))
            if window.is_busy:
                yield from _gathered(house, watch, window)
                down.clear()


def _endpoint_of_lane(task: Task) -> str:
    """Return whom a lane is for; empty where many share it."""
    return task.lane.partition("/")[2]


def _gathered(house: House, watch: Watch, window: Window[_Answer]) -> Outcomes:
    """Yield the outcomes that are there together; one that fails takes no other's with it."""
    ended = window.ended()
    if any(future.exception() is not None for future in ended):
        ended += window.rest()
    answers = [future.result() for future in ended if future.exception() is None]
    for answer in answers:
        if answer.is_news:
            watch.heed(answer.way.task.endpoint, answer.said, answer.seconds)
    _unmark(house, [answer.way for answer in answers if answer.outcome is None])
    if outcomes := [answer.outcome for answer in answers if answer.outcome is not None]:
        yield sorted(outcomes, key=attrgetter("subject"))
    for future in ended:
        future.result()


def _way(house: House, channel: Channel, task: Task, delivery: Delivery, row: DocumentRow) -> _Way:
    interrupted = delivery.state == DeliveryState.SENDING and not channel.announces_commit
    return _Way(
        task=task,
        found=delivery,
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


def _unmark(house: House, ways: Sequence[_Way]) -> None:
    """Put back what was marked and not tried, as it was."""
    if not ways:
        return
    with house.database.transaction() as connection:
        for way in ways:
            was = way.found
            deliveries.change(connection, was.id, state=was.state, attempts=was.attempts)
        work.put_back(connection, [way.task.subject for way in ways], due_at=None)


def _commit(house: House, delivery: str) -> None:
    """Write down that the next byte may make it arrive; parcels that are as far share a commit."""
    house.database.together.run(
        partial(
            deliveries.change,
            delivery=delivery,
            state=DeliveryState.IN_DOUBT,
            reason=_COMMITTING,
            changed_at=house.clock(),
        )
    )


def _tried(house: House, channel: Channel, way: _Way, down: set[str]) -> _Answer:
    """Send it, unless its endpoint was found down since it was marked."""
    if down & {SERVER, way.task.endpoint}:
        return _Answer(way=way, outcome=None, is_news=False)
    answer = _send(house, channel, way)
    if isinstance(answer.said, Deferred) and answer.said.endpoint_down:
        down.add(way.task.endpoint if answer.said.beyond else SERVER)
    return answer


def _send(house: House, channel: Channel, way: _Way) -> _Answer:
    delivery, row, task, parcel = way.delivery, way.row, way.task, way.parcel
    doubtful, began = way.doubtful, house.clock()
    try:
        receipt = channel.resolve(parcel) if doubtful else None
        if receipt is None:
            doubtful = False
            refuse_suppressed(house, channel, parcel, delivery.tenant)
            receipt = channel.send(parcel)
    except Refused as error:
        found = [lacks(error.lacks, str(error))] if error.lacks else []
        road = next_road(house, delivery, row, task, room="send", reason=str(error), findings=found)
        ended = with_verdict(house, road, delivery, row, error)
        return _Answer(way=way, outcome=ended, is_news=False)
    except Deferred as error:
        later = deferred(house, delivery, row, task, error, doubtful=doubtful)
        return _Answer(way=way, outcome=later, said=error)
    except InDoubt as error:
        waits = in_doubt(house, delivery, row, str(error))
        return _Answer(way=way, outcome=waits, said=error, is_news=not doubtful)
    seconds = (house.clock() - began).total_seconds()
    return _Answer(way=way, outcome=sent(house, delivery, row, receipt, parcel), seconds=seconds)

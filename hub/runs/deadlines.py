"""The watch over deadlines: an alarm when one is near, one when it has passed, a line when met.

Each is said once: in the log and on the document's timeline; on the first page and in the worklist
it stands until it is met.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from hub.endpoints.standing import held
from hub.pipeline.house import House
from hub.store import deadlines, deliveries, documents, events
from hub.store.database import Connection
from hub.store.deadlines import Deadline, Told
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.events import Event
from outbound.channel import DeliveryState

_AT_ONCE = 500
_NAMED = 3
"""Documents that one alarm names."""
_log = logging.getLogger("facteur.deadlines")

_FURTHER = {
    DeliveryState.HANDED_OVER: 1,
    DeliveryState.ACCEPTED_BY_NETWORK: 2,
    DeliveryState.DELIVERED: 3,
    DeliveryState.BUSINESS_ACCEPTED: 4,
}
_NO_MORE = frozenset({DocumentState.DUPLICATE, DocumentState.SUPERSEDED, DocumentState.CANCELLED})
"""A document that goes nowhere keeps no deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A deadline that is near or has passed, with its document.

    Attributes:
        way: by which the document goes; None before it is routed.
        held: at which closed door it waits, and why; empty for none.
    """

    deadline: Deadline
    row: DocumentRow
    way: Delivery | None
    held: str = ""

    @property
    def missed(self) -> bool:
        """Whether it has passed."""
        return self.deadline.told is Told.MISSED

    @property
    def words(self) -> str:
        """Say which document, whose, by which law until when, and what to do."""
        due, row = self.deadline, self.row
        when = "was due" if self.missed else "is due"
        whose = row.customer_name or row.customer or "somebody not known"
        return (
            f"{row.number or row.id} for {whose} {when} {due.due_at:%Y-%m-%d %H:%M} UTC, by then "
            f"{due.reached.replace('_', ' ')}: {due.name}, {due.law}. {self.todo}"
        )

    @property
    def todo(self) -> str:
        """Say what to do; of what waits at a closed door, that first."""
        door = f"It waits: {self.held}. " if self.held else ""
        return f"{door}To do: {self.deadline.fix}"


def watch(house: House) -> int:
    """Look at all deadlines of which there may be something new; returns how many there was of."""
    with house.database.transaction() as connection:
        found = deadlines.turning(connection, house.clock(), _AT_ONCE)
        rows, ways = _standing(connection, found)
        new = [(each, told) for each in found if (told := _told(house, each, rows, ways))]
        turned = dict(new)
        said = [
            _say(house, alarm, turned[alarm.deadline])
            for alarm in _alarms(connection, list(turned), rows, ways)
            if deadlines.tell(connection, alarm.deadline, turned[alarm.deadline])
        ]
        events.add(connection, [line for line in said if line is not None])
    return len(said)


def alarms(connection: Connection, tenant: str | None = None) -> list[Alarm]:
    """Return every deadline that is near or has passed, the first one first."""
    return standing(connection, deadlines.alarmed(connection, tenant))


def standing(connection: Connection, found: Sequence[Deadline]) -> list[Alarm]:
    """Return deadlines with their documents, in their order."""
    rows, ways = _standing(connection, found)
    return _alarms(connection, found, rows, ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """All alarms of one limit.

    Attributes:
        key: unlike any other's.
        what: which limit, near or missed, and when the first is due.
        words: the first documents and whose they are, the law, what to do.
    """

    key: str
    count: int
    what: str
    words: str


def heads(found: Sequence[Alarm]) -> Iterator[Head]:
    """Yield the alarms limit by limit."""
    ordered = sorted(found, key=_kind)
    for (tenant, name, missed), group in groupby(ordered, key=_kind):
        own = list(group)
        first = own[0].deadline
        numbers = ", ".join(
            f"{one.row.number or one.row.id} for {one.row.customer_name or one.row.customer}"
            for one in own[:_NAMED]
        )
        more = f" and {len(own) - _NAMED} more" if len(own) > _NAMED else ""
        state = "missed" if missed else "near"
        yield Head(
            key=f"deadline-{tenant}-{name}-{state}",
            count=len(own),
            what=f"deadline {state}: {name}, the first {first.due_at:%Y-%m-%d %H:%M} UTC",
            words=f"{tenant}: {numbers}{more}. {first.law} To do: {first.fix}.",
        )


def _kind(alarm: Alarm) -> tuple[str, str, bool]:
    return alarm.deadline.tenant, alarm.deadline.name, alarm.missed


def _standing(
    connection: Connection, found: Sequence[Deadline]
) -> tuple[Mapping[str, DocumentRow], Mapping[str, Sequence[Delivery]]]:
    ids = sorted({each.document for each in found})
    return documents.many(connection, ids), deliveries.of_documents(connection, ids)


def _alarms(
    connection: Connection,
    found: Sequence[Deadline],
    rows: Mapping[str, DocumentRow],
    ways: Mapping[str, Sequence[Delivery]],
) -> list[Alarm]:
    own = [(each, _own(ways, each)) for each in found]
    doors = held(connection, [way for _, way in own if way is not None])
    return [
        Alarm(
            deadline=each,
            row=rows[each.document],
            way=way,
            held=doors.get(way.id, "") if way is not None else "",
        )
        for each, way in own
    ]


def _own(ways: Mapping[str, Sequence[Delivery]], deadline: Deadline) -> Delivery | None:
    own = [way for way in ways[deadline.document] if not way.copy_of]
    return own[-1] if own else None


def _told(
    house: House,
    deadline: Deadline,
    rows: Mapping[str, DocumentRow],
    ways: Mapping[str, Sequence[Delivery]],
) -> Told | None:
    """Return what is new about a deadline; None if nothing is."""
    way = _own(ways, deadline)
    if rows[deadline.document].state in _NO_MORE or _reached(deadline, way):
        return Told.MET
    now = _now(deadline, house.clock())
    return now if now is not deadline.told else None


def _reached(deadline: Deadline, way: Delivery | None) -> bool:
    far = _FURTHER.get(DeliveryState(way.state), 0) if way and way.state in _FURTHER else 0
    return far >= _FURTHER[DeliveryState(deadline.reached)]


def _now(deadline: Deadline, now: datetime) -> Told:
    return Told.MISSED if now >= deadline.due_at else Told.NEAR


def _say(house: House, alarm: Alarm, told: Told) -> Event | None:
    """Write it down in the log; returns the line for the timeline, None for one met in time."""
    due, row = alarm.deadline, alarm.row
    if told is Told.MET:
        if due.told is not Told.MISSED or row.state in _NO_MORE:
            return None
        text = f"deadline {due.name}: met late, it was due {due.due_at:%Y-%m-%d %H:%M} UTC"
        return _line(house, row, text)
    said = replace(alarm, deadline=replace(due, told=told)).words
    _log.warning("deadline %s %s: %s: %s", due.name, told, row.id, due.law)
    return _line(house, row, f"ALARM: {said}")


def _line(house: House, row: DocumentRow, text: str) -> Event:
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=row.tenant,
        submission=row.submission,
        document=row.id,
        room="deadline",
        text=text,
    )

"""Handed over and then silence: after some days that is said, and what the operator wants follows.

Only what somebody has surely taken over: a doubt never ages into anything. The next road carries a
copy, since the first one may have arrived.
"""

from datetime import timedelta

from archive.entry import Entry, Item
from hub.config.confirmation import Confirmation
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import lane_of
from hub.pipeline.settling import settle
from hub.pipeline.standing import Onward, next_road
from hub.store import calls, documents, work
from hub.store.calls import Call
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task

_AT_ONCE = 200


def age(house: House) -> int:
    """Look at what was handed over and has no report for too long; returns how many there were."""
    wishes = house.config.confirmations
    return sum(_age(house, name, wish) for name, wish in wishes.items())


def _age(house: House, channel: str, wish: Confirmation) -> int:
    before = house.clock() - timedelta(days=wish.unconfirmed_after_days)
    with house.database.transaction() as connection:
        silent = calls.unconfirmed(connection, channel, before, _AT_ONCE)
        rows = documents.many(connection, [way.document for way in silent])
    outcomes = [_outcome(house, way, rows[way.document], wish) for way in silent]
    for outcome in outcomes:
        settle(house, "unconfirmed", [outcome])
    return len(outcomes)


def _outcome(house: House, way: Delivery, row: DocumentRow, wish: Confirmation) -> Outcome:
    words = f"{way.channel} has not confirmed it within {wish.unconfirmed_after_days} days"
    next_opens = wish.unconfirmed == "next_road" and way.road + 1 < len(way.roads)
    said = f"; a copy takes the next road, {way.roads[way.road + 1].channel}" if next_opens else ""
    onward = _onward(house, way, row, words) if next_opens else None
    waits_for = Call.UNCONFIRMED if wish.unconfirmed != "nothing" and onward is None else ""

    def record(connection: Connection, entry: Entry | None) -> None:
        """Note it, unless a report was faster; then let it go on."""
        now = house.clock()
        fresh = calls.find_unconfirmed(connection, way, now, waits_for=waits_for)
        if fresh and onward is not None:
            onward.record(connection, entry)
            work.put(connection, list(onward.tasks))

    return Outcome(
        subject=f"{way.id}/unconfirmed",
        about=about_delivery(way, row),
        line=f"handed over, unconfirmed: {words}{said}",
        evidence=delivery_draft(way, row, Call.UNCONFIRMED, _items(way, words), state=way.state),
        record=record,
    )


def _items(way: Delivery, words: str) -> list[Item]:
    facts = {"key": way.parcel_key, "channel": way.channel, "state": way.state, "words": words}
    return [json_item("silence", facts)]


def _onward(house: House, way: Delivery, row: DocumentRow, words: str) -> Outcome:
    """Return what opens the next road, for a copy."""
    task = Task(
        subject=way.id,
        room="render",
        lane=lane_of(row.priority),
        priority=row.priority,
        due_at=house.clock(),
    )
    repeats = Onward(repeats=way.parcel_key)
    return next_road(house, way, row, task, room=Call.UNCONFIRMED, reason=words, onward=repeats)

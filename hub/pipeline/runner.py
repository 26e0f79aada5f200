"""Walks a batch through the rooms: files each room's evidence, then opens the next door."""

import logging
import traceback
from collections.abc import Iterable, Iterator, Sequence

from archive.entry import Draft, Entry
from formats.findings import Actor, Finding
from hub.pipeline.house import House, Outcome, Room
from hub.pipeline.parking import park
from hub.pipeline.rooms import ROOMS
from hub.store import events, work
from hub.store.events import Event
from hub.store.work import Task

_log = logging.getLogger("facteur.rooms")


def run_batch(house: House, lane: str, batch: str) -> None:
    """Work until nothing of the batch is left in this lane. Harmless when repeated."""
    while True:
        with house.database.transaction() as connection:
            tasks = work.of_batch(connection, batch)
        if not tasks:
            return
        room = next(room for room in ROOMS if any(task.room == room.name for task in tasks))
        waiting = [task for task in tasks if task.room == room.name]
        for outcomes in _groups(room, _enter(house, room, waiting)):
            settle(house, room.name, outcomes, lane=lane)


def settle(house: House, room: str, outcomes: Sequence[Outcome], *, lane: str = "") -> None:
    """File the evidence, then commit results, timeline and next doors in one transaction."""
    entries = file_evidence(house, [o.evidence for o in outcomes if o.evidence is not None])
    now = house.clock()
    with house.database.transaction() as connection:
        lines: list[Event] = []
        for outcome in outcomes:
            entry = entries.get(outcome.evidence.key) if outcome.evidence else None
            outcome.record(connection, entry)
            own = [task for task in outcome.tasks if task.subject == outcome.subject]
            if own:
                work.move(connection, own, keep_batch=own[0].lane == lane and own[0].due_at <= now)
            else:
                work.finish(connection, [outcome.subject])
            work.put(
                connection, [task for task in outcome.tasks if task.subject != outcome.subject]
            )
            lines.append(
                Event(
                    id=house.new_id(),
                    at=now,
                    tenant=outcome.about.tenant,
                    submission=outcome.about.submission,
                    document=outcome.about.document,
                    delivery=outcome.about.delivery,
                    room=room,
                    text=outcome.line,
                    entry=entry.id if entry else None,
                )
            )
        events.add(connection, lines)
    house.nudge()


def file_evidence(house: House, drafts: Sequence[Draft]) -> dict[str, Entry]:
    """Keep what is not kept yet; an act that was filed before a crash stays as it was filed."""
    kept = dict(house.archive.kept([draft.key for draft in drafts]))
    missing = [draft for draft in drafts if draft.key not in kept]
    if missing:
        kept |= {entry.key: entry for entry in house.archive.append(missing)}
    return kept


def _groups(room: Room, outcomes: Iterable[Outcome]) -> Iterator[Sequence[Outcome]]:
    if room.one_by_one:
        for outcome in outcomes:
            yield [outcome]
    else:
        yield list(outcomes)


def _enter(house: House, room: Room, tasks: Sequence[Task]) -> Iterator[Outcome]:
    """Enter a room with all tasks; if that fails, with each alone, and park the one that fails."""
    done: set[str] = set()
    try:
        for outcome in room.enter(house, tasks):
            done.add(outcome.subject)
            yield outcome
    except Exception:  # noqa: BLE001  (a bug parks its document, not the whole batch)
        left = [task for task in tasks if task.subject not in done]
        if len(left) != 1:
            for task in left:
                yield from _enter(house, room, [task])
            return
        _log.exception("room %s cannot handle %s", room.name, left[0].subject)
        yield park(house, left[0], [_bug(room.name)])


def _bug(room: str) -> Finding:
    last = traceback.format_exc().strip().splitlines()
    return Finding(
        rule="IN-BUG",
        message=f"facteur failed in room {room}: {last[-1]}",
        fix="report this with the log, then resubmit",
        actor=Actor.OPERATOR,
        value="\n".join(last[-12:]),
    )

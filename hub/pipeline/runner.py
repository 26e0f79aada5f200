"""Walks a batch through the rooms: files each room's evidence, then opens the next door."""

import logging
import traceback
from collections.abc import Sequence
from contextlib import closing

from archive.entry import ArchiveUnavailable
from formats.findings import Actor, Finding
from hub.pipeline.house import House, Outcomes, Room
from hub.pipeline.parking import park
from hub.pipeline.rooms import ROOMS
from hub.pipeline.settling import settle
from hub.store import work
from hub.store.database import is_away
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
        with closing(_enter(house, room, waiting, batch)) as groups:
            for outcomes in groups:
                settle(house, room.name, outcomes, lane=lane)


def _enter(house: House, room: Room, tasks: Sequence[Task], batch: str) -> Outcomes:
    """Enter a room with all tasks; if that fails, with each alone, and park the one that fails.

    A bug parks its document and not the whole batch; a database or an archive that is away parks
    nothing.
    """
    done: set[str] = set()
    try:
        with closing(room.enter(house, tasks)) as groups:
            for outcomes in groups:
                done.update(outcome.subject for outcome in outcomes)
                yield outcomes
    except Exception as error:
        if is_away(error) or isinstance(error, ArchiveUnavailable):
            raise
        left = _left(house, room, [task for task in tasks if task.subject not in done], batch)
        if len(tasks) > 1:
            for task in left:
                yield from _enter(house, room, [task], batch)
            return
        _log.exception("room %s cannot handle %s", room.name, tasks[0].subject)
        yield [park(house, task, [_bug(room.name)]) for task in left]


def _left(house: House, room: Room, tasks: Sequence[Task], batch: str) -> list[Task]:
    """Return what of the tasks is still this batch's; a room may have put some back."""
    with house.database.transaction() as connection:
        ours = {t.subject for t in work.of_batch(connection, batch) if t.room == room.name}
    return [task for task in tasks if task.subject in ours]


def _bug(room: str) -> Finding:
    last = traceback.format_exc().strip().splitlines()
    return Finding(
        rule="IN-BUG",
        message=f"facteur failed in room {room}: {last[-1]}",
        fix="report this with the log, then resubmit",
        actor=Actor.OPERATOR,
        value="\n".join(last[-12:]),
    )

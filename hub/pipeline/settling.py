"""Settling: an outcome's evidence is filed, then results and next doors are committed."""

from collections.abc import Sequence
from datetime import datetime

from archive.entry import Draft, Entry
from hub.pipeline.filed_states import file_states
from hub.pipeline.house import House, Outcome
from hub.store import deliveries, documents, events, work
from hub.store.database import Connection
from hub.store.events import Event


def settle(house: House, room: str, outcomes: Sequence[Outcome], *, lane: str = "") -> None:
    """File the evidence, then commit results, timeline and next doors in one transaction."""
    entries = file_evidence(house, [o.evidence for o in outcomes if o.evidence is not None])
    proofs = [entries[o.evidence.key] if o.evidence else None for o in outcomes]
    now = house.clock()
    lines = [
        _line(house, room, outcome, proof, now)
        for outcome, proof in zip(outcomes, proofs, strict=True)
    ]

    def commit(connection: Connection) -> None:
        events.add(connection, lines)
        stopped = _stopped(connection, outcomes)
        going = [outcome for outcome in outcomes if outcome.subject not in stopped]
        for outcome, proof in zip(outcomes, proofs, strict=True):
            if outcome.subject not in stopped:
                outcome.record(connection, proof)
        work.finish(connection, sorted(stopped))
        _open_doors(connection, going, lane, now)

    house.database.run(commit)
    file_states(house)
    house.nudge()


def _stopped(connection: Connection, outcomes: Sequence[Outcome]) -> set[str]:
    """Return what was cancelled while a room worked on it: it goes nowhere."""
    ways = [o.subject for o in outcomes if o.subject == o.about.delivery]
    found = deliveries.stopped(connection, ways) if ways else set()
    rows = [o.subject for o in outcomes if o.subject == o.about.document]
    cancelled = documents.stopped(connection, rows) if rows else set()
    return found | cancelled


def _open_doors(
    connection: Connection, outcomes: Sequence[Outcome], lane: str, now: datetime
) -> None:
    """Let what goes on at once stay in its batch; the rest waits anew or is at rest.

    What goes on need not have been waiting: a letter that its partner refuses was at rest.
    """
    subjects = {outcome.subject for outcome in outcomes}
    tasks = [task for outcome in outcomes for task in outcome.tasks]
    at_once = {
        task.subject: task
        for task in tasks
        if task.subject in subjects and task.lane == lane and task.due_at <= now
    }
    work.move(connection, list(at_once.values()), keep_batch=True)
    work.finish(connection, sorted(subjects - at_once.keys()))
    work.put(connection, [task for task in tasks if task.subject not in at_once])


def _line(house: House, room: str, outcome: Outcome, proof: Entry | None, now: datetime) -> Event:
    return Event(
        id=house.new_id(),
        at=now,
        tenant=outcome.about.tenant,
        submission=outcome.about.submission,
        document=outcome.about.document,
        delivery=outcome.about.delivery,
        room=room,
        text=outcome.line,
        entry=proof.id if proof else None,
    )


def file_evidence(house: House, drafts: Sequence[Draft]) -> dict[str, Entry]:
    """Keep what is not kept yet; an act that was filed before a crash stays as it was filed."""
    return {entry.key: entry for entry in house.archive.append(drafts, first_stays=True)}

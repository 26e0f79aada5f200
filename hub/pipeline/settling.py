"""Settling: an outcome's evidence is filed, then results and next doors are committed."""

from collections.abc import Sequence

from archive.entry import Draft, Entry
from hub.pipeline.house import House, Outcome
from hub.store import events, work
from hub.store.events import Event


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
    return {entry.key: entry for entry in house.archive.append(drafts, first_stays=True)}

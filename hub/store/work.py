"""What is to be done next: one row a subject that is not at rest, in exactly one room.

The rows are the truth about waiting work; the durable engine only carries the names of batches.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

INVOICES_FIRST = 10
"""Priority of what an ERP sent; lower goes first."""

RUNS_LAST = 50
"""Priority of what a run made, so that reminders never delay invoices."""

work = sa.Table(
    "work",
    TABLES,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("room", sa.Text),
    sa.Column("lane", sa.Text),
    sa.Column("priority", sa.Integer),
    sa.Column("due_at", Instant),
    sa.Column("batch", sa.Text),
    sa.Column("attempts", sa.Integer),
)

_MOVE = work.update().where(work.c.subject == sa.bindparam("of"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A subject (submission, document or delivery) and the room it is to enter.

    Attributes:
        lane: `documents`, or `send:<channel>`, so that one dead endpoint delays nobody else.
        attempts: how often this room has been tried and deferred.
    """

    subject: str
    room: str
    lane: str
    priority: int
    due_at: datetime
    attempts: int = 0

    def to(self, room: str, *, lane: str | None = None) -> "Task":
        """Return the same subject at another room's door, due now, tried afresh."""
        return replace(self, room=room, lane=lane or self.lane, attempts=0)


def put(connection: Connection, tasks: Sequence[Task]) -> None:
    """Add work for subjects that have none."""
    if tasks:
        connection.execute(work.insert(), [_values(task) for task in tasks])


def move(connection: Connection, tasks: Sequence[Task], *, keep_batch: bool) -> None:
    """Let subjects enter another room, in the same batch or waiting for a new one."""
    rows = [{"of": task.subject, **_values(task)} for task in tasks]
    if keep_batch:
        for row in rows:
            del row["batch"]
    if rows:
        connection.execute(_MOVE, rows)


def finish(connection: Connection, subjects: Sequence[str]) -> None:
    """Forget subjects that have come to rest."""
    if subjects:
        connection.execute(work.delete().where(work.c.subject.in_(subjects)))


def of_batch(connection: Connection, batch: str) -> list[Task]:
    """Return what is left of a batch, in order of subject."""
    rows = connection.execute(
        sa.select(work).where(work.c.batch == batch).order_by(work.c.subject)
    ).all()
    return [_task(row) for row in rows]


def waiting(connection: Connection, subjects: Sequence[str]) -> dict[str, Task]:
    """Return what is still to be done for these subjects; those at rest lack."""
    rows = connection.execute(sa.select(work).where(work.c.subject.in_(subjects)))
    return {row.subject: _task(row) for row in rows}


def are_idle(connection: Connection, subjects: Sequence[str]) -> bool:
    """Whether no batch carries any of these subjects; none can claim them until this commits."""
    rows = connection.execute(
        sa.select(work.c.batch).where(work.c.subject.in_(subjects)).with_for_update()
    )
    return all(row.batch is None for row in rows)


def claim(
    connection: Connection,
    *,
    lane: str,
    batch: str,
    now: datetime,
    limit: int,
    skip_locked: bool,
    whole: bool = False,
) -> int:
    """Give up to `limit` waiting subjects of one lane and priority the name of a batch.

    With `whole`, none are claimed unless there are `limit` of them.

    Returns:
        how many were claimed; they all have the same priority, the most urgent there is.
    """
    waiting = (
        sa.select(work.c.subject, work.c.priority)
        .where(work.c.lane == lane, work.c.batch.is_(None), work.c.due_at <= now)
        .order_by(work.c.priority, work.c.subject)
        .limit(limit)
    )
    if skip_locked:
        waiting = waiting.with_for_update(skip_locked=True)
    rows = connection.execute(waiting).all()
    subjects = [row.subject for row in rows if row.priority == rows[0].priority]
    if not subjects or (whole and len(subjects) < limit):
        return 0
    connection.execute(work.update().where(work.c.subject.in_(subjects)).values(batch=batch))
    return len(subjects)


def release(connection: Connection, batch: str, *, due_at: datetime) -> int:
    """Let what is left of a batch wait again; returns how many subjects."""
    result = connection.execute(
        work.update()
        .where(work.c.batch == batch)
        .values(batch=None, due_at=due_at, attempts=work.c.attempts + 1)
    )
    return result.rowcount


def batches(connection: Connection) -> list[tuple[str, str]]:
    """Return (lane, batch) of all batches under way."""
    rows = connection.execute(
        sa.select(work.c.lane, work.c.batch).where(work.c.batch.is_not(None)).distinct()
    ).all()
    return [(row[0], row[1]) for row in rows]


def count(connection: Connection) -> int:
    """Return how many subjects are not at rest."""
    return connection.execute(sa.select(sa.func.count()).select_from(work)).scalar_one()


def _values(task: Task) -> dict[str, object]:
    return {
        "subject": task.subject,
        "room": task.room,
        "lane": task.lane,
        "priority": task.priority,
        "due_at": task.due_at,
        "batch": None,
        "attempts": task.attempts,
    }


def _task(row: sa.Row[tuple[object, ...]]) -> Task:
    return Task(
        subject=row.subject,
        room=row.room,
        lane=row.lane,
        priority=row.priority,
        due_at=row.due_at,
        attempts=row.attempts,
    )

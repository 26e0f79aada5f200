"""What is to be done next: one row a subject that is not at rest, in exactly one room.

The rows are the truth about waiting work; the durable engine only carries the names of batches.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, is_among, rows_among, rows_with
from hub.store.weights import weights

INVOICES_FIRST = 10
"""Priority of what an ERP sent; lower goes first."""

RUNS_LAST = 50
"""Priority of what a run made, so that reminders never delay invoices."""

TOGETHER_BYTES = 8 << 20
"""What a batch may weigh, so that it can be held with all that comes of it."""

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
    sa.Column("endpoint", sa.Text),
    sa.Column("since", Instant),
)

_MOVE = work.update().where(work.c.subject == sa.bindparam("of"))
_FINISH = work.delete().where(is_among(work.c.subject))
_OF_BATCH = rows_with(work, "batch").order_by(work.c.due_at, work.c.subject)
_WAITING = (
    sa.select(work.c.subject, work.c.priority, work.c.endpoint)
    .where(
        work.c.lane == sa.bindparam("waits_in"),
        work.c.batch.is_(None),
        work.c.due_at <= sa.bindparam("now"),
    )
    .order_by(work.c.priority, work.c.due_at, work.c.subject)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_WAITING_UNLOCKED = _WAITING.with_for_update(skip_locked=True)
_CLAIM = work.update().where(is_among(work.c.subject)).values(batch=sa.bindparam("claimed_by"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A subject (submission, document or delivery) and the room it is to enter.

    Attributes:
        lane: `documents`, or `send:<channel>`, or `send:<channel>/<endpoint>` of one that is served
            on its own, so that one dead endpoint delays nobody else.
        attempts: how often this room has been tried and deferred.
        endpoint: who stands beyond the channel's server for this delivery, or empty.
        since: when this room first deferred it.
    """

    subject: str
    room: str
    lane: str
    priority: int
    due_at: datetime
    attempts: int = 0
    endpoint: str = ""
    since: datetime | None = None

    def to(self, room: str, *, lane: str | None = None, endpoint: str = "") -> "Task":
        """Return the same subject at another room's door, due now, tried afresh."""
        return replace(
            self, room=room, lane=lane or self.lane, attempts=0, endpoint=endpoint, since=None
        )


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
        connection.execute(_FINISH, {"among": subjects})


def of_batch(connection: Connection, batch: str) -> list[Task]:
    """Return what is left of a batch, what came first before the rest."""
    return [_task(row) for row in connection.execute(_OF_BATCH, {"batch": batch})]


def waiting(connection: Connection, subjects: Sequence[str]) -> dict[str, Task]:
    """Return what is still to be done for these subjects; those at rest lack."""
    rows = connection.execute(rows_among(work, "subject"), {"among": subjects})
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
    each: int | None = None,
    only: sa.ColumnElement[bool] | None = None,
) -> int:
    """Give up to `limit` waiting subjects of one lane and priority the name of a batch.

    Together they weigh no more than `TOGETHER_BYTES`, or it is a single one that does. With
    `whole`, none are claimed unless they are as many as there may be; with `each`, no more of one
    named endpoint than may be under way in this lane at once; with `only`, what fulfils it.

    Returns:
        how many were claimed; they all have the same priority, the most urgent there is, and have
        been due for longest.
    """
    waiting = _WAITING_UNLOCKED if skip_locked else _WAITING
    if only is not None:
        waiting = waiting.where(only)
    rows = connection.execute(waiting, {"waits_in": lane, "now": now, "most": limit}).all()
    urgent = [row for row in rows if row.priority == rows[0].priority]
    light = _held_together(connection, urgent)
    if not light or (whole and len(light) == len(urgent) < limit):
        return 0
    subjects = [row.subject for row in light]
    if each is not None:
        places = _places_left(connection, lane, each)
        subjects = [
            row.subject
            for row in light
            if not row.endpoint or next(places[row.endpoint], None) is not None
        ]
    connection.execute(_CLAIM, {"among": subjects, "claimed_by": batch})
    return len(subjects)


def _held_together(
    connection: Connection, rows: Sequence[sa.Row[str, int, str]]
) -> Sequence[sa.Row[str, int, str]]:
    """Return the first rows that are not too heavy together, or the first one, if that is."""
    weighed = weights(connection, [row.subject for row in rows]) if len(rows) > 1 else {}
    sums = accumulate(weighed.get(row.subject, 0) for row in rows)
    return rows[: max(1, sum(size_bytes <= TOGETHER_BYTES for size_bytes in sums))]


def _places_left(connection: Connection, lane: str, each: int) -> dict[str, Iterator[int]]:
    """Return for each endpoint as many numbers as there may be more of it under way."""
    counted = connection.execute(
        sa.select(work.c.endpoint, sa.func.count())
        .where(work.c.lane == lane, work.c.batch.is_not(None))
        .group_by(work.c.endpoint)
    )
    left: dict[str, Iterator[int]] = defaultdict(lambda: iter(range(1, each + 1)))
    left.update({endpoint: iter(range(1, each + 1 - count)) for endpoint, count in counted})
    return left


def lock(connection: Connection, lane: str) -> None:
    """Let no other worker claim from a lane that is locked, too, until this commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT pg_advisory_xact_lock(hashtext(:lane))"), {"lane": f"lane {lane}"}
        )


def is_under_way(connection: Connection, lane: str, endpoint: str | None = None) -> bool:
    """Whether any worker has a batch of this lane, or one with this endpoint in it."""
    query = sa.select(work.c.subject).where(work.c.lane == lane, work.c.batch.is_not(None))
    if endpoint is not None:
        query = query.where(work.c.endpoint == endpoint)
    return connection.execute(query.limit(1)).first() is not None


def first_waiting(connection: Connection, lane: str, now: datetime) -> int | None:
    """Return the priority of the most urgent subject that is due in a lane; None for none."""
    query = (
        sa.select(work.c.priority)
        .where(work.c.lane == lane, work.c.batch.is_(None), work.c.due_at <= now)
        .order_by(work.c.priority)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def front(connection: Connection, lane: str, now: datetime, limit: int) -> dict[str, int]:
    """Return how many there are of each endpoint among those that are claimed next."""
    first = (
        sa.select(work.c.endpoint)
        .where(work.c.lane == lane, work.c.batch.is_(None), work.c.due_at <= now)
        .order_by(work.c.priority, work.c.due_at, work.c.subject)
        .limit(limit)
        .subquery()
    )
    counted = sa.select(first.c.endpoint, sa.func.count()).group_by(first.c.endpoint)
    return {row[0]: row[1] for row in connection.execute(counted)}


def lanes_below(connection: Connection, prefix: str) -> list[str]:
    """Return the lanes that begin like this in which anything is, waiting or under way."""
    below = work.c.lane.startswith(prefix, autoescape=True)
    lanes = connection.execute(sa.select(work.c.lane).where(below).distinct()).scalars()
    return [lane for lane in lanes if lane.startswith(prefix)]


def change_lane(connection: Connection, lane: str, endpoint: str, new: str) -> None:
    """Let all that waits in a lane for an endpoint wait in another lane."""
    waiting = (work.c.lane == lane) & (work.c.endpoint == endpoint) & work.c.batch.is_(None)
    connection.execute(work.update().where(waiting).values(lane=new))


def put_back(connection: Connection, subjects: Sequence[str], due_at: datetime | None) -> None:
    """Let claimed subjects wait as if they had not been claimed, until `due_at` if one is given."""
    values: dict[str, object] = {"batch": None}
    if due_at is not None:
        values |= {"due_at": due_at, "since": sa.func.coalesce(work.c.since, work.c.due_at)}
    connection.execute(work.update().where(work.c.subject.in_(subjects)).values(**values))


def waits_since(connection: Connection, lane: str) -> tuple[int, datetime | None]:
    """Return how many subjects wait in a lane, and when the first of them came."""
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.min(sa.func.coalesce(work.c.since, work.c.due_at), type_=Instant),
        ).where(work.c.lane == lane, work.c.batch.is_(None))
    ).one()
    return row[0], row[1]


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
        "endpoint": task.endpoint,
        "since": task.since,
    }


def _task(row: sa.Row[tuple[object, ...]]) -> Task:
    return Task(
        subject=row.subject,
        room=row.room,
        lane=row.lane,
        priority=row.priority,
        due_at=row.due_at,
        attempts=row.attempts,
        endpoint=row.endpoint,
        since=row.since,
    )

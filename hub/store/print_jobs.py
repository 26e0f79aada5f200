"""Print jobs: which letters left together, and whether the partner has them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant
from outbound.channel import DeliveryState

print_jobs = sa.Table(
    "print_jobs",
    TABLES,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("pieces", sa.Integer),
    sa.Column("made_at", Instant),
    sa.Column("made_of", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("received_at", Instant),
    sa.Column("receipt_due_at", Instant),
    sa.Column("posted_due_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """A job; its pieces are the deliveries that carry its name.

    Attributes:
        made_of: how its letters are made and share envelopes, a `print_mail.batches.Batch` as JSON;
            empty: each alone.
        sha256: of the PDF that was handed over; empty before.
        received_at: when the partner's receipt for the whole job came.
        receipt_due_at, posted_due_at: until when he promised it, and that all is posted.
    """

    job: str
    channel: str
    state: str
    pieces: int
    made_at: datetime
    made_of: str = ""
    sha256: str = ""
    received_at: datetime | None = None
    receipt_due_at: datetime | None = None
    posted_due_at: datetime | None = None


def add(connection: Connection, job: PrintJob) -> None:
    """Insert a job."""
    connection.execute(
        print_jobs.insert().values(
            job=job.job,
            channel=job.channel,
            state=job.state,
            pieces=job.pieces,
            made_at=job.made_at,
            made_of=job.made_of,
        )
    )


def set_state(connection: Connection, job: str, state: str) -> None:
    """Set a job's state."""
    connection.execute(print_jobs.update().where(print_jobs.c.job == job).values(state=state))


def hand_over(
    connection: Connection,
    job: str,
    *,
    sha256: str,
    receipt_due_at: datetime | None,
    posted_due_at: datetime | None,
) -> None:
    """Note what was handed over, and what the partner promised."""
    connection.execute(
        print_jobs.update()
        .where(print_jobs.c.job == job)
        .values(sha256=sha256, receipt_due_at=receipt_due_at, posted_due_at=posted_due_at)
    )


def receive(connection: Connection, job: str, now: datetime) -> None:
    """Note that the partner has given his receipt."""
    connection.execute(print_jobs.update().where(print_jobs.c.job == job).values(received_at=now))


def get(connection: Connection, job: str) -> PrintJob | None:
    """Return one by its name."""
    row = connection.execute(sa.select(print_jobs).where(print_jobs.c.job == job)).first()
    return None if row is None else _job(row)


def listed(connection: Connection, limit: int) -> list[PrintJob]:
    """Return the last jobs, the newest first."""
    order = print_jobs.c.made_at.desc(), print_jobs.c.job.desc()
    rows = connection.execute(sa.select(print_jobs).order_by(*order).limit(limit))
    return [_job(row) for row in rows]


def unfinished(connection: Connection, channel: str) -> list[PrintJob]:
    """Return jobs that were begun and of which nobody knows that the partner has them."""
    rows = connection.execute(
        sa.select(print_jobs)
        .where(print_jobs.c.channel == channel, print_jobs.c.state == DeliveryState.SENDING)
        .order_by(print_jobs.c.made_at)
    )
    return [_job(row) for row in rows]


def exists(connection: Connection, job: str) -> bool:
    """Whether there is a job of this name."""
    query = sa.select(print_jobs.c.job).where(print_jobs.c.job == job)
    return connection.execute(query).first() is not None


def count(connection: Connection, channel: str) -> int:
    """Return how many jobs the channel has had."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(print_jobs).where(print_jobs.c.channel == channel)
    ).scalar_one()


def _job(row: sa.Row[tuple[object, ...]]) -> PrintJob:
    return PrintJob(**row._mapping)  # noqa: SLF001  (the public way to a row's names)

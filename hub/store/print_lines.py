"""Every line a print partner wrote, each once, with what it was worth."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant
from outbound.print_mail.pieces import Verdict

print_lines = sa.Table(
    "print_lines",
    TABLES,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text),
    sa.Column("job", sa.Text),
    sa.Column("piece", sa.Text),
    sa.Column("said", sa.Text),
    sa.Column("verdict", sa.Text),
    sa.Column("words", sa.Text),
    sa.Column("taken_at", Instant),
    sa.Column("seen_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintLine:
    """A line of a report.

    Attributes:
        source: file, digest and number.
        said: his word for the state.
        verdict: a `pieces.Verdict`.
        words: what he said, and why it is not taken, if it is not.
        seen_at: when a person said that it is seen to.
    """

    source: str
    channel: str
    job: str
    piece: str
    said: str
    verdict: str
    words: str
    taken_at: datetime
    seen_at: datetime | None = None


def add(connection: Connection, line: PrintLine) -> None:
    """Insert a line."""
    connection.execute(print_lines.insert(), asdict(line))


def get(connection: Connection, source: str) -> PrintLine | None:
    """Return one by its source."""
    return next(iter(many(connection, [source])), None)


def many(connection: Connection, sources: Sequence[str]) -> list[PrintLine]:
    """Return those of `sources` that were taken before."""
    query = sa.select(print_lines).where(print_lines.c.source.in_(sources))
    return [_line(row) for row in connection.execute(query)]


def of_job(connection: Connection, job: str) -> list[PrintLine]:
    """Return the lines about a job, as they came."""
    query = sa.select(print_lines).where(print_lines.c.job == job)
    order = print_lines.c.taken_at, print_lines.c.source
    return [_line(row) for row in connection.execute(query.order_by(*order))]


def odd(connection: Connection, limit: int) -> list[PrintLine]:
    """Return the lines that changed nothing and that nobody has seen to, the oldest first."""
    query = sa.select(print_lines).where(
        print_lines.c.verdict != sa.literal_column(f"'{Verdict.TAKEN.value}'"),
        print_lines.c.seen_at.is_(None),
    )
    order = print_lines.c.taken_at, print_lines.c.source
    return [_line(row) for row in connection.execute(query.order_by(*order).limit(limit))]


def see_to(connection: Connection, source: str, now: datetime) -> bool:
    """Note that a person has looked at a line; False: somebody had before."""
    seen = print_lines.update().where(
        print_lines.c.source == source, print_lines.c.seen_at.is_(None)
    )
    return connection.execute(seen.values(seen_at=now)).rowcount == 1


def _line(row: sa.Row[tuple[object, ...]]) -> PrintLine:
    return PrintLine(**row._mapping)  # noqa: SLF001  (the public way to a row's names)

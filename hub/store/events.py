"""The timeline: what happened to a submission, document or delivery, in order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant

events = sa.Table(
    "events",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("tenant", sa.Text),
    sa.Column("submission", sa.Text),
    sa.Column("document", sa.Text),
    sa.Column("delivery", sa.Text),
    sa.Column("room", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("entry", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a timeline.

    Attributes:
        entry: id of the archive entry that proves it, or None.
    """

    id: str
    at: datetime
    tenant: str
    submission: str | None = None
    document: str | None = None
    delivery: str | None = None
    room: str
    text: str
    entry: str | None = None


def add(connection: Connection, lines: Sequence[Event]) -> None:
    """Append lines."""
    if lines:
        connection.execute(events.insert(), [asdict(line) for line in lines])


def of_document(connection: Connection, document: str, submission: str) -> list[Event]:
    """Return a document's timeline, the receipt of its file first."""
    return of_documents(connection, {document: submission})[document]


def of_documents(connection: Connection, files: Mapping[str, str]) -> dict[str, list[Event]]:
    """Return the timeline of each document; `files` says out of which submission it came."""
    of_files = sa.and_(events.c.submission.in_(set(files.values())), events.c.document.is_(None))
    lines = _listed(connection, events.c.document.in_(files)) + _listed(connection, of_files)
    own: dict[str, list[Event]] = defaultdict(list)
    for line in lines:
        own[line.document or line.submission or ""].append(line)
    return {
        document: sorted([*own[document], *own[submission]], key=lambda line: line.id)
        for document, submission in files.items()
    }


def of_submission(connection: Connection, submission: str) -> list[Event]:
    """Return everything about a file and its documents."""
    return of_submissions(connection, [submission])[submission]


def of_submissions(connection: Connection, ids: Sequence[str]) -> dict[str, list[Event]]:
    """Return the same of each of many files."""
    result: dict[str, list[Event]] = {submission: [] for submission in ids}
    for line in _listed(connection, events.c.submission.in_(ids)):
        result[line.submission or ""].append(line)
    return result


def last(connection: Connection) -> str:
    """Return the id of the newest line; empty if there is none."""
    return connection.execute(sa.select(sa.func.max(events.c.id))).scalar() or ""


def submissions_since(connection: Connection, after: str) -> list[str]:
    """Return the files to which something has happened after the line of this id."""
    query = sa.select(events.c.submission).where(
        events.c.id > after, events.c.submission.is_not(None)
    )
    return sorted(connection.execute(query.distinct()).scalars())


def _listed(connection: Connection, where: sa.ColumnElement[bool]) -> list[Event]:
    rows = connection.execute(sa.select(events).where(where).order_by(events.c.id))
    return [Event(**row._mapping) for row in rows]  # noqa: SLF001  (the public way to names)

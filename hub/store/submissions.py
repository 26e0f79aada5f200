"""Submissions: files as they came through a door."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from formats.findings import Finding
from hub.store import notices, standings
from hub.store.database import TABLES, Connection, Instant, rows_with


class SubmissionState(StrEnum):
    """Where a file is. READ: its documents go their own ways."""

    RECEIVED = "received"
    READ = "read"
    PARKED = "parked"
    SUPERSEDED = "superseded"


submissions = sa.Table(
    "submissions",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text),
    sa.Column("sender", sa.Text),
    sa.Column("door", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("idempotency_key", sa.Text),
    sa.Column("priority", sa.Integer),
    sa.Column("state", sa.Text),
    sa.Column("round", sa.Integer),
    sa.Column("findings", sa.Text),
    sa.Column("replaces", sa.Text),
    sa.Column("received_at", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A file that we have taken responsibility for.

    Attributes:
        sha256: of the original bytes; the archive has them under this name.
        round: how often it has been read: 0 at first, one more with each resubmission.
        replaces: the parked submission or document that this file corrects.
    """

    id: str
    tenant: str
    sender: str
    door: str
    name: str
    sha256: str
    size_bytes: int
    idempotency_key: str | None = None
    priority: int
    state: SubmissionState = SubmissionState.RECEIVED
    round: int = 0
    findings: tuple[Finding, ...] = ()
    replaces: str | None = None
    received_at: datetime


def add(connection: Connection, submission: Submission) -> None:
    """Insert; raises IntegrityError for the same file or idempotency key of one tenant."""
    add_all(connection, [submission])


def add_all(connection: Connection, rows: Sequence[Submission]) -> None:
    """Insert many; raises IntegrityError as `add` does."""
    if rows:
        connection.execute(submissions.insert(), [_values(row) for row in rows])


def get(connection: Connection, submission: str) -> Submission | None:
    """Return one by its id."""
    return _first(connection, id=submission)


def many(connection: Connection, ids: Sequence[str]) -> dict[str, Submission]:
    """Return those of `ids` that exist, by id."""
    rows = connection.execute(sa.select(submissions).where(submissions.c.id.in_(ids)))
    return {row.id: _submission(row) for row in rows}


def same_file(
    connection: Connection, *, tenant: str, sender: str, sha256: str
) -> Submission | None:
    """Return the submission of the same bytes by the same sender."""
    return _first(connection, tenant=tenant, sender=sender, sha256=sha256)


def same_key(connection: Connection, *, tenant: str, idempotency_key: str) -> Submission | None:
    """Return the submission that used this idempotency key."""
    return _first(connection, tenant=tenant, idempotency_key=idempotency_key)


def listed(
    connection: Connection,
    *,
    tenant: str | None,
    state: str | None,
    limit: int,
    after: Submission | None = None,
) -> list[Submission]:
    """Return the newest submissions first; with `after`, those that come after it in this order."""
    place = (submissions.c.received_at, submissions.c.id)
    query = sa.select(submissions).order_by(*(column.desc() for column in place)).limit(limit)
    if tenant is not None:
        query = query.where(submissions.c.tenant == tenant)
    if state is not None:
        query = query.where(submissions.c.state == state)
    if after is not None:
        last = sa.tuple_(sa.literal(after.received_at, Instant), sa.literal(after.id))
        query = query.where(sa.tuple_(*place) < last)
    return [_submission(row) for row in connection.execute(query)]


def between(
    connection: Connection, *, tenant: str, start: datetime, end: datetime, after: str, limit: int
) -> list[Submission]:
    """Return submissions received from `start` to before `end`, by id; those after an id."""
    column = submissions.c
    query = sa.select(submissions).where(
        column.tenant == tenant,
        column.received_at >= start,
        column.received_at < end,
        column.id > after,
    )
    return [_submission(row) for row in connection.execute(query.order_by(column.id).limit(limit))]


def counts(connection: Connection, tenant: str | None = None) -> dict[str, int]:
    """Return how many files are in each state."""
    query = sa.select(submissions.c.state, sa.func.count()).group_by(submissions.c.state)
    if tenant is not None:
        query = query.where(submissions.c.tenant == tenant)
    return {row[0]: row[1] for row in connection.execute(query)}


def settle(
    connection: Connection,
    submission: str,
    *,
    state: SubmissionState,
    findings: Sequence[Finding] = (),
) -> None:
    """Set the state and the findings."""
    connection.execute(
        submissions.update()
        .where(submissions.c.id == submission)
        .values(state=state, findings=findings_text(findings))
    )
    notices.mark(connection, submission)
    standings.note(connection, submission, state)


def next_round(connection: Connection, submission: str, known: int) -> bool:
    """Begin one more attempt at reading what is parked; False: somebody else has."""
    parked = submissions.update().where(
        submissions.c.id == submission,
        submissions.c.state == SubmissionState.PARKED,
        submissions.c.round == known,
    )
    values = {"state": SubmissionState.RECEIVED, "round": known + 1, "findings": "[]"}
    began = connection.execute(parked.values(values)).rowcount == 1
    if began:
        standings.note(connection, submission, SubmissionState.RECEIVED)
    return began


def supersede(connection: Connection, submission: str) -> bool:
    """Put another in the place of one that is parked; False: it is parked no more."""
    parked = submissions.update().where(
        submissions.c.id == submission, submissions.c.state == SubmissionState.PARKED
    )
    values = {"state": SubmissionState.SUPERSEDED, "findings": "[]"}
    if connection.execute(parked.values(values)).rowcount != 1:
        return False
    notices.mark(connection, submission)
    standings.note(connection, submission, SubmissionState.SUPERSEDED)
    return True


def replacing(connection: Connection, ids: Sequence[str]) -> dict[str, Submission]:
    """Return the files that have replaced some of these, by their own ids."""
    rows = connection.execute(sa.select(submissions).where(submissions.c.replaces.in_(ids)))
    return {row.id: _submission(row) for row in rows}


def findings_text(findings: Sequence[Finding]) -> str:
    """Return findings as they are kept in a column."""
    return msgspec.json.encode(list(findings)).decode()


def findings_of(text: str) -> tuple[Finding, ...]:
    """Read findings back from a column."""
    return msgspec.json.decode(text, type=tuple[Finding, ...])


def _first(connection: Connection, **values: str) -> Submission | None:
    row = connection.execute(rows_with(submissions, *values), values).first()
    return None if row is None else _submission(row)


def _submission(row: sa.Row[tuple[object, ...]]) -> Submission:
    return Submission(
        id=row.id,
        tenant=row.tenant,
        sender=row.sender,
        door=row.door,
        name=row.name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        idempotency_key=row.idempotency_key,
        priority=row.priority,
        state=SubmissionState(row.state),
        round=row.round,
        findings=findings_of(row.findings),
        replaces=row.replaces,
        received_at=row.received_at,
    )


def _values(submission: Submission) -> dict[str, object]:
    values = {field.name: getattr(submission, field.name) for field in fields(submission)}
    return values | {"findings": findings_text(submission.findings)}

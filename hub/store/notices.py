"""Notices: what is to be told to whom, what was told, and the files in which it went."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant


class NoticeState(StrEnum):
    """Where a notice is: it waits; lies in a file; was told; nobody took it; its form has no room.

    A receiver that lost its turn for good is seen by the operator, who may tell it again.
    """

    WAITING = "waiting"
    IN_FILE = "in_file"
    TOLD = "told"
    FAILED = "failed"
    UNFIT = "unfit"


class FileState(StrEnum):
    """Where a file of notices is: decided; written under another name; told."""

    MADE = "made"
    WRITTEN = "written"
    TOLD = "told"


changed = sa.Table("changed_subjects", TABLES, sa.Column("subject", sa.Text, primary_key=True))

notices = sa.Table(
    "notices",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("receiver", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("state", sa.Text),
    sa.Column("content", sa.Text),
    sa.Column("file", sa.Text),
    sa.Column("attempts", sa.Integer),
    sa.Column("due_at", Instant),
    sa.Column("reason", sa.Text),
)

files = sa.Table(
    "answer_files",
    TABLES,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("receiver", sa.Text),
    sa.Column("serial", sa.Integer),
    sa.Column("state", sa.Text),
    sa.Column("made_at", Instant),
)

_MARK = sa.text(
    "INSERT INTO changed_subjects (subject) VALUES (:subject)"
    " ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject"
)
"""The update locks the row, so that nobody takes the mark of a change that he cannot see yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A notice as it is kept.

    Attributes:
        receiver: key of the answer in the settings.
        subject: the document, or the submission that gave none.
        content: the Notice, JSON.
        file: the file in which it went; empty before, and for a webhook.
        reason: what the receiver said when it did not take it.
    """

    id: str
    receiver: str
    subject: str
    state: NoticeState = NoticeState.WAITING
    content: str
    file: str = ""
    attempts: int = 0
    due_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """A file of notices; `serial` counts those to one receiver."""

    name: str
    receiver: str
    serial: int
    state: FileState = FileState.MADE
    made_at: datetime


def mark(connection: Connection, subject: str) -> None:
    """Note that the state of a document or submission has changed."""
    connection.execute(_MARK, {"subject": subject})


def take_marked(connection: Connection, limit: int) -> list[str]:
    """Return subjects whose state has changed, and forget the marks.

    Marks that somebody is setting are left for the next time: who waits for none of them is in no
    deadlock with those who set several.
    """
    some = sa.select(changed.c.subject).order_by(changed.c.subject).limit(limit)
    taken = connection.execute(some.with_for_update(skip_locked=True)).scalars().all()
    connection.execute(changed.delete().where(changed.c.subject.in_(taken)))
    return list(taken)


def add(connection: Connection, made: Sequence[Kept]) -> None:
    """Insert notices."""
    if made:
        connection.execute(notices.insert(), [_values(notice) for notice in made])


def of_subjects(connection: Connection, subjects: Sequence[str]) -> dict[str, list[Kept]]:
    """Return the notices of each subject, the oldest first."""
    query = sa.select(notices).where(notices.c.subject.in_(subjects))
    result: dict[str, list[Kept]] = {subject: [] for subject in subjects}
    for row in connection.execute(query.order_by(sa.func.length(notices.c.id), notices.c.id)):
        result[row.subject].append(_kept(row))
    return result


def due(connection: Connection, receiver: str, now: datetime, limit: int) -> list[Kept]:
    """Return what is to be told now, what waits longest first."""
    query = sa.select(notices).where(
        notices.c.receiver == receiver,
        notices.c.state == NoticeState.WAITING,
        notices.c.due_at <= now,
    )
    ordered = query.order_by(notices.c.due_at, notices.c.id).limit(limit)
    return [_kept(row) for row in connection.execute(ordered)]


def of_ids(connection: Connection, ids: Sequence[str]) -> list[Kept]:
    """Return those of `ids` that exist."""
    query = sa.select(notices).where(notices.c.id.in_(ids)).order_by(notices.c.id)
    return [_kept(row) for row in connection.execute(query)]


def of_file(connection: Connection, file: str) -> list[Kept]:
    """Return the notices in a file, what came to pass first before the rest."""
    query = sa.select(notices).where(notices.c.file == file)
    query = query.order_by(notices.c.due_at, notices.c.id)
    return [_kept(row) for row in connection.execute(query)]


def listed(
    connection: Connection, *, receiver: str | None = None, state: str | None = None, limit: int
) -> list[Kept]:
    """Return the newest notices."""
    query = sa.select(notices).order_by(notices.c.due_at.desc(), notices.c.id.desc()).limit(limit)
    if receiver is not None:
        query = query.where(notices.c.receiver == receiver)
    if state is not None:
        query = query.where(notices.c.state == state)
    return [_kept(row) for row in connection.execute(query)]


def counts(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many notices to each receiver are in each state."""
    query = sa.select(notices.c.receiver, notices.c.state, sa.func.count()).group_by(
        notices.c.receiver, notices.c.state
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def change(connection: Connection, ids: Sequence[str], **values: object) -> None:
    """Set named columns of some notices."""
    connection.execute(notices.update().where(notices.c.id.in_(ids)).values(**values))


def open_file(
    connection: Connection, receiver: str, name_of: str, made: Sequence[Kept], now: datetime
) -> AnswerFile:
    """Decide on the next file to a receiver; `name_of` has `{serial}` in it."""
    last = sa.select(sa.func.max(files.c.serial)).where(files.c.receiver == receiver)
    serial = (connection.execute(last).scalar() or 0) + 1
    file = AnswerFile(
        name=name_of.format(serial=f"{serial:08}"), receiver=receiver, serial=serial, made_at=now
    )
    values = {field.name: getattr(file, field.name) for field in fields(file)}
    connection.execute(files.insert(), values)
    change(connection, [each.id for each in made], state=NoticeState.IN_FILE, file=file.name)
    return file


def unfinished(connection: Connection, receiver: str) -> AnswerFile | None:
    """Return the file that was begun and not told."""
    query = sa.select(files).where(files.c.receiver == receiver, files.c.state != FileState.TOLD)
    row = connection.execute(query.order_by(files.c.serial)).first()
    if row is None:
        return None
    return AnswerFile(
        name=row.name,
        receiver=row.receiver,
        serial=row.serial,
        state=FileState(row.state),
        made_at=row.made_at,
    )


def set_file_state(connection: Connection, file: str, state: FileState) -> None:
    """Say how far a file is."""
    connection.execute(files.update().where(files.c.name == file).values(state=state))


def _values(notice: Kept) -> dict[str, object]:
    return {field.name: getattr(notice, field.name) for field in fields(notice)}


def _kept(row: sa.Row[tuple[object, ...]]) -> Kept:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    values["state"] = NoticeState(row.state)
    return Kept(**values)

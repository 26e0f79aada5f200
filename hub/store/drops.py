"""Drops: each time that a file came to a door, what was stated of it, and whether that was so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from hub.store.database import TABLES, Connection, Instant, rows_with
from hub.store.submissions import SubmissionState, submissions


class Fate(StrEnum):
    """What became of a file at the door. AGAIN: the same file had come before."""

    TAKEN = "taken"
    AGAIN = "again"
    REFUSED = "refused"


class Verdict(StrEnum):
    """Whether what was stated is what came. OPEN: nothing was, or not all has been read."""

    OPEN = ""
    AGREES = "agrees"
    DIFFERS = "differs"


drops = sa.Table(
    "drops",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("tenant", sa.Text),
    sa.Column("sender", sa.Text),
    sa.Column("door", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("sha256", sa.Text),
    sa.Column("fate", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("submission", sa.Text),
    sa.Column("parent", sa.Text),
    sa.Column("stated_group", sa.Text),
    sa.Column("stated_files", sa.Integer),
    sa.Column("stated_count", sa.Integer),
    sa.Column("stated_sums", sa.Text),
    sa.Column("verdict", sa.Text),
    sa.Column("verdict_text", sa.Text),
    sa.Column("settled", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """A file at a door.

    Attributes:
        submission: what it became or had become before; None: it was refused.
        parent: the submission of the ZIP file that it lay in.
        stated_group: what the files of one statement have in common; empty for one alone.
        stated_files: how many files the statement is about.
        stated_count: documents in them.
        stated_sums: currency to the sum of their totals.
        verdict_text: in what it differs.
        settled: who has said why that is right, and why; empty while it is an alarm.
    """

    id: str
    at: datetime
    tenant: str
    sender: str
    door: str
    name: str
    sha256: str
    fate: Fate
    reason: str = ""
    submission: str | None = None
    parent: str | None = None
    stated_group: str = ""
    stated_files: int = 1
    stated_count: int | None = None
    stated_sums: Mapping[str, Decimal] = field(default_factory=dict)
    verdict: Verdict = Verdict.OPEN
    verdict_text: str = ""
    settled: str = ""

    @property
    def states(self) -> bool:
        """Whether there is something to be held against the documents."""
        return self.stated_count is not None or bool(self.stated_sums)


def add(connection: Connection, rows: Sequence[Drop]) -> None:
    """Insert drops."""
    if rows:
        connection.execute(drops.insert(), [_values(row) for row in rows])


def of_submission(connection: Connection, submission: str) -> list[Drop]:
    """Return each drop of a file, the first one first."""
    query = rows_with(drops, "submission")
    rows = connection.execute(query, {"submission": submission})
    return sorted(map(_drop, rows), key=lambda drop: drop.id)


def around(connection: Connection, ids: Sequence[str]) -> dict[str, list[Drop]]:
    """Return of each file its drops, and those of what lay in it, in order."""
    query = sa.select(drops).where(drops.c.submission.in_(ids) | drops.c.parent.in_(ids))
    found: dict[str, list[Drop]] = {submission: [] for submission in ids}
    for drop in map(_drop, connection.execute(query.order_by(drops.c.id))):
        for name in {drop.submission, drop.parent}:
            if name in found:
                found[name].append(drop)
    return found


def of_parent(connection: Connection, parent: str) -> list[Drop]:
    """Return what lay in a ZIP file."""
    rows = connection.execute(rows_with(drops, "parent"), {"parent": parent})
    return sorted(map(_drop, rows), key=lambda drop: drop.id)


def all_inside(connection: Connection, files: Sequence[str]) -> set[str]:
    """Return what lay in these files, and in what lay in them, in turn."""
    direct = sa.select(drops.c.submission).where(drops.c.parent.in_(files))
    within = direct.cte("within", recursive=True)
    deeper = sa.select(drops.c.submission).join(within, drops.c.parent == within.c.submission)
    found = connection.execute(sa.select(within.union(deeper).c.submission)).scalars()
    return {submission for submission in found if submission}


def inside(connection: Connection, parents: Sequence[str]) -> dict[str, int]:
    """Return how many files have been taken out of each ZIP file; those of which none was, lack."""
    query = sa.select(drops.c.parent, sa.func.count()).where(drops.c.parent.in_(parents))
    rows = connection.execute(query.group_by(drops.c.parent))
    return {row[0]: row[1] for row in rows}


def are_awaited(connection: Connection, files: Sequence[str]) -> bool:
    """Whether one of these files, or one that lay in one of them, is still to be read."""
    to_read = submissions.c.state == SubmissionState.RECEIVED
    inside = drops.join(submissions, submissions.c.id == drops.c.submission)
    lay = sa.select(drops.c.id).select_from(inside).where(drops.c.parent.in_(files), to_read)
    own = sa.select(submissions.c.id).where(submissions.c.id.in_(files), to_read)
    return any(connection.execute(query.limit(1)).first() for query in (own, lay))


def of_group(connection: Connection, *, tenant: str, sender: str, group: str) -> list[Drop]:
    """Return all drops of one statement about several files."""
    values = {"tenant": tenant, "sender": sender, "stated_group": group}
    rows = connection.execute(rows_with(drops, *values), values)
    return sorted(map(_drop, rows), key=lambda drop: drop.id)


def between(
    connection: Connection, *, start: datetime, end: datetime, tenant: str | None = None
) -> list[Drop]:
    """Return what came from `start` until before `end`, in order."""
    query = sa.select(drops).where(drops.c.at >= start, drops.c.at < end)
    if tenant is not None:
        query = query.where(drops.c.tenant == tenant)
    return [_drop(row) for row in connection.execute(query.order_by(drops.c.at, drops.c.id))]


def differing(
    connection: Connection, *, since: datetime, tenant: str | None = None, limit: int = 50
) -> list[Drop]:
    """Return the drops since an instant that differ from what was stated, the newest first.

    What a person has settled is not among them.
    """
    query = sa.select(drops).where(drops.c.verdict == Verdict.DIFFERS, drops.c.at >= since)
    query = query.where(drops.c.settled == "")
    if tenant is not None:
        query = query.where(drops.c.tenant == tenant)
    newest = query.order_by(drops.c.at.desc(), drops.c.id.desc()).limit(limit)
    return [_drop(row) for row in connection.execute(newest)]


def judge(connection: Connection, ids: Sequence[str], verdict: Verdict, text: str = "") -> None:
    """Note whether what was stated is what came; what was settled before was something else."""
    values = {"verdict": verdict, "verdict_text": text, "settled": ""}
    connection.execute(drops.update().where(drops.c.id.in_(ids)).values(values))


def settle(connection: Connection, ids: Sequence[str], text: str, settled: str) -> bool:
    """Note who says why a difference is right; False: it is another one by now, or none."""
    same = drops.update().where(
        drops.c.id.in_(ids),
        drops.c.verdict == Verdict.DIFFERS,
        drops.c.verdict_text == text,
        drops.c.settled == "",
    )
    return connection.execute(same.values(settled=settled)).rowcount == len(ids)


def _values(row: Drop) -> dict[str, Any]:
    values = {each.name: getattr(row, each.name) for each in fields(row)}
    values["stated_sums"] = msgspec.json.encode(row.stated_sums).decode()
    return values


def _drop(row: sa.Row[tuple[object, ...]]) -> Drop:
    values = dict(row._mapping)  # noqa: SLF001  (the public way to a row's names)
    values["stated_sums"] = msgspec.json.decode(row.stated_sums, type=dict[str, Decimal])
    values["fate"], values["verdict"] = Fate(row.fate), Verdict(row.verdict)
    return Drop(**values)

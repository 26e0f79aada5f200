"""A packed or signed file enters as itself; what lies in it enters as files of its own, once.

Each member is a submission as if it had been dropped alone: it parks, is corrected and is known
again by itself. All enter in the one transaction that says that the packed file is read, so that
none is lost and none is taken twice.
"""

import hashlib
from collections.abc import Sequence
from functools import partial

from archive.entry import Draft, Entry
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.intake import Entrant, enter, label, original, submission_id
from hub.pipeline.packed import Member, Unpacked
from hub.pipeline.reconciling import reconcile
from hub.store import submissions
from hub.store.database import Connection
from hub.store.submissions import Submission, SubmissionState

INSIDE = "zip"
"""The door by which members come."""
SIGNED = "p7m"
"""The door by which comes what was signed, unless it lay in a packed file."""


def unpacked(house: House, row: Submission, found: Unpacked) -> Outcome:
    """Return the outcome that lets the members of a packed or signed file in."""
    door = SIGNED if found.said and row.door != INSIDE else INSIDE
    files = [(_submission(house, row, member, door), member) for member in found.members]
    several = "1 file" if len(files) == 1 else f"{len(files)} files"
    return Outcome(
        subject=row.id,
        about=About(tenant=row.tenant, submission=row.id),
        line="; ".join(filter(None, (f"unpacked: {several}", found.said))),
        evidence=Draft(
            key=f"{row.id}/unpack/{row.round}",
            tenant=row.tenant,
            subject=row.id,
            kind="submission",
            step="unpack",
            fields={"sender": row.sender},
            items=(*(original(file.name, member.data) for file, member in files), *found.evidence),
        ),
        record=partial(_record, house, row, found, [file for file, _ in files]),
    )


def _submission(house: House, row: Submission, member: Member, door: str) -> Submission:
    sha256 = hashlib.sha256(member.data).hexdigest()
    return Submission(
        id=submission_id(row.tenant, row.sender, sha256),
        tenant=row.tenant,
        sender=row.sender,
        door=door,
        name=label(member.name),
        sha256=sha256,
        size_bytes=len(member.data),
        priority=row.priority,
        received_at=house.clock(),
    )


def _record(  # noqa: PLR0917 (what is known is bound, what is not comes when it is done)
    house: House,
    row: Submission,
    found: Unpacked,
    files: Sequence[Submission],
    connection: Connection,
    entry: Entry | None,
) -> None:
    known = submissions.many(connection, [file.id for file in files])
    entrants = []
    for file in files:
        first = known.get(file.id)
        known.setdefault(file.id, file)
        entrants.append(
            Entrant(
                submission=first or file,
                fresh=first is None,
                name=file.name,
                door=file.door,
                entry=entry.id if entry and first is None else "",
                parent=row.id,
            )
        )
    enter(house, connection, entrants)
    submissions.settle(connection, row.id, state=SubmissionState.READ, findings=found.findings)
    reconcile(house, connection, row.id)

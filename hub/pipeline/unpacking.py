"""A packed or signed file, or a long table, enters as itself; what is in it as files of its own.

Each member is a submission as if it had been dropped alone: it parks, is corrected and is known
again by itself. All enter in the one transaction that says that the packed file is read, so that
none is lost and none is taken twice. Where they are many a portion enters in the transaction that
sends the packed file back to the door of this room for the next, behind what waits there.
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from archive.entry import Draft, Entry
from hub.pipeline.contents import sha256_of, size_of
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.intake import Entrant, enter, label, original, submission_id
from hub.pipeline.members import Member
from hub.pipeline.packed import INSIDE, PART, SIGNED, Unpacked
from hub.pipeline.reconciling import reconcile
from hub.store import submissions
from hub.store.database import Connection
from hub.store.submissions import Submission, SubmissionState
from hub.store.work import Task

UNPACKING = "unpacking"
"""Below the hub's data: members too large to be handed over, until they are kept."""
_NEXT_PORTION = timedelta(seconds=1)
_FEW = 50
"""What holds more files than these gives way to what comes alone, as a long table does."""


def unpacked(house: House, row: Submission, task: Task, found: Unpacked) -> Outcome:
    """Return the outcome that lets the members of a packed or signed file in."""
    door = INSIDE if row.door == INSIDE and found.door == SIGNED else found.door
    behind = replace(row, priority=row.priority + _gives_way(found))
    files = [(_submission(house, behind, member, door), member) for member in found.members]
    return Outcome(
        subject=row.id,
        about=About(tenant=row.tenant, submission=row.id),
        line="; ".join(filter(None, (_counted(found), found.said))),
        evidence=Draft(
            key=f"{row.id}/unpack/{row.round}{_portion(found)}",
            tenant=row.tenant,
            subject=row.id,
            kind="submission",
            step="unpack",
            fields={"sender": row.sender},
            items=(*(original(file.name, member.data) for file, member in files), *found.evidence),
        ),
        record=partial(_record, house, row, found, [file for file, _ in files]),
        tasks=(_later(house, task, behind),) if found.left else (),
    )


def clear(house: House, file: str) -> None:
    """Remove from the disk what was taken out of a file and is kept, or wanted by nobody."""
    shutil.rmtree(house.config.data / UNPACKING / file, ignore_errors=True)


def _counted(found: Unpacked) -> str:
    last = found.taken + len(found.members)
    if found.door == PART:
        return f"cut into {last} parts"
    if found.taken or found.left:
        return f"unpacked: files {found.taken + 1} to {last} of {last + found.left}"
    return "unpacked: 1 file" if last == 1 else f"unpacked: {last} files"


def _portion(found: Unpacked) -> str:
    """Return what tells the evidence of one portion from that of another."""
    if not (found.taken or found.left):
        return ""
    return f"/{found.taken + 1}-{found.taken + len(found.members)}"


def _gives_way(found: Unpacked) -> bool:
    """Whether it is so much that what comes meanwhile goes first."""
    return found.door == PART or found.taken + len(found.members) + found.left > _FEW


def _later(house: House, task: Task, behind: Submission) -> Task:
    """Return the same task behind what waits already, the members first of all."""
    due_at = house.clock() + _NEXT_PORTION
    return replace(task.to("read"), priority=behind.priority, due_at=due_at)


def _submission(house: House, row: Submission, member: Member, door: str) -> Submission:
    sha256 = sha256_of(member.data)
    return Submission(
        id=submission_id(row.tenant, row.sender, sha256),
        tenant=row.tenant,
        sender=row.sender,
        door=door,
        name=label(member.name),
        sha256=sha256,
        size_bytes=size_of(member.data),
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
    clear(house, row.id)
    if found.left:
        return
    submissions.settle(connection, row.id, state=SubmissionState.READ, findings=found.findings)
    reconcile(house, connection, row.id)

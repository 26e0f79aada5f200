"""What a file becomes when it enters the house: its id, its row, its evidence, its first task."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from archive.entry import Content, Item
from hub.pipeline.house import House
from hub.pipeline.lanes import lane_of
from hub.pipeline.stated import NOTHING, Stated
from hub.store import drops, events, submissions, work
from hub.store.database import Connection
from hub.store.drops import Drop, Fate
from hub.store.events import Event
from hub.store.submissions import Submission
from hub.store.work import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A file that enters, or entered before.

    Attributes:
        submission: its own, or that of the same file before.
        fresh: whether it is new.
        name: as it is called this time.
        door: by which it comes this time.
        entry: of the archive that holds it; empty if it holds it since before.
        parent: the ZIP file that it lay in.
    """

    submission: Submission
    fresh: bool
    name: str
    door: str
    stated: Stated = NOTHING
    entry: str = ""
    parent: str | None = None


def label(name: str) -> str:
    r"""Return a file's name as it can be kept and shown: printable, at most 255 characters.

    >>> label("Rechnung Süß.xml"), label("a\nb\udcff.xml"), label("")
    ('Rechnung Süß.xml', 'a_b?.xml', 'unnamed')
    """
    plain = name.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else "_" for c in plain)[:255] or "unnamed"


def submission_id(tenant: str, sender: str, sha256: str) -> str:
    """Return the stable id of a file of a sender: the same file is the same submission.

    >>> submission_id("acme", "sap", "00" * 32)
    'shfapbehewmpynrqw'
    """
    digest = hashlib.sha256(f"{tenant}/{sender}/{sha256}".encode()).digest()
    return "s" + base64.b32encode(digest[:10]).decode().lower()


def original(name: str, data: Content) -> Item:
    """Return a file as evidence of itself."""
    return Item(role="original", name=name, media_type="application/octet-stream", data=data)


def enter(house: House, connection: Connection, entrants: Sequence[Entrant]) -> None:
    """Write down who has come, and put to work what is new."""
    now = house.clock()
    new = [entrant.submission for entrant in entrants if entrant.fresh]
    submissions.add_all(connection, new)
    work.put(connection, [_task(house, submission) for submission in new])
    events.add(connection, [_line(house, entrant) for entrant in entrants])
    drops.add(
        connection,
        [
            Drop(
                id=house.new_id(),
                at=now,
                tenant=entrant.submission.tenant,
                sender=entrant.submission.sender,
                door=entrant.door,
                name=entrant.name,
                sha256=entrant.submission.sha256,
                fate=Fate.TAKEN if entrant.fresh else Fate.AGAIN,
                submission=entrant.submission.id,
                parent=entrant.parent,
                stated_group=entrant.stated.group,
                stated_files=entrant.stated.files,
                stated_count=entrant.stated.count,
                stated_sums=entrant.stated.sums,
            )
            for entrant in entrants
        ],
    )


def _task(house: House, submission: Submission) -> Task:
    return Task(
        subject=submission.id,
        room="read",
        lane=lane_of(submission.priority),
        priority=submission.priority,
        due_at=house.clock(),
    )


def _line(house: House, entrant: Entrant) -> Event:
    file = entrant.submission
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=file.tenant,
        submission=file.id,
        room="receive",
        text=f"received {file.size_bytes} bytes from {file.sender}"
        if entrant.fresh
        else f"the same file again by {entrant.door} as {entrant.name}: not taken twice",
        entry=entrant.entry or None,
    )


def turn_away(house: House, *, tenant: str, sender: str, door: str, name: str, reason: str) -> None:
    """Write down that a file was refused at a door where nobody reads the answer."""
    drop = Drop(
        id=house.new_id(),
        at=house.clock(),
        tenant=tenant,
        sender=sender,
        door=door,
        name=label(name),
        sha256="",
        fate=Fate.REFUSED,
        reason=reason,
    )
    with house.database.transaction() as connection:
        drops.add(connection, [drop])

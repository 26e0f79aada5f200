"""Room 1: bytes in. Hashed, kept and durable before anybody is told that we have them."""

import base64
import hashlib
import shutil
from dataclasses import dataclass, replace

import sqlalchemy as sa

from archive.entry import Draft, Item
from hub.pipeline.house import House
from hub.pipeline.lanes import lane_of
from hub.pipeline.resubmit import NotParked
from hub.pipeline.stated import NOTHING, Stated, disagreement
from hub.store import documents, events, submissions, work
from hub.store.database import Connection
from hub.store.documents import DocumentState
from hub.store.events import Event
from hub.store.submissions import Submission, SubmissionState
from hub.store.work import INVOICES_FIRST, Task


class Unacceptable(Exception):
    """The file is refused before we take responsibility for it; nothing is kept."""


class KeyConflict(Exception):
    """The idempotency key was used for another file before."""


class NoRoom(Exception):
    """The disk is nearly full: nothing new is accepted until there is room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file at a door.

    Attributes:
        name: as the sender calls it; a label, never a path.
        door: `api`, `folder`, `sftp`, `run`, `cli`.
        replaces: a parked submission or document that this file corrects.
        stated: what the sender says of it.
    """

    data: bytes
    name: str
    tenant: str
    sender: str
    door: str
    idempotency_key: str | None = None
    priority: int = INVOICES_FIRST
    replaces: str | None = None
    stated: Stated = NOTHING


def receive(house: House, arrival: Arrival) -> tuple[Submission, bool]:
    """Keep a file and put it to work; durable on return.

    Returns:
        the submission, and whether it is new; the same file again gives the first one.

    Raises:
        Unacceptable: it is empty or too large, or not what is stated of it.
        KeyConflict: its idempotency key belongs to another file.
        NoRoom: there is no room on the disk.
        NotParked: what it is to replace is not parked, or not this tenant's.
    """
    _bound(house, arrival)
    arrival = replace(arrival, name=label(arrival.name))
    sha256 = hashlib.sha256(arrival.data).hexdigest()
    if why := disagreement(arrival.stated, sha256=sha256, size_bytes=len(arrival.data)):
        raise Unacceptable(f"{arrival.name}: not what is stated of it: {why}; send it again")
    first = _first(house, arrival, sha256)
    if first is not None:
        return _again(house, first, arrival), False
    if arrival.replaces:
        _replaceable(house, arrival.tenant, arrival.replaces)
    submission = _submission(house, arrival, sha256)
    entry = house.archive.append([_evidence(submission, arrival)], first_stays=True)[0]
    try:
        with house.database.transaction() as connection:
            submissions.add(connection, submission)
            if arrival.replaces:
                _supersede(connection, arrival.replaces)
            work.put(connection, [_task(house, submission)])
            text = f"received {submission.size_bytes} bytes from {submission.sender}"
            events.add(connection, [_line(house, submission, text, entry.id)])
    except sa.exc.IntegrityError:
        first = _first(house, arrival, sha256)
        if first is None:
            raise
        return first, False
    house.nudge()
    return submission, True


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


def _bound(house: House, arrival: Arrival) -> None:
    limit = house.config.hub.max_file_mb << 20
    if not arrival.data:
        raise Unacceptable(f"{arrival.name}: the file is empty; export it again")
    if len(arrival.data) > limit:
        raise Unacceptable(
            f"{arrival.name}: {len(arrival.data)} bytes; this hub takes {limit} (hub.max_file_mb)"
        )
    free = shutil.disk_usage(house.config.data).free
    if free < house.config.hub.min_free_mb << 20:
        raise NoRoom(f"{free >> 20} MB free, less than hub.min_free_mb; try again later")


def _first(house: House, arrival: Arrival, sha256: str) -> Submission | None:
    with house.database.transaction() as connection:
        if arrival.idempotency_key:
            first = submissions.same_key(
                connection, tenant=arrival.tenant, idempotency_key=arrival.idempotency_key
            )
            if first is not None and first.sha256 != sha256:
                raise KeyConflict(
                    f"Idempotency-Key {arrival.idempotency_key!r} was used for another file "
                    f"({first.name}, submission {first.id}); use a new key for a new file"
                )
        return submissions.same_file(
            connection, tenant=arrival.tenant, sender=arrival.sender, sha256=sha256
        )


def _replaceable(house: House, tenant: str, parked: str) -> None:
    """Let nobody supersede what has left the house, or what is another's."""
    with house.database.transaction() as connection:
        file = submissions.get(connection, parked)
        document = documents.get(connection, parked)
        inside = documents.of_submission(connection, parked)
    rows = [row for row in (file, document, *inside) if row is not None and row.tenant == tenant]
    if not any(row.state in {SubmissionState.PARKED, DocumentState.PARKED} for row in rows):
        raise NotParked(f"{parked}: not a parked submission or document, so nothing replaces it")


def _again(house: House, first: Submission, arrival: Arrival) -> Submission:
    with house.database.transaction() as connection:
        text = f"the same file again by {arrival.door} as {arrival.name}: not taken twice"
        events.add(connection, [_line(house, first, text, None)])
    return first


def _submission(house: House, arrival: Arrival, sha256: str) -> Submission:
    return Submission(
        id=submission_id(arrival.tenant, arrival.sender, sha256),
        tenant=arrival.tenant,
        sender=arrival.sender,
        door=arrival.door,
        name=arrival.name,
        sha256=sha256,
        size_bytes=len(arrival.data),
        idempotency_key=arrival.idempotency_key,
        priority=arrival.priority,
        replaces=arrival.replaces,
        received_at=house.clock(),
    )


def _evidence(submission: Submission, arrival: Arrival) -> Draft:
    return Draft(
        key=f"{submission.id}/receive",
        tenant=submission.tenant,
        subject=submission.id,
        kind="submission",
        step="receive",
        fields={"sender": submission.sender},
        items=(
            Item(
                role="original",
                name=arrival.name,
                media_type="application/octet-stream",
                data=arrival.data,
            ),
        ),
    )


def _task(house: House, submission: Submission) -> Task:
    return Task(
        subject=submission.id,
        room="read",
        lane=lane_of(submission.priority),
        priority=submission.priority,
        due_at=house.clock(),
    )


def _supersede(connection: Connection, parked: str) -> None:
    submission = submissions.get(connection, parked)
    if submission is not None:
        submissions.settle(connection, parked, state=SubmissionState.SUPERSEDED)
        for document in documents.of_submission(connection, parked):
            if document.state == DocumentState.PARKED:
                _supersede(connection, document.id)
        return
    documents.set_state(connection, parked, DocumentState.SUPERSEDED)
    documents.free_number(connection, parked)


def _line(house: House, submission: Submission, text: str, entry: str | None) -> Event:
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=submission.tenant,
        submission=submission.id,
        room="receive",
        text=text,
        entry=entry,
    )

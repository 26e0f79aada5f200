"""Room 1: bytes in. Hashed, kept and durable before anybody is told that we have them."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from archive.entry import Content, Draft
from hub.pipeline.contents import sha256_of, size_of
from hub.pipeline.filed_states import file_states
from hub.pipeline.house import House
from hub.pipeline.intake import Entrant, enter, label, original, submission_id
from hub.pipeline.replacing import replaceable, supersede
from hub.pipeline.resubmit import NotParked
from hub.pipeline.stated import NOTHING, Stated, disagreement
from hub.store import submissions
from hub.store.database import Connection, is_crossing
from hub.store.submissions import Submission
from hub.store.work import INVOICES_FIRST


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
        data: the bytes, or the file on disk that holds them until they are taken.
        name: as the sender calls it; a label, never a path.
        door: `api`, `folder`, `sftp`, `run`, `cli`.
        replaces: a parked submission or document that this file corrects.
        stated: what the sender says of it.
    """

    data: Content
    name: str
    tenant: str
    sender: str
    door: str
    idempotency_key: str | None = None
    priority: int = INVOICES_FIRST
    replaces: str | None = None
    stated: Stated = NOTHING


Received = tuple[Submission, bool]
"""A submission, and whether it is new."""
Refusal = Unacceptable | KeyConflict | NotParked
_Found = Entrant | Submission | Refusal
"""Who enters, what is here and enters no more, or why neither."""


def receive(house: House, arrival: Arrival) -> Received:
    """Keep a file and put it to work; durable on return.

    Returns:
        the submission, and whether it is new; the same file again gives the first one.

    Raises:
        Unacceptable: it is empty or too large, or not what is stated of it.
        KeyConflict: its idempotency key belongs to another file.
        NoRoom: there is no room on the disk.
        FileChanged: the file on disk is another one by now; nothing was taken.
        NotParked: what it is to replace is not parked, or not this tenant's.
    """
    (received,) = receive_all(house, [arrival])
    if isinstance(received, Exception):
        raise received
    return received


def receive_all(house: House, arrivals: Sequence[Arrival]) -> list[Received | Refusal]:
    """Do the same with many files, each taken or refused for itself, in order.

    They go into the archive and the database together, so that many cost little more than one.

    Raises:
        NoRoom: there is no room on the disk; none was taken.
        FileChanged: a file on disk is another one by now; none was taken.
    """
    room(house, sum(size_of(arrival.data) for arrival in arrivals))
    named = [replace(arrival, name=label(arrival.name)) for arrival in arrivals]
    try:
        return _received(house, named)
    except (sa.exc.DBAPIError, NotParked) as error:  # somebody was faster with one of them
        if isinstance(error, sa.exc.DBAPIError) and not is_crossing(error):
            raise
    return [_alone(house, arrival) for arrival in named]


def _alone(house: House, arrival: Arrival) -> Received | Refusal:
    try:
        return _received(house, [arrival])[0]
    except NotParked as error:
        return error


def room(house: House, size_bytes: int = 0) -> None:
    """Make sure that there is room for so much more.

    Raises:
        NoRoom: there is not.
    """
    free = shutil.disk_usage(house.config.data).free
    if free - size_bytes < house.config.hub.min_free_mb << 20:
        more = f" and {size_bytes >> 20} MB for this" if size_bytes >> 20 else ""
        raise NoRoom(f"{free >> 20} MB free, less than hub.min_free_mb{more}; try again later")


def _received(house: House, arrivals: Sequence[Arrival]) -> list[Received | Refusal]:
    hashes = [sha256_of(arrival.data) for arrival in arrivals]
    pairs = list(zip(arrivals, hashes, strict=True))
    with house.database.transaction() as connection:
        ids = [submission_id(one.tenant, one.sender, sha256) for one, sha256 in pairs]
        known = submissions.many(connection, ids)
        found = [_looked_up(house, connection, known, *pair) for pair in pairs]
    drafts = [
        _evidence(one, arrival)
        for one, arrival in zip(found, arrivals, strict=True)
        if isinstance(one, Entrant) and one.fresh
    ]
    kept = {entry.subject: entry.id for entry in house.archive.append(drafts, first_stays=True)}
    entrants = _once(found, kept)
    with house.database.transaction() as connection:
        enter(house, connection, entrants)
        for arrival, one in zip(arrivals, found, strict=True):
            if arrival.replaces and isinstance(one, Entrant) and one.fresh:
                supersede(connection, arrival.replaces)
    if any(arrival.replaces for arrival in arrivals):
        file_states(house)
    if kept:
        house.nudge()
    each = iter(entrants)
    return [_answer(next(each)) if isinstance(one, Entrant) else _left(one) for one in found]


def _answer(entrant: Entrant) -> Received:
    return entrant.submission, entrant.fresh


def _left(one: Submission | Refusal) -> Received | Refusal:
    return (one, False) if isinstance(one, Submission) else one


def _once(found: Sequence[_Found], kept: Mapping[str, str]) -> list[Entrant]:
    """Return who enters; a file that comes twice at once is new only once."""
    entrants: list[Entrant] = []
    seen: set[str] = set()
    for one in found:
        if isinstance(one, Entrant):
            key = one.submission.id
            fresh = one.fresh and key not in seen
            entrants.append(replace(one, fresh=fresh, entry=kept.get(key, "") if fresh else ""))
            seen.add(key)
    return entrants


def _looked_up(
    house: House,
    connection: Connection,
    known: Mapping[str, Submission],
    arrival: Arrival,
    sha256: str,
) -> _Found:
    """Return who comes, or why he may not.

    A correction that came before is itself no drop: it replaces nothing, whoever sends it again.
    """
    try:
        _bound(house, arrival, sha256)
        _own_key(connection, arrival, sha256)
        first = known.get(submission_id(arrival.tenant, arrival.sender, sha256))
        if first is None and arrival.replaces:
            replaceable(connection, arrival.tenant, arrival.replaces)
    except (Unacceptable, KeyConflict, NotParked) as error:
        return error
    if first is not None and arrival.replaces:
        return first
    return Entrant(
        submission=first or _submission(house, arrival, sha256),
        fresh=first is None,
        name=arrival.name,
        door=arrival.door,
        stated=arrival.stated,
    )


def _bound(house: House, arrival: Arrival, sha256: str) -> None:
    limit = house.config.hub.max_file_mb << 20
    size_bytes = size_of(arrival.data)
    if not size_bytes:
        raise Unacceptable(f"{arrival.name}: the file is empty; export it again")
    if size_bytes > limit:
        raise Unacceptable(
            f"{arrival.name}: {size_bytes} bytes; this hub takes {limit} (hub.max_file_mb)"
        )
    if why := disagreement(arrival.stated, sha256=sha256, size_bytes=size_bytes):
        raise Unacceptable(f"{arrival.name}: not what is stated of it: {why}; send it again")


def _own_key(connection: Connection, arrival: Arrival, sha256: str) -> None:
    if not arrival.idempotency_key:
        return
    first = submissions.same_key(
        connection, tenant=arrival.tenant, idempotency_key=arrival.idempotency_key
    )
    if first is not None and first.sha256 != sha256:
        raise KeyConflict(
            f"Idempotency-Key {arrival.idempotency_key!r} was used for another file "
            f"({first.name}, submission {first.id}); use a new key for a new file"
        )


def _submission(house: House, arrival: Arrival, sha256: str) -> Submission:
    return Submission(
        id=submission_id(arrival.tenant, arrival.sender, sha256),
        tenant=arrival.tenant,
        sender=arrival.sender,
        door=arrival.door,
        name=arrival.name,
        sha256=sha256,
        size_bytes=size_of(arrival.data),
        idempotency_key=arrival.idempotency_key,
        priority=arrival.priority,
        replaces=arrival.replaces,
        received_at=house.clock(),
    )


def _evidence(entrant: Entrant, arrival: Arrival) -> Draft:
    submission = entrant.submission
    return Draft(
        key=f"{submission.id}/receive",
        tenant=submission.tenant,
        subject=submission.id,
        kind="submission",
        step="receive",
        fields={"sender": submission.sender},
        items=(original(arrival.name, arrival.data),),
    )

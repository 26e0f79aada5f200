"""Room 7: the rendition is signed where its road asks; what is signed is what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from archive.entry import Entry, Item
from formats.catalogue import WRITERS
from formats.signatures.catalogue import ARCHIVED, SIGNATURES, named
from formats.signatures.renewal import holds_until
from formats.signatures.signer import NoProof, in_time
from hub.keys import NoTimeStamp
from hub.pipeline.evidence import about_delivery, delivery_draft
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import endpoint_of, send_lane
from hub.pipeline.standing import next_road
from hub.sealing.seal import Seal
from hub.sealing.seals import RENEWED_BEFORE, signer_of
from hub.sealing.tokens import TokenAway
from hub.store import archive_stamps, deliveries, documents
from hub.store.archive_stamps import ArchiveStamp
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task

_MISSING = {
    NoTimeStamp: "no time stamp",
    NoProof: "no word on revocation",
    TokenAway: "no token",
}
_STAMP_RETRY = timedelta(minutes=5)


def sign(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Sign each delivery's rendition that wants it; then all go to their channel's lane."""
    with house.database.transaction() as connection:
        found = deliveries.many(connection, [task.subject for task in tasks])
        rows = documents.many(connection, [d.document for d in found.values()])
    wanted = [d for d in found.values() if d.taken.signature and d.tenant in house.seals]
    calls = [
        (
            house.archive.get(d.rendition_sha256),
            d.taken.signature,
            house.seals[d.tenant],
            house.clock(),
        )
        for d in wanted
    ]
    signed = dict(zip((d.id for d in wanted), house.pool.map(seal, calls), strict=True))
    return [
        _outcome(house, found[task.subject], rows[found[task.subject].document], task, signed)
        for task in tasks
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A signed file, and until when its archive time stamp holds, if it has one."""

    data: bytes
    holds_until: datetime | None


def seal(data: bytes, signature: str, key: Seal, at: datetime) -> Sealed:
    """Sign bytes with a tenant's key. Runs in a child, which keeps the loaded key."""
    signer = signer_of(key)
    in_time(signer, at)
    signed = SIGNATURES[signature](data, signer, at)
    return Sealed(data=signed, holds_until=holds_until(signed) if signature in ARCHIVED else None)


def _outcome(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    task: Task,
    signed: dict[str, Sealed | Exception],
) -> Outcome:
    about = about_delivery(delivery, row)
    beyond = endpoint_of(house, delivery.channel, row)
    onward = (task.to("send", lane=send_lane(delivery.channel), endpoint=beyond),)
    wanted = delivery.taken.signature
    if wanted is None:
        return Outcome(subject=delivery.id, about=about, line="no signature wanted", tasks=onward)
    result = signed.get(delivery.id)
    if result is None:
        reason = f"{wanted} is wanted and [tenant.{row.tenant}] has no seal_key"
        return next_road(house, delivery, row, task, room="sign", reason=reason)
    if isinstance(result, NoTimeStamp | NoProof | TokenAway):
        later = Task(
            subject=task.subject,
            room="sign",
            lane=task.lane,
            priority=task.priority,
            due_at=house.clock() + _STAMP_RETRY,
            attempts=task.attempts + 1,
        )
        line = f"{_MISSING[type(result)]} now, again in 5 minutes: {result}"
        return Outcome(subject=delivery.id, about=about, line=line, tasks=(later,))
    if isinstance(result, Exception):
        reason = f"cannot be signed as {wanted}: {result}"
        return next_road(house, delivery, row, task, room="sign", reason=reason)
    name, media_type = named(wanted, delivery.file_name, WRITERS[delivery.format].media_type)
    item = Item(role="rendition", name=name, media_type=media_type, data=result.data)
    return Outcome(
        subject=delivery.id,
        about=about,
        line=f"signed with {wanted}",
        evidence=delivery_draft(delivery, row, "sign", [item]),
        record=partial(_record, delivery, name, result.holds_until),
        tasks=onward,
    )


def _record(
    delivery: Delivery,
    name: str,
    held_until: datetime | None,
    connection: Connection,
    entry: Entry | None,
) -> None:
    assert entry is not None
    signed = entry.items[0].sha256
    deliveries.change(connection, delivery.id, rendition_sha256=signed, file_name=name)
    if held_until:
        stamp = ArchiveStamp(
            delivery=delivery.id,
            document=delivery.document,
            tenant=delivery.tenant,
            sha256=signed,
            name=name,
            holds_until=held_until,
            look_at=held_until - RENEWED_BEFORE,
        )
        archive_stamps.put(connection, stamp)

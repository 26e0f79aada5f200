"""What a person knows and no channel can say: filed with name and reason, then acted upon, once."""

from dataclasses import dataclass, replace

from archive.entry import Draft, Entry
from hub.pipeline.evidence import about_delivery, fields_of, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import endpoint_of, lane_of, send_lane
from hub.pipeline.resubmit import NotParked
from hub.pipeline.settling import settle
from hub.pipeline.standing import Onward, next_road, restate
from hub.store import calls, deliveries, documents, work
from hub.store.calls import Call
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from outbound.channel import DeliveryState, NamingChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person states.

    Attributes:
        arrived: whether it arrived; None: it is seen to, whatever became of it.
        who: the person's name.
        reason: how that is known.
    """

    arrived: bool | None
    who: str
    reason: str = ""

    @property
    def because(self) -> str:
        """The reason, to be put behind what is stated."""
        return f", because {self.reason}" if self.reason else ""


def decide_doubt(house: House, delivery: str, *, arrived: bool, who: str, reason: str = "") -> None:
    """Say what became of a delivery in doubt: it arrived, or it is to be sent again.

    Raises:
        NotParked: it is not in doubt, or its channel is being asked just now.
    """
    found, row = _found(house, delivery)
    if found.state != DeliveryState.IN_DOUBT:
        raise NotParked(f"{delivery}: not a delivery in doubt")
    stated = Statement(arrived=arrived, who=who, reason=reason)
    settle(house, "by-hand", [_doubt_decided(house, found, row, stated)])


def decide_job(
    house: House, job: str, *, tenant: str | None, arrived: bool, who: str, reason: str = ""
) -> int:
    """Say the same of a tenant's, or all, letters of a print job in doubt; returns how many.

    Raises:
        NotParked: none of them is.
    """
    with house.database.transaction() as connection:
        doubtful = [
            piece
            for piece in deliveries.of_job(connection, job)
            if piece.state == DeliveryState.IN_DOUBT and tenant in (None, piece.tenant)
        ]
        rows = documents.many(connection, [piece.document for piece in doubtful])
    if not doubtful:
        raise NotParked(f"{job}: no print job with letters in doubt")
    stated = Statement(arrived=arrived, who=who, reason=reason)
    decided = [_doubt_decided(house, piece, rows[piece.document], stated) for piece in doubtful]
    settle(house, "by-hand", decided)
    return len(decided)


def state(house: House, delivery: str, stated: Statement) -> None:
    """State what became of a delivery in doubt or unconfirmed, or that a call is seen to.

    Raises:
        NotParked: nobody waits for that, or it must be said whether it arrived.
    """
    found, row = _found(house, delivery)
    in_doubt = found.state == DeliveryState.IN_DOUBT
    if not in_doubt and not found.waits_for:
        raise NotParked(f"{delivery}: nobody waits for a statement about it")
    if stated.arrived is None and (in_doubt or found.waits_for == Call.UNCONFIRMED):
        raise NotParked(f"{delivery}: say whether it arrived")
    if in_doubt:
        outcome = _doubt_decided(house, found, row, stated)
    elif found.waits_for == Call.UNCONFIRMED and not stated.arrived:
        outcome = _lost(house, found, row, stated)
    else:
        outcome = _seen_to(house, found, row, stated)
    settle(house, "by-hand", [outcome])


def _found(house: House, delivery: str) -> tuple[Delivery, DocumentRow]:
    with house.database.transaction() as connection:
        found = deliveries.get(connection, delivery)
        row = documents.get(connection, found.document) if found else None
    if found is None or row is None:
        raise NotParked(f"{delivery}: not a delivery in doubt, nor one that waits for a person")
    return found, row


def _doubt_decided(
    house: House, delivery: Delivery, row: DocumentRow, stated: Statement
) -> Outcome:
    arrived = bool(stated.arrived)
    said = "it arrived" if arrived else "it did not arrive, to be sent again under the same key"
    state = DeliveryState.HANDED_OVER if arrived else DeliveryState.WAITING

    def record(connection: Connection, _entry: Entry | None) -> None:
        _require_unchanged(connection, delivery)
        work.finish(connection, [delivery.id])
        deliveries.change(
            connection,
            delivery.id,
            state=state,
            reason=f"{stated.who}: {said}{stated.because}",
            external_id=_external_id(house, delivery) if arrived else delivery.external_id,
            changed_at=house.clock(),
        )
        restate(connection, row.id)

    return Outcome(
        subject=f"{delivery.id}/doubt",
        about=about_delivery(delivery, row),
        line=f"doubt decided by {stated.who}: {said}{stated.because}",
        evidence=_draft(house, delivery, row, stated, said, state=state),
        record=record,
        tasks=() if arrived else (_send_again(house, delivery, row),),
    )


def _seen_to(house: House, delivery: Delivery, row: DocumentRow, stated: Statement) -> Outcome:
    said = "it arrived" if stated.arrived else "seen to"

    def record(connection: Connection, _entry: Entry | None) -> None:
        if not calls.dismiss(connection, delivery.id, delivery.waits_for):
            raise NotParked(f"{delivery.id}: somebody has seen to it already")

    return Outcome(
        subject=f"{delivery.id}/seen",
        about=about_delivery(delivery, row),
        line=f"{stated.who}: {said}{stated.because}",
        evidence=_draft(house, delivery, row, stated, said),
        record=record,
    )


def _lost(house: House, delivery: Delivery, row: DocumentRow, stated: Statement) -> Outcome:
    """Open the next road for what was handed over and did not arrive, as a person says."""
    said = "it did not arrive"
    task = replace(_task(house, delivery.id, row), room="render", lane=lane_of(row.priority))
    onward = Onward(repeats=delivery.parcel_key)
    reason = f"{stated.who}: {said}{stated.because}"
    opened = next_road(house, delivery, row, task, room="by-hand", reason=reason, onward=onward)

    def record(connection: Connection, entry: Entry | None) -> None:
        _require_unchanged(connection, delivery)
        opened.record(connection, entry)
        work.put(connection, list(opened.tasks))

    evidence = _draft(house, delivery, row, stated, said, state=DeliveryState.REJECTED)
    subject = f"{delivery.id}/lost"
    return replace(opened, subject=subject, evidence=evidence, record=record, tasks=())


def _require_unchanged(connection: Connection, known: Delivery) -> None:
    """Let nobody state what a report, the channel or somebody else has settled meanwhile.

    Raises:
        NotParked: it is not as it was seen, or its channel is being asked.
    """
    now = deliveries.locked(connection, known.id)
    if now is None or (now.state, now.parcel_key) != (known.state, known.parcel_key):
        raise NotParked(f"{known.id}: it is settled already: {now.reason if now else 'gone'}")
    if not work.are_idle(connection, [known.id]):
        raise NotParked(f"{known.id}: {known.channel} is being asked just now; look again")


def _draft(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    stated: Statement,
    said: str,
    *,
    state: str = "",
) -> Draft:
    act = {
        "who": stated.who,
        "said": f"{said}{stated.because}",
        "arrived": stated.arrived,
        "reason": stated.reason,
        "key": delivery.parcel_key,
    }
    return Draft(
        key=f"{delivery.parcel_key}/by-hand/{house.new_id()}",
        tenant=delivery.tenant,
        subject=delivery.id,
        document=delivery.document,
        kind="operator",
        step="by-hand",
        fields=fields_of(row) | {"channel": delivery.channel} | ({"state": state} if state else {}),
        items=(json_item("act", act),),
    )


def _external_id(house: House, delivery: Delivery) -> str | None:
    """Return by what later reports may name what arrived without an answer that said it."""
    channel: object = house.channels.get(delivery.channel)
    if delivery.external_id is None and isinstance(channel, NamingChannel):
        return channel.name_of(delivery.parcel_key)
    return delivery.external_id


def _send_again(house: House, delivery: Delivery, row: DocumentRow) -> Task:
    lane, endpoint = send_lane(delivery.channel), endpoint_of(house, delivery.channel, row)
    return replace(_task(house, delivery.id, row), lane=lane, endpoint=endpoint)


def _task(house: House, subject: str, row: DocumentRow) -> Task:
    return Task(subject=subject, room="send", lane="", priority=row.priority, due_at=house.clock())

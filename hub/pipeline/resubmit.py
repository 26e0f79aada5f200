"""Back into the house: what was parked, after its cause was mended; what is in doubt, decided."""

from archive.entry import Draft, Entry
from formats.findings import Actor, is_fatal
from hub.pipeline.evidence import about_delivery, about_document, delivery_draft, json_item
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.lanes import endpoint_of, lane_of, send_lane
from hub.pipeline.parking import NUMBER_TAKEN
from hub.pipeline.settling import settle
from hub.pipeline.standing import restate
from hub.store import deliveries, documents, submissions, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import Submission, SubmissionState
from hub.store.work import Task
from outbound.channel import DeliveryState, NamingChannel

_OF_READING = ("IN-", "FX-")
"""How the rules begin by which readers judge a file."""
_MENDED_ELSEWHERE = (NUMBER_TAKEN, "FX-SCH-")
"""Others that begin so: what they forbid may end without another file."""


class NotParked(Exception):
    """Only what is parked can be resubmitted, only what is in doubt can be decided."""


def resubmit(house: House, subject: str, *, who: str) -> None:
    """Send what is parked through the house again, with today's guides and master data.

    Raises:
        NotParked: there is no such subject, or it is not parked.
    """
    with house.database.transaction() as connection:
        submission = submissions.get(connection, subject)
        document = documents.get(connection, subject)
    if submission is not None and submission.state is SubmissionState.PARKED:
        settle(house, "resubmit", [_submission_again(house, submission, who)])
    elif document is not None and document.state is DocumentState.PARKED:
        if not may_return(document):
            raise NotParked(f"{subject}: what is wrong is in the file itself; give a corrected one")
        settle(house, "resubmit", [_document_again(house, document, who)])
    else:
        raise NotParked(f"{subject}: not a parked submission or document")


def may_return(document: DocumentRow) -> bool:
    """Whether a parked document can go through again as it is: the file itself is not at fault.

    What was read right may; what was not may once the operator has mended the guide, and what had a
    number that was taken may once that is free.
    """
    return bool(document.decision) or not any(
        finding.rule.startswith(_OF_READING)
        and not finding.rule.startswith(_MENDED_ELSEWHERE)
        and finding.actor is not Actor.OPERATOR
        for finding in document.findings
        if is_fatal([finding])
    )


def decide_doubt(house: House, delivery: str, *, arrived: bool, who: str) -> None:
    """Say what became of a delivery in doubt: it arrived, or it is to be sent again.

    Raises:
        NotParked: it is not in doubt.
    """
    with house.database.transaction() as connection:
        found = deliveries.get(connection, delivery)
        row = documents.get(connection, found.document) if found else None
    if found is None or row is None or found.state != DeliveryState.IN_DOUBT:
        raise NotParked(f"{delivery}: not a delivery in doubt")
    settle(house, "resubmit", [_doubt_decided(house, found, row, who, arrived=arrived)])


def decide_job(house: House, job: str, *, tenant: str | None, arrived: bool, who: str) -> int:
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
    decided = [
        _doubt_decided(house, piece, rows[piece.document], who, arrived=arrived)
        for piece in doubtful
    ]
    settle(house, "resubmit", decided)
    return len(decided)


def _submission_again(house: House, row: Submission, who: str) -> Outcome:
    task = _task(house, row.id, "read", row.priority)

    def record(connection: Connection, _entry: Entry | None) -> None:
        submissions.next_round(connection, row.id)

    return Outcome(
        subject=f"{row.id}/resubmit",
        about=About(tenant=row.tenant, submission=row.id),
        line=f"resubmitted by {who}",
        evidence=Draft(
            key=f"{row.id}/resubmit/{row.round + 1}",
            tenant=row.tenant,
            subject=row.id,
            kind="operator",
            step="resubmit",
            items=(json_item("act", {"who": who, "act": "resubmit"}),),
        ),
        record=record,
        tasks=(task,),
    )


def _document_again(house: House, row: DocumentRow, who: str) -> Outcome:
    draft = Draft(
        key=f"{row.id}/resubmit/{row.round + 1}",
        tenant=row.tenant,
        subject=row.id,
        document=row.id,
        kind="operator",
        step="resubmit",
        items=(json_item("act", {"who": who, "act": "resubmit"}),),
    )

    def record(connection: Connection, _entry: Entry | None) -> None:
        documents.change(
            connection, row.id, state=DocumentState.WORKING, round=row.round + 1, findings=()
        )

    return Outcome(
        subject=f"{row.id}/resubmit",
        about=about_document(row),
        line=f"resubmitted by {who}",
        evidence=draft,
        record=record,
        tasks=(_task(house, row.id, "read", row.priority),),
    )


def _doubt_decided(
    house: House, delivery: Delivery, row: DocumentRow, who: str, *, arrived: bool
) -> Outcome:
    state = DeliveryState.HANDED_OVER if arrived else DeliveryState.WAITING
    said = "it arrived" if arrived else "it did not arrive, to be sent again under the same key"
    task = _task(house, delivery.id, "send", row.priority).to(
        "send",
        lane=send_lane(delivery.channel),
        endpoint=endpoint_of(house, delivery.channel, row),
    )

    def record(connection: Connection, _entry: Entry | None) -> None:
        work.finish(connection, [delivery.id])
        deliveries.change(
            connection,
            delivery.id,
            state=state,
            reason=f"{who}: {said}",
            external_id=_external_id(house, delivery) if arrived else delivery.external_id,
            changed_at=house.clock(),
        )
        restate(connection, row.id)

    return Outcome(
        subject=f"{delivery.id}/doubt",
        about=about_delivery(delivery, row),
        line=f"doubt decided by {who}: {said}",
        evidence=delivery_draft(
            delivery, row, "doubt-decided", [json_item("act", {"who": who, "said": said})]
        ),
        record=record,
        tasks=() if arrived else (task,),
    )


def _external_id(house: House, delivery: Delivery) -> str | None:
    """Return by what later reports may name what arrived without an answer that said it."""
    channel: object = house.channels.get(delivery.channel)
    if delivery.external_id is None and isinstance(channel, NamingChannel):
        return channel.name_of(delivery.parcel_key)
    return delivery.external_id


def _task(house: House, subject: str, room: str, priority: int) -> Task:
    return Task(
        subject=subject, room=room, lane=lane_of(priority), priority=priority, due_at=house.clock()
    )

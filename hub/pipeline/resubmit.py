"""Back into the house: what was parked, or a copy that no road took, after its cause was mended.

Two people, or two clicks, send it through once: the second finds it gone.
"""

from archive.entry import Draft, Entry
from formats.certificate.form import UNKNOWN_SPECIFICATION
from formats.findings import Actor, is_fatal
from hub.pipeline.evidence import about_delivery, about_document, fields_of, json_item
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.lanes import lane_of
from hub.pipeline.parking import NUMBER_TAKEN
from hub.pipeline.settling import settle
from hub.store import calls, deliveries, documents, earlier_names, submissions
from hub.store.calls import Call
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import Submission, SubmissionState
from hub.store.work import Task
from outbound.channel import DeliveryState

_OF_READING = ("IN-", "FX-")
"""How the rules begin by which readers judge a file."""
_MENDED_ELSEWHERE = (UNKNOWN_SPECIFICATION, NUMBER_TAKEN, "FX-SCH-")
"""Others that begin so: what they forbid may end without another file."""


class NotParked(Exception):
    """Only what is parked can be resubmitted, only what is open can be decided."""


def resubmit(house: House, subject: str, *, who: str) -> None:
    """Send what is parked through the house again, with today's guides and master data.

    Raises:
        NotParked: there is no such subject, or it is not parked (any more).
    """
    with house.database.transaction() as connection:
        submission = submissions.get(connection, subject)
        document = documents.get(connection, subject)
        way = deliveries.get(connection, subject)
        row = documents.get(connection, way.document) if way else None
    if submission is not None and submission.state is SubmissionState.PARKED:
        settle(house, "resubmit", [_submission_again(house, submission, who)])
    elif document is not None and document.state is DocumentState.PARKED:
        if not may_return(document):
            raise NotParked(f"{subject}: what is wrong is in the file itself; give a corrected one")
        settle(house, "resubmit", [_document_again(house, document, who)])
    elif way is not None and row is not None and way.waits_for == Call.COPY:
        settle(house, "resubmit", [_copy_again(house, way, row, who)])
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


def _submission_again(house: House, row: Submission, who: str) -> Outcome:
    task = _task(house, row.id, "read", row.priority)

    def record(connection: Connection, _entry: Entry | None) -> None:
        if not submissions.next_round(connection, row.id, row.round):
            raise NotParked(f"{row.id}: it is no longer parked")

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
        if not documents.next_round(connection, row.id, row.round):
            raise NotParked(f"{row.id}: it is no longer parked")

    return Outcome(
        subject=f"{row.id}/resubmit",
        about=about_document(row),
        line=f"resubmitted by {who}",
        evidence=draft,
        record=record,
        tasks=(_task(house, row.id, "read", row.priority),),
    )


def _copy_again(house: House, way: Delivery, row: DocumentRow, who: str) -> Outcome:
    """Start a copy anew on its first road, under a new key: the old one was refused for good."""

    def record(connection: Connection, _entry: Entry | None) -> None:
        if not calls.dismiss(connection, way.id, Call.COPY):
            raise NotParked(f"{way.id}: it is no longer parked")
        first = way.roads[0]
        earlier_names.keep(connection, way, house.clock())
        deliveries.change(
            connection,
            way.id,
            road=0,
            channel=first.channel,
            format=first.format,
            state=DeliveryState.WAITING,
            round=way.round + 1,
            attempts=0,
            external_id=None,
            rendition_sha256="",
            job=None,
            changed_at=house.clock(),
        )

    return Outcome(
        subject=f"{way.id}/resubmit",
        about=about_delivery(way, row),
        line=f"resubmitted by {who}",
        evidence=Draft(
            key=f"{way.id}/resubmit/{way.round + 1}",
            tenant=way.tenant,
            subject=way.id,
            document=row.id,
            kind="operator",
            step="resubmit",
            fields=fields_of(row),
            items=(json_item("act", {"who": who, "act": "resubmit"}),),
        ),
        record=record,
        tasks=(_task(house, way.id, "render", row.priority),),
    )


def _task(house: House, subject: str, room: str, priority: int) -> Task:
    return Task(
        subject=subject, room=room, lane=lane_of(priority), priority=priority, due_at=house.clock()
    )

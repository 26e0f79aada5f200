"""Parking: a subject leaves the rooms with its findings, its original kept, and can come back."""

from collections.abc import Sequence

from archive.entry import Entry
from formats.findings import Finding
from hub.pipeline.evidence import findings_draft
from hub.pipeline.house import About, House, Outcome
from hub.store import deliveries, documents, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentState
from hub.store.submissions import SubmissionState
from hub.store.work import Task

NUMBER_TAKEN = "IN-CONFLICT"
"""Rule of a document whose number another has."""


def park(house: House, task: Task, findings: Sequence[Finding]) -> Outcome:
    """Return the outcome that takes any subject out of the rooms for a person to look at.

    What was found out about a document before is kept.
    """
    with house.database.transaction() as connection:
        submission = submissions.get(connection, task.subject)
        if submission is not None:
            about = About(tenant=submission.tenant, submission=submission.id)
            return park_submission(about, task.room, submission.round, findings)
        delivery = deliveries.get(connection, task.subject)
        document = documents.get(connection, delivery.document if delivery else task.subject)
    assert document is not None, task.subject
    about = About(
        tenant=document.tenant,
        submission=document.submission,
        document=document.id,
        delivery=delivery.id if delivery else None,
    )
    known = (*findings, *document.findings)
    return park_document(about, task.subject, task.room, document.round, known)


def park_submission(about: About, room: str, round_: int, findings: Sequence[Finding]) -> Outcome:
    """Park a file that gave no document."""
    assert about.submission is not None

    def record(connection: Connection, _entry: Entry | None) -> None:
        assert about.submission is not None
        submissions.settle(
            connection, about.submission, state=SubmissionState.PARKED, findings=findings
        )

    return Outcome(
        subject=about.submission,
        about=about,
        line=f"parked: {findings[0].message}",
        evidence=findings_draft(about, about.submission, room, round_, findings),
        record=record,
    )


def park_document(
    about: About, subject: str, room: str, round_: int, findings: Sequence[Finding]
) -> Outcome:
    """Park a document; `subject` is it or the delivery that failed."""
    assert about.document is not None
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""

    def record(connection: Connection, _entry: Entry | None) -> None:
        assert about.document is not None
        documents.change(connection, about.document, state=DocumentState.PARKED, findings=findings)

    return Outcome(
        subject=subject,
        about=about,
        line=f"parked: {findings[0].message}{more}",
        evidence=findings_draft(about, subject, room, round_, findings),
        record=record,
    )

"""Room 2: bytes to documents, in a bounded child process."""

import errno
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from archive.entry import ArchiveError, ArchiveUnavailable, Draft, Entry
from formats import catalogue
from formats.codec import Unreadable
from formats.findings import Actor, Finding, is_fatal
from formats.signatures.envelope import is_signed
from hub.engine.pool import ChildDied, ChildOutgrown
from hub.pipeline.evidence import about_document, document_draft
from hub.pipeline.head import HEAD_BYTES, FileRead, Head, Sent, read_file
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.numbering import judge_number
from hub.pipeline.packed import INSIDE, Unpacked
from hub.pipeline.parking import park_document, park_submission
from hub.pipeline.provenance import PDF_READERS
from hub.pipeline.reconciling import reconcile
from hub.pipeline.unpacking import UNPACKING, clear, unpacked
from hub.sealing.roots import roots_of
from hub.store import documents, drops, events, submissions, work
from hub.store.database import Connection
from hub.store.documents import DocumentRow, DocumentState
from hub.store.events import Event
from hub.store.submissions import Submission, SubmissionState
from hub.store.work import Task

_BYTES_A_SECOND = 4 << 20
"""What the slowest reader goes through at least, beyond what any task may take."""
_READ_AGAIN = (
    "kind",
    "number",
    "issue_date",
    "currency",
    "total",
    "customer",
    "customer_name",
    "format",
    "reference",
    "envelope",
    "content_sha256",
    "state",
    "findings",
    "size_bytes",
)
"""What another reading may change of a document."""


def read(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Read each submission; its documents enter room 3, an unreadable one is parked.

    A document of which something could not be read goes on with what could: room 4 parks it, so
    that all its faults are seen at once. Where none of many is right, the file is parked.

    A document that was parked comes back as itself: its file is read again by today's guides, and
    the others in it stay as they are.
    """
    subjects = [task.subject for task in tasks]
    with house.database.transaction() as connection:
        again = documents.many(connection, subjects)
        names = [again[one].submission if one in again else one for one in subjects]
        rows = submissions.many(connection, names)
        taken = drops.inside(connection, names)
    files = [rows[name] for name in names]
    calls = [
        (_sent(house, file, taken.get(file.id, 0), again=subject in again),)
        for subject, file in zip(subjects, files, strict=True)
    ]
    more = sum(file.size_bytes for file in files) / _BYTES_A_SECOND
    results = house.pool.map(read_file, calls, more_seconds=more)
    for file, result in zip(files, results, strict=True):
        _need_not_wait(house, file, result)
    return [
        _outcome_again(house, again[task.subject], file, task, result)
        if task.subject in again
        else _outcome(house, file, task, result)
        for task, file, result in zip(tasks, files, results, strict=True)
    ]


def _need_not_wait(house: House, file: Submission, result: object) -> None:
    """See that nothing was in the way that ends by itself, or by what an operator does.

    Raises:
        ArchiveError: the archive cannot be read now, or nothing can be put on the disk.
    """
    if isinstance(result, ArchiveError):
        raise result
    if isinstance(result, OSError) and result.errno in {errno.ENOSPC, errno.EDQUOT}:
        clear(house, file.id)
        raise ArchiveUnavailable(f"no room to take {file.id} apart: {result.strerror}") from result


def _sent(house: House, file: Submission, taken: int, *, again: bool) -> Sent:
    kept = house.archive.locate(file.sha256)
    return Sent(
        kept=kept,
        name=file.name,
        guides=tuple(house.guides.get(file.sender, ())),
        limit_bytes=house.config.hub.max_file_mb << 20,
        inside=file.door == INSIDE,
        taken=taken,
        again=again,
        target=house.config.data / UNPACKING / file.id,
        at=house.clock(),
        trusted=roots_of(house.config, file.tenant) if is_signed(kept.head(HEAD_BYTES)) else (),
    )


def _outcome(house: House, row: Submission, task: Task, result: FileRead | Exception) -> Outcome:
    about = About(tenant=row.tenant, submission=row.id)
    if isinstance(result, Exception):
        parked = park_submission(about, "read", row.round, [_fault(house, row, result)])
        return replace(parked, record=partial(_record_unread, house, row.id, parked))
    if isinstance(result, Unpacked):
        return unpacked(house, row, task, result)
    reader, heads = result
    found = [_row(row, reader, position, head) for position, head in enumerate(heads)]
    return Outcome(
        subject=row.id,
        about=about,
        line=f"read as {catalogue.words_of(reader)}: {_counted(found)}",
        evidence=_evidence(row, found, heads),
        record=partial(_record, house, found, task),
    )


def _record_unread(
    house: House, file: str, parked: Outcome, connection: Connection, entry: Entry | None
) -> None:
    """Write down that nobody could read it; what was stated of it is judged all the same."""
    parked.record(connection, entry)
    clear(house, file)
    reconcile(house, connection, file)


def _row(row: Submission, reader: str, position: int, head: Head) -> DocumentRow:
    return DocumentRow(
        id=f"{row.id}-{position + 1}",
        submission=row.id,
        position=position,
        tenant=row.tenant,
        sender=row.sender,
        kind=head.kind,
        number=head.number,
        issue_date=head.issue_date,
        currency=head.currency,
        total=head.total,
        customer=head.customer,
        customer_name=head.customer_name,
        format=reader,
        reference=head.reference,
        envelope=head.envelope,
        content_sha256=hashlib.sha256(head.content).hexdigest(),
        size_bytes=len(head.content) + _pages_bytes(row, reader, head),
        priority=row.priority,
        findings=head.notices,
        round=row.round,
        received_at=row.received_at,
    )


def _pages_bytes(file: Submission, reader: str, head: Head) -> int:
    """Return what a document's own pages take: those out of a spool file, or the whole file."""
    if head.source is not None:
        return len(head.source)
    return file.size_bytes if reader in PDF_READERS else 0


def _evidence(row: Submission, found: list[DocumentRow], heads: Sequence[Head]) -> Draft:
    items = [
        item
        for document, head in zip(found, heads, strict=True)
        for item in head.items(document.id)
    ]
    return Draft(
        key=f"{row.id}/read/{row.round}",
        tenant=row.tenant,
        subject=row.id,
        kind="submission",
        step="read",
        fields={"sender": row.sender},
        items=tuple(items),
    )


def _outcome_again(
    house: House,
    row: DocumentRow,
    file: Submission,
    task: Task,
    result: FileRead | Exception,
) -> Outcome:
    about = about_document(row)
    if isinstance(result, Exception):
        return park_document(about, row.id, "read", row.round, [_fault(house, file, result)])
    reader, heads = ("", ()) if isinstance(result, Unpacked) else result
    if row.position >= len(heads):
        return park_document(about, row.id, "read", row.round, [_gone(row, file, len(heads))])
    head = heads[row.position]
    found = replace(_row(file, reader, row.position, head), round=row.round)
    with house.database.transaction() as connection:
        settled = judge_number(house, connection, found, lambda: head.content)
    return Outcome(
        subject=row.id,
        about=about,
        line=_at_rest(settled) or f"read again as {catalogue.words_of(reader)}",
        evidence=document_draft(settled, "read", head.items(settled.id)),
        record=partial(_record_again, house, settled),
        tasks=(task.to("enrich"),) if settled.state is DocumentState.WORKING else (),
    )


def _record_again(
    house: House, settled: DocumentRow, connection: Connection, _entry: Entry | None
) -> None:
    values = {name: getattr(settled, name) for name in _READ_AGAIN}
    documents.change(connection, settled.id, **values)
    reconcile(house, connection, settled.submission)


def _record(
    house: House,
    found: list[DocumentRow],
    task: Task,
    connection: Connection,
    entry: Entry | None,
) -> None:
    now = house.clock()
    submissions.settle(connection, task.subject, state=SubmissionState.READ)
    for document in found:
        content = partial(house.archive.get, document.content_sha256)
        settled = judge_number(house, connection, document, content)
        documents.add(connection, settled)
        if settled.state is DocumentState.WORKING:
            onward = replace(task, subject=document.id, due_at=now).to("enrich")
            work.put(connection, [onward])
        else:
            events.add(connection, [_line(house, settled, entry)])
    reconcile(house, connection, task.subject)


def _line(house: House, settled: DocumentRow, entry: Entry | None) -> Event:
    """Return a line of its own for one of many documents that goes no further."""
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=settled.tenant,
        submission=settled.submission,
        document=settled.id,
        room="read",
        text=_at_rest(settled),
        entry=entry.id if entry else None,
    )


def _at_rest(settled: DocumentRow) -> str:
    """Return why a document goes no further than this room; empty if it does."""
    if settled.state is DocumentState.WORKING:
        return ""
    return f"{settled.state}: {settled.findings[-1].message}"


def _fault(house: House, row: Submission, error: Exception) -> Finding:
    if isinstance(error, Unreadable):
        return error.finding
    bound = f"{house.config.hub.child_memory_mb} MB"
    if isinstance(error, ChildOutgrown):
        return Finding(
            rule="IN-TOO-LARGE",
            message=f"{row.name} has {row.size_bytes >> 20} MB ({row.size_bytes} bytes); to read it"
            f" takes more than the {bound} of memory that a reading process may use",
            fix=f"have it sent in several files or packed ones (a table: sorted by invoice, without"
            f" totals of all rows), or raise hub.child_memory_mb ({bound} now) and resubmit it",
            actor=Actor.OPERATOR,
        )
    words = str(error) if isinstance(error, ChildDied) else f"{type(error).__name__}: {error}"
    return Finding(
        rule="IN-HOSTILE",
        message=f"{row.name} ({row.size_bytes} bytes) could not be read within the limits: {words}",
        fix="have it sent in several files, or raise hub.child_memory_mb"
        f" ({bound} now), if it is what was meant",
        actor=Actor.OPERATOR,
    )


def _gone(row: DocumentRow, file: Submission, count: int) -> Finding:
    return Finding(
        rule="IN-GONE",
        message=f"this was document {row.position + 1} of {file.name}, which now gives {count}",
        fix="look at what was changed in the sender's guides, then resubmit",
        actor=Actor.OPERATOR,
    )


def _counted(found: Sequence[DocumentRow]) -> str:
    faulty = sum(is_fatal(document.findings) for document in found)
    said = "1 document" if len(found) == 1 else f"{len(found)} documents"
    return f"{said}, {faulty} with faults" if faulty else said

"""Room 2: bytes to documents, in a bounded child process."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from archive.entry import Draft, Entry, Item
from formats import canonical, catalogue
from formats.codec import Guide, Reading, Unreadable
from formats.findings import Actor, Finding, is_fatal
from formats.model import Document, Invoice, Reminder, Statement, Totals, kind_of
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.parking import park_submission
from hub.store import documents, submissions, work
from hub.store.database import Connection
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import Submission, SubmissionState
from hub.store.work import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A document as it comes back from the child: its canonical JSON and what lists show of it."""

    content: bytes
    kind: str
    number: str
    issue_date: str
    currency: str
    total: str
    customer: str
    customer_name: str
    provenance: bytes
    notices: tuple[Finding, ...]


def read(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Read each submission; its documents enter room 3, an unreadable one is parked."""
    with house.database.transaction() as connection:
        rows = submissions.many(connection, [task.subject for task in tasks])
    calls = [
        (house.archive.get(row.sha256), row.name, tuple(house.guides.get(row.sender, ())))
        for row in rows.values()
    ]
    results = house.pool.map(read_file, calls)
    return [
        _outcome(house, row, task, result)
        for task, row, result in zip(tasks, rows.values(), results, strict=True)
    ]


def read_file(data: bytes, name: str, guides: tuple[Guide, ...]) -> tuple[str, tuple[Head, ...]]:
    """Return the reader's name and the heads of all documents in a file. Runs in a child."""
    reader, readings = catalogue.read(data, name, guides)
    return reader.name, tuple(_head(reading) for reading in readings)


def _head(reading: Reading) -> Head:
    document = reading.document
    buyer = document.buyer
    return Head(
        content=canonical.encode(document),
        kind=kind_of(document),
        number=document.number or "",
        issue_date=document.issue_date.isoformat() if document.issue_date else "",
        currency=document.currency or "",
        total=_total(document),
        customer=document.customer if isinstance(document, Reminder | Statement) else "",
        customer_name=(buyer.name or "") if buyer else "",
        provenance=msgspec.json.encode({"sources": reading.sources, "unmapped": reading.unmapped}),
        notices=reading.notices,
    )


def _total(document: Document) -> str:
    match document:
        case Invoice():
            totals = document.totals or Totals()
            value = totals.due if totals.with_vat is None else totals.with_vat
            return "" if value is None else format(value, "f")
        case Reminder():
            return format(document.total, "f")
        case Statement():
            return format(document.balance, "f")


def _outcome(
    house: House,
    row: Submission,
    task: Task,
    result: tuple[str, tuple[Head, ...]] | Exception,
) -> Outcome:
    about = About(tenant=row.tenant, submission=row.id)
    if isinstance(result, Unreadable):
        return park_submission(about, "read", row.round, [result.finding])
    if isinstance(result, Exception):
        return park_submission(about, "read", row.round, [_not_survived(row, result)])
    reader, heads = result
    found = [_row(row, reader, position, head) for position, head in enumerate(heads)]
    return Outcome(
        subject=row.id,
        about=about,
        line=f"read as {reader}: {_counted(len(found))}",
        evidence=_evidence(row, found, heads),
        record=partial(_record, house, row, found, task),
    )


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
        content_sha256=hashlib.sha256(head.content).hexdigest(),
        priority=row.priority,
        findings=head.notices,
        round=row.round,
        received_at=row.received_at,
    )


def _evidence(row: Submission, found: list[DocumentRow], heads: Sequence[Head]) -> Draft:
    items = [
        item
        for document, head in zip(found, heads, strict=True)
        for item in (
            Item(
                role="canonical",
                name=f"{document.id}.json",
                media_type="application/json",
                data=head.content,
            ),
            Item(
                role="provenance",
                name=f"{document.id}.provenance.json",
                media_type="application/json",
                data=head.provenance,
            ),
        )
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


def _record(
    house: House,
    row: Submission,
    found: list[DocumentRow],
    task: Task,
    connection: Connection,
    _entry: Entry | None,
) -> None:
    submissions.settle(connection, row.id, state=SubmissionState.READ)
    for document in found:
        settled = _judge_number(connection, document)
        documents.add(connection, settled)
        if settled.state is DocumentState.WORKING:
            work.put(
                connection,
                [
                    Task(
                        subject=document.id,
                        room="enrich",
                        lane=task.lane,
                        priority=task.priority,
                        due_at=house.clock(),
                    )
                ],
            )


def _judge_number(connection: Connection, document: DocumentRow) -> DocumentRow:
    """Park a document whose fields could not be read or whose number another content has."""
    state, findings = DocumentState.WORKING, document.findings
    if is_fatal(findings):
        state = DocumentState.PARKED
    elif document.number:
        holder = documents.claim_number(
            connection,
            tenant=document.tenant,
            series=document.kind,
            number=document.number,
            document=document.id,
            sha256=document.content_sha256,
        )
        if holder is not None:
            same = holder[1] == document.content_sha256
            state = DocumentState.DUPLICATE if same else DocumentState.PARKED
            findings = (*findings, _number_taken(document, holder[0], same=same))
    return DocumentRow(
        **{name: getattr(document, name) for name in document.__slots__}
        | {"state": state, "findings": findings}
    )


def _number_taken(document: DocumentRow, holder: str, *, same: bool) -> Finding:
    if same:
        return Finding(
            rule="IN-SAME",
            term="BT-1",
            value=document.number,
            message=f"{document.number} with the same content came before as {holder}",
            fix="nothing; it goes out once",
        )
    return Finding(
        rule="IN-CONFLICT",
        term="BT-1",
        value=document.number,
        message=f"number {document.number} came before as {holder} with other content",
        fix="give the new document its own number, or correct the first one by a credit note",
    )


def _not_survived(row: Submission, error: Exception) -> Finding:
    return Finding(
        rule="IN-HOSTILE",
        message=f"{row.name} could not be read within the limits: {type(error).__name__}: {error}",
        fix="check where the file comes from; export it again",
        actor=Actor.OPERATOR,
    )


def _counted(documents_: int) -> str:
    return "1 document" if documents_ == 1 else f"{documents_} documents"

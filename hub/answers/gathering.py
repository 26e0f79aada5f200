"""From changes of state to notices: each receiver gets what it has not been told yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final, TypeVar

import msgspec

from formats.answers.notice import Notice, State
from formats.findings import Finding, foremost
from hub.answers.receivers import Receiver
from hub.pipeline.house import House
from hub.store import deliveries, documents, notices, submissions
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.notices import Kept, NoticeState
from hub.store.submissions import Submission, SubmissionState

Said = TypeVar("Said", Notice, Finding)
_AT_ONCE: Final = 500

STATES: Final[Mapping[DocumentState, State]] = {
    DocumentState.WORKING: State.ACCEPTED,
    DocumentState.PARKED: State.PARKED,
    DocumentState.SENDING: State.SENDING,
    DocumentState.IN_DOUBT: State.IN_DOUBT,
    DocumentState.HANDED_OVER: State.HANDED_OVER,
    DocumentState.DELIVERED: State.DELIVERED,
    DocumentState.DUPLICATE: State.DUPLICATE,
    DocumentState.SUPERSEDED: State.SUPERSEDED,
    DocumentState.CANCELLED: State.CANCELLED,
}

_FILES: Final[Mapping[SubmissionState, State]] = {
    SubmissionState.PARKED: State.PARKED,
    SubmissionState.SUPERSEDED: State.SUPERSEDED,
}
"""Of a file that gave no document; for one that did, its documents speak."""

_WORDS: Final[Mapping[State, str]] = {
    State.ACCEPTED: "accepted",
    State.SENDING: "on its way by {channel}",
    State.HANDED_OVER: "handed over to {channel}, which has not confirmed delivery yet",
    State.DELIVERED: "delivered by {channel}",
    State.IN_DOUBT: "in doubt on {channel}: {reason}",
    State.SUPERSEDED: "replaced by a corrected file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """All that notices are made of."""

    documents: Mapping[str, DocumentRow]
    files: Mapping[str, Submission]
    ways: Mapping[str, Sequence[Delivery]]
    told: Mapping[str, Sequence[Kept]] = field(default_factory=dict)


def gather_all(house: House, receivers: Mapping[str, Receiver]) -> int:
    """Make notices of all that has changed since; returns of how many documents and files."""
    gathered = 0
    while some := gather(house, receivers):
        gathered += some
    return gathered


def gather(house: House, receivers: Mapping[str, Receiver]) -> int:
    """Do the same for some hundred of them, in one transaction."""
    with house.database.transaction() as connection:
        subjects = notices.take_marked(connection, _AT_ONCE)
        if subjects and receivers:
            known = _look_up(connection, subjects)
            notices.add(connection, list(_made(house, receivers, known)))
    return len(subjects)


def _look_up(connection: Connection, subjects: Sequence[str]) -> _Known:
    rows = documents.many(connection, subjects)
    names = {row.submission for row in rows.values()} | (set(subjects) - rows.keys())
    return _Known(
        documents=rows,
        files=submissions.many(connection, sorted(names)),
        ways=deliveries.of_documents(connection, list(rows)),
        told=notices.of_subjects(connection, subjects),
    )


def _made(house: House, receivers: Mapping[str, Receiver], known: _Known) -> Iterator[Kept]:
    for subject in sorted(known.told, key=partial(_replaces, known)):
        told, notice = known.told[subject], _notice(house, subject, known)
        for receiver in receivers.values():
            if notice is not None and notice.sender == receiver.sender:
                yield from _kept(receiver, subject, notice, told)


def _replaces(known: _Known, subject: str) -> bool:
    """Whether it may stand in for another: that is told after what became of the other."""
    row = known.documents.get(subject) or known.files.get(subject)
    return row is None or row.state not in (DocumentState.SUPERSEDED, SubmissionState.SUPERSEDED)


def _kept(receiver: Receiver, subject: str, notice: Notice, told: Sequence[Kept]) -> Iterator[Kept]:
    """Yield the notice as this receiver gets it, unless it knows all that."""
    own = [kept for kept in told if kept.receiver == receiver.key]
    last = msgspec.json.decode(own[-1].content, type=Notice) if own else None
    if notice.state not in receiver.states or (last and _says(last) == _says(notice)):
        return
    numbered = msgspec.structs.replace(notice, id=f"{receiver.key}-{subject}-{len(own) + 1}")
    yield Kept(
        id=numbered.id,
        receiver=receiver.key,
        subject=subject,
        state=NoticeState.WAITING if receiver.form.fits(numbered) else NoticeState.UNFIT,
        content=msgspec.json.encode(numbered).decode(),
        due_at=numbered.at,
    )


def _says(notice: Notice) -> Notice:
    return msgspec.structs.replace(notice, id="", at=notice.at.min)


def _notice(house: House, subject: str, known: _Known) -> Notice | None:
    row = known.documents.get(subject)
    if row is not None:
        return _printable(_of_document(house, row, known))
    file = known.files.get(subject)
    return _printable(_of_file(house, file)) if file and file.state in _FILES else None


def _printable(said: Said) -> Said:
    """Return a notice or finding whose texts every form can carry: strangers wrote some of them."""
    texts = {
        name: plain(text)
        for name in said.__struct_fields__
        if isinstance(text := getattr(said, name), str) and not isinstance(text, StrEnum)
    }
    if isinstance(said, Notice):
        findings = tuple(map(_printable, said.findings))
        return msgspec.structs.replace(said, **texts, findings=findings)
    return msgspec.structs.replace(said, **texts)


def _of_file(house: House, file: Submission) -> Notice:
    state = _FILES[file.state]
    return Notice(
        id="",
        at=house.clock(),
        tenant=file.tenant,
        sender=file.sender,
        submission=file.id,
        file=file.name,
        state=state,
        words=_words(state, _message(foremost(file.findings))),
        findings=file.findings,
    )


def _of_document(house: House, row: DocumentRow, known: _Known) -> Notice:
    own = [way for way in known.ways.get(row.id, ()) if way.copy_of is None]
    last = own[-1] if own else None
    state = STATES[row.state]
    reason = last.reason if last else ""
    later = row.findings[-1:] if state is State.DUPLICATE else row.findings
    return Notice(
        id="",
        at=house.clock(),
        tenant=row.tenant,
        sender=row.sender,
        submission=row.submission,
        file=known.files[row.submission].name,
        document=row.id,
        reference=row.reference,
        envelope=msgspec.json.decode(row.envelope, type=dict[str, str]),
        format=row.format,
        kind=row.kind,
        number=row.number,
        issue_date=row.issue_date,
        currency=row.currency,
        total=row.total,
        customer=row.customer,
        customer_name=row.customer_name,
        state=state,
        words=_words(state, _message(foremost(later)), last.channel if last else "", reason),
        channel=last.channel if last else "",
        channel_state=last.state if last else "",
        reason=reason,
        findings=row.findings,
    )


def _message(finding: Finding | None) -> str:
    return finding.message if finding else ""


def _words(state: State, fault: str, channel: str = "", reason: str = "") -> str:
    if state in _WORDS:
        return _WORDS[state].format(channel=channel, reason=reason)
    return f"{state}: {fault}"


def plain(text: str) -> str:
    r"""Return text on one line, without what no XML and no table can carry.

    >>> plain("550 5.1.1\r\nno such\x00 user")
    '550 5.1.1 no such user'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())

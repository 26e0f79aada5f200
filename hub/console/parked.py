"""What needs a person, by cause: mend the cause, then send all of it through again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from formats.findings import Finding, Severity
from formats.model.terms import TERMS
from hub.console.pages import Count, page
from hub.console.remedies import BOOK_FIELDS
from hub.console.visitor import Posted, Signed, TheHouse, Visitor, chosen, text
from hub.console.wording import TITLES
from hub.pipeline.contents import content_of_open
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import NotParked, may_return, resubmit
from hub.store import deliveries, documents, submissions
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import Submission, SubmissionState
from outbound.channel import DeliveryState

LOOKED_AT: Final = 1000
"""How many parked documents and files are sorted by cause."""
SHOWN: Final = 20
"""How many of one cause are listed."""

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A parked document, or a file that gave none.

    Attributes:
        page: where more is said about it.
        title: number of the document, or name of the file.
        findings: what parks it, the first one first.
        again: whether it may be resubmitted as it is; else it wants a corrected file.
    """

    subject: str
    page: str
    title: str
    customer: str
    sender: str
    findings: Sequence[Finding]
    since: datetime
    again: bool

    @property
    def first(self) -> Finding:
        """The finding by which it is sorted."""
        return self.findings[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A rule that was broken, what mends it, and all that waits for that."""

    rule: str
    fix: str
    actor: str
    stuck: Sequence[Stuck]

    @property
    def title(self) -> str:
        """What is wrong, in a few words; of a rule that nobody has named, the rule itself."""
        term = self.stuck[0].first.term
        named = f"{TERMS[term].name}: wrong or missing" if term in TERMS else self.rule
        return TITLES.get(self.rule, named)

    @property
    def in_book(self) -> bool:
        """Whether it can be filled in from the address book."""
        return self.stuck[0].first.path in BOOK_FIELDS

    @property
    def again(self) -> int:
        """How many may be resubmitted as they are."""
        return sum(one.again for one in self.stuck)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A print job of which nobody knows whether the partner has it.

    Attributes:
        letters: how many of it are in doubt.
        first: one of them, for its channel, words and instant.
    """

    name: str
    letters: int
    first: Delivery


@router.get("/parked")
def worklist(
    house: TheHouse,
    visitor: Signed,
    *,
    done: Count = -1,
    left: Count = 0,
    sender: str = "",
    actor: str = "",
) -> Response:
    """Show what needs a person: doubts first, then what is parked, by cause."""
    with house.database.transaction() as connection:
        doubts = deliveries.listed(
            connection, tenant=visitor.tenant, state=DeliveryState.IN_DOUBT, limit=LOOKED_AT
        )
        rows = documents.many(connection, [doubt.document for doubt in doubts])
    everything = causes(house, visitor)
    found = filtered(everything, sender, actor)
    return page(
        "parked.html",
        visitor,
        causes=found,
        doubts=[(doubt, rows[doubt.document]) for doubt in doubts if doubt.job is None],
        jobs=_jobs(doubts),
        shown=SHOWN,
        looked_at=LOOKED_AT,
        cut=sum(len(cause.stuck) for cause in everything) >= LOOKED_AT,
        senders=sorted({one.sender for cause in everything for one in cause.stuck} | {sender}),
        actors=sorted({cause.actor for cause in everything} | {actor}),
        sender=sender,
        actor=actor,
        done=done,
        left=left,
    )


def _jobs(doubts: Iterable[Delivery]) -> list[Job]:
    letters: dict[str, list[Delivery]] = defaultdict(list)
    for doubt in doubts:
        if doubt.job is not None:
            letters[doubt.job].append(doubt)
    return [Job(name=name, letters=len(own), first=own[0]) for name, own in sorted(letters.items())]


@router.post("/parked/causes")
def cause_again(house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Send all of one cause through again."""
    named = (text(form, "rule"), text(form, "fix"))
    listed = filtered(causes(house, visitor), text(form, "sender"), "")
    found = [c for c in listed if (c.rule, c.fix) == named]
    stuck = [one for cause in found for one in cause.stuck]
    done = sum(_again(house, visitor, one) for one in stuck)
    return RedirectResponse(f"/parked?done={done}&left={len(stuck) - done}", 303)


@router.post("/parked/{subject}/again")
def subject_again(subject: str, house: TheHouse, visitor: Signed, _form: Posted) -> Response:
    """Send one parked file or document through again, with today's master data."""
    _, place = _own(house, visitor, subject)
    resubmit(house, subject, who=visitor.name)
    return RedirectResponse(place, 303)


@router.post("/parked/{subject}/file")
def correct(subject: str, house: TheHouse, visitor: Signed, form: Posted) -> Response:
    """Take a corrected file in place of a parked file or document."""
    row, _ = _own(house, visitor, subject)
    file, name = chosen(form)
    submission, fresh = receive(
        house,
        Arrival(
            data=content_of_open(file),
            name=name,
            tenant=row.tenant,
            sender=row.sender,
            door="console",
            replaces=subject,
        ),
    )
    place = f"/submissions/{submission.id}"
    return RedirectResponse(place if fresh else f"{place}?same=true", 303)


def causes(house: House, visitor: Visitor) -> list[Cause]:
    """Return all that is parked by rule and fix, the most frequent cause first."""
    with house.database.transaction() as connection:
        rows = documents.found(
            connection, tenant=visitor.tenant, state=DocumentState.PARKED, limit=LOOKED_AT
        )
        files = submissions.listed(
            connection, tenant=visitor.tenant, state=SubmissionState.PARKED, limit=LOOKED_AT
        )
    stuck = sorted([*map(_file, files), *map(_document, rows)], key=_cause)
    groups = (
        Cause(rule=key[0], fix=key[1], actor=own[0].first.actor, stuck=_newest_first(own))
        for key, own in ((key, list(group)) for key, group in groupby(stuck, key=_cause))
    )
    return sorted(groups, key=lambda cause: (-len(cause.stuck), cause.rule))


def filtered(found: Iterable[Cause], sender: str, actor: str) -> list[Cause]:
    """Return the causes somebody must act on, with what is stuck of one sender; empty for all."""
    own = (
        replace(cause, stuck=[one for one in cause.stuck if sender in ("", one.sender)])
        for cause in found
        if actor in ("", cause.actor)
    )
    return sorted(filter(lambda c: c.stuck, own), key=lambda c: (-len(c.stuck), c.rule))


def cause_of(house: House, visitor: Visitor, subject: str) -> Cause | None:
    """Return what is parked for the same cause as this; None if it is not parked."""
    return next(
        (c for c in causes(house, visitor) if any(one.subject == subject for one in c.stuck)), None
    )


def parking(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that park: the fatal ones."""
    fatal = [finding for finding in findings if finding.severity is Severity.FATAL]
    return fatal or [Finding(rule="IN-PARKED", message="no cause is noted")]


def _file(row: Submission) -> Stuck:
    return Stuck(
        subject=row.id,
        page=f"/submissions/{row.id}",
        title=row.name,
        customer="",
        sender=row.sender,
        findings=parking(row.findings),
        since=row.received_at,
        again=True,
    )


def _document(row: DocumentRow) -> Stuck:
    return Stuck(
        subject=row.id,
        page=f"/documents/{row.id}",
        title=row.number or row.id,
        customer=row.customer_name or row.customer,
        sender=row.sender,
        findings=parking(row.findings),
        since=row.received_at,
        again=may_return(row),
    )


def _cause(stuck: Stuck) -> tuple[str, str]:
    return stuck.first.rule, stuck.first.fix or ""


def _newest_first(stuck: Iterable[Stuck]) -> list[Stuck]:
    return sorted(stuck, key=lambda one: one.since, reverse=True)


def _again(house: House, visitor: Visitor, stuck: Stuck) -> bool:
    try:
        resubmit(house, stuck.subject, who=visitor.name)
    except NotParked:
        return False
    return True


def _own(house: House, visitor: Visitor, subject: str) -> tuple[Submission | DocumentRow, str]:
    """Return a file or document that exists for this visitor, and its page."""
    with house.database.transaction() as connection:
        file = submissions.get(connection, subject)
        row = file or documents.get(connection, subject)
    if row is None or not visitor.sees(row.tenant):
        raise HTTPException(404)
    return row, f"/submissions/{subject}" if file else f"/documents/{subject}"

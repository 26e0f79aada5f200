"""What is parked, by the rule and the fix: mend the cause, then all of it goes through again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from formats.findings import Finding, Severity
from formats.model.terms import TERMS
from hub.pipeline.house import House
from hub.pipeline.resubmit import may_return
from hub.store import documents, submissions
from hub.store.documents import DocumentRow, DocumentState
from hub.store.submissions import Submission, SubmissionState
from hub.worklist.titles import TITLES

LOOKED_AT: Final = 1000
"""How many parked documents and files are sorted by cause."""
BOOK_FIELDS: Final[Mapping[str, str]] = {
    "buyer.address": "line_1",
    "buyer.vat_identifier": "vat_identifier",
    "buyer.electronic_address": "endpoint_id",
    "buyer.name": "name",
    "buyer_reference": "endpoint_id",
}
"""What the house takes from the address book where the sender says nothing, and its form field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A parked document, or a file that gave none.

    Attributes:
        title: number of the document, or name of the file.
        findings: what parks it, the first one first.
        again: whether it may be resubmitted as it is; else it wants a corrected file.
    """

    subject: str
    is_document: bool
    tenant: str
    title: str
    customer: str
    sender: str
    findings: Sequence[Finding]
    since: datetime
    again: bool

    @property
    def page(self) -> str:
        """Where the console says more about it."""
        return f"/documents/{self.subject}" if self.is_document else f"/submissions/{self.subject}"

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


def causes(house: House, tenant: str | None) -> list[Cause]:
    """Return all that is parked by rule and fix, the most frequent cause first."""
    with house.database.transaction() as connection:
        rows = documents.found(
            connection, tenant=tenant, state=DocumentState.PARKED, limit=LOOKED_AT
        )
        files = submissions.listed(
            connection, tenant=tenant, state=SubmissionState.PARKED, limit=LOOKED_AT
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


def cause_of(house: House, tenant: str | None, subject: str) -> Cause | None:
    """Return what is parked for the same cause as this; None if it is not parked."""
    return next(
        (c for c in causes(house, tenant) if any(one.subject == subject for one in c.stuck)), None
    )


def parking(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that park: the fatal ones."""
    fatal = [finding for finding in findings if finding.severity is Severity.FATAL]
    return fatal or [Finding(rule="IN-PARKED", message="no cause is noted")]


def _file(row: Submission) -> Stuck:
    return Stuck(
        subject=row.id,
        is_document=False,
        tenant=row.tenant,
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
        is_document=True,
        tenant=row.tenant,
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

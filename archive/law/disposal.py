"""Disposal: what need not be kept any longer goes, once two people have agreed on each of it.

A proposal lists documents with the rule by which their time is over. Who approves it lets each be
judged again as of that day: what a hold or a longer promise has reached meanwhile is refused, and
the rest is erased. Leaves and proofs stay; so do proposal, approval and what was erased.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec

from archive.archive import Archive
from archive.entry import Entry, NotErasable
from archive.erasing import Erasure
from archive.law.cases import Case, case_of, entries_of
from archive.law.holds import Said, holds_of
from archive.law.judging import Listed, cases_of, due, judged
from archive.law.register import Refused, Register, act_item, is_same_person, person
from archive.law.retention import Policy

KIND: Final = "disposal"
_PROPOSE: Final = "propose"
_APPROVE: Final = "approve"
_AT_ONCE: Final = 100
"""Files whose erasure is one entry and one sync: alone, each takes ten times as long."""


class _Proposal(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    on: date
    listed: tuple[Listed, ...]


class _Approval(msgspec.Struct, frozen=True, kw_only=True):
    by: str
    on: date
    accepted: tuple[str, ...]
    refused: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """A proposal and what became of it.

    Attributes:
        id: `disposal:2`.
        accepted: subjects that may go; only once it is approved.
        refused: subject to why it stays.
        erased: those accepted of which nothing is left.
    """

    id: str
    tenant: str
    proposed: Said
    on: date
    listed: Sequence[Listed]
    approved: Said | None
    accepted: Sequence[str]
    refused: Mapping[str, str]
    erased: Sequence[str]

    @property
    def left(self) -> list[str]:
        """What was accepted and is still there: call again, or see why it cannot be erased."""
        return [subject for subject in self.accepted if subject not in {*self.erased}]


def propose(
    archive: Archive, tenant: str, *, by: str, on: date, policy: Policy, limit: int = 10_000
) -> Disposal:
    """File what need not be kept any longer as a proposal, at most so many, the oldest first.

    Raises:
        Refused: there is nothing, or nobody proposes it.
    """
    who = person(by)
    listed = due(archive, tenant, on=on, policy=policy, limit=limit)
    if not listed:
        raise Refused(f"{tenant}: nothing may be disposed of on {on}")
    register = Register(archive, tenant, KIND)
    proposal = _Proposal(by=who, on=on, listed=tuple(listed))
    return _disposal(archive, register, register.open(_PROPOSE, [act_item(proposal)]))


def approve(
    archive: Archive, tenant: str, disposal: str, *, by: str, on: date, policy: Policy
) -> Disposal:
    """Judge each document of a proposal again, file the decision, and erase what may go.

    After a crash the same call goes on where it ended; who approved first stays who did.

    Raises:
        Refused: there is no such proposal, or its own proposer would approve it.
        ArchiveError: the archive cannot erase now; call again.
    """
    register = Register(archive, tenant, KIND)
    found, who = _disposal(archive, register, register.get(disposal)), person(by)
    if is_same_person(found.proposed.by, who):
        raise Refused(f"{found.id}: {who} proposed it; somebody else must approve")
    cases = list(cases_of(archive, tenant, found.listed).values())
    if not found.approved:
        decision = _decided(_obstacles(archive, found, cases, on, policy), who, on)
        register.add(found.id, _APPROVE, [act_item(decision)])
        found = _disposal(archive, register, register.get(found.id))
    for at in range(0, len(cases), _AT_ONCE):
        some = cases[at : at + _AT_ONCE]
        obstacles = _obstacles(archive, found, some, on, policy)
        free = {name for name, why in obstacles.items() if not why}
        _erase(archive, found, some, free.intersection(found.accepted))
    return _disposal(archive, register, register.get(found.id))


def _decided(obstacles: Mapping[str, str], by: str, on: date) -> _Approval:
    accepted = tuple(name for name, why in obstacles.items() if not why)
    refused = {name: why for name, why in obstacles.items() if why}
    return _Approval(by=by, on=on, accepted=accepted, refused=refused)


def _obstacles(
    archive: Archive, found: Disposal, cases: Sequence[Case], on: date, policy: Policy
) -> dict[str, str]:
    """Return what came in these files and why it stays, by the holds of this moment."""
    holds = holds_of(archive, found.tenant)
    return dict(judged(found.listed, cases, holds, on, policy))


def disposals_of(archive: Archive, tenant: str) -> list[Disposal]:
    """Return all proposals of a company, the first one first."""
    register = Register(archive, tenant, KIND)
    return [_disposal(archive, register, entry) for entry in register.all()]


def disposal_of(archive: Archive, tenant: str, name: str) -> Disposal:
    """Return one by its name or number.

    Raises:
        Refused: there is none.
    """
    register = Register(archive, tenant, KIND)
    return _disposal(archive, register, register.get(name))


def _erase(
    archive: Archive, found: Disposal, cases: Sequence[Case], going: Collection[str]
) -> None:
    """Erase what goes of some files, under the disposal's name; what cannot be erased stays."""
    erasure = _erasure(found, cases, going)
    if not erasure.entries:
        return
    try:
        archive.erase(erasure)
    except NotErasable:  # one of them was filed unencrypted, or all
        if len(cases) > 1:
            for case in cases:
                _erase(archive, found, [case], going)


def _erasure(found: Disposal, cases: Sequence[Case], going: Collection[str]) -> Erasure:
    assert found.approved is not None
    shared = [entry for case in cases if case.submission in going for entry in case.shared]
    documents = {
        name: entries for case in cases for name, entries in case.documents.items() if name in going
    }
    entries = [*shared, *(entry for each in documents.values() for entry in each)]
    rules = {f"{each.rule or 'elsewhere'}: {each.source}" for each in found.listed}
    return Erasure(
        tenant=found.tenant,
        key=f"{found.id}/erase/{entries[0].id[:16] if entries else ''}",
        entries=tuple(entry.id for entry in entries),
        documents=tuple(documents),
        rule="; ".join(sorted(rules)),
        reason="the time of keeping is over",
        asked_by=found.proposed.by,
        approved_by=found.approved.by,
        disposal=found.approved.entry,
    )


def _disposal(archive: Archive, register: Register, entry: Entry) -> Disposal:
    proposal = msgspec.json.decode(archive.get(entry.items[0].sha256), type=_Proposal)
    approved = register.following([entry], _APPROVE).get(f"{entry.key}/{_APPROVE}")
    approval = None
    if approved:
        approval = msgspec.json.decode(archive.get(approved.items[0].sha256), type=_Approval)
    accepted = approval.accepted if approval else ()
    return Disposal(
        id=entry.subject,
        tenant=entry.tenant,
        proposed=Said(by=proposal.by, at=entry.at, reason="", entry=entry.id),
        on=proposal.on,
        listed=proposal.listed,
        approved=Said(by=approval.by, at=approved.at, reason="", entry=approved.id)
        if approval and approved
        else None,
        accepted=accepted,
        refused=approval.refused if approval else {},
        erased=_gone(archive, entry.tenant, proposal.listed, {*accepted}),
    )


def _gone(
    archive: Archive, tenant: str, listed: Sequence[Listed], accepted: Collection[str]
) -> tuple[str, ...]:
    """Return the subjects of which nothing is left."""
    return tuple(
        each.subject
        for each in listed
        if each.subject in accepted and not _left(archive, tenant, each)
    )


def _left(archive: Archive, tenant: str, listed: Listed) -> Sequence[Entry]:
    if listed.subject == listed.submission:
        return case_of(archive, tenant, listed.submission).shared
    return entries_of(archive, tenant, listed.subject)

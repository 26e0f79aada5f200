"""Which documents' time is over, and which of those that were proposed may still go."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from archive.archive import Archive
from archive.law.cases import Case, case_of, over
from archive.law.holds import Hold, holds_of
from archive.law.retention import Policy
from archive.law.standing import Standing, standing_of

_GONE: Final = "nothing is kept of it any more"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One document whose time is over, or a file that goes as a whole.

    Attributes:
        subject: id of the document, or of the submission.
        submission: in which it came.
        until: last day on which it had to be there.
        rule: the longest that applied.
        source: its law.
        entries: how many.
        number: of the document: it goes on explaining the gap that it leaves in its series.
        sender: of whose series that is.
        issue_date: of the document, ISO 8601.
    """

    subject: str
    submission: str
    until: date
    rule: str
    source: str
    entries: int
    number: str = ""
    sender: str = ""
    issue_date: str = ""


def due(archive: Archive, tenant: str, *, on: date, policy: Policy, limit: int) -> list[Listed]:
    """Return what need not be kept any longer and nothing holds, of the first files first."""
    holds = holds_of(archive, tenant)
    listed: dict[str, Listed] = {}
    for submission in over(archive, tenant, on):
        if len(listed) >= limit:
            break
        case = case_of(archive, tenant, submission)
        listed |= {each.subject: each for each in _due_of(case, holds, on, policy)}
    return list(listed.values())


def cases_of(archive: Archive, tenant: str, listed: Sequence[Listed]) -> dict[str, Case]:
    """Return the files in which came what is listed, by their ids."""
    names = dict.fromkeys(each.submission for each in listed)
    return {name: case_of(archive, tenant, name) for name in names}


def judged(
    listed: Sequence[Listed],
    cases: Sequence[Case],
    holds: Sequence[Hold],
    on: date,
    policy: Policy,
) -> Iterator[tuple[str, str]]:
    """Yield each subject of a proposal with why it stays, empty if it may go."""
    going = {each.subject for each in listed}
    for case in cases:
        stands = _standings(case, holds, policy)
        reasons = {stand.document: "; ".join(stand.obstacles(on)) for stand in stands}
        own = [each.subject for each in listed if each.submission == case.submission]
        for name in own:
            if name != case.submission:
                yield name, reasons.get(name, _GONE)
                continue
            why = [f"{one} of it stays" for one in reasons if one not in going or reasons[one]]
            why += _whole(case, holds, policy).obstacles(on) if case.shared else [_GONE]
            yield name, "; ".join(why)


def _due_of(case: Case, holds: Sequence[Hold], on: date, policy: Policy) -> Iterator[Listed]:
    """Yield the documents of a file that may go, and the file itself if all of them may."""
    stands = _standings(case, holds, policy)
    free = [stand for stand in stands if not stand.obstacles(on)]
    for stand in free:
        yield _listed(case, stand, len(case.documents[stand.document]))
    if case.shared and len(free) == len(stands):
        whole = _whole(case, holds, policy)
        if not whole.obstacles(on):
            yield _listed(case, whole, len(case.shared))


def _standings(case: Case, holds: Sequence[Hold], policy: Policy) -> list[Standing]:
    return [standing_of(name, entries, holds, policy) for name, entries in case.documents.items()]


def _whole(case: Case, holds: Sequence[Hold], policy: Policy) -> Standing:
    """Return how long a file must stay: as its documents, or as one filed without a word."""
    evidence = [entry for entries in case.documents.values() for entry in entries]
    return standing_of(case.submission, evidence or case.shared, holds, policy)


def _listed(case: Case, stand: Standing, entries: int) -> Listed:
    winner = stand.longest.winner
    said: dict[str, str] = {}
    for entry in case.documents.get(stand.document, ()):
        said |= entry.fields
    return Listed(
        subject=stand.document,
        submission=case.submission,
        until=stand.until,
        rule=winner.rule,
        source=winner.source,
        entries=entries,
        number=said.get("number", ""),
        sender=said.get("sender", ""),
        issue_date=said.get("issue_date", ""),
    )

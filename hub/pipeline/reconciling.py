"""Control totals: what a sender stated of a drop, held against the documents that came of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from formats.model import DocumentKind
from hub.pipeline.house import House
from hub.store import documents, drops, events, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentRow
from hub.store.drops import Drop, Verdict
from hub.store.events import Event
from hub.store.submissions import Submission, SubmissionState

_NAMED = 3
"""Files that a difference names."""


def reconcile(house: House, connection: Connection, submission: str) -> None:
    """Judge every statement about a file, or about a file that it lay in, once all is read.

    A difference is a line on the timeline of the file, and an alarm until it is right.
    """
    seen: set[str] = set()
    for drop in _around(connection, _stands_for(connection, submission)):
        if drop.states and drop.id not in seen:
            together = _together(connection, drop)
            seen |= {one.id for one in together}
            _judge(house, connection, drop, together)


def _stands_for(connection: Connection, submission: str) -> list[str]:
    """Return a file and those before it that it has replaced."""
    names = [submission]
    while (row := submissions.get(connection, names[-1])) and row.replaces:
        names.append(row.replaces)
    return names


def _around(connection: Connection, names: Sequence[str]) -> Iterator[Drop]:
    """Yield the drops of files, and of those that they lay in, in turn."""
    known = set(names)
    while names:
        found = [drop for name in names for drop in drops.of_submission(connection, name)]
        yield from found
        names = sorted({drop.parent for drop in found if drop.parent} - known)
        known.update(names)


def amount(kind: str, total: str) -> Decimal | None:
    """Return a document's total as it is summed up; None: it has none that could be read.

    >>> amount("invoice", "119.00"), amount("credit_note", "19"), amount("invoice", "")
    (Decimal('119.00'), Decimal('-19'), None)
    """
    try:
        value = Decimal(total)
    except InvalidOperation:
        return None
    return -value if kind == DocumentKind.CREDIT_NOTE else value


def differences(stated: Drop, found: Iterable[DocumentRow]) -> list[str]:
    """Return in what documents are not those that were stated."""
    rows = list(found)
    said = []
    if stated.stated_count not in {None, len(rows)}:
        said.append(f"{stated.stated_count} documents are stated, {len(rows)} came")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    unsummed: Counter[str] = Counter()
    for row in rows:
        value = amount(row.kind, row.total)
        if value is None:
            unsummed[row.currency] += 1
        else:
            sums[row.currency] += value
    for currency, total in sorted(stated.stated_sums.items()):
        if sums[currency] != total:
            lacking = f", {unsummed[currency]} without a total" if unsummed[currency] else ""
            said.append(f"{currency} {total} is stated, {sums[currency]} came{lacking}")
    return said


def _together(connection: Connection, drop: Drop) -> Sequence[Drop]:
    if not drop.stated_group:
        return [drop]
    return drops.of_group(
        connection, tenant=drop.tenant, sender=drop.sender, group=drop.stated_group
    )


def _judge(house: House, connection: Connection, drop: Drop, together: Sequence[Drop]) -> None:
    files = {one.submission for one in together if one.submission}
    if drops.are_awaited(connection, sorted(files)):  # asked for each of perhaps thousands
        return
    ids = sorted(files | drops.all_inside(connection, sorted(files)))
    rows = _as_replaced(connection, submissions.many(connection, ids))
    if len(files) < drop.stated_files or any(
        row.state is SubmissionState.RECEIVED for row in rows.values()
    ):
        return
    names = sorted(rows)
    found = [row for own in documents.of_submissions(connection, names).values() for row in own]
    said = [*_unread(rows.values()), *differences(drop, found)]
    verdict = Verdict.DIFFERS if said else Verdict.AGREES
    text = "; ".join(said)
    if (verdict, text) != (drop.verdict, drop.verdict_text):
        drops.judge(connection, [one.id for one in together], verdict, text)
        events.add(connection, [_line(house, drop, text)])


def _as_replaced(
    connection: Connection, rows: Mapping[str, Submission]
) -> Mapping[str, Submission]:
    """Return files with those in their place that have replaced some of them."""
    found = dict(rows)
    old = [name for name, row in rows.items() if row.state is SubmissionState.SUPERSEDED]
    while old:
        newer = submissions.replacing(connection, old)
        found |= newer
        old = [name for name, row in newer.items() if row.state is SubmissionState.SUPERSEDED]
    return {n: row for n, row in found.items() if row.state is not SubmissionState.SUPERSEDED}


def _unread(rows: Iterable[Submission]) -> list[str]:
    """Return that files cannot be read, of which nobody knows what is in them."""
    names = sorted(row.name for row in rows if row.state is SubmissionState.PARKED)
    if not names:
        return []
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [f"cannot be read: {', '.join(names[:_NAMED])}{more}"]


def _line(house: House, drop: Drop, text: str) -> Event:
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=drop.tenant,
        submission=drop.submission,
        room="read",
        text=f"ALARM: not what was stated of it: {text}" if text else "as was stated of it",
    )

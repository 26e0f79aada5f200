"""Cases: what came in as one file, with the documents in it; shared evidence goes with the last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import PurePath
from typing import Final

from archive.archive import Archive
from archive.entry import Entry, Query
from archive.erasing import STAYING
from archive.law.periods import SHORTEST_YEARS

_RECEIVED: Final = "receive"
_READ: Final = "canonical"
_MANY: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file that came in, and its documents.

    Attributes:
        submission: its id.
        shared: entries about the file itself: how it came, what was read.
        documents: id to its own entries, of those that have any left.
    """

    submission: str
    shared: Sequence[Entry]
    documents: Mapping[str, Sequence[Entry]]


def case_of(archive: Archive, tenant: str, submission: str) -> Case:
    """Return what is kept of a file and its documents."""
    about = [each for each in archive.entries(subject=submission) if each.tenant == tenant]
    shared = [entry for entry in about if entry.document in (None, submission)]
    read = dict.fromkeys(
        PurePath(item.name).stem for entry in shared for item in entry.items if item.role == _READ
    )
    named = dict.fromkeys(entry.document for entry in about if entry.document)
    own = {name: entries_of(archive, tenant, name) for name in {**read, **named}}
    own.pop(submission, None)
    return Case(
        submission=submission,
        shared=[entry for entry in shared if entry.kind not in STAYING],
        documents={name: entries for name, entries in own.items() if entries},
    )


def entries_of(archive: Archive, tenant: str, document: str) -> list[Entry]:
    """Return the evidence of one document, without what tells of holds, disposals and access."""
    found = [*archive.entries(document=document), *archive.entries(subject=document)]
    own = {each.id: each for each in found if each.tenant == tenant and each.kind not in STAYING}
    return sorted(own.values(), key=lambda entry: (entry.log, entry.position))


def over(archive: Archive, tenant: str, on: date) -> Iterator[str]:
    """Yield the files of which something may be over on a day, the first ones first.

    Those with a promise that has ended, and those filed so long ago that one may have.
    """
    old = datetime.combine(_years_before(on, SHORTEST_YEARS), time(), UTC)
    tomorrow = datetime.combine(on, time(), UTC) + timedelta(days=1)
    for start, stop in _months(archive, tenant, tomorrow):
        found = [*_promised(archive, tenant, on, start, stop)]
        if start < old:
            found += _received(archive, tenant, start, min(stop, old))
        ordered = sorted(found, key=lambda entry: (entry.log, entry.position))
        yield from dict.fromkeys(map(_file_of, ordered))


def _promised(
    archive: Archive, tenant: str, on: date, start: datetime, stop: datetime
) -> Sequence[Entry]:
    query = Query(tenant=tenant, retained_before=on, limit=_MANY)
    return archive.find(replace(query, filed_from=start, filed_before=stop))


def _received(archive: Archive, tenant: str, start: datetime, stop: datetime) -> Sequence[Entry]:
    query = Query(tenant=tenant, kind="submission", step=_RECEIVED, limit=_MANY)
    return archive.find(replace(query, filed_from=start, filed_before=stop))


def _file_of(entry: Entry) -> str:
    """Return the file in which a document came; of one that came in none, itself."""
    return entry.fields.get("submission") or entry.document or entry.subject


def _years_before(day: date, years: int) -> date:
    return date(day.year - years, day.month, min(day.day, 28))


def _months(archive: Archive, tenant: str, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    names = [log.partition("/") for log in archive.logs()]
    for year in (int(year) for name, _, year in names if name == tenant):
        starts = [datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13)]
        for start, stop in pairwise([*starts, datetime(year + 1, 1, 1, tzinfo=UTC)]):
            if start < end:
                yield start, min(stop, end)

"""Cases: what came in as one file, with the documents in it; shared evidence goes with the last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from typing import Final

from archive.archive import Archive
from archive.entry import Entry, Query
from archive.erasing import STAYING

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


def received(archive: Archive, tenant: str, before: date) -> Iterator[str]:
    """Yield the ids of files that came in before a day, the oldest first, a month at a time."""
    end = datetime.combine(before, time(), UTC)
    for start, stop in _months(archive, tenant, end):
        query = Query(
            tenant=tenant,
            kind="submission",
            step=_RECEIVED,
            filed_from=start,
            filed_before=stop,
            limit=_MANY,
        )
        for entry in reversed(archive.find(query)):
            yield entry.subject


def _months(archive: Archive, tenant: str, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    names = [log.partition("/") for log in archive.logs()]
    for year in (int(year) for name, _, year in names if name == tenant):
        starts = [datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13)]
        for start, stop in zip(
            starts, [*starts[1:], starts[0].replace(year=year + 1)], strict=True
        ):
            if start < end:
                yield start, min(stop, end)

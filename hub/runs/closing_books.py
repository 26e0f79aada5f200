"""What the hub's own tables say of a day, for its closing: files accepted, numbers that lack."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from archive.archive import Archive
from archive.closing.books import Books, Files, Numbers
from archive.index.answers import Gap, Series
from hub.store import submissions
from hub.store.database import Database
from hub.store.submissions import Submission, SubmissionState

_AT_ONCE = 1000
_NAMED = 20


def books_of(database: Database, archive: Archive) -> Books:
    """Return the hub's books."""
    return Books(files=partial(_files, (database, archive)), numbers=partial(_numbers, archive))


_House = tuple[Database, Archive]


def _files(house: _House, tenant: str, first: date, last: date, received: Collection[str]) -> Files:
    """Count files that came on some days (UTC) by where they are now."""
    (database, archive), accepted, parked, missing = house, 0, 0, []
    start = datetime.combine(first, time(), UTC)
    end = datetime.combine(last, time(), UTC) + timedelta(days=1)
    for row in _accepted(database, tenant, start, end):
        accepted += 1
        if row.id not in received and not archive.kept(tenant, [f"{row.id}/receive"]):
            missing.append(row.id)
        elif row.state is SubmissionState.PARKED:
            parked += 1
    archived = accepted - parked - len(missing)
    return Files(accepted=accepted, archived=archived, parked=parked, missing=tuple(missing))


def _accepted(
    database: Database, tenant: str, start: datetime, end: datetime
) -> Iterator[Submission]:
    after = ""
    while True:
        with database.transaction() as connection:
            rows = submissions.between(
                connection, tenant=tenant, start=start, end=end, after=after, limit=_AT_ONCE
            )
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].id


def _numbers(archive: Archive, tenant: str, year: int) -> list[Numbers]:
    """Return the series of a year that have gaps, or a number twice."""
    found = archive.questions.numbers(
        tenant, issued_from=date(year, 1, 1), issued_to=date(year, 12, 31)
    )
    return [_of_series(each) for each in found if each.gaps or each.duplicates]


def _of_series(series: Series) -> Numbers:
    gaps = [_of_gap(gap) for gap in series.gaps]
    more = [f"and {len(gaps) - _NAMED} gaps more"] if len(gaps) > _NAMED else []
    return Numbers(
        series=f"{series.sender} {series.pattern} {series.year}",
        first=series.first,
        last=series.last,
        count=series.count,
        gaps=(*gaps[:_NAMED], *more),
        duplicates=tuple(each.number for each in series.duplicates[:_NAMED]),
    )


def _of_gap(gap: Gap) -> str:
    span = gap.first if gap.count == 1 else f"{gap.first} to {gap.last} ({gap.count})"
    return f"{span}: {gap.why}" if gap.why else f"{span}: unknown here"

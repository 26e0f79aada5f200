"""What an ERP reads back from its folder: a listing a day, and beside each file what became of it.

`processed/listing-2026-11-20.csv` has a line for each file that was taken on that day,
`error/listing-2026-11-20.csv` one for each that was refused; `processed/NAME.status.csv` has a line
for each document of a file, and for what could not be read of it. They are written anew when
something has changed.
"""

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from formats.findings import Finding, Severity
from hub.doors.putting_away import NAME_BYTES
from hub.pipeline.house import House
from hub.store import documents, drops, events, submissions
from hub.store.database import Connection
from hub.store.documents import DocumentRow, DocumentState
from hub.store.drops import Drop, Fate
from hub.store.submissions import Submission, SubmissionState

_SINCE = timedelta(minutes=1)
"""What is written by others and not seen yet, at most."""
_TAKEN = (
    *("name", "sha256", "at", "again", "submission", "state", "documents"),
    *("in_work", "parked", "duplicate", "replaced", "delivered", "reason"),
    "cancelled",
)
_REFUSED = ("name", "at", "reason")
_DOCUMENT = ("document", "kind", "number", "issue_date", "currency", "total", "state", "reason")
_PLACES: Mapping[DocumentState, str] = {
    DocumentState.PARKED: "parked",
    DocumentState.DUPLICATE: "duplicate",
    DocumentState.SUPERSEDED: "replaced",
    DocumentState.CANCELLED: "cancelled",
    DocumentState.HANDED_OVER: "delivered",
    DocumentState.DELIVERED: "delivered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A drop with all that came of it.

    Attributes:
        file: None: it was refused.
        inside: what lay in it, where it was packed.
        found: the documents of all of them.
    """

    drop: Drop
    file: Submission | None
    inside: Sequence[Submission]
    found: Sequence[DocumentRow]


class Listing:
    """The listings of one sender's folder.

    Args:
        door: `folder` or `sftp`: whose drops are listed.
        folder: with `processed` and `error` in it.
    """

    def __init__(self, house: House, key: str, *, door: str, folder: Path) -> None:
        self._house = house
        self._key = key
        self._tenant = house.config.senders[key].tenant
        self._door = door
        self._folder = folder
        self._since: datetime | None = None
        self._seen = ("", "")

    def look(self) -> int:
        """Write what has changed; returns how many files."""
        now = self._house.clock()
        with self._house.database.transaction() as connection:
            changed = self._changed(connection, now)
            days = sorted({drop.at.date() for drop in changed})
            listed = {day: self._files(connection, self._of_day(connection, day)) for day in days}
        names = {drop.id for drop in changed}
        pages = {
            path: text
            for day, files in listed.items()
            for path, text in self._pages(day, files, names)
        }
        return sum(_written(path, text) for path, text in pages.items())

    def _changed(self, connection: Connection, now: datetime) -> list[Drop]:
        """Return the drops that are new, or of which something has happened since the last look."""
        yesterday = datetime.combine(now.date() - timedelta(days=1), time(), UTC)
        start = yesterday if self._since is None else self._since - _SINCE
        fresh = drops.between(connection, start=start, end=now + _SINCE, tenant=self._tenant)
        moved = self._moved(connection)
        self._since = now
        every = {drop.id: drop for drop in (*fresh, *moved)}
        return [drop for drop in every.values() if self._is_own(drop)]

    def _moved(self, connection: Connection) -> list[Drop]:
        """Return the drops of files with new lines on their timelines, and of what they lay in.

        A line that another process has begun to write appears late: the lines between the last
        two looks are looked at twice.
        """
        last = events.last(connection)
        before, self._seen = self._seen, (self._seen[1], last) if self._since else (last, last)
        if self._since is None:
            return []
        ids = events.submissions_since(connection, before[0])
        moved: list[Drop] = []
        known: set[str] = set()
        while names := sorted(set(ids) - known):
            found = [one for own in drops.around(connection, names).values() for one in own]
            moved += found
            known.update(names)
            ids = [one.parent for one in found if one.parent]
        return moved

    def _of_day(self, connection: Connection, day: date) -> list[Drop]:
        start = datetime.combine(day, time(), UTC)
        end = start + timedelta(days=1)
        found = drops.between(connection, start=start, end=end, tenant=self._tenant)
        return [drop for drop in found if self._is_own(drop)]

    def _is_own(self, drop: Drop) -> bool:
        return (drop.tenant, drop.sender, drop.door) == (self._tenant, self._key, self._door)

    def _files(self, connection: Connection, own: Sequence[Drop]) -> list[_File]:
        ids = sorted({drop.submission for drop in own if drop.submission})
        inside = {
            name: [one.submission for one in around if one.parent == name and one.submission]
            for name, around in drops.around(connection, ids).items()
        }
        deeper = drops.inside(connection, [one for each in inside.values() for one in each])
        for name in [name for name, each in inside.items() if deeper.keys() & set(each)]:
            inside[name] += sorted(drops.all_inside(connection, [name]).difference(inside[name]))
        every = sorted({*ids, *(one for members in inside.values() for one in members)})
        rows = submissions.many(connection, every)
        found = documents.of_submissions(connection, every)
        return [
            _File(
                drop=drop,
                file=rows.get(drop.submission or ""),
                inside=[rows[one] for one in inside.get(drop.submission or "", ())],
                found=[
                    row
                    for one in (drop.submission, *inside.get(drop.submission or "", ()))
                    for row in found.get(one or "", ())
                ],
            )
            for drop in own
        ]

    def _pages(
        self, day: date, files: Sequence[_File], changed: set[str]
    ) -> Iterator[tuple[Path, str]]:
        taken = [each for each in files if each.file is not None]
        refused = [each.drop for each in files if each.drop.fate is Fate.REFUSED]
        name = f"listing-{day}.csv"
        if taken:
            yield self._folder / "processed" / name, _csv(_TAKEN, map(_taken, taken))
        if refused:
            lines = ((drop.name, _instant(drop.at), drop.reason) for drop in refused)
            yield self._folder / "error" / name, _csv(_REFUSED, lines)
        for each in taken:
            if each.drop.id in changed:
                short = os.fsdecode(os.fsencode(each.drop.name)[:NAME_BYTES])
                path = self._folder / "processed" / f"{short}.status.csv"
                rows = [*map(_document, each.found), *map(_nothing_read, _unread(each))]
                yield path, _csv(_DOCUMENT, rows)


def _taken(each: _File) -> tuple[str, ...]:
    places = Counter(_PLACES.get(row.state, "in_work") for row in each.found)
    assert each.file is not None
    return (
        each.drop.name,
        each.drop.sha256,
        _instant(each.drop.at),
        "yes" if each.drop.fate is Fate.AGAIN else "",
        each.file.id,
        _state(each, places),
        str(len(each.found)),
        *(str(places[place]) for place in ("in_work", "parked", "duplicate", "replaced")),
        str(places["delivered"]),
        "; ".join(filter(None, [*map(_reason_of, _unread(each)), each.drop.verdict_text])),
        str(places["cancelled"]),
    )


def _state(each: _File, places: Counter[str]) -> str:
    assert each.file is not None
    states = {each.file.state, *(member.state for member in each.inside)}
    if SubmissionState.RECEIVED in states:
        return "reading"
    if SubmissionState.PARKED in states:
        return "unreadable"
    return next((place for place in ("parked", "in_work") if places[place]), "done")


def _unread(each: _File) -> Iterator[Submission]:
    for file in (each.file, *each.inside):
        if file is not None and file.state is SubmissionState.PARKED:
            yield file


def _nothing_read(file: Submission) -> tuple[str, ...]:
    unknown = [""] * (len(_DOCUMENT) - 3)
    return (file.id, *unknown, "unreadable", _reason_of(file))


def _reason_of(file: Submission) -> str:
    return _reason(file.findings)


def _document(row: DocumentRow) -> tuple[str, ...]:
    rests = row.state in {DocumentState.PARKED, DocumentState.DUPLICATE}
    reason = _reason(row.findings) if rests else ""
    words = (row.id, row.kind, row.number, row.issue_date, row.currency, row.total)
    return (*words, row.state, reason)


def _reason(findings: Sequence[Finding]) -> str:
    fatal = [one for one in findings if one.severity is Severity.FATAL]
    return "; ".join(f"{one.rule}: {one.message}" for one in fatal)


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *lines])
    return text.getvalue()


def _written(path: Path, text: str) -> bool:
    """Put a page in its place, whole, unless it says so already."""
    data = text.encode("utf-8", "replace")
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
    return True

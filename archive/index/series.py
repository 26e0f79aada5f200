"""Numbers that count up: which belong together, which are missing, which are there twice."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from archive.index.answers import Duplicate, Gap, Series

_DIGITS_MAX = 15
_NUMBER = re.compile(rf"(.*?)([0-9]{{1,{_DIGITS_MAX}}})([^0-9]*)", re.DOTALL)
DISPOSED = "disposed"
"""What is said of a document that is not kept any more, as law allowed."""
NOT_ISSUED = frozenset({"cancelled", "parked", "duplicate", "superseded", DISPOSED})
"""Standings of documents that were not issued by the house under their number."""
UNNUMBERED = ("reminder", "statement")
"""Kinds of documents that no number counts: it is made of whom they go to, and when."""
_AGAIN = frozenset({"parked", "duplicate"})
"""Standings of those that have the number of one that was issued, and were kept from leaving."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A document as its number is judged; one that was disposed of has no id."""

    document: str
    sender: str
    number: str
    issue_date: str
    standing: str

    @property
    def year(self) -> str:
        """Of the issue date."""
        return self.issue_date[:4]

    @property
    def is_issued(self) -> bool:
        """Whether the house let it go out under its number."""
        return self.standing not in NOT_ISSUED


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A number taken apart at the digits that count up, its last ones."""

    before: str
    serial: int
    width: int
    after: str

    @property
    def pattern(self) -> str:
        """The number with `#` for what counts up."""
        return f"{self.before}#{self.after}"

    def written(self, serial: int) -> str:
        """Write another number of the same series, at least as wide as this one."""
        return f"{self.before}{serial:0{self.width}}{self.after}"


def parts(number: str) -> Parts | None:
    """Take a number apart; None if it has no digits.

    >>> parts("R-2026-0017/B")
    Parts(before='R-2026-', serial=17, width=4, after='/B')
    """
    found = _NUMBER.fullmatch(number)
    if found is None:
        return None
    before, digits, after = found.groups()
    return Parts(before=before, serial=int(digits), width=len(digits), after=after)


def series_of(
    numbered: Iterable[Numbered], *, first: str = "", last: str = ""
) -> tuple[Series, ...]:
    """Return the series that the numbers make, with what is missing or there twice.

    Args:
        numbered: all documents of a tenant in the order of filing, whatever their year and
            standing: they explain.
        first: only documents issued from this day on make a series; of others no id is told.
        last: likewise, up to this day.
    """
    known = _Known(first=first, last=last or "9999")
    for one in numbered:
        if taken := parts(one.number):
            known.add(taken, one)
    return tuple(
        series
        for (sender, pattern), rows in sorted(known.issued.items())
        for series in _by_year(sender, pattern, rows, known)
    )


class _Known:
    """All documents by what their numbers are."""

    def __init__(self, *, first: str, last: str) -> None:
        self._period = (first, last)
        self.issued: dict[tuple[str, str], list[tuple[Parts, Numbered]]] = defaultdict(list)
        self._by_serial: dict[str, dict[int, list[Numbered]]] = defaultdict(dict)
        self._serials: dict[str, list[int]] = {}

    def add(self, taken: Parts, one: Numbered) -> None:
        """Take a document in."""
        if one.is_issued and self.is_asked(one):
            self.issued[one.sender, taken.pattern].append((taken, one))
        self._by_serial[taken.pattern].setdefault(taken.serial, []).append(one)

    def is_asked(self, one: Numbered) -> bool:
        """Whether it was issued in the period."""
        return self._period[0] <= one.issue_date <= self._period[1]

    def serials(self, pattern: str, missing: range) -> list[int]:
        """Return those of missing serials that some document has."""
        if pattern not in self._serials:
            self._serials[pattern] = sorted(self._by_serial[pattern])
        found = self._serials[pattern]
        return found[bisect_left(found, missing.start) : bisect_left(found, missing.stop)]

    def having(self, taken: Parts, serial: int) -> list[Numbered]:
        """Return the documents of a pattern that have this serial."""
        return self._by_serial[taken.pattern].get(serial, [])


def _by_year(
    sender: str, pattern: str, rows: Sequence[tuple[Parts, Numbered]], known: _Known
) -> Iterator[Series]:
    years: dict[str, list[tuple[Parts, Numbered]]] = defaultdict(list)
    for taken, one in rows:
        years[one.year].append((taken, one))
    reached: Parts | None = None
    for year, issued in sorted(years.items()):
        ordered = sorted(issued, key=lambda each: each[0].serial)
        (lowest, first), (highest, last) = ordered[0], ordered[-1]
        goes_on = reached if reached is not None and reached.serial < lowest.serial else None
        yield Series(
            sender=sender,
            pattern=pattern,
            year=year,
            first=first.number,
            last=last.number,
            count=len(ordered),
            gaps=tuple(_gaps(ordered, goes_on, known)),
            duplicates=tuple(_duplicates(ordered, known)),
        )
        reached = max(reached or highest, highest, key=lambda taken: taken.serial)


def _gaps(
    ordered: Sequence[tuple[Parts, Numbered]], reached: Parts | None, known: _Known
) -> Iterator[Gap]:
    """Yield what is missing between the numbers, and since what the year before has reached."""
    for taken, one in ordered:
        if reached is not None and taken.serial > reached.serial + 1:
            like = taken if taken.width == reached.width else replace(taken, width=0)
            yield from _explained(range(reached.serial + 1, taken.serial), like, one, known)
        reached = taken


def _explained(missing: range, taken: Parts, one: Numbered, known: _Known) -> Iterator[Gap]:
    """Part a gap where the house knows more of one number than of the next."""
    at = missing.start
    for serial in known.serials(taken.pattern, missing):
        if serial > at:
            yield _gap(taken, range(at, serial))
        having = known.having(taken, serial)
        told = tuple(each.document for each in having if each.document and known.is_asked(each))
        yield _gap(taken, range(serial, serial + 1), _why(having, one), told)
        at = serial + 1
    if at < missing.stop:
        yield _gap(taken, range(at, missing.stop))


def _gap(taken: Parts, missing: range, why: str = "", documents: tuple[str, ...] = ()) -> Gap:
    return Gap(
        first=taken.written(missing[0]),
        last=taken.written(missing[-1]),
        count=len(missing),
        why=why,
        documents=documents,
    )


def _why(having: Sequence[Numbered], beside: Numbered) -> str:
    """Say why a number is not among those beside another one."""
    own = [each for each in having if each.sender == beside.sender]
    if any(each.is_issued for each in own):
        return "other year"
    return own[-1].standing if own else "other sender"


def _duplicates(ordered: Sequence[tuple[Parts, Numbered]], known: _Known) -> Iterator[Duplicate]:
    seen: set[str] = set()
    for taken, one in ordered:
        same = [
            each
            for each in known.having(taken, taken.serial)
            if (each.number, each.sender) == (one.number, one.sender)
            and (each.is_issued or each.standing in _AGAIN)
        ]
        if len(same) > 1 and one.number not in seen:
            seen.add(one.number)
            yield Duplicate(
                number=one.number,
                documents=tuple(each.document for each in same if known.is_asked(each)),
                why=_why_twice(same),
            )


def _why_twice(same: Sequence[Numbered]) -> str:
    """Say why documents have one number; empty if more than one of a year was issued."""
    issued = [each for each in same if each.is_issued]
    if len(issued) == 1:
        return same[-1].standing or same[0].standing
    return "other year" if len({each.year for each in issued}) == len(issued) else ""

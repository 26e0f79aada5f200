"""Time limits of law and contract: which bind a document, and when each of them ends.

They are dated data in TOML, with the conditions that routing rules have, too.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from formats.model import Document, Invoice
from routing_rules.conditions.case import Case
from routing_rules.conditions.catalogue import find
from routing_rules.entries import Source
from routing_rules.holidays import public_holidays
from routing_rules.places import Place

SHIPPED = Path(__file__).with_suffix(".toml")
_SATURDAY = 5
_SPAN = re.compile(r"(\d{1,3}) (hours?|days?|working days?)")
_NEXT_MONTH = re.compile(r"day (\d{1,2}) of the next month")
_Span = Annotated[str, msgspec.Meta(pattern=rf"^{_SPAN.pattern}$")]
_Until = Annotated[str, msgspec.Meta(pattern=rf"^({_SPAN.pattern}|{_NEXT_MONTH.pattern})$")]
_Time = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
_Text = Annotated[str, msgspec.Meta(min_length=1)]
_WANTED: Mapping[str, str] = {
    "within": '"24 hours", "12 days", "5 working days" or "day 15 of the next month"',
    "warn_before": '"12 hours", "1 day" or "2 working days"',
    "day_ends": 'a time of day like "22:00"',
    "country": 'a country like "DE"',
    "holidays": "dates like 2026-12-25 without quotes",
    "starts": '"issued", "supplied" or "received"',
    "reached": '"handed_over", "accepted_by_network" or "delivered"',
}
"""Key to what it must be, for people."""


class UnusableLimits(Exception):
    """Time limits cannot be used; the message says in which file, on which line, and why."""


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[calendar.KEY]`: when a day ends somewhere, UTC, and which days nobody works.

    Attributes:
        country: whose public holidays, as we know them by rule, are no working days.
        holidays: further ones. Saturdays and Sundays are no working days anyway.
    """

    day_ends: _Time = "23:59"
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?$")] = ""
    holidays: tuple[date, ...] = ()

    def end_of(self, day: date) -> datetime:
        """Return the instant at which a day ends."""
        return datetime.combine(day, time.fromisoformat(self.day_ends), UTC)

    def working_day(self, start: date, count: int) -> date:
        """Return the working day that comes `count` working days after a day.

        >>> Calendar(holidays=(date(2026, 11, 23),)).working_day(date(2026, 11, 20), 1)
        datetime.date(2026, 11, 24)
        """
        day = start
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def is_working_day(self, day: date) -> bool:
        """Whether people work on a day."""
        rests = day in self.holidays or day in public_holidays(self.country, day.year)
        return day.weekday() < _SATURDAY and not rests


class TimeLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[limit]]`.

    Attributes:
        because: what is wanted, for people.
        law: the law or contract behind it; `source`: where that was read; `checked`: when.
        valid_from: first day of issue that it binds; `valid_until`: the last.
        when: conditions as in routing rules; all must hold.
        starts: what it counts from.
        within: hours, days or working days, or until a day of the month after.
        calendar: whose days; empty for UTC days without holidays.
        reached: the delivery state that meets it.
        fix: what to do when it is near, as an order.
    """

    name: _Text
    because: _Text
    law: _Text
    source: str = ""
    checked: date | None = None
    valid_from: date = date.min
    valid_until: date = date.max
    when: Mapping[str, Any] = {}
    starts: Literal["issued", "supplied", "received"]
    within: _Until
    calendar: str = ""
    reached: Literal["handed_over", "accepted_by_network", "delivered"]
    warn_before: _Span = "1 day"
    fix: _Text


class Absent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[absent]]`: a limit that is known to be, and that we do not watch."""

    country: str
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    source: Source
    limits: list[tuple[Place, TimeLimit]]
    calendars: Mapping[str, Calendar]
    absent: list[tuple[Place, Absent]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimits:
    """All time limits, those of the operator first, and the calendars that they count by."""

    limits: tuple[TimeLimit, ...] = ()
    calendars: Mapping[str, Calendar]
    absent: tuple[Absent, ...] = ()


NONE = TimeLimits(calendars={})
"""No limits at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a limit ends for one document, and from when on that is near."""

    limit: TimeLimit
    due_at: datetime
    warn_at: datetime


def load(files: Iterable[tuple[str, str]] = (), *, shipped: bool = True) -> TimeLimits:
    """Return the limits of `files` (name and text), then those that ship with us.

    Holidays of a calendar are added up; when its day ends, the first file says.

    Raises:
        UnusableLimits: with all faults of all files, each with file and line.
    """
    ours = [(SHIPPED.name, SHIPPED.read_text("utf-8"))] if shipped else []
    faults: list[str] = []
    read = [_file(name, text, faults) for name, text in (*files, *ours)]
    calendars: dict[str, Calendar] = {}
    for file in read:
        for key, calendar in file.calendars.items():
            calendars[key] = _both(calendars.get(key), calendar)
    _note_faulty(read, calendars)
    if faults:
        raise UnusableLimits("\n".join(faults))
    return TimeLimits(
        limits=tuple(limit for file in read for _, limit in file.limits),
        calendars=calendars,
        absent=tuple(absent for file in read for _, absent in file.absent),
    )


def _file(name: str, text: str, faults: list[str]) -> _File:
    source = Source.of(name, text, Decimal, _WANTED, faults)
    source.refuse_all_but("limit", "calendar", "absent")
    return _File(
        source=source,
        limits=source.listed("limit", TimeLimit),
        calendars=source.named("calendar", Calendar),
        absent=source.listed("absent", Absent),
    )


def _both(first: Calendar | None, second: Calendar) -> Calendar:
    if first is None:
        return second
    holidays = tuple(sorted({*first.holidays, *second.holidays}))
    country = first.country or second.country
    return Calendar(day_ends=first.day_ends, country=country, holidays=holidays)


def _note_faulty(files: Iterable[_File], calendars: Mapping[str, Calendar]) -> None:
    """Note what is wrong with limits that can be read."""
    seen: set[str] = set()
    for file in files:
        for place, limit in file.limits:
            for key, words in _faulty(limit, seen, calendars):
                file.source.fault(place.of(key), f"limit `{limit.name}`: {words}")
            seen.add(limit.name)


def _faulty(
    limit: TimeLimit, seen: Collection[str], calendars: Mapping[str, Calendar]
) -> Iterable[tuple[str, str]]:
    """Yield the keys that are wrong and why."""
    if limit.name in seen:
        yield "name", "the name is taken"
    if limit.calendar and limit.calendar not in calendars:
        yield "calendar", f"there is no [calendar.{limit.calendar}]"
    for word, raw in limit.when.items():
        entry = find(word)
        if entry is None:
            yield word, f"unknown word `{word}`"
            continue
        try:
            entry[0].asks.read(raw)
        except ValueError as error:
            yield word, f"`{word}`: {error}"


def dues(case: Case, received_at: datetime, limits: TimeLimits) -> list[Due]:
    """Return when the limits that bind a document end; none where its start is not known."""
    found = []
    for limit in limits.limits:
        start = _start(limit, case.document, received_at)
        if start is not None and _binds(limit, case):
            found.append(_due(limit, start, limits.calendars.get(limit.calendar, Calendar())))
    return found


def _binds(limit: TimeLimit, case: Case) -> bool:
    issued = case.document.issue_date or case.facts.today
    return limit.valid_from <= issued <= limit.valid_until and all(
        _holds(word, raw, case) for word, raw in limit.when.items()
    )


def _holds(word: str, raw: object, case: Case) -> bool:
    entry = find(word)
    assert entry is not None, word
    condition, negated = entry
    held = condition.asks.test(condition.asks.read(raw))(condition.finds(case))
    return held is not negated


def _start(limit: TimeLimit, document: Document, received_at: datetime) -> date | datetime | None:
    match limit.starts:
        case "received":
            return received_at
        case "issued":
            return document.issue_date
        case "supplied":
            return _supplied(document) or document.issue_date


def _supplied(document: Document) -> date | None:
    """Return when what is invoiced was supplied: BT-7, BT-72, BT-74."""
    if not isinstance(document, Invoice):
        return None
    delivered = document.delivery.delivered_on if document.delivery else None
    ended = document.period.end if document.period else None
    return document.tax_point_date or delivered or ended


def _due(limit: TimeLimit, start: date | datetime, calendar: Calendar) -> Due:
    due_at = _after(start, limit.within, calendar)
    count, unit = _parts(limit.warn_before)
    before = timedelta(hours=count) if unit == "hour" else timedelta(days=count)
    return Due(limit=limit, due_at=due_at, warn_at=due_at - before)


def _after(start: date | datetime, span: str, calendar: Calendar) -> datetime:
    if next_month := _NEXT_MONTH.fullmatch(span):
        return calendar.end_of(_in_next_month(start, int(next_month[1])))
    count, unit = _parts(span)
    if unit == "hour":
        instant = start if isinstance(start, datetime) else datetime.combine(start, time(), UTC)
        return instant + timedelta(hours=count)
    day = start.date() if isinstance(start, datetime) else start
    if unit == "day":
        return calendar.end_of(day + timedelta(days=count))
    return calendar.end_of(calendar.working_day(day, count))


def _in_next_month(start: date, day: int) -> date:
    """Return a day of the month that follows; of a short one, its last."""
    first = (start.replace(day=1) + timedelta(days=31)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(max(day, 1), last.day))


def _parts(span: str) -> tuple[int, str]:
    found = _SPAN.fullmatch(span)
    assert found is not None, span
    return int(found[1]), found[2].removesuffix("s")

"""When nothing leaves, and when letters do: windows of a week and times of day, in a time zone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = "|".join(_DAYS)
_TIME: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_WINDOW: Final = re.compile(
    rf"(?:(?P<first>{_DAY})(?:-(?P<last>{_DAY}))?)? ?(?:(?P<from>{_TIME})-(?P<until>{_TIME}))?"
)
_DATE: Final = re.compile(r"(?:(\d{4})-)?(\d{2})-(\d{2})")
_LEAP_YEAR: Final = 2024
_ONE_DAY: Final = timedelta(days=1)
_LOOKED_AHEAD: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time that comes again: on some days of the week, or on a date.

    Attributes:
        days: of the week in which it begins, Monday is 0; empty for a date.
        on: (year or 0 for each, month, day), for a date.
        begins, ends: times of day; both None for the whole day, past midnight where `ends` is not
            the later one.
    """

    days: frozenset[int] = frozenset()
    on: tuple[int, int, int] | None = None
    begins: time | None = None
    ends: time | None = None

    def around(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return from when to when it lasts that begins on this day."""
        if not self._begins_on(day):
            return None
        begins, ends = self.begins or time(), self.ends or time()
        last = day if ends > begins else day + _ONE_DAY
        return _instant(day, begins, zone), _instant(last, ends, zone)

    def _begins_on(self, day: date) -> bool:
        if self.on is None:
            return day.weekday() in self.days
        year, month, number = self.on
        return (day.month, day.day) == (month, number) and year in (0, day.year)


def window(text: str) -> Window:
    """Read a window: `20:00-07:00`, `sat`, `mon-fri 12:00-13:00`, `12-25`, `2026-12-24`.

    Raises:
        ValueError: it is none of these.

    >>> sorted(window("sat-sun").days)
    [5, 6]
    """
    if found := _DATE.fullmatch(text):
        return Window(on=_date(text, int(found[1] or 0), int(found[2]), int(found[3])))
    found = _WINDOW.fullmatch(text)
    if not text or found is None:
        raise _no_window(text)
    days = _days(found["first"], found["last"])
    if found["from"] is None:
        return Window(days=days)
    begins, ends = time.fromisoformat(found["from"]), time.fromisoformat(found["until"])
    if begins == ends:
        raise ValueError(f"{text!r} begins when it ends; for a whole day, name the day alone")
    return Window(days=days, begins=begins, ends=ends)


def _date(text: str, year: int, month: int, day: int) -> tuple[int, int, int]:
    try:
        date(year or _LEAP_YEAR, month, day)
    except ValueError as error:
        raise _no_window(text) from error
    return year, month, day


def _no_window(text: str) -> ValueError:
    return ValueError(f"{text!r} is no window like 20:00-07:00, sat, mon-fri 12:00-13:00, 12-25")


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(7))
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return frozenset((begin + n) % 7 for n in range((end - begin) % 7 + 1))


def time_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name, like Europe/Berlin.

    Raises:
        ValueError: there is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {name!r}; write one like Europe/Berlin") from error


def closed_until(at: datetime, quiet: Sequence[Window], zone: ZoneInfo) -> datetime | None:
    """Return until when nothing leaves, as of an instant; None: it may leave now.

    Raises:
        ValueError: it is quiet for ever, or for more than a year.
    """
    end = at
    while (later := _end_of_one(end, quiet, zone)) is not None:
        end = later
        if end - at > _LOOKED_AHEAD:
            raise ValueError("the windows leave no time at which anything could go")
    return end if end > at else None


def _end_of_one(at: datetime, quiet: Sequence[Window], zone: ZoneInfo) -> datetime | None:
    today = at.astimezone(zone).date()
    lasting = (each.around(day, zone) for each in quiet for day in (today - _ONE_DAY, today))
    return max((span[1] for span in lasting if span and span[0] <= at < span[1]), default=None)


def last_cut_off(at: datetime, times: Sequence[str], zone: ZoneInfo) -> datetime:
    """Return the last instant until `at` at which it was one of these times of day."""
    today = at.astimezone(zone).date()
    return max(cut for cut in _cut_offs(today, times, zone) if cut <= at)


def _cut_offs(today: date, times: Sequence[str], zone: ZoneInfo) -> Iterator[datetime]:
    for day in (today - _ONE_DAY, today):
        for each in times:
            yield _instant(day, time.fromisoformat(each), zone)


def _instant(day: date, of_day: time, zone: ZoneInfo) -> datetime:
    """Return when it is that time there; one that clocks skip is the moment after."""
    return datetime.combine(day, of_day, tzinfo=zone).astimezone(UTC)

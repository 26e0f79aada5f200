"""Public holidays of a country in a year, by rule: fixed days, and days counted from Easter."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

SHIPPED = Path(__file__).with_suffix(".toml")

_DayOfYear = Annotated[str, msgspec.Meta(pattern=r"^\d{2}-\d{2}$")]


class Holidays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[holidays]]`.

    Attributes:
        law: that makes them; `checked`: when that was looked at.
        from_year: the first year with them.
        fixed: days of each year, as month and day.
        easter: days after Easter Sunday, or before it.
        computus: whose Easter.
    """

    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
    law: str
    checked: date
    from_year: int = 0
    fixed: tuple[_DayOfYear, ...] = ()
    easter: tuple[int, ...] = ()
    computus: Literal["western", "eastern"] = "western"

    def of(self, year: int) -> Iterator[date]:
        """Yield those of a year."""
        if year < self.from_year:
            return
        yield from (date.fromisoformat(f"{year}-{day}") for day in self.fixed)
        sunday = western_easter(year) if self.computus == "western" else eastern_easter(year)
        yield from (sunday + timedelta(days=days) for days in self.easter)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    holidays: tuple[Holidays, ...]


@cache
def shipped() -> tuple[Holidays, ...]:
    """Return all rules that ship with us."""
    return msgspec.convert(tomllib.loads(SHIPPED.read_text("utf-8")), type=_File).holidays


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the days on which a whole country rests; none of a country that we do not know.

    >>> sorted(public_holidays("DE", 2026))[1:3]
    [datetime.date(2026, 4, 3), datetime.date(2026, 4, 6)]
    """
    rules = [rule for rule in shipped() if rule.country == country]
    return frozenset(day for rule in rules for day in rule.of(year))


def western_easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chap. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    epact = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - epact - c % 4) % 7
    late = (a + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def eastern_easter(year: int) -> date:
    """Return Easter Sunday as the Orthodox Church reckons it, from 1900 to 2099 (same chapter)."""
    full_moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - full_moon + 34) % 7
    month, day = divmod(full_moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)

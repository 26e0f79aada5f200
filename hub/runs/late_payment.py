"""Fixed sum and interest that the law grants for late payment between businesses."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from formats.model import HUNDRED, ZERO, round_half_up

TABLE = Path(__file__).with_suffix(".toml")
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One country's law.

    Attributes:
        fixed_sum: for each invoice paid late, in EUR.
        rates: percent a year, by the day from which it applies, ascending.
        known_until: the last day the rates can answer for.
    """

    country: str
    source: str
    fixed_sum: Decimal
    rates: tuple[tuple[date, Decimal], ...]
    known_until: date

    def interest(self, amount: Decimal, *, due: date, until: date) -> Decimal | None:
        """Return simple interest from the day after `due` up to and including `until`.

        Actual days over 365, each period at its own rate, rounded once. None if the rate of one
        of the days is not known.

        >>> LAWS["DE"].interest(Decimal(1000), due=date(2025, 6, 20), until=date(2025, 7, 10))
        Decimal('5.90')
        """
        first = due + timedelta(days=1)
        if first < self.rates[0][0] or until > self.known_until:
            return None
        spans = self._spans(first, until)
        return round_half_up(
            sum((amount * rate / HUNDRED * days / DAYS_A_YEAR for days, rate in spans), ZERO)
        )

    def _spans(self, first: date, until: date) -> Iterator[tuple[int, Decimal]]:
        ends = [start for start, _ in self.rates[1:]] + [self.known_until + timedelta(days=1)]
        for (start, rate), end in zip(self.rates, ends, strict=True):
            days = (min(end, until + timedelta(days=1)) - max(start, first)).days
            if days > 0:
                yield days, rate


def _laws() -> Mapping[str, Law]:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return {
        country: _law(country, law, table["reference"]) for country, law in table["law"].items()
    }


def _law(
    country: str, law: Mapping[str, str], references: Mapping[str, Mapping[str, object]]
) -> Law:
    reference = references[law["reference"]]
    percent, known_until = reference["percent"], reference["known_until"]
    assert isinstance(percent, dict)
    assert isinstance(known_until, date)
    margin = Decimal(law["margin"])
    rates = tuple((date.fromisoformat(day), Decimal(p) + margin) for day, p in percent.items())
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(rates))
    return Law(
        country=country,
        source=law["source"],
        fixed_sum=Decimal(law["fixed_sum"]),
        rates=rates,
        known_until=known_until,
    )


LAWS: Mapping[str, Law] = _laws()
"""By country."""

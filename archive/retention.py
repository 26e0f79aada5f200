"""How long a document must be kept, by country: law as data, each line with its source.

Input for a tax adviser, not advice. Nothing is deleted here. Longer duties (open assessments,
banks, real estate) are for the legal hold, which is not built yet.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Start(StrEnum):
    """When a period begins to run."""

    CALENDAR_YEAR = "end of the calendar year of issue"
    FISCAL_YEAR = "end of the fiscal year of issue"
    TAX_DUE_YEAR = "end of the calendar year in which the tax falls due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long, from when, and by which law."""

    years: int
    start: Start
    source: str


# Where the law counts from the last entry in the books, the fiscal year's end stands for it.
PERIODS = {
    "AT": Period(years=7, start=Start.CALENDAR_YEAR, source="BAO § 132 (1); UStG § 11 (2)"),
    "BE": Period(years=10, start=Start.CALENDAR_YEAR, source="Code de la TVA art. 60 § 4"),
    "CH": Period(years=10, start=Start.FISCAL_YEAR, source="OR art. 958f"),
    "DE": Period(years=8, start=Start.CALENDAR_YEAR, source="AO § 147 (3), (4); UStG § 14b (1)"),
    "ES": Period(years=6, start=Start.FISCAL_YEAR, source="Código de Comercio art. 30"),
    "FR": Period(years=10, start=Start.FISCAL_YEAR, source="C. com. L123-22; LPF L102 B"),
    "IT": Period(years=10, start=Start.FISCAL_YEAR, source="Codice civile art. 2220"),
    "LU": Period(years=10, start=Start.FISCAL_YEAR, source="Code de commerce art. 16"),
    "NL": Period(years=7, start=Start.CALENDAR_YEAR, source="AWR art. 52 (4)"),
    "PL": Period(years=5, start=Start.TAX_DUE_YEAR, source="Ordynacja podatkowa art. 86 § 1"),
    "PT": Period(years=10, start=Start.CALENDAR_YEAR, source="CIVA art. 52 (1)"),
}
ELSEWHERE = Period(years=10, start=Start.FISCAL_YEAR, source="own rule: the longest usual period")


def keep_until(issued: date, *countries: str, fiscal_year_end: tuple[int, int] = (12, 31)) -> date:
    """Return the last day on which a document must still be there; the longest rule wins.

    Args:
        issued: issue date of the document (BT-2), not the day on which it was archived.
        countries: ISO 3166-1 alpha-2 of seller and of buyer where the seller is registered there;
            a country without a rule here, and no country at all, counts as ten years.
        fiscal_year_end: month and day of the seller's closing.

    >>> keep_until(date(2025, 3, 31), "DE")
    datetime.date(2033, 12, 31)
    >>> keep_until(date(2025, 3, 31), "DE", "FR", fiscal_year_end=(6, 30))
    datetime.date(2035, 6, 30)
    """
    periods = [PERIODS.get(country, ELSEWHERE) for country in countries] or [ELSEWHERE]
    return max(_last_day(issued, period, fiscal_year_end) for period in periods)


def _last_day(issued: date, period: Period, fiscal_year_end: tuple[int, int]) -> date:
    match period.start:
        case Start.CALENDAR_YEAR:
            return date(issued.year + period.years, 12, 31)
        case Start.TAX_DUE_YEAR:  # December's tax falls due in January
            return date(issued.year + (issued.month == 12) + period.years, 12, 31)
        case Start.FISCAL_YEAR:
            month, day = fiscal_year_end
            closes_next_year = (issued.month, issued.day) > fiscal_year_end
            return _day(issued.year + closes_next_year + period.years, month, day)


def _day(year: int, month: int, day: int) -> date:
    """Return a date; the end of February moves with leap years."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)

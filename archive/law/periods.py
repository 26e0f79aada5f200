"""How long a document must be kept, by country: law as data, each line with its source.

Longer duties (open assessments, law suits, real estate) are for a hold; those of a whole company
(banks and insurers keep ten years in Germany) for its own rule, `[tenant.KEY.archive] keep_years`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Start(StrEnum):
    """When a period begins to run."""

    CALENDAR_YEAR = "end of the calendar year of issue"
    FISCAL_YEAR = "end of the fiscal year of issue"
    YEAR_OF_CLOSING = "end of the calendar year in which the fiscal year of issue ends"
    TAX_DUE_YEAR = "end of the calendar year in which the tax falls due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """How long, from when, and by which law."""

    years: int
    start: Start
    source: str


# Where the law counts from the last entry in the books, the fiscal year's end stands for it.
PERIODS: Final = {
    "AT": Period(years=7, start=Start.CALENDAR_YEAR, source="BAO § 132 (1); UStG § 11 (2)"),
    "BE": Period(years=10, start=Start.CALENDAR_YEAR, source="Code de la TVA art. 60 § 4"),
    "CH": Period(years=10, start=Start.FISCAL_YEAR, source="OR art. 958f"),
    "DE": Period(years=8, start=Start.CALENDAR_YEAR, source="AO § 147 (3), (4); UStG § 14b (1)"),
    "DK": Period(years=5, start=Start.FISCAL_YEAR, source="Bogføringsloven § 12"),
    "ES": Period(years=6, start=Start.FISCAL_YEAR, source="Código de Comercio art. 30"),
    "FI": Period(years=6, start=Start.YEAR_OF_CLOSING, source="Kirjanpitolaki 2 luku 10 §"),
    "FR": Period(years=10, start=Start.FISCAL_YEAR, source="C. com. L123-22; LPF L102 B"),
    "IT": Period(years=10, start=Start.FISCAL_YEAR, source="Codice civile art. 2220"),
    "LU": Period(years=10, start=Start.FISCAL_YEAR, source="Code de commerce art. 16"),
    "NL": Period(years=7, start=Start.CALENDAR_YEAR, source="AWR art. 52 (4)"),
    "PL": Period(years=5, start=Start.TAX_DUE_YEAR, source="Ordynacja podatkowa art. 86 § 1"),
    "PT": Period(years=10, start=Start.CALENDAR_YEAR, source="CIVA art. 52 (1)"),
    "SE": Period(years=7, start=Start.YEAR_OF_CLOSING, source="Bokföringslagen 7 kap. 2 §"),
}
ELSEWHERE: Final = Period(
    years=10, start=Start.FISCAL_YEAR, source="own rule: the longest usual period"
)
SHORTEST_YEARS: Final = min(period.years for period in PERIODS.values())

Closing = tuple[int, int]
"""Month and day on which a company's fiscal year ends; 28 and 29 February are one day."""

YEAR_END: Final[Closing] = (12, 31)


def period_of(country: str) -> Period:
    """Return the period of a country, ISO 3166-1 alpha-2; ten years where none is known here."""
    return PERIODS.get(country, ELSEWHERE)


def starts_after(issued: date, start: Start, closing: Closing = YEAR_END) -> date:
    """Return the day after which a period runs.

    >>> starts_after(date(2025, 7, 1), Start.FISCAL_YEAR, (6, 30))
    datetime.date(2026, 6, 30)
    """
    match start:
        case Start.CALENDAR_YEAR:
            return date(issued.year, 12, 31)
        case Start.TAX_DUE_YEAR:  # December's tax falls due in January
            return _day(issued.year + (issued.month == 12), YEAR_END)
        case Start.FISCAL_YEAR:
            return _closes(issued, closing)
        case Start.YEAR_OF_CLOSING:
            return _day(_closes(issued, closing).year, YEAR_END)


def ends_on(starts: date, years: int) -> date:
    """Return the last day of a period that runs from the end of a day: the end of a February, too.

    >>> ends_on(date(2024, 2, 29), 10), ends_on(date(2026, 2, 28), 10)
    (datetime.date(2034, 2, 28), datetime.date(2036, 2, 29))
    """
    return _day(starts.year + years, (starts.month, starts.day))


def _closes(issued: date, closing: Closing) -> date:
    """Return the last day of the fiscal year in which a document was issued."""
    closes = _day(issued.year, closing)
    return closes if issued <= closes else _day(issued.year + 1, closing)


def _day(year: int, closing: Closing) -> date:
    """Return a closing day; the end of February moves with leap years."""
    if year > date.max.year:
        return date.max
    month, day = closing
    if (month, day) in {(2, 28), (2, 29)}:
        return date(year, 2, 29 if _is_leap(year) else 28)
    return date(year, month, day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)

from datetime import date

import pytest

from archive.law.periods import PERIODS, SHORTEST_YEARS, Closing, Start, ends_on, starts_after


@pytest.mark.parametrize(
    ("issued", "start", "closing", "starts"),
    [
        (date(2025, 12, 31), Start.CALENDAR_YEAR, (12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), Start.CALENDAR_YEAR, (12, 31), date(2026, 12, 31)),
        (date(2026, 1, 1), Start.CALENDAR_YEAR, (6, 30), date(2026, 12, 31)),
        (date(2025, 6, 30), Start.FISCAL_YEAR, (6, 30), date(2025, 6, 30)),
        (date(2025, 7, 1), Start.FISCAL_YEAR, (6, 30), date(2026, 6, 30)),
        (date(2025, 12, 31), Start.FISCAL_YEAR, (12, 31), date(2025, 12, 31)),
        (date(2024, 2, 29), Start.FISCAL_YEAR, (2, 28), date(2024, 2, 29)),
        (date(2024, 2, 29), Start.FISCAL_YEAR, (2, 29), date(2024, 2, 29)),
        (date(2024, 3, 1), Start.FISCAL_YEAR, (2, 28), date(2025, 2, 28)),
        (date(2023, 3, 1), Start.FISCAL_YEAR, (2, 29), date(2024, 2, 29)),
        (date(2025, 6, 30), Start.YEAR_OF_CLOSING, (6, 30), date(2025, 12, 31)),
        (date(2025, 7, 1), Start.YEAR_OF_CLOSING, (6, 30), date(2026, 12, 31)),
        (date(2025, 12, 31), Start.YEAR_OF_CLOSING, (12, 31), date(2025, 12, 31)),
        (date(9999, 12, 31), Start.YEAR_OF_CLOSING, (6, 30), date.max),
        (date(2025, 11, 30), Start.TAX_DUE_YEAR, (12, 31), date(2025, 12, 31)),
        (date(2025, 12, 1), Start.TAX_DUE_YEAR, (12, 31), date(2026, 12, 31)),
        (date(9999, 12, 31), Start.FISCAL_YEAR, (6, 30), date.max),
        (date(9999, 12, 1), Start.TAX_DUE_YEAR, (12, 31), date.max),
    ],
)
def test_a_period_starts_at_the_end_of_a_year(
    issued: date, start: Start, closing: Closing, starts: date
) -> None:
    assert starts_after(issued, start, closing) == starts


@pytest.mark.parametrize(
    ("starts", "years", "last_day"),
    [
        (date(2025, 12, 31), 8, date(2033, 12, 31)),
        (date(2024, 2, 29), 10, date(2034, 2, 28)),
        (date(2026, 2, 28), 10, date(2036, 2, 29)),
        (date(2090, 2, 28), 10, date(2100, 2, 28)),
        (date(9995, 12, 31), 8, date.max),
    ],
)
def test_a_period_ends_on_the_same_day_of_its_last_year(
    starts: date, years: int, last_day: date
) -> None:
    assert ends_on(starts, years) == last_day


def test_every_period_names_its_law() -> None:
    assert all(period.source and 5 <= period.years <= 10 for period in PERIODS.values())
    assert SHORTEST_YEARS == 5

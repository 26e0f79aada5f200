from datetime import date

import pytest

from archive.retention import PERIODS, keep_until

MARCH, DECEMBER = date(2025, 3, 31), date(2025, 12, 15)


@pytest.mark.parametrize(
    ("issued", "countries", "closing", "last_day"),
    [
        (MARCH, ["DE"], (12, 31), date(2033, 12, 31)),
        (MARCH, ["DE"], (6, 30), date(2033, 12, 31)),
        (MARCH, ["FR"], (12, 31), date(2035, 12, 31)),
        (MARCH, ["FR"], (6, 30), date(2035, 6, 30)),
        (DECEMBER, ["FR"], (6, 30), date(2036, 6, 30)),
        (date(2025, 6, 30), ["FR"], (6, 30), date(2035, 6, 30)),
        (MARCH, ["CH"], (2, 29), date(2036, 2, 29)),
        (MARCH, ["ES"], (2, 28), date(2032, 2, 28)),
        (MARCH, ["IT"], (12, 31), date(2035, 12, 31)),
        (MARCH, ["BE"], (12, 31), date(2035, 12, 31)),
        (MARCH, ["PL"], (12, 31), date(2030, 12, 31)),
        (DECEMBER, ["PL"], (12, 31), date(2031, 12, 31)),
        (MARCH, ["AT"], (12, 31), date(2032, 12, 31)),
        (MARCH, ["DE", "AT", "FR"], (12, 31), date(2035, 12, 31)),
        (MARCH, ["XX"], (12, 31), date(2035, 12, 31)),
        (MARCH, [], (12, 31), date(2035, 12, 31)),
        (date(2024, 2, 29), ["LU"], (2, 29), date(2034, 2, 28)),
    ],
)
def test_keep_until(
    issued: date, countries: list[str], closing: tuple[int, int], last_day: date
) -> None:
    assert keep_until(issued, *countries, fiscal_year_end=closing) == last_day


def test_every_period_names_its_law() -> None:
    assert all(period.source and 5 <= period.years <= 10 for period in PERIODS.values())

"""Public holidays by rule, against calendars as they were printed."""

from datetime import date

import pytest

from routing_rules.holidays import eastern_easter, public_holidays, shipped, western_easter

EASTERS = {  # western, eastern
    2000: ("04-23", "04-30"),
    2008: ("03-23", "04-27"),
    2025: ("04-20", "04-20"),
    2026: ("04-05", "04-12"),
    2027: ("03-28", "05-02"),
    2038: ("04-25", "04-25"),
    2049: ("04-18", "04-25"),
}
OF_2026 = {
    "BE": "01-01 04-06 05-01 05-14 05-25 07-21 08-15 11-01 11-11 12-25",
    "DE": "01-01 04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26",
    "ES": "01-01 04-03 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
    "FR": "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    "IT": "01-01 01-06 04-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26",
    "PL": "01-01 01-06 04-06 05-01 05-03 06-04 08-15 11-01 11-11 12-24 12-25 12-26",
    "RO": "01-01 01-02 01-06 01-07 01-24 04-10 04-13 05-01 06-01 08-15 11-30 12-01 12-25 12-26",
    "XX": "",
}


@pytest.mark.parametrize("year", EASTERS)
def test_easter_is_when_it_was_and_will_be(year: int) -> None:
    found = (western_easter(year), eastern_easter(year))
    assert tuple(f"{day:%m-%d}" for day in found) == EASTERS[year]


@pytest.mark.parametrize("country", OF_2026)
def test_a_country_rests_on_these_days(country: str) -> None:
    days = {date.fromisoformat(f"2026-{day}") for day in OF_2026[country].split()}
    assert public_holidays(country, 2026) == days


def test_a_holiday_begins_with_its_law_and_each_names_it() -> None:
    assert date(2024, 12, 24) not in public_holidays("PL", 2024)
    assert date(2025, 10, 4) not in public_holidays("IT", 2025)
    assert all(rule.law and rule.checked for rule in shipped())

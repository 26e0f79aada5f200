from datetime import date, timedelta
from decimal import Decimal

import pytest

from hub.runs.late_payment import LAWS

INTEREST = {  # law, amount, due, until, interest (worked out by hand)
    "one period": ("DE", "1000", date(2025, 1, 31), date(2025, 4, 10), "21.30"),  # 69 d, 11.27 %
    "over a change": ("DE", "1000", date(2025, 6, 20), date(2025, 7, 10), "5.90"),
    "France": ("FR", "1000", date(2025, 7, 1), date(2025, 8, 1), "10.32"),  # 31 d, 12.15 %
    "one day": ("FR", "36500", date(2025, 7, 1), date(2025, 7, 2), "12.15"),
    "on the due date": ("DE", "1000", date(2025, 7, 1), date(2025, 7, 1), "0.00"),
    "last known day": ("DE", "36500", date(2026, 6, 29), date(2026, 6, 30), "10.27"),
    "after it": ("DE", "1000", date(2026, 6, 29), date(2026, 7, 1), None),
    "before the table": ("DE", "1000", date(2023, 12, 30), date(2024, 1, 5), None),
}


@pytest.mark.parametrize("case", INTEREST)
def test_interest(case: str) -> None:
    country, amount, due, until, expected = INTEREST[case]
    interest = LAWS[country].interest(Decimal(amount), due=due, until=until)
    assert interest == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("country", LAWS)
def test_every_law_names_its_source_and_its_rates_begin_half_years(country: str) -> None:
    law = LAWS[country]
    assert law.source
    days = [day for day, _ in law.rates] + [law.known_until + timedelta(days=1)]
    assert {(day.month, day.day) for day in days} <= {(1, 1), (7, 1)}

"""A number or date written in a notation is read back as the same number or date."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.notation import date_reader, implied_reader, number_reader

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)
SIGNS = [(".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (",", "'"), (".", "\u202f")]


@given(AMOUNTS, st.sampled_from(SIGNS), st.booleans())
def test_numbers_come_back(amount: Decimal, signs: tuple[str, str], sign_behind: bool) -> None:  # noqa: FBT001
    decimal, thousands = signs
    plain = f"{abs(amount):,.3f}"
    written = plain.translate({ord(","): thousands, ord("."): decimal})
    minus = "-" if amount < 0 else ""
    text = written + minus if sign_behind else minus + written
    assert number_reader(decimal, thousands.replace("\u202f", " "))(text) == amount


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["-", "/", ".", "", " "]))
def test_dates_come_back(day: date, sign: str) -> None:
    for pattern in (("YYYY", "MM", "DD"), ("DD", "MM", "YYYY"), ("MM", "DD", "YYYY")):
        parts = {"YYYY": f"{day.year}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
        text = sign.join(parts[word] for word in pattern)
        assert date_reader(sign.join(pattern))(text) == day


@pytest.mark.parametrize(
    "text", ["", "-", "1,2,3", "1.23,4", "--1", "-1-", "1e3", "٣", "NaN", "1" * 28]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a number as in 1\.234,56"):
        number_reader(",", ".")(text)


@given(st.integers(-(10**27) + 1, 10**27 - 1), st.integers(0, 12))
def test_digits_without_a_sign_for_decimals_come_back(digits: int, decimals: int) -> None:
    minus = "-" if digits < 0 else ""
    assert implied_reader(decimals)(f"{abs(digits):027}{minus}") * 10**decimals == digits

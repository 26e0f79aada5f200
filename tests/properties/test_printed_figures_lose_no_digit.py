"""What a letter prints is the amount itself, in every language."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.letter.wording import languages, wording

AMOUNTS = st.decimals(min_value=-(10**15), max_value=10**15, places=6)


@pytest.mark.parametrize("language", sorted(languages()))
@given(amount=AMOUNTS, places=st.integers(0, 4))
def test_printed_figure_reads_back(language: str, amount: Decimal, places: int) -> None:
    words = wording(language)
    group, decimal = words.texts["figures.group"], words.texts["figures.decimal"]
    printed = words.number(amount, places=places)
    plain = printed.replace(group, "").replace(decimal, ".").replace("\N{MINUS SIGN}", "-")
    assert Decimal(plain) == amount
    assert len(plain.partition(".")[2]) >= places

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from routing_rules.conditions.questions import (
    AnyOf,
    Flag,
    Over,
    Question,
    Since,
    StartsWith,
    Under,
    Until,
)

WORDS: tuple[tuple[str, ...], ...] = ((), ("a",), ("ab",), ("a", "b"), ("b",), ("abc", "c"))
AMOUNTS = tuple(Decimal(amount) for amount in ("-1", "0", "0.5", "100"))
DAYS = tuple(date(2026, 1, day) for day in (1, 2, 3))

TRIED: dict[str, tuple[Question, tuple[Any, ...], tuple[Any, ...]]] = {  # wanted, found
    "any of": (AnyOf(), WORDS[1:], WORDS),
    "starts with": (StartsWith(), WORDS[1:], WORDS),
    "over": (Over(), AMOUNTS, (None, *AMOUNTS, Decimal(101))),
    "under": (Under(), AMOUNTS, (None, *AMOUNTS, Decimal(-2))),
    "since": (Since(), DAYS, (None, *DAYS)),
    "until": (Until(), DAYS, (None, *DAYS)),
    "flag": (Flag(), (True, False), (True, False)),
}


@pytest.mark.parametrize("name", TRIED)
def test_wide_holds_wherever_narrow_does(name: str) -> None:
    """`covers` is what lint calls a rule dead by: it must never say more than `test` does."""
    question, wanted, found = TRIED[name]
    covered = 0
    for wide, narrow in product(wanted, repeat=2):
        if question.covers(wide=wide, narrow=narrow):
            covered += 1
            passed = [one for one in found if question.test(narrow)(one)]
            assert all(question.test(wide)(one) for one in passed), (wide, narrow)
    assert covered >= len(wanted)

from itertools import count

import pytest

from archive.index.answers import Gap, Series
from archive.index.series import Numbered, series_of


def numbered(*told: str) -> list[Numbered]:
    """Read `number[ standing][ @year][ >sender]`."""
    found = []
    for at, one in zip(count(), told, strict=False):
        number, *more = one.split(" ")
        marks = {word[0]: word[1:] for word in more if word[0] in "@>"}
        standing = next((word for word in more if word[0] not in "@>"), "")
        date = f"{marks.get('@', '2026')}-05-01"
        found.append(Numbered(f"d{at}", marks.get(">", "erp"), number, date, standing))
    return found


def told(series: Series) -> str:
    gaps = ", ".join(map(gap_told, series.gaps))
    twice = ", ".join(f"{one.number} {one.why}".strip() for one in series.duplicates)
    return f"{series.pattern} {series.year}: {series.first}-{series.last} {series.count}" + (
        f"; lacks {gaps}" * bool(gaps) + f"; twice {twice}" * bool(twice)
    )


def gap_told(gap: Gap) -> str:
    return " ".join([f"{gap.first}-{gap.last}", *filter(None, [gap.why, *gap.documents])])


TABLE = {
    ("R-1", "R-2", "R-3"): ["R-# 2026: R-1-R-3 3"],
    ("R-9", "R-10", "R-11"): ["R-# 2026: R-9-R-11 3"],
    ("R-008", "R-012"): ["R-# 2026: R-008-R-012 2; lacks R-009-R-011"],
    ("R-098", "R-102"): ["R-# 2026: R-098-R-102 2; lacks R-099-R-101"],
    ("1/A", "3/A", "2/B"): ["#/A 2026: 1/A-3/A 2; lacks 2/A-2/A", "#/B 2026: 2/B-2/B 1"],
    ("R-#1", "R-#3"): ["R-## 2026: R-#1-R-#3 2; lacks R-#2-R-#2"],
    ("R-1", "R-2 parked", "R-3"): ["R-# 2026: R-1-R-3 2; lacks R-2-R-2 parked d1"],
    ("R-1", "R-2 cancelled", "R-5"): [
        "R-# 2026: R-1-R-5 2; lacks R-2-R-2 cancelled d1, R-3-R-4",
    ],
    ("R-1", "R-2 duplicate", "R-2"): ["R-# 2026: R-1-R-2 2; twice R-2 duplicate"],
    ("R-1", "R-2", "R-2 parked"): ["R-# 2026: R-1-R-2 2; twice R-2 parked"],
    ("R-1", "R-1", "R-1 parked"): ["R-# 2026: R-1-R-1 2; twice R-1"],
    ("R-1", "R-1 cancelled"): ["R-# 2026: R-1-R-1 1"],
    ("R-2", "R-1", "R-2"): ["R-# 2026: R-1-R-2 3; twice R-2"],
    ("R-1", "R-2 >shop", "R-3"): [
        "R-# 2026: R-1-R-3 2; lacks R-2-R-2 other sender d1",
        "R-# 2026: R-2-R-2 1",
    ],
    ("R-1", "R-2 @2025", "R-3"): [
        "R-# 2025: R-2-R-2 1",
        "R-# 2026: R-1-R-3 2; lacks R-2-R-2 other year d1",
    ],
    ("R-1 @2025", "R-1"): [
        "R-# 2025: R-1-R-1 1; twice R-1 other year",
        "R-# 2026: R-1-R-1 1; twice R-1 other year",
    ],
    ("R-4 @2025", "R-7"): ["R-# 2025: R-4-R-4 1", "R-# 2026: R-7-R-7 1; lacks R-5-R-6"],
    ("R-1", "R-1000000001"): ["R-# 2026: R-1-R-1000000001 2; lacks R-2-R-1000000000"],
    ("none", ""): [],
    ("9" * 40, "٣"): [f"{'9' * 25}# 2026: {'9' * 40}-{'9' * 40} 1"],
}


@pytest.mark.parametrize("given", TABLE)
def test_what_is_missing_or_there_twice(given: tuple[str, ...]) -> None:
    assert [told(series) for series in series_of(numbered(*given))] == TABLE[given]


def test_outside_a_period_nothing_is_named() -> None:
    given = numbered("R-1", "R-2 @2025", "R-3", "R-4 parked @2025", "R-5", "R-5 @2025", "R-9 @2027")
    (series,) = series_of(given, first="2026-01-01", last="2026-12-31")
    assert told(series) == (
        "R-# 2026: R-1-R-5 3; lacks R-2-R-2 other year, R-4-R-4 parked; twice R-5 other year"
    )
    assert [one.documents for one in series.duplicates] == [("d4",)]

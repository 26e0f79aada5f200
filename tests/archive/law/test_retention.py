from datetime import date
from typing import Any

import pytest

from archive.law import periods
from archive.law.periods import Closing, Period, Start
from archive.law.retention import (
    COMPANY,
    RULES,
    UNTIL,
    Ground,
    Policy,
    fields_of,
    promised,
    promises_in,
)
from tests.archive.filing import draft, opened

MARCH, DECEMBER = date(2025, 3, 31), date(2025, 12, 15)
YEAR: Closing = (12, 31)
JUNE: Closing = (6, 30)
TWELVE = Ground(rule=COMPANY, why="the company's own rule", years=12, source="policy 7")


def grounds(*countries: str) -> list[Ground]:
    return [Ground(rule=country, why="test") for country in countries]


@pytest.mark.parametrize(
    ("issued", "countries", "closing", "until", "winner"),
    [
        (MARCH, "DE", YEAR, date(2033, 12, 31), "DE"),
        (MARCH, "DE", JUNE, date(2033, 12, 31), "DE"),
        (date(2024, 12, 31), "DE", YEAR, date(2032, 12, 31), "DE"),
        (date(2025, 1, 1), "DE", YEAR, date(2033, 12, 31), "DE"),
        (MARCH, "FR", YEAR, date(2035, 12, 31), "FR"),
        (MARCH, "FR", JUNE, date(2035, 6, 30), "FR"),
        (date(2025, 6, 30), "FR", JUNE, date(2035, 6, 30), "FR"),
        (DECEMBER, "FR", JUNE, date(2036, 6, 30), "FR"),
        (MARCH, "CH", (2, 29), date(2036, 2, 29), "CH"),
        (MARCH, "ES", (2, 28), date(2032, 2, 29), "ES"),
        (date(2024, 2, 29), "LU", (2, 29), date(2034, 2, 28), "LU"),
        (MARCH, "SE", YEAR, date(2032, 12, 31), "SE"),
        (date(2025, 9, 1), "SE", (8, 31), date(2033, 12, 31), "SE"),
        (date(2025, 8, 31), "SE", (8, 31), date(2032, 12, 31), "SE"),
        (MARCH, "DK", JUNE, date(2030, 6, 30), "DK"),
        (DECEMBER, "DK", JUNE, date(2031, 6, 30), "DK"),
        (DECEMBER, "FI", JUNE, date(2032, 12, 31), "FI"),
        (MARCH, "IT", YEAR, date(2035, 12, 31), "IT"),
        (MARCH, "BE", YEAR, date(2035, 12, 31), "BE"),
        (MARCH, "PT", JUNE, date(2035, 12, 31), "PT"),
        (MARCH, "NL", YEAR, date(2032, 12, 31), "NL"),
        (MARCH, "PL", YEAR, date(2030, 12, 31), "PL"),
        (DECEMBER, "PL", YEAR, date(2031, 12, 31), "PL"),
        (MARCH, "AT", YEAR, date(2032, 12, 31), "AT"),
        (MARCH, "DE AT FR", YEAR, date(2035, 12, 31), "FR"),
        (MARCH, "DE FR", JUNE, date(2035, 6, 30), "FR"),
        (MARCH, "XX", YEAR, date(2035, 12, 31), "XX"),
        (MARCH, "", YEAR, date(2035, 12, 31), ""),
    ],
)
def test_the_longest_rule_wins(
    issued: date, countries: str, closing: Closing, until: date, winner: str
) -> None:
    promise = promised(issued, grounds(*countries.split()), filed=issued, closing=closing)
    assert (promise.until, promise.winner.rule) == (until, winner)


def test_a_companys_own_rule_wins_only_where_it_is_longer() -> None:
    longer = promised(MARCH, [*grounds("DE"), TWELVE], filed=MARCH)
    assert (longer.until, longer.winner.source) == (date(2037, 12, 31), "policy 7")
    short = Ground(rule=COMPANY, why="the company's own rule", years=2, source="policy 8")
    assert promised(MARCH, [*grounds("DE"), short], filed=MARCH).until == date(2033, 12, 31)


@pytest.mark.parametrize(
    ("issued", "until"),
    [
        (None, date(2034, 12, 31)),
        (date(1, 1, 1), date(2034, 12, 31)),
        (date(2017, 12, 31), date(2034, 12, 31)),
        (date(2018, 1, 1), date(2026, 12, 31)),
        (date(9999, 12, 31), date(2035, 12, 31)),
    ],
)
def test_a_date_that_cannot_be_true_gives_way_to_the_day_of_filing(
    issued: date | None, until: date
) -> None:
    assert promised(issued, grounds("DE"), filed=date(2026, 11, 21)).until == until


def test_a_promise_is_filed_and_read_back(tmp_path: Any) -> None:
    promise = promised(MARCH, [*grounds("DE", "FR"), TWELVE], filed=MARCH, closing=JUNE)
    filed = fields_of(promise)
    assert filed[UNTIL] == "2037-12-31"
    with opened(tmp_path) as archive:
        entries = archive.append([draft(1, fields={**filed, "number": "R-1"}), draft(2)])
    assert promises_in(entries) == [(entries[0], promise)]
    assert "Codice" not in filed[RULES]


def test_a_changed_table_is_seen_beside_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    before = promised(MARCH, [*grounds("DE"), TWELVE], filed=MARCH)
    changed = Period(years=30, start=Start.CALENDAR_YEAR, source="a law to come")
    monkeypatch.setitem(periods.PERIODS, "DE", changed)
    after = Policy(grounds=()).today(before)
    assert (before.until, after.until) == (date(2037, 12, 31), date(2055, 12, 31))
    assert [rule.source for rule in after.rules] == ["a law to come", "policy 7"]


def test_a_companys_rule_of_today_lengthens_what_was_promised_before_it() -> None:
    before = promised(MARCH, grounds("AT"), filed=MARCH)
    policy = Policy(grounds=(*grounds("DE"), TWELVE))
    assert [rule.rule for rule in policy.today(before).rules] == ["AT", COMPANY]
    assert policy.today(before).until == date(2037, 12, 31)
    assert policy.today(promised(MARCH, [*grounds("AT"), TWELVE], filed=MARCH)).until == date(
        2037, 12, 31
    )
    assert policy.promise(None, date(2026, 1, 1)).until == date(2038, 12, 31)

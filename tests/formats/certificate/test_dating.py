from datetime import date

import pytest

from formats.certificate.dating import ending, for_day, in_force, outlived
from formats.rules.en16931 import EN16931
from formats.rules.engine import RuleSet


def dated(first: str | None, last: str | None) -> RuleSet:
    return RuleSet(
        key=f"{first} to {last}",
        version="1",
        source="test",
        lay_out=EN16931.lay_out,
        rules=(),
        valid_from=date.fromisoformat(first) if first else None,
        valid_until=date.fromisoformat(last) if last else None,
    )


@pytest.mark.parametrize(
    ("first", "last", "day", "judges"),
    [
        (None, None, "2026-11-22", True),
        ("2027-01-01", None, "2026-12-31", False),
        ("2027-01-01", None, "2027-01-01", True),
        (None, "2026-12-31", "2026-12-31", True),
        (None, "2026-12-31", "2027-01-01", False),
    ],
)
def test_a_set_is_in_force_from_its_first_day_to_its_last(
    first: str | None, last: str | None, day: str, *, judges: bool
) -> None:
    assert in_force(dated(first, last), date.fromisoformat(day)) is judges


VERSIONS = (
    dated("2026-01-01", "2026-06-30"),
    dated("2026-07-01", "2026-12-31"),
    dated("2027-02-01", "2027-12-31"),
)


@pytest.mark.parametrize(
    ("day", "judging"),
    [
        ("2025-12-31", None),
        ("2026-01-01", 0),
        ("2026-06-30", 0),
        ("2026-07-01", 1),
        ("2027-01-15", 1),
        ("2027-02-01", 2),
        ("2030-01-01", 2),
    ],
    ids=str,
)
def test_the_version_of_the_day_judges_or_the_last_that_did(day: str, judging: int | None) -> None:
    expected = [] if judging is None else [VERSIONS[judging]]
    assert list(for_day(VERSIONS, date.fromisoformat(day))) == expected


def test_of_a_set_that_ends_it_is_said_before_and_after() -> None:
    last = VERSIONS[-1]
    assert "is in force until 2027-12-31" in ending(last)
    finding = outlived(last, date(2028, 1, 1))
    assert (finding.rule, finding.severity) == ("IN-RULES", "warning")
    assert "a newer release asks for on 2028-01-01" in finding.message

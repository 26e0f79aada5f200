"""Limits by settings, halved by complaints, doubled back by time; tokens by the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.config.traffic import DomainLimits, Limits
from hub.endpoints import pace
from hub.endpoints.pace import Pace
from hub.store.endpoints import SERVER, Endpoint

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WELL = Endpoint(channel="mail", name="kunde.example", changed_at=NOW)
LIMITS = Limits(
    per_minute=600,
    domain_connections=4,
    domains={"small.example": DomainLimits(connections=1, per_minute=6)},
)

PACES = [
    (Limits(), SERVER, True, Pace(connections=30, per_minute=None)),
    (Limits(), SERVER, False, Pace(connections=4, per_minute=None)),
    (Limits(connections=2), SERVER, False, Pace(connections=2, per_minute=None)),
    (Limits(), "kunde.example", True, Pace(connections=5, per_minute=None)),
    (LIMITS, SERVER, True, Pace(connections=30, per_minute=600)),
    (LIMITS, "kunde.example", True, Pace(connections=4, per_minute=None)),
    (LIMITS, "small.example", True, Pace(connections=1, per_minute=6)),
]


@pytest.mark.parametrize(("limits", "name", "relays", "expected"), PACES)
def test_what_an_endpoint_bears_by_the_settings(
    limits: Limits, name: str, expected: Pace, *, relays: bool
) -> None:
    assert pace.pace_of(limits, name, None, NOW, relays=relays) == expected


def test_complaints_halve_the_pace_and_time_doubles_it_back() -> None:
    def seen(endpoint: Endpoint, at: datetime) -> tuple[int, float | None]:
        found = pace.pace_of(LIMITS, "kunde.example", endpoint, at, relays=True)
        return found.connections, found.per_minute

    endpoint, at = WELL, NOW
    for expected in ((2, 120), (1, 60), (1, 30)):
        at += timedelta(minutes=1)
        endpoint = pace.slowed(endpoint, at)
        assert pace.slowed(endpoint, at + timedelta(seconds=29)) == endpoint, "one complaint"
        assert seen(endpoint, at) == expected
    ten = timedelta(minutes=10)
    assert [seen(endpoint, at + n * ten) for n in range(4)] == [
        (1, 30),
        (1, 60),
        (2, 120),
        (4, None),
    ]


def test_tokens_are_spent_at_once_and_come_back_with_time() -> None:
    assert pace.tokens(WELL, 60, NOW) == 10
    left = pace.spent(WELL, 10, 60, NOW)
    moments = [(0, 0), (1, 1), (5, 5), (60, 10)]
    for seconds, expected in moments:
        assert pace.tokens(left, 60, NOW + timedelta(seconds=seconds)) == pytest.approx(expected)
    assert pace.tokens(None, 1, NOW) == 1, "a slow rate lets one go at a time"

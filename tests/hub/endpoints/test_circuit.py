"""Down after some faults, tried by one, open again after an answer; all by a table of moments."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.config.sending import Retry
from hub.endpoints.circuit import (
    State,
    after_answer,
    after_fault,
    after_wish,
    is_held,
    state_of,
    waited_seconds,
)
from hub.store.endpoints import Endpoint
from outbound.channel import Deferred

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
RETRY = Retry(first_seconds=100, longest_seconds=1000)
WELL = Endpoint(channel="mail", name="kunde.example", changed_at=NOW)


def fault(endpoint: Endpoint, at: datetime) -> Endpoint:
    return after_fault(endpoint, "timed out", at, down_after=3, retry=RETRY, chance=0.5)


def state(endpoint: Endpoint, at: datetime) -> State:
    return state_of(endpoint, at, down_after=3)


def test_an_endpoint_goes_down_is_tried_and_stays_down_longer_each_time() -> None:
    endpoint, at, holds = WELL, NOW, []
    for _ in range(2):
        endpoint = fault(endpoint, at)
        assert (state(endpoint, at), is_held(endpoint, at)) == (State.WORKS, False)
    for _ in range(6):
        endpoint = fault(endpoint, at)
        assert state(endpoint, at) is State.DOWN
        assert endpoint.held_until is not None
        holds.append((endpoint.held_until - at).total_seconds())
        at = endpoint.held_until
        assert state(endpoint, at) is State.TRYING
    assert holds == [100, 200, 400, 800, 1000, 1000]
    assert endpoint.down_since == NOW
    assert state(after_answer(endpoint, at), at) is State.WORKS
    assert after_answer(endpoint, at).faults == 0


def test_what_fails_while_it_is_held_is_no_news() -> None:
    endpoint = fault(fault(fault(WELL, NOW), NOW), NOW)
    assert fault(endpoint, NOW + timedelta(seconds=99)) == endpoint


@pytest.mark.parametrize(
    ("said", "state_then", "held_seconds"),
    [
        (Deferred("slower", slow_down=True), State.SLOWED, None),
        (Deferred("slower", slow_down=True, retry_after_seconds=30), State.SLOWED, 30),
        (Deferred("soon", endpoint_down=True, retry_after_seconds=30), State.SLOWED, 30),
        (Deferred("x", slow_down=True, retry_after_seconds=315_360_000), State.SLOWED, 86_400),
    ],
)
def test_a_peer_s_wish_is_granted_within_a_day(
    said: Deferred, state_then: State, held_seconds: int | None
) -> None:
    endpoint = after_wish(WELL, said, NOW)
    assert state(endpoint, NOW) is state_then
    until = None if held_seconds is None else NOW + timedelta(seconds=held_seconds)
    assert endpoint.held_until == until


@pytest.mark.parametrize("attempts", range(12))
def test_waits_are_spread_by_chance_within_a_fifth(attempts: int) -> None:
    plain = min(100 * 2**attempts, 1000)
    drawn = [waited_seconds(RETRY, attempts, chance) for chance in (0.0, 0.25, 0.5, 1.0)]
    assert drawn == pytest.approx([plain * 0.8, plain * 0.9, plain, plain * 1.2])

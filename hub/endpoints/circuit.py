"""When an endpoint counts as down, how long it is left alone, and when it works again.

After some faults in a row it is held; when that is over, one parcel tries it (half open), and an
answer of any kind opens it to all, another fault holds it for longer.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from hub.config.sending import Retry
from hub.endpoints import pace
from hub.store.endpoints import Endpoint
from outbound.channel import Deferred

_WISH_MAX: Final = timedelta(days=1)
"""How long a peer's own wish holds all that goes to it."""
_DOUBLED_MAX: Final = 20
_SPREAD: Final = 0.4
"""Of a wait, how much of it is left to chance, so that not all come back at once."""


class State(StrEnum):
    """How an endpoint is treated."""

    WORKS = "works"
    SLOWED = "slowed"
    DOWN = "down"
    TRYING = "trying"
    PAUSED = "paused"


def state_of(endpoint: Endpoint, now: datetime, *, down_after: int) -> State:
    """Return how an endpoint is treated now."""
    if endpoint.paused_at is not None:
        return State.PAUSED
    if is_held(endpoint, now):
        return State.DOWN if endpoint.faults else State.SLOWED
    if endpoint.faults >= down_after:
        return State.TRYING
    return State.SLOWED if pace.slowness(endpoint, now) else State.WORKS


def is_held(endpoint: Endpoint, now: datetime) -> bool:
    """Whether nothing may be sent to it now."""
    held = endpoint.held_until is not None and endpoint.held_until > now
    return held or endpoint.paused_at is not None


def waited_seconds(retry: Retry, attempts: int, chance: float) -> float:
    """Return how long to wait after so many attempts: doubled each time, bounded, spread by chance.

    >>> [waited_seconds(Retry(), n, 0.5) for n in (0, 1, 9)]
    [300.0, 600.0, 4000.0]
    >>> [round(waited_seconds(Retry(), 0, chance)) for chance in (0.0, 1.0)]
    [240, 360]
    """
    doubled: float = retry.first_seconds * 2 ** min(attempts, _DOUBLED_MAX)
    return min(doubled, retry.longest_seconds) * (1 - _SPREAD / 2 + _SPREAD * chance)


def after_stranger(endpoint: Endpoint, words: str, now: datetime) -> Endpoint:
    """Return an endpoint in whose place somebody else answered: so it stays until it answers."""
    return replace(endpoint, stranger_since=endpoint.stranger_since or now, words=words)


def after_fault(
    endpoint: Endpoint, words: str, now: datetime, *, down_after: int, retry: Retry, chance: float
) -> Endpoint:
    """Return an endpoint after one more fault in a row; what fails while it is held is no news."""
    if is_held(endpoint, now) and endpoint.faults >= down_after:
        return endpoint
    faults = endpoint.faults + 1
    hold = None
    if faults >= down_after:
        hold = now + timedelta(seconds=waited_seconds(retry, faults - down_after, chance))
    return replace(
        endpoint,
        faults=faults,
        down_since=endpoint.down_since or now,
        held_until=_later(endpoint.held_until, hold),
        words=endpoint.words if endpoint.stranger_since is not None else words,
    )


def after_answer(endpoint: Endpoint, now: datetime) -> Endpoint:
    """Return an endpoint that has answered; a wish of its own to wait still holds."""
    if not endpoint.faults:
        return endpoint
    slowed = pace.slowness(endpoint, now) > 0
    return replace(
        endpoint,
        faults=0,
        stranger_since=None,
        down_since=None,
        held_until=None,
        words=endpoint.words if slowed else "",
    )


def after_wish(endpoint: Endpoint, said: Deferred, now: datetime) -> Endpoint:
    """Return an endpoint that wants less of us: half the pace, or nothing until a time it named."""
    changed = pace.slowed(endpoint, now) if said.slow_down else endpoint
    if said.retry_after_seconds is None:
        return replace(changed, words=str(said))
    wish = now + timedelta(seconds=min(said.retry_after_seconds, _WISH_MAX.total_seconds()))
    return replace(changed, held_until=_later(changed.held_until, wish), words=str(said))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [each for each in (one, other) if each is not None]
    return max(known, default=None)

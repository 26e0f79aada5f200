"""How many parcels an endpoint is given at once and in time: limits, a bucket of tokens, halving.

An endpoint that wants less of us is given half, again and again; the pace doubles back with time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from hub.config.traffic import DomainLimits, Limits
from hub.store.endpoints import SERVER, Endpoint

_RECOVERS_AFTER: Final = timedelta(minutes=10)
_ONE_COMPLAINT: Final = timedelta(seconds=30)
_SLOWNESS_MAX: Final = 6
_ASSUMED_PER_MINUTE: Final = 240
"""What is halved where no rate is set."""
_BURST_MINUTES: Final = 1 / 6
_LAG_LASTS: Final = timedelta(minutes=10)
_AT_A_RELAY: Final = 30
_AT_A_SERVER: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What an endpoint bears now.

    Attributes:
        connections: parcels on their way to it at once.
        per_minute: parcels a minute; None: any number.
    """

    connections: int
    per_minute: float | None


def server_connections(limits: Limits, *, relays: bool) -> int:
    """Return how many parcels may be on their way to a channel's server at once."""
    return limits.connections or (_AT_A_RELAY if relays else _AT_A_SERVER)


def pace_of(
    limits: Limits, name: str, endpoint: Endpoint | None, now: datetime, *, relays: bool
) -> Pace:
    """Return what an endpoint bears now, by the settings and by what it has said."""
    connections, per_minute = _set(limits, name, relays=relays)
    halved = slowness(endpoint, now) if endpoint else 0
    if halved and not per_minute:
        per_minute = _ASSUMED_PER_MINUTE
    return Pace(
        connections=max(1, connections >> halved),
        per_minute=per_minute / 2**halved if per_minute else None,
    )


def has_rate(limits: Limits, domain: str) -> bool:
    """Whether the settings give a domain a pace of its own."""
    return bool(limits.domain_per_minute) or domain in limits.domains


def _set(limits: Limits, name: str, *, relays: bool) -> tuple[int, float]:
    if name == SERVER:
        return server_connections(limits, relays=relays), limits.per_minute
    domains: Mapping[str, DomainLimits] = limits.domains
    own = domains.get(name, DomainLimits())
    per_minute = limits.domain_per_minute if own.per_minute is None else own.per_minute
    return own.connections or limits.domain_connections, per_minute


def slowness(endpoint: Endpoint, now: datetime) -> int:
    """Return how often its pace is halved now: once less for every ten minutes of peace."""
    if endpoint.slowed_at is None:
        return 0
    return max(0, endpoint.slowness - (now - endpoint.slowed_at) // _RECOVERS_AFTER)


def slowed(endpoint: Endpoint, now: datetime) -> Endpoint:
    """Return an endpoint at half its pace; what it says at once counts once."""
    if endpoint.slowed_at is not None and now - endpoint.slowed_at < _ONE_COMPLAINT:
        return endpoint
    halved = min(slowness(endpoint, now) + 1, _SLOWNESS_MAX)
    return replace(endpoint, slowness=halved, slowed_at=now)


def lags(endpoint: Endpoint, now: datetime) -> bool:
    """Whether it has taken long to answer not long ago."""
    return endpoint.lagged_at is not None and now - endpoint.lagged_at < _LAG_LASTS


def tokens(endpoint: Endpoint | None, per_minute: float, now: datetime) -> float:
    """Return how many parcels it may be given at once now."""
    burst = max(1.0, per_minute * _BURST_MINUTES)
    if endpoint is None or endpoint.tokens_at is None:
        return burst
    minutes = (now - endpoint.tokens_at) / timedelta(minutes=1)
    return min(burst, endpoint.tokens + minutes * per_minute)


def spent(endpoint: Endpoint, count: int, per_minute: float, now: datetime) -> Endpoint:
    """Return an endpoint that was given so many parcels."""
    return replace(endpoint, tokens=tokens(endpoint, per_minute, now) - count, tokens_at=now)

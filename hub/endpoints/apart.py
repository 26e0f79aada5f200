"""Sorts waiting work: who needs care waits in a lane of its own, and all others in the shared one.

Set apart is who has a row (down, slowed, paused, slow to answer), who has a rate, and who has more
waiting in front than may be under way.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from hub.endpoints import circuit, pace
from hub.endpoints.circuit import State
from hub.endpoints.outlet import Outlet
from hub.store import endpoints, work
from hub.store.database import Connection
from hub.store.endpoints import SERVER, Endpoint

_FRONT: Final = 500
_LOOKS_MAX: Final = 4


def sort_apart(
    connection: Connection, outlet: Outlet, known: Collection[str], now: datetime
) -> None:
    """Let who needs care and stands in front wait apart; `known` are set apart already."""
    work.lock(connection, outlet.lane)
    apart = set(known)
    for _ in range(_LOOKS_MAX):
        front = work.front(connection, outlet.lane, now, _FRONT)
        found = [
            name
            for name, waiting in front.items()
            if name != SERVER and (name in apart or _needs_care(outlet, name, waiting))
        ]
        if not found:
            return
        for name in found:
            if name not in apart:
                endpoints.add(connection, outlet.channel, name, now)
            work.change_lane(connection, outlet.lane, name, outlet.own_lane(name))
        apart.update(found)


def _needs_care(outlet: Outlet, name: str, waiting: int) -> bool:
    return waiting > outlet.limits.domain_connections or pace.has_rate(outlet.limits, name)


def tidy(
    connection: Connection, outlet: Outlet, known: Mapping[str, Endpoint], now: datetime
) -> None:
    """Forget who needs no care any more, and know whoever has a lane of its own."""
    lanes = set(work.lanes_below(connection, f"{outlet.lane}/"))
    for name, endpoint in known.items():
        if outlet.own_lane(name) not in lanes and not _is_remembered(outlet, endpoint, now):
            endpoints.forget(connection, outlet.channel, name)
    for lane in sorted(lanes):
        name = lane.removeprefix(f"{outlet.lane}/")
        if name not in known:
            endpoints.add(connection, outlet.channel, name, now)


def _is_remembered(outlet: Outlet, endpoint: Endpoint, now: datetime) -> bool:
    state = circuit.state_of(endpoint, now, down_after=outlet.limits.down_after)
    return (
        state is not State.WORKS
        or endpoint.faults > 0
        or pace.lags(endpoint, now)
        or _has_debts(outlet, endpoint, now)
    )


def _has_debts(outlet: Outlet, endpoint: Endpoint, now: datetime) -> bool:
    """Whether it was given parcels that still count against its rate."""
    rate = outlet.pace(endpoint.name, endpoint, now).per_minute
    return rate is not None and pace.tokens(endpoint, rate, now) < pace.tokens(None, rate, now)

"""Which lanes are open now, and for how much: held endpoints cost nobody a look.

A channel has one lane for all endpoints that need no care, and one for each that does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from hub.config import hours
from hub.config.sending import Retry
from hub.endpoints import circuit
from hub.endpoints.apart import tidy
from hub.endpoints.offers import OWN_LANES, Look, Offers
from hub.endpoints.outlet import SPARE_BATCHES, Outlet
from hub.engine.lane import Lane
from hub.store import endpoints, work
from hub.store.database import Connection
from hub.store.deliveries import deliveries
from hub.store.endpoints import SERVER, Endpoint

_BATCH: Final = 50
_TIDIED_EVERY: Final = timedelta(seconds=30)
_LOOKED_EVERY: Final = timedelta(minutes=1)
"""How often it is looked, while a channel is closed, for what leaves all the same."""


class ChannelLanes:
    """The lanes of all channels, among others that are always open.

    Args:
        before, after: lanes that are always open, more and less urgent than all channels.
        outlets: the channels.
    """

    def __init__(
        self,
        *,
        before: Mapping[str, Lane],
        outlets: Sequence[Outlet],
        after: Mapping[str, Lane],
        retry: Retry,
        clock: Callable[[], datetime],
    ) -> None:
        self._before = before
        self._outlets = outlets
        self._after = after
        self._retry = retry
        self._clock = clock
        self._turn = 0
        self._tidied_at: datetime | None = None
        self._looked_at: dict[str, datetime] = {}

    @property
    def batches(self) -> int:
        """How many batches one worker has under way at most."""
        fixed = sum(lane.batches for lane in (*self._before.values(), *self._after.values()))
        shared = sum(o.batches + SPARE_BATCHES * o.relays for o in self._outlets)
        return fixed + shared + OWN_LANES

    def open(self, connection: Connection, under_way: Sequence[str]) -> Mapping[str, Lane]:
        """Return the lanes from which may be claimed now."""
        now = self._clock()
        known: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints.listed(connection):
            known.setdefault(endpoint.channel, {})[endpoint.name] = endpoint
        self._turn += 1
        self._tidy(connection, known, now)
        lanes = dict(self._before)
        for outlet in self._outlets:
            look = Look(connection, outlet, known.get(outlet.channel, {}), under_way, now)
            lanes |= self._of_channel(look)
        return lanes | dict(self._after)

    def _tidy(
        self, connection: Connection, known: Mapping[str, Mapping[str, Endpoint]], now: datetime
    ) -> None:
        if self._tidied_at is not None and now - self._tidied_at < _TIDIED_EVERY:
            return
        self._tidied_at = now
        for outlet in self._outlets:
            if outlet.relays:
                beyond = dict(known.get(outlet.channel, {}))
                beyond.pop(SERVER, None)
                tidy(connection, outlet, beyond, now)

    def _of_channel(self, look: Look) -> Offers:
        outlet, server = look.outlet, look.server
        if outlet.gathers:
            return {outlet.lane: Lane(batch_size=_BATCH, batches=1)}
        if server is not None and circuit.is_held(server, look.now):
            return self._old(look, server, [outlet.lane, *look.own_lanes()])
        quiet_until = hours.closed_until(look.now, outlet.traffic.windows, outlet.traffic.zone)
        if quiet_until is not None and not self._looks(outlet.channel, look.now):
            return {}
        offers = look.offers(self._turn)
        for endpoint in look.beyond():
            if circuit.is_held(endpoint, look.now):
                offers |= self._old(look, endpoint, [outlet.own_lane(endpoint.name)])
        if quiet_until is None:
            return offers
        only = _due_by(quiet_until)
        return {
            name: replace(lane, only=only, claimed=self._look_again(outlet.channel, lane))
            for name, lane in offers.items()
        }

    def _old(self, look: Look, endpoint: Endpoint, lanes: Sequence[str]) -> Offers:
        """Offer what an endpoint has been down for too long for: it takes its next road."""
        too_long = timedelta(hours=self._retry.give_up_hours)
        down = endpoint.down_since
        if endpoint.paused_at is not None or down is None or look.now - down < too_long:
            return {}
        closed = f"{endpoint.channel}/{endpoint.name}"
        if not self._looks(closed, look.now):
            return {}
        first = sa.func.coalesce(work.work.c.since, work.work.c.due_at)
        limit = sa.literal(look.now - too_long, type_=work.work.c.due_at.type)
        old = Lane(batch_size=_BATCH, batches=1, alone=True, only=first <= limit)
        return dict.fromkeys(lanes, replace(old, claimed=self._look_again(closed, old)))

    def _looks(self, closed: str, now: datetime) -> bool:
        """Whether it is time to look for what leaves although its channel is closed."""
        last = self._looked_at.get(closed)
        if last is not None and now - last < _LOOKED_EVERY:
            return False
        self._looked_at[closed] = now
        return True

    def _look_again(self, closed: str, lane: Lane) -> Callable[[Connection, int], None]:
        """Return what a lane is told, so that it is looked at once more where there was any."""

        def claimed(connection: Connection, count: int) -> None:
            lane.claimed(connection, count)
            self._looked_at.pop(closed, None)

        return claimed


def _due_by(until: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a delivery would miss its deadline by waiting until then."""
    limit = sa.literal(until, type_=deliveries.c.due_by.type)
    return (
        sa.select(deliveries.c.id)
        .where(deliveries.c.id == work.work.c.subject, deliveries.c.due_by <= limit)
        .exists()
    )

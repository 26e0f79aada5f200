"""What one channel offers at one moment: its shared lane, and those of endpoints that need care."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from hub.endpoints import circuit, pace
from hub.endpoints.apart import sort_apart
from hub.endpoints.circuit import State
from hub.endpoints.outlet import SHARED_BATCHES, SPARE_BATCHES, Outlet
from hub.engine.lane import Lane
from hub.store import endpoints, work
from hub.store.database import Connection
from hub.store.endpoints import SERVER, Endpoint

OWN_LANES: Final = 6
"""How many endpoints with lanes of their own one worker serves at once."""
_BATCH: Final = 50
_BATCH_OF_OWN: Final = 200
_PATIENCE_SECONDS: Final = 2

Offers = dict[str, Lane]


class Look:
    """What is to be seen of one channel at one moment."""

    def __init__(
        self,
        connection: Connection,
        outlet: Outlet,
        known: dict[str, Endpoint],
        under_way: Sequence[str],
        now: datetime,
    ) -> None:
        self.connection = connection
        self.outlet = outlet
        self.known = known
        self.under_way = [lane for lane in under_way if lane.partition("/")[0] == outlet.lane]
        self.own_left = OWN_LANES - sum("/" in lane for lane in under_way)
        self.now = now

    @property
    def server(self) -> Endpoint | None:
        """What is known of its server."""
        return self.known.get(SERVER)

    def beyond(self) -> list[Endpoint]:
        """Return who is served on its own."""
        return [endpoint for name, endpoint in self.known.items() if name != SERVER]

    def own_lanes(self) -> list[str]:
        """Return their lanes."""
        return [self.outlet.own_lane(endpoint.name) for endpoint in self.beyond()]

    def offers(self, turn: int) -> Offers:
        """Return the lanes that are open; one alone where all of them share something scarce."""
        rate = self.outlet.pace(SERVER, self.server, self.now).per_minute
        allowed = _BATCH_OF_OWN if rate is None else int(pace.tokens(self.server, rate, self.now))
        is_tried = self._state(self.server) is State.TRYING
        if allowed < 1 or (is_tried and self._is_busy_anywhere()):
            return {}
        offers = {self.outlet.lane: self._shared(rate)} | dict(self._own(rate, turn))
        if is_tried or rate is not None or (self.outlet.relays and self.outlet.is_small):
            offers = self._most_urgent(offers, turn)
        most = 1 if is_tried else allowed
        return {
            name: replace(lane, batch_size=min(lane.batch_size, most))
            for name, lane in offers.items()
        }

    def _shared(self, rate: float | None) -> Lane:
        relays = self.outlet.relays
        return Lane(
            batch_size=_BATCH,
            batches=self.outlet.batches,
            patience_seconds=_PATIENCE_SECONDS,
            spare=self._spare(),
            alone=not relays,
            each=self.outlet.limits.domain_connections if relays else None,
            sort=self._sort,
            claimed=self._spending(SERVER, rate),
        )

    def _spare(self) -> int:
        """Return for how many more batches of the shared lane there are connections."""
        if not self.outlet.relays or self.outlet.is_small:
            return 0
        each = self.outlet.connections(SERVER, self.server, self.now)
        return min(SPARE_BATCHES, self._connections_left() // each)

    def _sort(self, connection: Connection) -> None:
        if self.outlet.relays:
            sort_apart(connection, self.outlet, self.known, self.now)

    def _own(self, server_rate: float | None, turn: int) -> Iterator[tuple[str, Lane]]:
        """Yield lanes of those who have one and are not held, each in its turn."""
        waiting = [
            endpoint
            for endpoint in self.beyond()
            if not circuit.is_held(endpoint, self.now) and self._waits(endpoint)
        ]
        begin = turn % len(waiting) if waiting else 0
        left = self._connections_left()
        for endpoint in (*waiting[begin:], *waiting[:begin]):
            needed = self.outlet.connections(endpoint.name, endpoint, self.now)
            if self.own_left < 1 or needed > left:
                return
            lane = self._lane_of(endpoint, needed, server_rate)
            if lane is not None:
                self.own_left -= 1
                left -= needed
                yield self.outlet.own_lane(endpoint.name), lane

    def _waits(self, endpoint: Endpoint) -> bool:
        lane = self.outlet.own_lane(endpoint.name)
        if lane in self.under_way:
            return False
        if work.is_under_way(self.connection, self.outlet.lane, endpoint.name):
            return False
        return work.first_waiting(self.connection, lane, self.now) is not None

    def _lane_of(
        self, endpoint: Endpoint, connections: int, server_rate: float | None
    ) -> Lane | None:
        """Return an endpoint's own lane; None: its rate allows nothing now."""
        rate = self.outlet.pace(endpoint.name, endpoint, self.now).per_minute
        most = self._batch_for(endpoint, connections)
        if rate is not None:
            most = min(most, int(pace.tokens(endpoint, rate, self.now)))
        if most < 1:
            return None
        spend_server = self._spending(SERVER, server_rate)
        spend_own = self._spending(endpoint.name, rate)

        def claimed(connection: Connection, count: int) -> None:
            spend_server(connection, count)
            spend_own(connection, count)

        return Lane(batch_size=most, batches=1, alone=True, claimed=claimed)

    def _batch_for(self, endpoint: Endpoint, connections: int) -> int:
        """Return how many go into a batch: the less it can be relied on, the fewer."""
        state = self._state(endpoint)
        if state is State.TRYING:
            return 1
        doubtful = endpoint.faults or state is State.SLOWED or pace.lags(endpoint, self.now)
        return connections if doubtful else _BATCH_OF_OWN

    def _spending(self, name: str, rate: float | None) -> Callable[[Connection, int], None]:
        def spend(connection: Connection, count: int) -> None:
            if rate is not None:
                endpoints.change(
                    connection,
                    self.outlet.channel,
                    name,
                    self.now,
                    lambda endpoint: pace.spent(endpoint, count, rate, self.now),
                )

        return spend

    def _most_urgent(self, offers: Offers, turn: int) -> Offers:
        if self.outlet.is_small and self.under_way:
            return {}
        names = list(offers)
        begin = turn % len(names)
        urgency = {
            name: work.first_waiting(self.connection, name, self.now)
            for name in (*names[begin:], *names[:begin])
        }
        waiting = {name: first for name, first in urgency.items() if first is not None}
        if not waiting:
            return {}
        name = min(waiting, key=waiting.__getitem__)
        return {name: offers[name]}

    def _state(self, endpoint: Endpoint | None) -> State:
        if endpoint is None:
            return State.WORKS
        down_after = self.outlet.limits.down_after
        return circuit.state_of(endpoint, self.now, down_after=down_after)

    def _connections_left(self) -> int:
        """Return how many connections this worker has for who is served on its own."""
        most = self.outlet.pace(SERVER, self.server, self.now).connections
        if not self.outlet.is_small:
            shared = max(SHARED_BATCHES, self.under_way.count(self.outlet.lane))
            most -= self.outlet.connections(SERVER, self.server, self.now) * shared
        own = [lane.partition("/")[2] for lane in self.under_way if "/" in lane]
        used = (self.outlet.connections(name, self.known.get(name), self.now) for name in own)
        return max(most, 1) - sum(used)

    def _is_busy_anywhere(self) -> bool:
        lanes = [self.outlet.lane, *self.own_lanes()]
        return any(work.is_under_way(self.connection, lane) for lane in lanes)

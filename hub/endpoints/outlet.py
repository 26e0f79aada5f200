"""A channel as the lanes see it: what it is called, whether it relays, what it may do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.config.traffic import Limits, Traffic
from hub.endpoints import pace
from hub.endpoints.pace import Pace
from hub.store.endpoints import SERVER, Endpoint

SHARED_BATCHES: Final = 2
SPARE_BATCHES: Final = 2
"""More of them, beside some that last long."""
_SHARED_CONNECTIONS: Final = 4
_SMALL: Final = 10
"""With fewer connections, a relay is given one batch at a time, whosever it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A channel and what its settings say of its traffic.

    Attributes:
        lane: of all endpoints that have none of their own.
        relays: whether others stand beyond its server.
        gathers: whether parcels only wait here for a job.
    """

    channel: str
    lane: str
    relays: bool
    gathers: bool
    traffic: Traffic

    def own_lane(self, endpoint: str) -> str:
        """Return the lane of an endpoint that is served on its own."""
        return f"{self.lane}/{endpoint}"

    @property
    def limits(self) -> Limits:
        """What its peers bear."""
        return self.traffic.limits

    @property
    def is_small(self) -> bool:
        """Whether its connections are too few for several batches at once."""
        return pace.server_connections(self.limits, relays=self.relays) < _SMALL

    @property
    def batches(self) -> int:
        """How many batches of the shared lane one worker has under way."""
        return SHARED_BATCHES if self.relays and not self.is_small else 1

    def pace(self, name: str, endpoint: Endpoint | None, now: datetime) -> Pace:
        """Return what an endpoint of it bears now."""
        return pace.pace_of(self.limits, name, endpoint, now, relays=self.relays)

    def connections(self, name: str, endpoint: Endpoint | None, now: datetime) -> int:
        """Return how many parcels of one batch are on their way at once."""
        most = self.pace(name, endpoint, now).connections
        if not self.relays:
            return most
        if name == SERVER:
            return min(most, _SHARED_CONNECTIONS)
        return min(most, pace.server_connections(self.limits, relays=True))

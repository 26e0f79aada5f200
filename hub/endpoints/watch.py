"""What is known of the endpoints of one batch, and what its parcels find out about them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hub.config.sending import Retry
from hub.endpoints import circuit
from hub.endpoints.outlet import Outlet
from hub.store import endpoints
from hub.store.database import Connection, Database
from hub.store.endpoints import SERVER, Endpoint
from outbound.channel import Deferred, InDoubt

_LAG_SECONDS: Final = 10
_MANY_TIMES: Final = 5
_REFRESHED_EVERY: Final = timedelta(seconds=2)

How = Callable[[Endpoint], Endpoint]


class Watch:
    """Looks at, and keeps up, the rows of a channel's endpoints.

    Not for several threads at once.
    """

    def __init__(
        self,
        database: Database,
        outlet: Outlet,
        *,
        retry: Retry,
        clock: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._database = database
        self._outlet = outlet
        self._retry = retry
        self._clock = clock
        self._chance = chance
        self._known: dict[str, Endpoint] = {}
        self._seen_at: datetime | None = None
        self._quickest: tuple[str, float] | None = None

    def holder(self, name: str) -> Endpoint | None:
        """Return who may be given nothing now, the server or the endpoint; None: it may leave."""
        now = self._clock()
        self._refresh(now)
        found = (self._known.get(each) for each in (SERVER, name))
        return next((e for e in found if e is not None and circuit.is_held(e, now)), None)

    def down_since(self, name: str) -> datetime | None:
        """Return since when the server, or the endpoint, has given faults alone."""
        found = (self._known.get(each) for each in (SERVER, name))
        known = [e.down_since for e in found if e is not None and e.down_since is not None]
        return min(known, default=None)

    def connections(self, name: str) -> int:
        """Return how many parcels of a lane leave at once; an empty name is the shared one."""
        now = self._clock()
        self._refresh(now)
        return self._outlet.connections(name, self._known.get(name), now)

    def heed(self, name: str, said: Deferred | InDoubt | None, seconds: float) -> None:
        """Draw the conclusions from what became of a parcel; None: the endpoint took it."""
        if said is None:
            self._answered(SERVER)
            self._answered(name)
            self._time(name, seconds)
        elif isinstance(said, InDoubt):
            self._change(SERVER, self._fault(str(said)))
        else:
            self._deferred(name if said.beyond else SERVER, said)

    def _deferred(self, name: str, said: Deferred) -> None:
        if name != SERVER:
            self._answered(SERVER)
        now = self._clock()
        if said.stranger:
            self._change(name, lambda endpoint: circuit.after_stranger(endpoint, str(said), now))
        if said.endpoint_down:
            self._change(name, self._fault(str(said)))
        else:
            self._answered(name)
        if said.slow_down or (said.endpoint_down and said.retry_after_seconds is not None):
            self._change(name, lambda endpoint: circuit.after_wish(endpoint, said, now))

    def _fault(self, words: str) -> How:
        now = self._clock()
        return lambda endpoint: circuit.after_fault(
            endpoint,
            words,
            now,
            down_after=self._outlet.limits.down_after,
            retry=self._retry,
            chance=self._chance(),
        )

    def _answered(self, name: str) -> None:
        endpoint = self._known.get(name)
        if endpoint is not None and endpoint.faults:
            now = self._clock()
            self._change(name, lambda known: circuit.after_answer(known, now))

    def _time(self, name: str, seconds: float) -> None:
        """Note who takes long while another is quick: it is served on its own."""
        if self._quickest is None or seconds < self._quickest[1]:
            self._quickest = (name, seconds)
        quickest, least = self._quickest
        slow = seconds > _LAG_SECONDS and seconds > least * _MANY_TIMES
        if self._outlet.relays and slow and name not in {SERVER, quickest}:
            now = self._clock()
            self._change(name, lambda known: replace(known, lagged_at=now))

    def _change(self, name: str, how: How) -> None:
        with self._database.transaction() as connection:
            self._known[name] = endpoints.change(
                connection, self._outlet.channel, name, self._clock(), how
            )

    def _refresh(self, now: datetime) -> None:
        if self._seen_at is not None and now - self._seen_at < _REFRESHED_EVERY:
            return
        self._seen_at = now
        with self._database.transaction() as connection:
            listed = endpoints.listed(connection, self._outlet.channel)
        self._known = {endpoint.name: endpoint for endpoint in listed}


def is_down_since(endpoint: Endpoint, now: datetime, least: timedelta) -> bool:
    """Whether an endpoint has been down for so long, and no person decides when that ends."""
    decided = endpoint.paused_at is not None or endpoint.stranger_since is not None
    if decided or endpoint.down_since is None:
        return False
    return now - endpoint.down_since >= least


def may_be_asked(connection: Connection, channel: str, now: datetime) -> bool:
    """Whether a channel's server may be spoken to now."""
    server = endpoints.many(connection, channel, [SERVER]).get(SERVER)
    return server is None or not circuit.is_held(server, now)


def is_stranger(connection: Connection, channel: str, name: str) -> bool:
    """Whether somebody else answers in place of a channel's server, or of an endpoint beyond it."""
    known = endpoints.many(connection, channel, [SERVER, name]).values()
    return any(each.stranger_since is not None for each in known)

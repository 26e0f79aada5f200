"""How each endpoint stands, for people: state, since when, its last words, how many wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.config import hours
from hub.config.traffic import Traffic
from hub.endpoints import circuit
from hub.endpoints.circuit import State
from hub.endpoints.outlet import Outlet
from hub.store import endpoints, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.endpoints import SERVER, Endpoint

QUIET: Final = "quiet"
"""State of a channel in its quiet hours."""
STRANGER: Final = "stranger"
"""State of an endpoint in whose place somebody else answers, or so it seems."""


Quiet = Callable[[Delivery], datetime | None]
"""Until when quiet hours keep a delivery back, if they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one endpoint stands.

    Attributes:
        endpoint: empty for the channel's server.
        state: a State, `quiet` or `stranger`.
        since, until: of this state, where it has a beginning and an end.
        words: its last ones.
        waiting: how many parcels wait for it, of a server those that have no lane of their own.
        waiting_since: when the first of them came.
    """

    channel: str
    endpoint: str
    state: str
    since: datetime | None
    until: datetime | None
    words: str
    waiting: int
    waiting_since: datetime | None

    @property
    def name(self) -> str:
        """As operators write it: `mail`, `mail/kunde.example`."""
        return f"{self.channel}/{self.endpoint}" if self.endpoint else self.channel

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.state in {State.WORKS, QUIET}


def standings(connection: Connection, outlets: Sequence[Outlet], now: datetime) -> list[Standing]:
    """Return how all endpoints stand that are treated specially, and each channel's server."""
    found: list[Standing] = []
    for outlet in outlets:
        known = {each.name: each for each in endpoints.listed(connection, outlet.channel)}
        server = known.pop(SERVER, Endpoint(channel=outlet.channel, name=SERVER, changed_at=now))
        own = [_standing(connection, outlet, endpoint, now) for endpoint in known.values()]
        found += [_standing(connection, outlet, server, now), *own]
    return found


def quiet_at(now: datetime, traffic_of: Callable[[str], Traffic]) -> Quiet:
    """Return what tells until when a delivery is kept back by its channel's quiet hours."""

    def until(way: Delivery) -> datetime | None:
        traffic = traffic_of(way.channel)
        end = hours.closed_until(now, traffic.windows, traffic.zone)
        leaves_anyway = end is not None and way.due_by is not None and way.due_by <= end
        return None if leaves_anyway else end

    return until


def never(_way: Delivery) -> None:
    """Keep nothing back: for whom quiet hours do not matter."""


def held(connection: Connection, ways: Sequence[Delivery], quiet: Quiet = never) -> dict[str, str]:
    """Return why each of these deliveries waits at a closed door, and until when, if it does."""
    waiting = work.waiting(connection, [way.id for way in ways])
    tasks = {id_: task for id_, task in waiting.items() if task.room == "send"}
    if not tasks:
        return {}
    known = {(each.channel, each.name): each for each in endpoints.listed(connection)}
    found: dict[str, str] = {}
    for way in ways:
        if (task := tasks.get(way.id)) is None:
            continue
        doors = (known.get((way.channel, name)) for name in (SERVER, task.endpoint))
        words = (why for door in doors if door is not None and (why := _why_held(door)))
        if why := next(words, "") or _why_quiet(way, quiet(way)):
            found[way.id] = why
    return found


def _why_quiet(way: Delivery, until: datetime | None) -> str:
    return f"{way.channel} has quiet hours until {_said(until)}" if until else ""


def _why_held(endpoint: Endpoint) -> str:
    name = "/".join(part for part in (endpoint.channel, endpoint.name) if part)
    if endpoint.paused_at is not None:
        return (
            f"{name} is paused since {_said(endpoint.paused_at)} by {endpoint.paused_by}; "
            "until somebody resumes it"
        )
    if endpoint.stranger_since is not None:
        since = _said(endpoint.stranger_since)
        return f"{name} is not the server we know since {since}: {endpoint.words}"
    if endpoint.held_until is not None and endpoint.down_since is not None:
        since, until = _said(endpoint.down_since), _said(endpoint.held_until)
        return f"{name} is down since {since}: {endpoint.words}; it is tried again at {until}"
    return ""


def _said(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _standing(
    connection: Connection, outlet: Outlet, endpoint: Endpoint, now: datetime
) -> Standing:
    lane = outlet.own_lane(endpoint.name) if endpoint.name else outlet.lane
    waiting, waiting_since = work.waits_since(connection, lane)
    state: str = circuit.state_of(endpoint, now, down_after=outlet.limits.down_after)
    since, until = _span(endpoint, now)
    if state == State.WORKS and endpoint.name == SERVER:
        quiet_until = hours.closed_until(now, outlet.traffic.windows, outlet.traffic.zone)
        state, until = (QUIET, quiet_until) if quiet_until else (state, until)
    if endpoint.stranger_since is not None and state != State.PAUSED:
        state, since = STRANGER, endpoint.stranger_since
    words = f"paused by {endpoint.paused_by}" if state == State.PAUSED else endpoint.words
    return Standing(
        channel=outlet.channel,
        endpoint=endpoint.name,
        state=state,
        since=since,
        until=until,
        words=words,
        waiting=waiting,
        waiting_since=waiting_since,
    )


def _span(endpoint: Endpoint, now: datetime) -> tuple[datetime | None, datetime | None]:
    if endpoint.paused_at is not None:
        return endpoint.paused_at, None
    held = endpoint.held_until if circuit.is_held(endpoint, now) else None
    return endpoint.down_since or endpoint.slowed_at, held

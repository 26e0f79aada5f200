"""How fast and when a channel may send: `[channel.KEY]` beside what its kind says of itself."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from hub.config import hours
from hub.config.faults import Faults
from hub.config.hours import Window
from hub.config.section import Amount, Section, Size, TimeOfDay

_ANY_DAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
_OWN: Final = ("quiet", "time_zone", "cut_offs")


class DomainLimits(Section, frozen=True, kw_only=True):
    """`[channel.KEY.limits.domains."kunde.example"]`: other limits for one recipients' domain.

    Attributes:
        connections, per_minute: as in Limits; None: as for all domains.
    """

    connections: Size | None = None
    per_minute: Amount | None = None


class Limits(Section, frozen=True, kw_only=True):
    """`[channel.KEY.limits]`: what the channel's peers are asked to bear.

    Attributes:
        connections: how many parcels are on their way to the server at once: of all workers
            together; of each worker, where the server passes on to others (a smart host). 0: what
            suits the channel, 30 for a smart host and 4 for others.
        per_minute: how many parcels it is given a minute, of all workers; 0: no limit.
        domain_connections, domain_per_minute: the same for each domain beyond a smart host, of all
            workers. A domain with a rate is served on its own, which costs a little each time.
        domains: domains with other limits.
        down_after: after how many faults in a row an endpoint counts as down; then it is tried
            with one parcel at a time, and all others wait.
    """

    connections: Amount = 0
    per_minute: Amount = 0
    domain_connections: Size = 5
    domain_per_minute: Amount = 0
    domains: Mapping[str, DomainLimits] = {}
    down_after: Size = 3


class Traffic(Section, frozen=True, kw_only=True):
    """What may leave when, and how fast.

    Attributes:
        quiet: windows in which nothing leaves, like `20:00-07:00`, `sat`, `mon-fri 12:00-13:00`,
            `12-25`; what a law's deadline would miss leaves all the same.
        time_zone: of the windows and cut-offs.
        cut_offs: of a print partner, times of day at which waiting letters leave; empty: by
            `[runs]`.
    """

    limits: Limits = Limits()
    quiet: tuple[str, ...] = ()
    time_zone: str = "UTC"
    cut_offs: tuple[TimeOfDay, ...] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows of `quiet`."""
        return tuple(hours.window(text) for text in self.quiet)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return hours.time_zone(self.time_zone)


def parted(
    faults: Faults, name: str, table: Mapping[str, Any]
) -> tuple[Traffic, Mapping[str, Any]]:
    """Part a channel's table into what is said here and what its kind knows; notes faults."""
    where = f"channel.{name}"
    own = {key: table[key] for key in _OWN if key in table}
    rest = {key: value for key, value in table.items() if key not in {*_OWN, "limits"}}
    filled = faults.fill(Traffic, own, where)
    limits = _limits(faults, table.get("limits", {}), f"{where}.limits")
    if filled is None or limits is None:
        return Traffic(), rest
    _check_hours(faults, filled, where)
    return replace(filled, limits=limits), rest


def _limits(faults: Faults, table: Any, where: str) -> Limits | None:
    if not isinstance(table, dict):
        faults.add(where, "must be a table")
        return None
    domains = table.get("domains", {})
    if not isinstance(domains, dict):
        faults.add(f"{where}.domains", f'must be tables like [{where}.domains."kunde.example"]')
        return None
    own = {key: value for key, value in table.items() if key != "domains"}
    filled: Limits | None = faults.fill(Limits, own, where)
    each = {
        domain.lower(): faults.fill(DomainLimits, values, f'{where}.domains."{domain}"')
        for domain, values in domains.items()
    }
    if filled is None or None in each.values():
        return None
    return replace(filled, domains=each)


def _check_hours(faults: Faults, traffic: Traffic, where: str) -> None:
    """Note windows and time zones that are none, and windows that leave no time."""
    for key, look in _LOOKS.items():
        try:
            look(traffic)
        except ValueError as error:
            faults.add(f"{where}.{key}", str(error))


def _open_some_day(traffic: Traffic) -> None:
    hours.closed_until(_ANY_DAY, traffic.windows, hours.time_zone("UTC"))


_LOOKS: Final[Mapping[str, Callable[[Traffic], object]]] = {
    "time_zone": lambda traffic: traffic.zone,
    "quiet": _open_some_day,
}

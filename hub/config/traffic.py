"""How fast and when a channel may send: `[channel.KEY]` beside what its kind says of itself."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec.structs import replace

from hub.config import hours
from hub.config.faults import Faults
from hub.config.sections import DomainLimits, Limits, Traffic

_ANY_DAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
_OWN: Final = ("quiet", "time_zone", "cut_offs")


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

"""What doctor says of traffic: limits and hours that nobody can heed, and peers not well."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from hub.config import hours
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.traffic import Limits
from hub.endpoints.outlet import Outlet
from hub.endpoints.standing import standings
from hub.pipeline.lanes import outlets
from hub.wiring.building import channels_of
from hub.wiring.clock import now
from hub.wiring.database import open_database

_BY_DOMAIN = ("domains", "domain_connections", "domain_per_minute")
_FOR_WANT = "not looked at, for want of a channel"
_WEEK = 7


def traffic(config: Config) -> str:
    """Look whether limits and hours are said of channels that can heed them."""
    known = _outlets(config)
    if known is None:
        return _FOR_WANT
    odd = [words for outlet in known for words in _odd(outlet, now())]
    if odd:
        raise Faulty("\n".join(odd))
    quiet = [outlet.channel for outlet in known if outlet.traffic.quiet]
    return f"quiet hours for {', '.join(quiet)}" if quiet else "no quiet hours"


def peers(config: Config) -> str:
    """Say which endpoints are down, slowed or paused."""
    known = _outlets(config)
    if known is None:
        return _FOR_WANT
    with closing(open_database(config)) as database, database.transaction() as connection:
        found = standings(connection, known, now())
    bad = [
        f"{each.name} is {each.state} since {each.since:%Y-%m-%d %H:%M} UTC, {each.waiting} wait: "
        f"{each.words}; see facteur endpoints"
        for each in found
        if not each.is_well and each.since is not None
    ]
    if bad:
        raise Faulty("\n".join(bad))
    return "all that were tried answer"


def _outlets(config: Config) -> list[Outlet] | None:
    """Return the channels; None if one is wrong, which is for a look of its own to say."""
    try:
        channels = channels_of(config, config.channels)
    except Faulty:
        return None
    known = outlets(config, channels)
    for channel in channels.values():
        channel.close()
    return known


def _odd(outlet: Outlet, at: datetime) -> Iterator[str]:
    where, limits, said = f"channel.{outlet.channel}", outlet.limits, outlet.traffic
    if said.cut_offs and not outlet.gathers:
        yield f"{where}.cut_offs: only a print partner has cut-offs; take it away"
    if not outlet.relays:
        for name in _BY_DOMAIN:
            if getattr(limits, name) != getattr(Limits(), name):
                yield f"{where}.limits.{name}: only a smart host has domains; take it away"
    shut = [each for each in said.cut_offs if _never_open(outlet, each, at)]
    if shut:
        yield f"{where}.cut_offs: {', '.join(shut)} always falls into quiet hours; move it"


def _never_open(outlet: Outlet, cut_off: str, at: datetime) -> bool:
    zone, windows = outlet.traffic.zone, outlet.traffic.windows
    cuts = (hours.last_cut_off(at + timedelta(days=day), (cut_off,), zone) for day in range(_WEEK))
    return all(hours.closed_until(cut, windows, zone) is not None for cut in cuts)

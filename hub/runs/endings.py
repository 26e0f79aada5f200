"""What ends and needs a person: seals, authorities, time stamps, closings, partners' host keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.pipeline.house import House
from hub.sealing.seals import WARNED_BEFORE, ending
from hub.store import archive_stamps, closing_alarms, stamp_authorities
from hub.store.archive_stamps import Ending
from hub.store.closing_alarms import ClosingAlarm
from hub.store.database import Connection
from hub.store.stamp_authorities import StampAuthority
from outbound.channel import ExaminedChannel

ARCHIVE = "archive"
_CLOSINGS = {
    "open": "a day is not closed",
    "ahead": "the clock was set back",
    "clock": "two clocks differ",
    "missing": "files lack",
    "ending": "time stamps end",
    "witness": "the witness was not told",
}
_SILENT = timedelta(days=2)
"""An authority that was not asked for so long was not asked because nobody stamps there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that ends.

    Attributes:
        key: unlike any other's.
        head: what ends, and when.
        words: what to do.
    """

    key: str
    head: str
    words: str


def alarms(house: House, connection: Connection, sees: Callable[[str], bool]) -> list[Alarm]:
    """Return what ends soon of the companies that somebody sees, the archive among them."""
    now = house.clock()
    seals = {tenant: seal for tenant, seal in house.seals.items() if sees(tenant)}
    found = [_seal(tenant, f"{last}") for tenant, last in ending(seals, now.date()).items()]
    known = stamp_authorities.by_url(connection)
    for tenant, url in _authorities(house):
        if sees(tenant) and url in known:
            found += _authority(tenant, known[url], now)
    stamps = archive_stamps.ending(connection, now + WARNED_BEFORE)
    found += [_stamps(each) for each in stamps if sees(each.tenant)]
    found += [_closing(each) for each in closing_alarms.listed(connection) if sees(each.tenant)]
    return [*found, *_partners(house)]


def _partners(house: House) -> Iterator[Alarm]:
    """Yield what channels have seen at their peers since this process runs."""
    for name, channel in house.channels.items():
        for note in channel.notes if isinstance(channel, ExaminedChannel) else ():
            yield Alarm(key=f"channel-{name}", head=f"Channel {name}", words=note)


def _authorities(house: House) -> Iterator[tuple[str, str]]:
    yield ARCHIVE, house.config.archive.time_stamp_url
    yield from ((tenant, seal.time_stamp_url) for tenant, seal in house.seals.items())


def _seal(tenant: str, last: str) -> Alarm:
    return Alarm(
        key=f"seal-{tenant}",
        head=f"{tenant}: seal ends on {last}",
        words="Get a new certificate and name it as seal_key; without one nothing is signed.",
    )


def _authority(tenant: str, known: StampAuthority, now: datetime) -> Iterator[Alarm]:
    if known.asked_at + _SILENT < now:
        return
    if known.fault:
        yield Alarm(
            key=f"authority-{tenant}",
            head=f"{tenant}: no time stamps",
            words=f"{known.fault}. What needs one waits.",
        )
    elif known.holds_until and known.holds_until < now + WARNED_BEFORE:
        yield Alarm(
            key=f"authority-{tenant}",
            head=f"{tenant}: time stamps hold until {known.holds_until:%Y-%m-%d} only",
            words=f"Ask {known.url} for its next certificate, or name another time_stamp_url.",
        )


def _closing(alarm: ClosingAlarm) -> Alarm:
    return Alarm(
        key=f"closing-{alarm.log.replace('/', '-')}-{alarm.fault}",
        head=f"Archive {alarm.log}: {_CLOSINGS[alarm.fault]}",
        words=f"{alarm.text[:1].upper()}{alarm.text[1:]}.",
    )


def _stamps(ends: Ending) -> Alarm:
    what = (
        "1 archive time stamp ends" if ends.count == 1 else f"{ends.count} archive time stamps end"
    )
    return Alarm(
        key=f"archive-stamps-{ends.tenant}",
        head=f"{ends.tenant}: {what}, the first on {ends.first:%Y-%m-%d}",
        words=f"Not renewed: {ends.fault or 'its turn has not come, is the hub running?'}",
    )

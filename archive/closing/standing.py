"""What is wrong with a log's closings: too old, not whole, an odd clock, time stamps that end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from archive.archive import Archive
from archive.closing.day import pending
from archive.closing.folder import Folder, closings
from archive.closing.renewal import heads

CLOSED_WITHIN = timedelta(hours=26)
"""From a day's beginning: two hours after its end."""
WARNED_BEFORE = timedelta(days=90)
CLOCK_OFF_SECONDS_MAX = 60


class Fault(StrEnum):
    """What can be wrong."""

    OPEN = "open"
    AHEAD = "ahead"
    CLOCK = "clock"
    MISSING = "missing"
    ENDING = "ending"


_TEXTS = {
    Fault.OPEN: "what was filed since {day} is not closed yet; `facteur archive close` says what"
    " hinders it",
    Fault.AHEAD: "an entry is dated {at}, which is yet to come: the clock of this machine was set"
    " back; its day is closed when it is over",
    Fault.CLOCK: "the clock of authority {authority} was {off:+d} s off ours at the closing of"
    " {day}; one of the two is wrong: look at this machine's",
    Fault.MISSING: "the closing of {day} has {accepted} files accepted, {archived} archived and"
    " {parked} parked, which is not the same; its report names those that lack",
    Fault.ENDING: "{count} time stamps that no other covers hold until {day} only; `facteur archive"
    " renew` sets new ones",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong with the closings of a log; `text` says what to do."""

    log: str
    fault: Fault
    text: str


def alarms(archive: Archive, now: datetime) -> list[Alarm]:
    """Return what is wrong in all logs."""
    return [
        Alarm(log=log, fault=fault, text=_TEXTS[fault].format_map(facts))
        for log in archive.logs()
        for fault, facts in _faults(archive, log, now)
    ]


def _faults(archive: Archive, log: str, now: datetime) -> Iterator[tuple[Fault, dict[str, object]]]:
    if waits := pending(archive, log):
        day, at = waits
        if (at - now).total_seconds() > CLOCK_OFF_SECONDS_MAX:
            yield Fault.AHEAD, {"at": f"{at:%Y-%m-%d %H:%M}"}
        if now - datetime.combine(day, time(), UTC) > CLOSED_WITHIN:
            yield Fault.OPEN, {"day": day}
    done = [each for each in closings(archive, log) if each.is_complete]
    for folder in done[-1:]:
        yield from _reported(folder)
    ends = [head.holds_until for head in heads(archive, log)]
    if soon := [end.date() for end in ends if end < now + WARNED_BEFORE]:
        yield Fault.ENDING, {"count": len(soon), "day": min(soon)}


def _reported(folder: Folder) -> Iterator[tuple[Fault, dict[str, object]]]:
    report = folder.report()
    day, evidence = report["day"], report["evidence"]
    offs = {s["authority"]: s["seconds_off"] for s in (*report["stamps"], evidence) if s}
    for authority, off in offs.items():
        if off is not None and abs(off) > CLOCK_OFF_SECONDS_MAX:
            yield Fault.CLOCK, {"authority": authority, "off": off, "day": day}
    if report["files"] and not report["files"]["whole"]:
        yield Fault.MISSING, {**report["files"], "day": day}

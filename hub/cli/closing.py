"""Commands on closings of the archive: close, renew, rehash, closings."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from archive.archive import Archive
from archive.closing.folder import Folder, renewals, with_evidence
from archive.closing.folder import closings as closings_of
from archive.closing.standing import alarms
from archive.closing.token import NoStamp
from archive.closing.tree import Digest
from archive.entry import ArchiveDamaged, Entry
from hub.cli.output import Misused, answer, table
from hub.config.loading import load
from hub.pipeline.house import House
from hub.runs.closings import closer_of, note_alarms, renewer_of, turn_of
from hub.sealing.authorities import authorities_of
from hub.wiring.archive import open_archive
from hub.wiring.building import close as close_house
from hub.wiring.building import tool
from hub.wiring.clock import now


def close(options: Namespace) -> int:
    """Close all days that are over; with --running, what was filed today, too."""
    with _house(options) as house, turn_of(house):
        authorities = authorities_of(house.config)
        outcome = closer_of(house, authorities).close_all(running=options.running)
        note_alarms(house)
    lines = [_line(entry) for entry in outcome.filed]
    lines += [f"OPEN  {log}: {why}" for log, why in outcome.open.items()]
    if not authorities:
        lines.append("without a time stamp: [archive.authorities.NAME] names no authority")
    answer(options, {"filed": outcome.filed, "open": outcome.open}, lines or ["nothing to close"])
    return 1 if outcome.open else 0


def renew(options: Namespace) -> int:
    """Set new time stamps over those that end soon."""
    return _renewed(options, None)


def rehash(options: Namespace) -> int:
    """Begin new chains of evidence by another digest."""
    if not options.to:
        raise Misused("say by which digest: --to sha512")
    return _renewed(options, Digest(options.to))


def _renewed(options: Namespace, digest: Digest | None) -> int:
    filed: list[Entry] = []
    hindered: dict[str, str] = {}
    with _house(options) as house, turn_of(house):
        renewer = renewer_of(house, authorities_of(house.config))
        for log in house.archive.logs():
            try:
                filed += renewer.rehash(log, digest) if digest else renewer.renew(log)
            except (NoStamp, ArchiveDamaged) as fault:
                hindered[log] = str(fault)
        note_alarms(house)
    lines = [_line(entry) for entry in filed]
    lines += [f"NOT RENEWED  {log}: {why}" for log, why in hindered.items()]
    answer(options, {"filed": filed, "open": hindered}, lines or ["nothing ends soon"])
    return 1 if hindered else 0


def closings(options: Namespace) -> int:
    """List closings and renewals, and what is wrong with them."""
    with closing(open_archive(load(options.config))) as kept:
        found = [report for log in kept.logs() for report in _reports(kept, log)]
        wrong = alarms(kept, now())
    rows = [
        [
            *(each["kind"], each["log"], each["day"], str(each.get("entries", each.get("covers")))),
            ", ".join(stamp["authority"] for stamp in _stamps(each)) or "none",
            min((stamp["holds_until"][:10] for stamp in _stamps(each)), default=""),
        ]
        for each in found
    ]
    head = ["what", "log", "day", "entries", "stamped by", "holds until"]
    lines = table(head, rows) if rows else ["no day was closed yet"]
    lines += [f"ALARM  {alarm.log}: {alarm.text}" for alarm in wrong]
    answer(options, {"closings": found, "alarms": wrong}, lines)
    return 1 if wrong else 0


def _reports(kept: Archive, log: str) -> Iterator[dict[str, Any]]:
    days = [each for each in closings_of(kept, log) if each.is_complete]
    years = [each for each in with_evidence(kept, log) if each.name not in _names(days)]
    for folder in (*days, *years, *renewals(kept, log)):
        yield folder.report()


def _names(folders: Sequence[Folder]) -> set[str]:
    return {each.name for each in folders}


def _stamps(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*report["stamps"], *([report["evidence"]] if not report["stamps"] else [])]


@contextmanager
def _house(options: Namespace) -> Iterator[House]:
    house = tool(load(options.config))
    try:
        yield house
    finally:
        close_house(house)


def _line(entry: Entry) -> str:
    _, _, what = entry.subject.partition(":")
    log, _, day = what.rpartition(":")
    return f"{entry.kind} of {log}, {day}: filed as entry {entry.position} of {entry.log}"

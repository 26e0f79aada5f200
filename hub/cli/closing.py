"""Commands on closings of the archive and its key: close, renew, rehash, closings, rotate."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time
from typing import Any

from archive.archive import Archive
from archive.closing.closing import Outcome
from archive.closing.day import closed_to, pending, size_of
from archive.closing.folder import listed
from archive.closing.stamps import stamps_in
from archive.closing.standing import CLOSED_WITHIN, alarms
from archive.closing.tree import Digest
from archive.entry import Entry
from hub.cli.output import Misused, answer, table
from hub.config.loading import load
from hub.engine.ownership import own
from hub.runs.closings import Office
from hub.sealing.authorities import authorities_of
from hub.wiring.archive import open_archive
from hub.wiring.archive import rotate as rotate_keys
from hub.wiring.clock import now
from hub.wiring.database import open_database


def close(options: Namespace) -> int:
    """Close all days that are over; with --running, what was filed today, too."""
    with _office(options) as office:
        outcome = office.close(running=options.running)
        unstamped = not office.authorities
    if unstamped:
        sys.stderr.write("facteur: no authority stamps: name one, [archive.authorities.NAME]\n")
    return _told(options, outcome, "OPEN", "nothing to close")


def renew(options: Namespace) -> int:
    """Set new time stamps over those that end soon."""
    with _office(options) as office:
        outcome = office.renew()
    return _told(options, outcome, "NOT RENEWED", "nothing ends soon")


def rehash(options: Namespace) -> int:
    """Begin new chains of evidence by another digest."""
    if not options.to:
        raise Misused("say by which digest: --to sha512")
    with _office(options) as office:
        outcome = office.renew(Digest(options.to))
    return _told(options, outcome, "NOT REHASHED", "no day with a time stamp was closed yet")


def _told(options: Namespace, outcome: Outcome, hindered: str, nothing: str) -> int:
    lines = [_line(entry) for entry in outcome.filed]
    lines += [f"{hindered}  {log}: {why}" for log, why in outcome.open.items()]
    answer(options, outcome, lines or [nothing])
    return 1 if outcome.open else 0


def rotate(options: Namespace) -> int:
    """Let a new key sign the archive's logs from now on."""
    config = load(options.config)
    database = open_database(config)
    turn = own(database, config.hub.worker, str(config.data / "engine.lock"))
    with closing(database):
        turn.take()
        try:
            told = rotate_keys(config)
        finally:
            turn.give_up()
    lines = [f"{entry.subject.removeprefix('key:')}: entry {entry.position}" for entry in told]
    lines.append("a new key signs; give `keys/*.rotation` of the archive to who verifies")
    answer(options, told, lines)
    return 0


def closings(options: Namespace) -> int:
    """List closings and renewals, and what is wrong with them."""
    with closing(open_archive(load(options.config))) as kept:
        found = [each.report() for log in kept.logs() for each in listed(kept, log)]
        wrong = alarms(kept, now())
        waiting = list(_waiting(kept))
    rows = [
        [
            *(each["kind"], each["log"], each["day"], str(each.get("entries", each.get("covers")))),
            ", ".join(stamp["authority"] for stamp in stamps_in(each)) or "none",
            min((stamp["holds_until"][:10] for stamp in stamps_in(each)), default=""),
        ]
        for each in found
    ]
    rows += [[e["kind"], e["log"], e["day"], str(e["entries"]), "none", ""] for e in waiting]
    head = ["what", "log", "day", "entries", "stamped by", "holds until"]
    lines = table(head, rows) if rows else ["no day was closed yet"]
    lines += [f"ALARM  {alarm.log}: {alarm.text}" for alarm in wrong]
    answer(options, {"closings": found, "waiting": waiting, "alarms": wrong}, lines)
    return 1 if wrong else 0


def _waiting(archive: Archive) -> Iterator[dict[str, Any]]:
    """Yield of each log the first day that is not closed; a late one should have been."""
    for log in archive.logs():
        if waits := pending(archive, log):
            day, since = waits
            is_late = now() - datetime.combine(day, time(), UTC) > CLOSED_WITHIN
            yield {
                "kind": "late" if is_late else "waiting",
                "log": log,
                "day": day.isoformat(),
                "since": since,
                "entries": size_of(archive.checkpoint(log)) - closed_to(archive, log),
            }


@contextmanager
def _office(options: Namespace) -> Iterator[Office]:
    """Open what closing needs, alone; note afterwards what is wrong."""
    config = load(options.config)
    authorities = authorities_of(config)
    with closing(open_archive(config)) as kept, closing(open_database(config)) as database:
        office = Office(
            config=config, database=database, archive=kept, clock=now, authorities=authorities
        )
        with office.turn():
            yield office
            office.note_alarms()


def _line(entry: Entry) -> str:
    _, _, what = entry.subject.partition(":")
    log, _, day = what.rpartition(":")
    return f"{entry.kind} of {log}, {day}: filed as entry {entry.position} of {entry.log}"

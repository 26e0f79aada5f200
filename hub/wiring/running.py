"""Starts a whole hub, or one more worker: engine, doors and schedule around a house."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import httpx

from formats.findings import sentence
from hub.answers.files import tell_by_file
from hub.answers.gathering import gather_all
from hub.answers.receivers import Receiver, receivers_of
from hub.answers.webhook import tell_by_webhook
from hub.config.config import Config
from hub.doors.folder import FolderDoor
from hub.doors.listing import Listing
from hub.doors.lmtp import LmtpDoor, boxes_of
from hub.doors.sftp import SftpDoor
from hub.engine.durable import Engine
from hub.engine.schedule import Job, Schedule
from hub.pipeline.confirm import confirm
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.house import House
from hub.pipeline.lanes import lanes
from hub.pipeline.questions import Questions
from hub.pipeline.runner import run_batch
from hub.procedure.filing import file_all
from hub.rule_lint import odd_rules
from hub.runs.closings import close_when_due
from hub.runs.deadlines import watch
from hub.runs.print_batches import print_when_due
from hub.runs.renewals import renew_when_due
from hub.runs.unconfirmed import age
from hub.sealing.authorities import authorities_of
from hub.sealing.roots import all_roots, odd_roots
from hub.wiring.building import build, close
from hub.wiring.clock import new_id, now
from hub.wiring.database import await_database
from hub.wiring.mailboxes import read_by_another
from hub.wishes.self_service import forget_unanswered

_CLOSE_SECONDS = 3600
_RENEW_SECONDS = 3600
_FORGET_SECONDS = 3600
_PROCEDURE_SECONDS = 3600
_NOTICE_SECONDS = 1
_PRINT_SECONDS = 10
_DEADLINE_SECONDS = 60
_SILENCE_SECONDS = 600
_WEBHOOK_TIMEOUT_SECONDS = 15
_log = logging.getLogger("facteur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started hub: what `serve` and `work` hold on to."""

    house: House
    engine: Engine
    schedule: Schedule
    stopping: threading.Event
    sftp: SftpDoor | None
    lmtp: LmtpDoor | None

    def stop(self) -> None:
        """Stop looking at doors and peers, finish what is under way, let go."""
        self.stopping.set()
        self.schedule.stop()
        self.engine.stop()
        close(self.house)


def worker(config: Config) -> Running:
    """Build and start an engine without doors: one more worker on a PostgreSQL database."""
    return _start(config, doors=False)


def web(config: Config) -> Running:
    """Build and start the whole hub: engine, doors, schedule. The HTTP side is `hub.api.app`."""
    return _start(config, doors=True)


def _start(config: Config, *, doors: bool) -> Running:
    receivers = receivers_of(config)
    await_database(config.database_url)
    nudged, stopping = threading.Event(), threading.Event()
    built = build(config, children=config.hub.children or os.cpu_count() or 1, nudge=nudged.set)
    house = replace(built, stopping=stopping.is_set)
    engine = Engine(
        house.database,
        lanes=lanes(house),
        run=lambda lane, batch: run_batch(house, lane, batch),
        worker=config.hub.worker,
        lock_file=str(config.data / "engine.lock"),
        clock=now,
        new_id=new_id,
        nudged=nudged,
    )
    engine.start()
    _say_odd_rules(house)
    for words in odd_roots(all_roots(config), now().date()):
        _log.warning("trusted root: %s", words)
    schedule = Schedule(_jobs(house, receivers) if doors else [])
    schedule.start()
    sftp = SftpDoor(house) if doors and config.sftp_door.listen else None
    lmtp = _lmtp_door(config) if doors else None
    return Running(
        house=house, engine=engine, schedule=schedule, stopping=stopping, sftp=sftp, lmtp=lmtp
    )


def _lmtp_door(config: Config) -> LmtpDoor | None:
    listen = config.lmtp_door.listen
    return LmtpDoor(listen, boxes_of(config), new_id=new_id) if listen else None


def _say_odd_rules(house: House) -> None:
    """Log what lint finds; rules for channels that nobody configured are only counted."""
    found = odd_rules(house.rules, house.config.tenants, house.database, house.clock().date())
    closed = [finding for finding in found if finding.rule == "RR-CHANNEL"]
    for finding in found:
        if finding not in closed:
            _log.warning("%s", sentence(finding))
    if closed:
        _log.info("%d roads of the rules lead to no configured channel; see doctor", len(closed))


def _jobs(house: House, receivers: Mapping[str, Receiver]) -> list[Job]:
    return [*_looks(house), *_confirms(house), *_own(house), *_answers(house, receivers)]


def _looks(house: House) -> Iterator[Job]:
    """Look at the folders of senders, and list what is in them."""
    polling = house.config.polling
    for key, sender in house.config.senders.items():
        if sender.folder:
            door = FolderDoor(house, key, sender, monotonic=time.monotonic)
            yield Job(name=f"folder {key}", every_seconds=polling.folder_seconds, run=door.look)
    for name, listing in _listings(house):
        yield Job(name=f"listing {name}", every_seconds=polling.listing_seconds, run=listing.look)


def _confirms(house: House) -> Iterator[Job]:
    """Ask each channel for its reports, but where another one reads the same mailbox."""
    shared = read_by_another(house.config)
    seconds = house.config.polling.events_seconds
    for name in house.channels:
        if name not in shared:
            run = partial(confirm, house, name)
            yield Job(name=f"reports {name}", every_seconds=seconds, run=run)


def _own(house: House) -> Iterator[Job]:
    """What the house has to do by itself, whoever sends, in its time."""
    doubt_seconds = house.config.polling.in_doubt_seconds
    questions = Questions(first_seconds=doubt_seconds)
    authorities = authorities_of(house.config)
    acts: dict[str, tuple[float, Callable[[], object]]] = {
        "doubts": (doubt_seconds, lambda: resolve_doubts(house, questions)),
        "print": (_PRINT_SECONDS, lambda: print_when_due(house)),
        "deadlines": (_DEADLINE_SECONDS, lambda: watch(house)),
        "silence": (_SILENCE_SECONDS, lambda: age(house)),
        "renew": (_RENEW_SECONDS, lambda: renew_when_due(house)),
        "addresses": (_FORGET_SECONDS, lambda: forget_unanswered(house)),
        "close": (_CLOSE_SECONDS, lambda: close_when_due(house, authorities)),
        "procedure": (_PROCEDURE_SECONDS, lambda: file_all(house)),
    }
    for name, (seconds, run) in acts.items():
        yield Job(name=name, every_seconds=seconds, run=run)


def _listings(house: House) -> Iterator[tuple[str, Listing]]:
    """Yield the listings of each folder and SFTP root whose sender wants them."""
    for key, sender in house.config.senders.items():
        if sender.listing and sender.folder:
            folder = house.config.path(sender.folder)
            yield key, Listing(house, key, door="folder", folder=folder)
        if sender.listing and sender.sftp_keys and house.config.sftp_door.listen:
            root = house.config.data / "sftp" / key
            yield f"{key} sftp", Listing(house, key, door="sftp", folder=root)


def _answers(house: House, receivers: Mapping[str, Receiver]) -> list[Job]:
    """Note what has changed, and tell each receiver in its time."""
    notes = Job(
        name="notices", every_seconds=_NOTICE_SECONDS, run=lambda: gather_all(house, receivers)
    )
    tells = [
        Job(name=f"answer {key}", every_seconds=receiver.every_seconds, run=_tells(house, receiver))
        for key, receiver in receivers.items()
    ]
    return [notes, *tells]


def _tells(house: House, receiver: Receiver) -> Callable[[], int]:
    if receiver.folder is not None:
        return lambda: tell_by_file(house, receiver)
    http = httpx.Client(timeout=_WEBHOOK_TIMEOUT_SECONDS)
    return lambda: tell_by_webhook(house, receiver, http)

"""Builds the processes out of their parts: the only file that names concrete classes.

The clock and the source of ids are born here. What does not fit together is found before anything
starts: a route to an unknown channel, a guide that is no TOML, a key that is not there.
"""

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import httpx

from archive.archive import Archive
from formats import guide
from formats.catalogue import WRITERS
from formats.codec import Guide, Unreadable
from formats.findings import sentence
from formats.signatures.catalogue import SIGNATURES
from hub.config import Config, Faults, Faulty
from hub.doors.folder import FolderDoor
from hub.doors.sftp import SftpDoor
from hub.engine.durable import Engine
from hub.engine.pool import Pool
from hub.engine.schedule import Job, Schedule
from hub.keys import TimeStampAuthority, load_log_key, load_seal
from hub.pipeline.confirm import confirm
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.house import House, Seal
from hub.pipeline.lanes import lanes
from hub.pipeline.runner import run_batch
from hub.rule_lint import odd_rules
from hub.runs.print_batches import print_when_due
from hub.store.database import Database
from outbound.catalogue import CHANNELS
from outbound.channel import Channel
from routing_rules import grammar
from routing_rules.roads import Vocabulary
from routing_rules.rule import Rules

_PRELOAD = ("hub.pipeline.read", "hub.pipeline.check", "hub.pipeline.render", "hub.pipeline.sign")
_TASK_TIMEOUT_SECONDS = 60
_STAMP_TIMEOUT_SECONDS = 10
_SEAL_SECONDS = 3600
_log = logging.getLogger("facteur")


def now() -> datetime:
    """The clock of every process."""
    return datetime.now(UTC)


def new_id() -> str:
    """Draw an id that sorts by time: 48 bits of milliseconds, 80 random bits, in hex."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A started hub: what `serve` and `work` hold on to."""

    house: House
    engine: Engine
    schedule: Schedule
    sftp: SftpDoor | None

    def stop(self) -> None:
        """Stop looking at doors and peers, finish what is under way, let go."""
        self.schedule.stop()
        self.engine.stop()
        close(self.house)


def tool(config: Config) -> House:
    """Build what a command needs that looks at a hub's data or drops something into it."""
    return build(config, children=1, nudge=lambda: None)


def worker(config: Config) -> Running:
    """Build and start an engine without doors: one more worker on a PostgreSQL database."""
    return _start(config, doors=False)


def web(config: Config) -> Running:
    """Build and start the whole hub: engine, doors, schedule. The HTTP side is `hub.api.app`."""
    return _start(config, doors=True)


def close(house: House) -> None:
    """Let go of everything a house holds."""
    house.pool.close()
    for channel in house.channels.values():
        channel.close()
    house.archive.close()
    house.database.close()


def _start(config: Config, *, doors: bool) -> Running:
    nudged = threading.Event()
    house = build(config, children=config.hub.children or os.cpu_count() or 1, nudge=nudged.set)
    engine = Engine(
        house.database,
        lanes=lanes(house.channels),
        run=lambda lane, batch: run_batch(house, lane, batch),
        worker=config.hub.worker,
        lock_file=str(config.data / "engine.lock"),
        clock=now,
        new_id=new_id,
        nudged=nudged,
    )
    engine.start()
    _say_odd_rules(house)
    schedule = Schedule(_jobs(house) if doors else [])
    schedule.start()
    sftp = SftpDoor(house) if doors and config.sftp_door.listen else None
    return Running(house=house, engine=engine, schedule=schedule, sftp=sftp)


def _say_odd_rules(house: House) -> None:
    """Log what lint finds; rules for channels that nobody configured are only counted."""
    found = odd_rules(house)
    closed = [finding for finding in found if finding.rule == "RR-CHANNEL"]
    for finding in found:
        if finding not in closed:
            _log.warning("%s", sentence(finding))
    if closed:
        _log.info("%d roads of the rules lead to no configured channel; see doctor", len(closed))


def _jobs(house: House) -> list[Job]:
    polling = house.config.polling
    looks = [
        Job(
            name=f"folder {key}",
            every_seconds=polling.folder_seconds,
            run=FolderDoor(house, key, sender, monotonic=time.monotonic).look,
        )
        for key, sender in house.config.senders.items()
        if sender.folder
    ]
    confirms = [
        Job(
            name=f"reports {name}", every_seconds=polling.events_seconds, run=_confirms(house, name)
        )
        for name in house.channels
    ]
    doubts = Job(
        name="doubts", every_seconds=polling.in_doubt_seconds, run=lambda: resolve_doubts(house)
    )
    letters = Job(name="print", every_seconds=10, run=lambda: print_when_due(house))
    seals = [
        Job(name="seal", every_seconds=_SEAL_SECONDS, run=_seals_archive(house, url))
        for url in (house.config.archive.time_stamp_url,)
        if url
    ]
    return [*looks, *confirms, doubts, letters, *seals]


def _confirms(house: House, channel: str) -> Callable[[], int]:
    return lambda: confirm(house, channel)


def _seals_archive(house: House, url: str) -> Callable[[], object]:
    """Seal the archive's logs once a day, with another's time stamp over each seal."""
    authority = TimeStampAuthority(
        url=url,
        http=httpx.Client(timeout=_STAMP_TIMEOUT_SECONDS),
        draw_nonce=lambda: secrets.randbits(64),
    )
    return lambda: house.archive.close_day(house.clock().date(), authority.response)


def build(config: Config, *, children: int, nudge: Callable[[], None]) -> House:
    """Build the house alone, without engine, doors or schedule.

    Raises:
        Faulty, KeyFault: the parts do not fit together; nothing was made.
        Unreachable, ArchiveError: the database or the archive cannot be opened.
    """
    channels = _channels(config)
    rules = _rules(config)
    guides = {key: _guides(config, sender.guides) for key, sender in config.senders.items()}
    seals = _seals(config)
    archive = _archive(config)
    return House(
        config=config,
        database=_database(config),
        archive=archive,
        pool=Pool(
            children,
            memory_bytes=config.hub.child_memory_mb << 20,
            timeout_seconds=_TASK_TIMEOUT_SECONDS,
            preload=_PRELOAD,
        ),
        rules=rules,
        channels=channels,
        guides=guides,
        seals=seals,
        clock=now,
        new_id=new_id,
        nudge=nudge,
    )


def _database(config: Config) -> Database:
    config.data.mkdir(parents=True, exist_ok=True)
    database = Database(config.database_url)
    database.migrate()
    return database


def _archive(config: Config) -> Archive:
    return Archive(
        config.archive_root,
        origin=config.archive.origin,
        key=load_log_key(config.path(config.archive.key)),
        clock=now,
        random_bytes=secrets.token_bytes,
    )


def _channels(config: Config) -> dict[str, Channel]:
    faults = Faults(config.file.name, _read(config.file, "settings"))
    channels: dict[str, Channel] = {}
    for name, table in config.channels.items():
        kind = table["kind"]
        if kind not in CHANNELS:
            faults.add(f"channel.{name}.kind", f"unknown {kind!r}; known: {', '.join(CHANNELS)}")
            continue
        settings_class, channel_class = CHANNELS[kind]
        known = frozenset(get_type_hints(settings_class))
        values = _secrets_read(config, table, faults, name, known)
        settings = faults.fill(settings_class, values, f"channel.{name}")
        if settings is not None:
            channels[name] = channel_class(settings, clock=now)
    faults.raise_if_any()
    return channels


def _secrets_read(
    config: Config, table: Any, faults: Faults, name: str, known: frozenset[str]
) -> dict[str, Any]:
    """Return a channel's table: paths resolved, `x_file` replaced by `x` where that is a secret."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "kind":
            continue
        if not key.endswith(("_file", "_maildir")) or not isinstance(value, str):
            values[key] = value
        elif key in known:
            values[key] = str(config.path(value))
        else:
            try:
                content = config.path(value).read_text(encoding="utf-8").strip()
            except OSError as error:
                faults.add(f"channel.{name}.{key}", f"{config.path(value)}: {error.strerror}")
                content = ""
            values[key.removesuffix("_file")] = content
    return values


def _rules(config: Config) -> Rules:
    own = [(name, _read(config.path(name), "routing.rules")) for name in config.routing.rules]
    files = [*own, *(grammar.shipped() if config.routing.shipped else ())]
    vocabulary = Vocabulary(
        channels={name: table["kind"] for name, table in config.channels.items()},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
        signatures=frozenset(SIGNATURES),
    )
    try:
        return grammar.load(files, vocabulary)
    except grammar.UnusableRules as error:
        raise Faulty(str(error)) from error


def _guides(config: Config, names: Sequence[str]) -> list[Guide]:
    try:
        return [guide.parse(name, _read(config.path(name), "guides")) for name in names]
    except Unreadable as error:
        raise Faulty(str(error)) from error


def _seals(config: Config) -> dict[str, Seal]:
    """Return where each company's seal lies, once it is seen that it can be opened."""
    seals = {
        key: Seal(
            key=config.path(tenant.seal_key),
            password_file=config.path(tenant.seal_password_file)
            if tenant.seal_password_file
            else None,
            time_stamp_url=tenant.time_stamp_url,
        )
        for key, tenant in config.tenants.items()
        if tenant.seal_key
    }
    for seal in seals.values():
        load_seal(seal.key, password_file=seal.password_file)
    return seals


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Faulty(f"{what}: {path}: {error.strerror}") from error

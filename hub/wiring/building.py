"""Builds a house out of its parts: rules, guides, channels, seals, what it keeps.

What does not fit together is found before anything starts: a route to an unknown channel, a guide
that is no TOML, a key that is not there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from archive.archive import Archive
from formats import guide
from formats.catalogue import WRITERS, completed
from formats.codec import Guide, Unreadable
from formats.signatures.catalogue import SIGNATURES
from hub.config.config import Config
from hub.config.faults import Faults, Faulty
from hub.engine.pool import Pool
from hub.engine.saxon import Saxon
from hub.four_eyes import require_approved
from hub.official.artefacts import Stock, folder_of
from hub.official.judge import Official
from hub.pipeline.house import House
from hub.sealing.roots import roots_of
from hub.sealing.seal import Seal
from hub.sealing.seals import own_seal, seals_of
from hub.wiring import mailboxes
from hub.wiring.archive import open_archive
from hub.wiring.clock import chance, new_id, now
from hub.wiring.database import open_database
from hub.wiring.links import links_of
from outbound.catalogue import CHANNELS
from outbound.channel import Channel
from routing_rules import grammar, time_limits
from routing_rules.roads import Vocabulary
from routing_rules.rule import Rules
from routing_rules.time_limits import TimeLimits

_PRELOAD = ("hub.pipeline.read", "hub.pipeline.check", "hub.pipeline.render", "hub.pipeline.sign")
_TASK_TIMEOUT_SECONDS = 60
_REPORTS_LIE_AT = {"host": "", "port": 22, "username": "", "returns": "return"}
"""Settings of a print channel that say where its reports lie, and what they are if not set."""


def tool(config: Config) -> House:
    """Build what a command needs that looks at a hub's data or drops something into it."""
    return build(config, children=1, nudge=lambda: None, any_rules=True)


def close(house: House) -> None:
    """Let go of everything a house holds."""
    house.pool.close()
    if house.official is not None:
        house.official.close()
    for channel in house.channels.values():
        channel.close()
    house.archive.close()
    house.database.close()


def build(
    config: Config, *, children: int, nudge: Callable[[], None], any_rules: bool = False
) -> House:
    """Build the house alone, without engine, doors or schedule.

    With `any_rules` rules need nobody's approval: nothing is sent by them.

    Raises:
        Faulty, KeyFault: the parts do not fit together; nothing was made.
        Unreachable, ArchiveError: the database or the archive cannot be opened.
    """
    channels = channels_of(config, config.channels)
    rules, limits = rules_of(config), limits_of(config)
    guides = {key: guides_of(config, key) for key in config.senders}
    seals = _seals(config)
    archive = open_archive(config)
    if config.routing.four_eyes and not any_rules:
        _require_approved(config, archive)
    return House(
        config=config,
        database=open_database(config),
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
        chance=chance,
        new_id=new_id,
        nudge=nudge,
        official=official_of(config) if config.check.official else None,
        limits=limits,
        links=links_of(config),
    )


def official_of(config: Config) -> Official:
    """Return what runs the official rules, be they here or not; nothing is started yet."""
    return Official(
        Stock(folder=folder_of(config.data)), Saxon(timeout_seconds=config.check.official_seconds)
    )


def channels_of(config: Config, names: Iterable[str]) -> dict[str, Channel]:
    """Return the channels of these names; none of them has spoken to its peer yet.

    Raises:
        Faulty: the settings of one are wrong; all their faults are named.
    """
    faults = Faults(config.file.name, _read(config.file, "settings"))
    channels: dict[str, Channel] = {}
    for name in names:
        table = config.channels[name]
        kind = table["kind"]
        if kind not in CHANNELS:
            faults.add(f"channel.{name}.kind", f"unknown {kind!r}; known: {', '.join(CHANNELS)}")
            continue
        settings_class, channel_class = CHANNELS[kind]
        known = frozenset(get_type_hints(settings_class))
        values = _secrets_read(config, table, faults, name, known)
        settings = faults.fill(
            settings_class, values, f"channel.{name}", in_files=_secrets(settings_class)
        )
        if settings is not None:
            channels[name] = channel_class(settings, clock=now)
    for name, other in _shared_reports(config.channels):
        if name in channels:
            faults.add(
                f"channel.{name}.returns",
                f"channel {other} takes reports away there, too: "
                "let the partner write those of each into a folder of its own",
            )
    faults.raise_if_any()
    mailboxes.share(channels)
    return channels


def _shared_reports(tables: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield print channels that would take an earlier one's reports away, and that one."""
    readers: dict[tuple[str, ...], str] = {}
    for name, table in tables.items():
        if table["kind"] == "print":
            place = tuple(str(table.get(key, usual)) for key, usual in _REPORTS_LIE_AT.items())
            if (first := readers.setdefault(place, name)) != name:
                yield name, first


def _secrets(settings_class: type) -> frozenset[str]:
    """Return the settings that are never shown, and therefore lie in files of their own."""
    return frozenset(field.name for field in fields(settings_class) if not field.repr)


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


def rules_of(config: Config, own: Sequence[tuple[str, str]] | None = None) -> Rules:
    """Return the routing rules, the operator's before the shipped.

    `own`, names and texts of files, takes the place of the operator's.

    Raises:
        Faulty: they cannot be used; all their faults are named.
    """
    own = _own_rules(config) if own is None else own
    return _loaded(config, [*own, *(grammar.shipped() if config.routing.shipped else ())])


def _own_rules(config: Config) -> list[tuple[str, str]]:
    return [(name, _read(config.path(name), "routing.rules")) for name in config.routing.rules]


def _require_approved(config: Config, archive: Archive) -> None:
    try:
        require_approved(archive, config, _own_rules(config))
    except Faulty:
        archive.close()
        raise


def limits_of(config: Config) -> TimeLimits:
    """Return the time limits, the operator's before the shipped.

    Raises:
        Faulty: they cannot be used; all their faults are named.
    """
    setting = "routing.time_limits"
    own = [(name, _read(config.path(name), setting)) for name in config.routing.time_limits]
    try:
        return time_limits.load(own, shipped=config.routing.shipped)
    except time_limits.UnusableLimits as error:
        raise Faulty(f"{setting}: {error}") from error


def laws_of(config: Config) -> Rules:
    """Return the shipped rules of law alone, whether or not they are in force here."""
    rules = _loaded(config, grammar.shipped())
    return replace(rules, rules=tuple(rule for rule in rules.rules if rule.legal))


def _loaded(config: Config, files: Sequence[tuple[str, str]]) -> Rules:
    vocabulary = Vocabulary(
        channels={name: _kind(table) for name, table in config.channels.items()},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
        signatures=frozenset(SIGNATURES),
    )
    try:
        return grammar.load(files, vocabulary)
    except grammar.UnusableRules as error:
        raise Faulty(str(error)) from error


def _kind(table: Mapping[str, Any]) -> str:
    """Return a channel's kind; of one that `channels_of` refuses, one that rules may lead to."""
    kind: str = table["kind"]
    return kind if kind in CHANNELS else "sftp"


def guides_of(config: Config, sender: str) -> list[Guide]:
    """Return a sender's mappings and layouts.

    Raises:
        Faulty: they cannot be used; all of them that cannot are named.
    """
    setting, faults, parsed = f"sender.{sender}.guides", [], []
    for name in config.senders[sender].guides:
        try:
            path = config.path(name)
            parsed.append(completed(guide.parse(name, _read(path, setting)), path.parent))
        except Unreadable as error:
            faults.append(f"{setting}: {error}")
        except Faulty as error:
            faults.append(str(error))
    if faults:
        raise Faulty("\n".join(faults))
    return parsed


def _seals(config: Config) -> dict[str, Seal]:
    """Return where each company's seal lies, once it is seen that it can be opened.

    Raises:
        Faulty, KeyFault: a seal cannot be, or whom a company trusts cannot be read.
    """
    for tenant in config.tenants:
        roots_of(config, tenant)
    seals = seals_of(config)
    for tenant in seals:
        own_seal(seals, tenant)
    return seals


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Faulty(f"{what}: {path}: {error.strerror}") from error

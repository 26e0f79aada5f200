"""load(): a TOML file to Config, or every fault of it."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hub.config.archive import ArchiveSection
from hub.config.checking import CheckSection, TrustSection
from hub.config.companies import Answer, Sender, Tenant
from hub.config.config import Config
from hub.config.confirmation import expected
from hub.config.doors import AuditorSection, LinksSection, LmtpDoor, SftpDoor
from hub.config.faults import Faults, Faulty
from hub.config.hub import Hub, Polling
from hub.config.residing import reside
from hub.config.sending import Retry, Routing, Runs, SuppressionSection
from hub.config.traffic import parted

_TABLES = {
    "hub": Hub,
    "archive": ArchiveSection,
    "sftp_door": SftpDoor,
    "lmtp_door": LmtpDoor,
    "check": CheckSection,
    "routing": Routing,
    "runs": Runs,
    "polling": Polling,
    "retry": Retry,
    "suppression": SuppressionSection,
    "links": LinksSection,
    "auditor": AuditorSection,
    "trust": TrustSection,
}
_KEYED = ("tenant", "sender", "channel", "answer")


def load(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        Faulty: it is missing, is not TOML, or has faults; all of them are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise Faulty(f"{path}: there is no such file; `facteur init` writes one") from error
    except OSError as error:
        raise Faulty(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faulty(f"{path}: not a TOML file: {error}") from error
    faults = Faults(path.name, text)
    for name in sorted(table.keys() - _TABLES.keys() - set(_KEYED)):
        faults.add(name, f"unknown table; known: {', '.join([*_TABLES, *_KEYED])}")
    sections = {
        name: faults.fill(kind, table.get(name, {}), name) for name, kind in _TABLES.items()
    }
    keyed = {name: faults.keyed(table.get(name, {}), name) for name in _KEYED}
    tenants = _filled(faults, Tenant, keyed["tenant"], "tenant")
    senders = _filled(faults, Sender, keyed["sender"], "sender")
    answers = _filled(faults, Answer, keyed["answer"], "answer")
    _refer(faults, "sender", keyed["sender"], "tenant", tenants)
    _refer(faults, "answer", keyed["answer"], "sender", senders)
    for name, channel in keyed["channel"].items():
        if "kind" not in channel:
            faults.add(f"channel.{name}", "a channel needs `kind`")
    reside(faults, sections["archive"], tenants)
    _find_index(faults, sections["archive"], sections["hub"])
    asked = {name: expected(faults, name, table) for name, table in keyed["channel"].items()}
    parts = {name: parted(faults, name, table) for name, (_, table) in asked.items()}
    faults.raise_if_any()
    return Config(
        file=path.resolve(),
        tenants=tenants,
        senders=senders,
        answers=answers,
        channels={name: _posting(rest, tenants) for name, (_, rest) in parts.items()},
        traffic={name: traffic for name, (traffic, _) in parts.items()},
        confirmations={name: wish for name, (wish, _) in asked.items() if wish is not None},
        **sections,
    )


def _posting(channel: Mapping[str, Any], tenants: Mapping[str, Tenant]) -> Mapping[str, Any]:
    """Return a channel; a print partner who does not say where he posts does so at home.

    That is where all companies are; where they are in different countries, nothing is added.
    """
    home = {tenant.country for tenant in tenants.values() if tenant.country}
    own = channel.get("stationery", {})
    if channel.get("kind") != "print" or len(home) != 1 or not isinstance(own, dict):
        return channel
    return {**channel, "stationery": {"posted_in": home.pop(), **own}}


def _find_index(faults: Faults, archive: ArchiveSection | None, hub: Hub | None) -> None:
    """Note an index that is to lie in a database which there is not."""
    if archive is None or hub is None:
        return
    if archive.index == "postgresql" and not (hub.database or hub.database_file):
        faults.add("archive.index", "`postgresql` needs hub.database or hub.database_file")


def _filled(
    faults: Faults, kind: Callable[..., Any], tables: dict[str, dict[str, Any]], where: str
) -> dict[str, Any]:
    return {key: faults.fill(kind, table, f"{where}.{key}") for key, table in tables.items()}


def _refer(
    faults: Faults,
    where: str,
    tables: Mapping[str, Mapping[str, Any]],
    to: str,
    known: Mapping[str, Any],
) -> None:
    """Note tables that name a table which is not there."""
    for key, table in tables.items():
        named = table.get(to)
        if isinstance(named, str) and named not in known:
            faults.add(f"{where}.{key}.{to}", f"no [{to}.{named}] in this file")

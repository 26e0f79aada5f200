"""The command `doctor`: settings, keys, disk, database, archive, libraries, peers."""

import errno
import importlib
import os
import shutil
import socket
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from archive.entry import ArchiveError
from hub.answers.receivers import FOLDER, Receiver, receivers_of
from hub.cli.auditing import accesses
from hub.cli.companies import companies
from hub.cli.consents import asked_for
from hub.cli.lasting import (
    archived_stamps,
    authority_of,
    closings,
    roots,
    seal_of,
    stamped_for,
    with_books,
)
from hub.cli.limiting import time_limits
from hub.cli.mailing import certificates, is_email, links, mailboxes, signing
from hub.cli.output import Noted, answer
from hub.cli.placing import periods, places
from hub.cli.pricing import tariff
from hub.cli.reaching import peers, traffic
from hub.cli.reporting import totals
from hub.cli.rule_check import told
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.keys import KeyFault
from hub.rule_lint import odd_rules
from hub.runs.running import preferences_of
from hub.store import notices
from hub.store.database import Unreachable
from hub.store.notices import NoticeState
from hub.wiring.archive import open_archive
from hub.wiring.archive_store import look_at_store
from hub.wiring.building import channels_of, guides_of, official_of, rules_of
from hub.wiring.clock import now
from hub.wiring.database import open_database, unwritable
from outbound.channel import DeliveryError, ExaminedChannel

_OPEN_FILES = frozenset(
    {"ca_file", "bounce_imap_ca_file", "smime_certificate_file", "pgp_key_file"}
)
"""Files that settings name, and whoever likes may read."""
_LAST_PORT = 65_535
_PORTS = {"http": 80, "https": 443, "sftp": 22, "smtp": 587}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `words` say how to mend it where it is not good.

    Attributes:
        noted: it works, and there is something to know.
    """

    name: str
    good: bool
    words: str
    noted: bool = False


def doctor(options: Namespace) -> int:
    """Say what is wrong with the set-up, and how to mend it."""
    checks = examine(options.config)
    lines = [f"{_verdict(check)}  {check.name}: {check.words}" for check in checks]
    answer(options, checks, [line.replace("\n", "\n      ") for line in lines])
    return 0 if all(check.good for check in checks) else 1


def _verdict(check: Check) -> str:
    if not check.good:
        return "BAD "
    return "note" if check.noted else "good"


def examine(settings: Path) -> list[Check]:
    """Look at everything that a hub needs; stops early only if the settings cannot be read."""
    try:
        config = load(settings)
    except Faulty as error:
        return [Check(name="settings", good=False, words=str(error))]
    checks = [Check(name="settings", good=True, words=str(settings))]
    checks += [_tried(name, look, config) for name, look in _LOOKS]
    checks += [_tried(f"seal of {key}", seal_of(key), config) for key in config.tenants]
    checks += [_tried(name, look, config) for name, look in _stamps(config)]
    checks += [_tried(f"channel {name}", _channel(name), config) for name in config.channels]
    mails = [name for name in config.channels if is_email(config, name)]
    checks += [_tried(f"signing of {name}", signing(name), config) for name in mails]
    return checks


def _tried(name: str, look: Callable[[Config], str], config: Config) -> Check:
    try:
        return Check(name=name, good=True, words=look(config))
    except Noted as said:
        return Check(name=name, good=True, words=str(said), noted=True)
    except (OSError, KeyFault, Faulty, ImportError, Unreachable, ArchiveError) as error:
        return Check(name=name, good=False, words=str(error))


def _disk(config: Config) -> str:
    config.data.mkdir(parents=True, exist_ok=True)
    if (path := unwritable(config)) is not None:
        raise Faulty(f"{path} cannot be written by who runs this; chown or chmod it")
    free = shutil.disk_usage(config.data).free >> 20
    if free < config.hub.min_free_mb:
        raise Faulty(
            f"{free} MB free in {config.data}; hub.min_free_mb is {config.hub.min_free_mb}"
        )
    return f"{free} MB free"


def _libraries(_config: Config) -> str:
    try:
        weasyprint = importlib.import_module("weasyprint")
    except OSError as error:
        raise ImportError(
            f"{error}; apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    return f"letters by WeasyPrint {weasyprint.__version__}"


def _ports(config: Config) -> str:
    wanted = {
        "hub.listen": config.hub.listen,
        "sftp_door.listen": config.sftp_door.listen,
        "lmtp_door.listen": config.lmtp_door.listen,
    }
    said = [_port(name, address, config) for name, address in wanted.items() if address]
    return "\n".join(said)


def _port(name: str, address: str, config: Config) -> str:
    """Take a port for a moment, as the hub will."""
    host, _, port = address.rpartition(":")
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    if int(port) > _LAST_PORT:
        raise Faulty(f"{name}: {address} cannot be listened on here: ports end at {_LAST_PORT}")
    try:
        socket.create_server((bare, int(port)), family=family).close()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            raise Faulty(f"{name}: {address} cannot be listened on here: {why}") from error
        if not _hub_answers(config.hub.listen):
            raise Faulty(f"{name}: {address} is taken by another program; name another") from error
        return f"{address} is in use, by a hub that runs"
    return f"{address} is free"


def _hub_answers(address: str) -> bool:
    try:
        answer = httpx.get(f"http://{address}/health", timeout=2, trust_env=False)
        return bool(answer.json() == {"status": "ok"})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False


def _keys(config: Config) -> str:
    """Find secrets that others on this machine can read, themselves and through their folder."""
    paths = {setting: config.path(name) for setting, name in _secrets(config) if name}
    said = [
        f"{setting}: {path} can be read by others; chmod 600 {path}"
        for setting, path in paths.items()
        if path.is_file() and _is_open(path)
    ]
    if said:
        raise KeyFault("\n".join(said))
    return "readable by their owner only"


def _secrets(config: Config) -> Iterator[tuple[str, str]]:
    """Yield each setting that names a file with a secret, and that name."""
    yield "archive.key", config.archive.key
    yield "archive.master_key", config.archive.master_key
    if config.archive.s3:
        yield "archive.s3.credentials_file", config.archive.s3.credentials_file
    yield "hub.database_file", config.hub.database_file
    yield "links.key", config.links.key
    for key, tenant in config.tenants.items():
        yield f"tenant.{key}.seal_key", tenant.seal_key
        yield f"tenant.{key}.seal_password_file", tenant.seal_password_file
    for key, table in config.channels.items():
        for name, value in table.items():
            if _is_secret(name, value):
                yield f"channel.{key}.{name}", value


def _is_secret(name: str, value: object) -> bool:
    return name.endswith("_file") and name not in _OPEN_FILES and isinstance(value, str)


def _is_open(path: Path) -> bool:
    others_read, others_enter = 0o044, 0o011
    return bool(
        path.stat().st_mode & others_read and path.resolve().parent.stat().st_mode & others_enter
    )


def _preferences(config: Config) -> str:
    preferences_of(config)
    return config.runs.preferences or "as shipped"


def _official(config: Config) -> str:
    if not config.check.official:
        return "not asked for (check.official)"
    official = official_of(config)
    lacking = list(official.lacking())
    if lacking:
        raise Faulty("\n".join(lacking))
    return "\n".join(["all that can be fetched are here", *official.lacking_by_hand()])


def _guides(config: Config) -> str:
    faults, count = [], 0
    for sender in config.senders:
        try:
            count += len(guides_of(config, sender))
        except Faulty as error:
            faults.append(str(error))
    if faults:
        raise Faulty("\n".join(faults))
    return f"{count} can be used"


def _database(config: Config) -> str:
    open_database(config).close()
    return "can be opened"


def _archive(config: Config) -> str:
    open_archive(config).close()
    if config.archive.encrypt:
        clear = "index.db" if config.archive.index == "sqlite" else "its index"
        return (
            f"can be opened; what comes new is encrypted; {clear} and the hub's database hold"
            " numbers, names and words in clear: encrypt their disk"
        )
    return "can be opened; what is kept is not encrypted (archive.encrypt), and cannot be erased"


def _object_store(config: Config) -> str:
    return look_at_store(config) or "none: packs lie in the archive's folder"


def _rules(config: Config) -> str:
    rules = rules_of(config)
    try:
        database = open_database(config)
    except (Unreachable, Faulty):
        return "can be used; not tried on the address book, for want of the database"
    with closing(database):
        found = odd_rules(rules, config.tenants, database, now().date(), config.senders)
    if found:
        raise Noted("\n".join(told(found)))
    return "nothing odd"


def _answers(config: Config) -> str:
    """Look whether files can lie where they are to lie, and whether someone refuses to listen."""
    receivers = receivers_of(config)
    for receiver in receivers.values():
        if receiver.folder is not None:
            receiver.folder.mkdir(parents=True, exist_ok=True)
            if not os.access(receiver.folder, os.W_OK):
                raise Faulty(f"{receiver.folder} cannot be written by who runs this")
    with closing(open_database(config)) as database, database.transaction() as connection:
        counted = notices.counts(connection)
    failed = [
        f"{receiver} did not take {count}"
        for (receiver, state), count in counted.items()
        if state == NoticeState.FAILED
    ]
    if failed:
        raise Faulty(f"{'; '.join(failed)}: see facteur answers --state failed")
    told = "\n".join(_where(config, receiver) for receiver in receivers.values())
    return told or "no sender is told anything"


def _where(config: Config, receiver: Receiver) -> str:
    """Say where answers lie, and which door is left out where their sender has two."""
    if receiver.folder is None:
        return f"{receiver.key} by webhook"
    sender, named = config.senders[receiver.sender], config.answers[receiver.key].folder
    both = sender.folder and sender.sftp_keys and not named
    other = config.sftp_root(receiver.sender) / FOLDER
    instead = f"; to have them on SFTP, set its folder to {other}" if both else ""
    return f"{receiver.key} in {receiver.folder}{instead}"


_LOOKS: tuple[tuple[str, Callable[[Config], str]], ...] = (
    ("disk", _disk),
    ("libraries", _libraries),
    ("keys", _keys),
    ("port", _ports),
    ("companies", companies),
    ("preferences of runs", _preferences),
    ("tariff", tariff),
    ("official rules", _official),
    ("trusted roots", roots),
    ("guides", _guides),
    ("answers", with_books(_answers)),
    ("links", links),
    ("mailboxes", mailboxes),
    ("certificates of recipients", with_books(certificates)),
    ("consent to email", with_books(asked_for)),
    ("control totals", with_books(totals)),
    ("traffic", traffic),
    ("endpoints", with_books(peers)),
    ("database", _database),
    ("archive time stamps", with_books(archived_stamps)),
    ("archive", _archive),
    ("object store", _object_store),
    ("closings of the archive", closings),
    ("place of storage", places),
    ("periods of keeping", periods),
    ("auditors", with_books(accesses)),
    ("rules", _rules),
    ("time limits", time_limits),
)


def _stamps(config: Config) -> Iterator[tuple[str, Callable[[Config], str]]]:
    """Yield a look at each authority that stamps the time for the archive or a company."""
    for name in config.archive.authorities:
        yield f"authority {name}", authority_of(name)
    if url := config.archive.time_stamp_url:
        yield "time stamps of the archive", stamped_for("archive.time_stamp_url", url, None)
    for key, tenant in config.tenants.items():
        if url := tenant.time_stamp_url:
            setting = f"tenant.{key}.time_stamp_url"
            yield f"time stamps of {key}", stamped_for(setting, url, key)


def _channel(name: str) -> Callable[[Config], str]:
    def look(config: Config) -> str:
        with closing(channels_of(config, [name])[name]) as channel:
            try:
                socket.create_connection(address_of(channel.endpoint), timeout=5).close()
            except (OSError, ValueError) as error:
                words = f"{channel.endpoint}: {error}; parcels wait and are tried again"
                raise Faulty(words) from error
            if not isinstance(channel, ExaminedChannel):
                return f"{channel.endpoint} answers"
            try:
                return channel.examine()
            except DeliveryError as error:
                raise Faulty(str(error)) from error

    return look


def address_of(endpoint: str) -> tuple[str, int]:
    """Return host and port of a channel's endpoint.

    Raises:
        ValueError: it names no host, or a port that is none.
    """
    parts = urlsplit(endpoint)
    port = parts.port or _PORTS.get(parts.scheme)
    if parts.hostname is None or port is None:
        raise ValueError("neither host nor port are known")
    return parts.hostname, port

"""Opens the archive that a hub files its evidence in."""

import secrets
from pathlib import Path

from archive.archive import Archive
from archive.closing.rotation import rotate as rotate_logs
from archive.entry import Entry
from archive.packs.holdings import OpenMember, opener
from archive.packs.vault import Masters, master_id
from hub.config.config import Config
from hub.wiring.archive_index import index_of
from hub.wiring.archive_keys import masters_of, masters_to_change, settle
from hub.wiring.archive_store import packs_of
from hub.wiring.clock import now
from hub.wiring.log_keys import LogKeys, log_keys_of, log_keys_to_change, settle_log_key


def open_archive(config: Config) -> Archive:
    """Open the archive.

    Raises:
        KeyFault: the key of its log or its master key is not there, or of no use.
        ArchiveError: it cannot be opened.
    """
    return _opened(config, masters_of(config), log_keys_of(config))


def member_opener(config: Config, root: Path | None = None) -> OpenMember | None:
    """Return what opens encrypted contents for the verifier; None without a master key.

    It opens those of the archive, or of a copy of it in another folder. It needs no index and takes
    no lock, so that it serves beside a hub that runs.

    Raises:
        KeyFault: a file is no key.
    """
    if not config.path(config.archive.master_key).exists():
        return None
    return opener(root or config.archive_root, masters_of(config))


def rekey(config: Config) -> str:
    """Put the archive under another master key, and return the name of that key.

    One that was cut off is finished by the next. What runs meanwhile needs no new start before
    the year ends, and is better started anew.

    Raises:
        KeyFault: a key cannot be read or made.
        ArchiveError: the archive cannot be opened or written.
    """
    masters = masters_to_change(config)
    with _opened(config, masters, log_keys_of(config)) as archive:
        archive.rekey()
    settle(config)
    return master_id(masters.keys[0])


def rotate(config: Config) -> list[Entry]:
    """Let a new key sign the archive's logs from now on; returns the entries that tell of it.

    One that was cut off is finished by the next. No hub may run meanwhile: it would go on with
    the key before.

    Raises:
        KeyFault: a key cannot be read or made.
        ArchiveError: the archive cannot be opened or written.
    """
    former, keys = log_keys_of(config), log_keys_to_change(config)
    with _opened(config, masters_of(config), keys) as archive:
        told = rotate_logs(archive, former.key)
    settle_log_key(config)
    return told


def _opened(config: Config, masters: Masters, keys: LogKeys) -> Archive:
    return Archive(
        config.archive_root,
        origin=config.archive.origin,
        key=keys.key,
        clock=now,
        random_bytes=secrets.token_bytes,
        masters=masters,
        packs=packs_of(config),
        former=keys.former,
        index=index_of(config),
    )

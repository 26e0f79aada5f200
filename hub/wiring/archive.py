"""Opens the archive that a hub files its evidence in."""

import secrets

from archive.archive import Archive
from hub.config.sections import Config
from hub.keys import KeyFault, load_log_key
from hub.wiring.clock import now


def open_archive(config: Config) -> Archive:
    """Open the archive.

    Raises:
        KeyFault: the key of its log is not there, or of no use.
        ArchiveError: it cannot be opened.
    """
    try:
        key = load_log_key(config.path(config.archive.key))
    except KeyFault as fault:
        raise KeyFault(f"archive.key: {fault}") from fault
    return Archive(
        config.archive_root,
        origin=config.archive.origin,
        key=key,
        clock=now,
        random_bytes=secrets.token_bytes,
    )

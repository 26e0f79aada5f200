"""Moments that can be asked about: the checkpoints by which days were closed."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from archive.archive import Archive
from archive.closing.folder import closings
from archive.entry import ArchiveDamaged, AsOf, NotKept

SHOWN: Final = 40
"""Of each log, the newest ones; others are typed, or pasted as a checkpoint."""


def moments_of(archive: Archive, tenant: str) -> list[tuple[str, str]]:
    """Return the closings of a company, the newest first: as an address names one, and its day."""
    own = [log for log in archive.logs() if log.startswith(f"{tenant}/")]
    return [moment for log in reversed(own) for moment in _of_log(archive, log)]


def _of_log(archive: Archive, log: str) -> Iterator[tuple[str, str]]:
    """Yield those of a log; what became of a damaged one is for the verifier to say."""
    for folder in reversed(closings(archive, log)[-SHOWN:]):
        with suppress(ArchiveDamaged, KeyError, ValueError):
            if folder.is_complete:
                yield f"{log}@{folder.end()}", folder.day.isoformat()


def size_of(archive: Archive, log: str) -> int:
    """Return how many entries a log has; 0 if there is none."""
    try:
        return AsOf.of_checkpoint(archive.checkpoint(log)).size
    except NotKept:
        return 0

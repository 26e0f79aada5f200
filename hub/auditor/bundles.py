"""Bundles on their way out: room looked for, written beside the hub's data, streamed, and gone."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

_PIECE_BYTES: Final = 1 << 18
_LEFT_AFTER: Final = timedelta(days=1)
"""After which a bundle that nobody fetched to its end is taken away by the next."""


class NoRoom(Exception):
    """A bundle is larger than what is free on the disk.

    Attributes:
        needed_bytes: what it takes, about.
        free_bytes: what there is.
    """

    def __init__(self, needed_bytes: int, free_bytes: int) -> None:
        super().__init__(f"needs {needed_bytes} bytes, free are {free_bytes}")
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes


def check_room(folder: Path, size_bytes: int, *, keep_free_bytes: int) -> None:
    """Look whether a bundle of this size fits on the disk, and leaves room for the hub.

    Raises:
        NoRoom: it does not; nothing was written.
    """
    needed = size_bytes + keep_free_bytes
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(needed, free)


def workshop(folder: Path, now: datetime) -> Path:
    """Return the folder for bundles; what a process that died has left there is taken away."""
    folder.mkdir(mode=0o700, exist_ok=True)
    oldest = (now - _LEFT_AFTER).timestamp()
    for left in folder.iterdir():
        if left.is_file() and left.stat().st_mtime < oldest:
            left.unlink(missing_ok=True)
    return folder


def streamed(path: Path) -> Iterator[bytes]:
    """Yield a file piece by piece; its name is gone before the first one leaves."""
    with path.open("rb") as file:
        path.unlink()
        while piece := file.read(_PIECE_BYTES):
            yield piece

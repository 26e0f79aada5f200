"""What a file holds: its bytes, or where they lie if they are too many to be held."""

import hashlib
import os
from pathlib import Path
from typing import IO

from archive.entry import Content, OnDisk

HELD_BYTES_MAX = 8 << 20
"""A file that is larger is not held in memory, but read where it lies."""


def content_of(path: Path) -> Content:
    """Return what a file holds that stays where it is until it is taken.

    Raises:
        OSError: it cannot be read.
    """
    return path.read_bytes() if path.stat().st_size <= HELD_BYTES_MAX else on_disk(path)


def content_of_open(file: IO[bytes]) -> Content:
    """Return what an open file holds that stays open until it is taken, and may have no name."""
    file.flush()
    if file.seek(0, os.SEEK_END) <= HELD_BYTES_MAX:
        file.seek(0)
        return file.read()
    return on_disk(Path(f"/proc/self/fd/{file.fileno()}"))


def on_disk(path: Path) -> OnDisk:
    """Return a file as it lies on disk now, looked through but not held.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return OnDisk(path=path, size_bytes=file.tell(), sha256=sha256)


def size_of(content: Content) -> int:
    """Return how many bytes they are.

    >>> size_of(b"abc")
    3
    """
    return len(content) if isinstance(content, bytes) else content.size_bytes


def sha256_of(content: Content) -> str:
    """Return their SHA-256, hex."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    return content.sha256

"""A file that lay in another one, taken out: held if it is small, else put on disk. In a child."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from archive.entry import Content, OnDisk
from hub.pipeline.contents import HELD_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in a packed or signed one; `name` is a label, never a path."""

    name: str
    data: Content


def member(name: str, pieces: Iterable[bytes], target: Path) -> Member:
    """Return a file, given piece by piece.

    Args:
        name: as it is called inside.
        pieces: its bytes.
        target: where it is put if it is too large to be held.
    """
    held: list[bytes] = []
    size_bytes = 0
    rest = iter(pieces)
    for piece in rest:
        held.append(piece)
        size_bytes += len(piece)
        if size_bytes > HELD_BYTES_MAX:
            return Member(name=name, data=put(target, chain(held, rest)))
    return Member(name=name, data=b"".join(held))


def put(target: Path, pieces: Iterable[bytes]) -> OnDisk:
    """Put a file on disk; returns where it lies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    hashed = hashlib.sha256()
    with target.open("wb") as file:
        for piece in pieces:
            hashed.update(piece)
            file.write(piece)
        return OnDisk(path=target, size_bytes=file.tell(), sha256=hashed.hexdigest())

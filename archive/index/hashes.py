"""What rows are found by: the beginnings of hashes, as the index keeps them."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

Hash = TypeVar("Hash", int, bytes)
AT_ONCE = 16
"""Of how many hashes a question asks."""


def number_of(data: bytes) -> int:
    """Return the first eight bytes of a hash as SQLite counts."""
    return int.from_bytes(data[:8], "big", signed=True)


def named(text: str) -> int:
    """Return the same of the hash of a name."""
    return number_of(hashlib.sha256(text.encode()).digest())


def key_of(tenant: str, key: str) -> bytes:
    """Return what a tenant's key is found by."""
    return subject_of(f"{tenant}\n{key}")


def subject_of(subject: str) -> bytes:
    """Return what a subject is found by."""
    return hashlib.sha256(subject.encode()).digest()[:16]


def at_once(hashes: Sequence[Hash]) -> Iterator[tuple[Hash | None, ...]]:
    """Yield so many hashes as a question asks of; the last ones with nothing behind them.

    >>> [len(each) for each in at_once(range(17))]
    [16, 16]
    """
    for start in range(0, len(hashes), AT_ONCE):
        part = tuple(hashes[start : start + AT_ONCE])
        yield part + (None,) * (AT_ONCE - len(part))

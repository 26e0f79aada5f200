"""Evidence records (RFC 4998): since when a group of files was there, by a chain of time stamps.

Standard library alone. Each time stamp is judged as of the next one, the last as of now; how the
record is written is in RFC 4998 section 3.1, what is over what in sections 4.3 and 5.3.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.verify_closings import group_hash
from archive.verify_der import SEQUENCE, Value, one, sequence
from archive.verify_time import DIGESTS, Stamp, read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    Group = Callable[[str], set[bytes]]
    """The hashes of all files of a group, by a digest."""

_LISTS, _DIGEST = 0xA2, 0xA0


@dataclass(frozen=True)
class _Step:
    """One time stamp of a chain, and the way up to what it is over."""

    digest: str
    lists: list[list[bytes]]
    stamp: Stamp


def stamps_of(record: bytes, group: Group) -> list[Stamp]:
    """Return the time stamps of a record in order, each over what came before it.

    Raises:
        ValueError: it is no record, or of other files.
    """
    try:
        raw = _chains(record)
        chains = [[_step(each) for each in chain.inside()] for chain in raw]
        groups = {chain[0].digest: group(chain[0].digest) for chain in chains}
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError("is not an evidence record") from error
    if not chains:
        raise ValueError("is an evidence record of nothing")
    found: list[Stamp] = []
    for number, chain in enumerate(chains):
        digest = chain[0].digest
        expected = groups[digest]
        if number:
            earlier = sequence(b"".join(chain.raw for chain in raw[:number]))
            before = hashlib.new(digest, earlier).digest()
            expected = {hashlib.new(digest, each + before).digest() for each in expected}
        for step in chain:
            if (step.digest, step.stamp.digest) != (digest, digest):
                raise ValueError("changes its digest within a chain")
            if step.stamp.imprint != _climbed(step, expected):
                raise ValueError("is of other files")
            found.append(step.stamp)
            expected = {hashlib.new(digest, step.stamp.token).digest()}
    return found


def _chains(record: bytes) -> list[Value]:
    return one(record, SEQUENCE).inside()[-1].inside()


def _step(value: Value) -> _Step:
    *facts, token = value.inside()
    tagged = {each.tag: each for each in facts}
    lists = tagged[_LISTS].inside() if _LISTS in tagged else []
    return _Step(
        DIGESTS[tagged[_DIGEST].inside()[0].content.hex()],
        [[each.content for each in hashes.inside()] for hashes in lists],
        read_stamp(token.raw),
    )


def _climbed(step: _Step, group: set[bytes]) -> bytes:
    """Return what the way leads to from these hashes, all of which it must begin with."""
    first, *above = step.lists or [sorted(group)]
    if not group <= set(first) or (set(first) - group and len(group) > 1):
        raise ValueError("is of other files")
    root = group_hash(step.digest, first)
    for beside in above:
        root = hashlib.new(step.digest, b"".join(sorted((root, *beside)))).digest()
    return root

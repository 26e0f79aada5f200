"""Hash trees of RFC 4998: by which one time stamp proves many groups of files, each on its own.

    sha256
    checkpoint 5f1c…
    120 9a02…

That is a tree's file: the digest, then a label and a hash for each group. Rows are paired from
left to right, a pair is hashed in ascending order, and an odd last one goes up as it is.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Digest(StrEnum):
    """The hash functions that trees are made of; which one is a matter of the year."""

    SHA256 = "sha256"
    SHA512 = "sha512"

    def of(self, data: bytes) -> bytes:
        """Hash some bytes."""
        return hashlib.new(self.value, data).digest()


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A tree over groups.

    Attributes:
        leaves: label to hash, in the order of the tree; at least one.
    """

    digest: Digest
    leaves: Mapping[str, bytes]

    @cached_property
    def root(self) -> bytes:
        """What the time stamp is over."""
        return self._rows[-1][0]

    @cached_property
    def _rows(self) -> list[list[bytes]]:
        """All rows, the leaves first, the root last."""
        rows = [list(self.leaves.values())]
        while len(rows[-1]) > 1:
            rows.append([_parent(self.digest, pair) for pair in _pairs(rows[-1])])
        return rows

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {label: place for place, label in enumerate(self.leaves)}

    def beside(self, label: str) -> list[bytes]:
        """Return what lies beside the way from a leaf up to the root."""
        place, found = self._places[label], []
        for row in self._rows[:-1]:
            if (other := place ^ 1) < len(row):
                found.append(row[other])
            place //= 2
        return found

    def text(self) -> str:
        """Return the tree's file."""
        lines = (f"{label} {hashed.hex()}\n" for label, hashed in self.leaves.items())
        return f"{self.digest}\n{''.join(lines)}"


def read_tree(text: str) -> Tree:
    """Return the tree in a file.

    Raises:
        ValueError: it is none.
    """
    digest, *lines = text.removesuffix("\n").split("\n")
    leaves = {label: bytes.fromhex(hashed) for label, hashed in (line.split(" ") for line in lines)}
    if not leaves or len(leaves) != len(lines):
        raise ValueError("is not a hash tree")
    return Tree(digest=Digest(digest), leaves=leaves)


def group_hash(digest: Digest, hashes: Iterable[bytes]) -> bytes:
    """Return the hash of a data group: of one document its own, of more that of all in order.

    RFC 4998 section 4.2, step 3.
    """
    distinct = sorted(set(hashes))
    return distinct[0] if len(distinct) == 1 else digest.of(b"".join(distinct))


def log_root(digest: Digest, leaves: Iterable[bytes]) -> bytes:
    """Return the root over a log's leaves as RFC 6962 has it, by a digest of one's choice."""
    peaks: list[bytes] = []
    for count, leaf in enumerate(leaves):
        peak = digest.of(b"\0" + leaf)
        while count & 1:
            peak, count = digest.of(b"\1" + peaks.pop() + peak), count >> 1  # noqa: PLW2901
        peaks.append(peak)
    while len(peaks) > 1:
        right = peaks.pop()
        peaks[-1] = digest.of(b"\1" + peaks[-1] + right)
    return peaks[0]


def _pairs(row: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [row[at : at + 2] for at in range(0, len(row), 2)]


def _parent(digest: Digest, pair: Sequence[bytes]) -> bytes:
    return pair[0] if len(pair) == 1 else digest.of(b"".join(sorted(pair)))

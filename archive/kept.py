"""A kept file where it lies: whole, or a piece at a time, never unchecked to its end."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from archive.content import PIECE_SIZE_BYTES
from archive.entry import ArchiveDamaged
from archive.packs.source import Source, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file in a pack. Another process can read it, without the archive and its index.

    Attributes:
        source: its bytes.
        sha256: of its bytes, hex.
    """

    source: Source
    size_bytes: int
    sha256: str

    def read(self) -> bytes:
        """Return all its bytes.

        Raises:
            ArchiveDamaged: the pack no longer holds them.
        """
        data = self.source.read(0, self.size_bytes)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise self._damaged()
        return data

    def head(self, size_bytes: int) -> bytes:
        """Return how it begins, unchecked."""
        return self.source.read(0, min(size_bytes, self.size_bytes))

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes a piece at a time; the last one only if all are what was filed.

        Raises:
            ArchiveDamaged: as `read`; whoever got all but the last piece has no whole file.
        """
        hashed, held, at = hashlib.sha256(), b"", 0
        while piece := self.source.read(at, min(self.size_bytes - at, PIECE_SIZE_BYTES)):
            if held:
                yield held
            hashed.update(piece)
            at += len(piece)
            held = piece
        if at < self.size_bytes or hashed.hexdigest() != self.sha256:
            raise self._damaged()
        if held:
            yield held

    def opened(self) -> IO[bytes]:
        """Open it to be read here and there, unchecked: for files that carry their own checks.

        Raises:
            ArchiveDamaged: the pack is missing; the first reading says so.
        """
        return opened(self.source)

    def _damaged(self) -> ArchiveDamaged:
        return ArchiveDamaged(f"{self.source.name} no longer holds {self.sha256}")

"""A kept file where it lies: whole, or a piece at a time, never unchecked to its end."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archive.content import PIECE_SIZE_BYTES
from archive.entry import ArchiveDamaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file in a pack. Whoever reads it needs the folder of the archive, and nothing else of it.

    Attributes:
        offset: where its bytes begin.
        sha256: of its bytes, hex.
    """

    pack: Path
    offset: int
    size_bytes: int
    sha256: str

    def read(self) -> bytes:
        """Return all its bytes.

        Raises:
            ArchiveDamaged: the pack no longer holds them.
        """
        with self._opened() as file:
            file.seek(self.offset)
            data = file.read(self.size_bytes)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise self._damaged()
        return data

    def head(self, size_bytes: int) -> bytes:
        """Return how it begins, unchecked."""
        with self.opened() as file:
            return file.read(size_bytes)

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes a piece at a time; the last one only if all are what was filed.

        Raises:
            ArchiveDamaged: as `read`; whoever got all but the last piece has no whole file.
        """
        hashed, held, left = hashlib.sha256(), b"", self.size_bytes
        with self._opened() as file:
            file.seek(self.offset)
            while left and (piece := file.read(min(left, PIECE_SIZE_BYTES))):
                if held:
                    yield held
                hashed.update(piece)
                left -= len(piece)
                held = piece
        if left or hashed.hexdigest() != self.sha256:
            raise self._damaged()
        if held:
            yield held

    def opened(self) -> IO[bytes]:
        """Open it to be read here and there, unchecked: for files that carry their own checks.

        Raises:
            ArchiveDamaged: the pack is missing.
        """
        return io.BufferedReader(_Window(self._opened(), self.offset, self.size_bytes))

    def _opened(self) -> IO[bytes]:
        try:
            return self.pack.open("rb")
        except FileNotFoundError as error:
            raise ArchiveDamaged(f"{self.pack} is missing") from error

    def _damaged(self) -> ArchiveDamaged:
        return ArchiveDamaged(f"{self.pack} no longer holds {self.sha256}")


class _Window(io.RawIOBase):
    """A part of a file, as if it were one of its own."""

    def __init__(self, file: IO[bytes], offset: int, size_bytes: int) -> None:
        self._file = file
        self._offset = offset
        self._size_bytes = size_bytes
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size_bytes}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), max(self._size_bytes - self._at, 0))
        self._file.seek(self._offset + self._at)
        piece = self._file.read(wanted)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()

"""Bytes that lie somewhere, to be read here and there; they can be sent to another process."""

import errno
import io
import mmap
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from archive.entry import ArchiveDamaged

_BUFFER_SIZE_BYTES = 1 << 18
_BROUGHT_BYTES = 32 << 20


class Source(Protocol):
    """Bytes that can be read from any place on."""

    @property
    def name(self) -> str:
        """What people call it."""

    def size_bytes(self) -> int:
        """Return how many there are.

        Raises:
            ArchiveDamaged: they are missing.
        """

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return bytes, unchecked; fewer where they end.

        Raises:
            ArchiveDamaged: they are missing.
        """


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this machine."""

    path: Path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    def size_bytes(self) -> int:
        """Return its size."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError as error:
            raise ArchiveDamaged(f"{self.path} is missing") from error

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return a part of it."""
        try:
            with self.path.open("rb", buffering=0) as file:
                file.seek(offset)
                return file.read(size_bytes)
        except FileNotFoundError as error:
            raise ArchiveDamaged(f"{self.path} is missing") from error


@dataclass(frozen=True, slots=True)
class Part:
    """A part of another source: a member of a pack."""

    whole: Source
    offset: int
    extent_bytes: int

    @property
    def name(self) -> str:
        """That of the whole."""
        return self.whole.name

    def size_bytes(self) -> int:
        """Return its extent, unchecked."""
        return self.extent_bytes

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return a part of it."""
        wanted = min(size_bytes, self.extent_bytes - offset)
        return self.whole.read(self.offset + offset, wanted) if wanted > 0 else b""


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes in memory."""

    name: str
    data: bytes | memoryview

    def size_bytes(self) -> int:
        """Return how many there are."""
        return len(self.data)

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return a part of them."""
        return bytes(self.data[offset : offset + size_bytes])


def brought(source: Source) -> memoryview:
    """Return all bytes of a source, brought to this machine, read as they are looked at.

    Raises:
        ArchiveDamaged: they are missing.
        ArchiveUnavailable: where they lie cannot be reached.
    """
    size_bytes = source.size_bytes()
    if not size_bytes:
        return memoryview(b"")
    with tempfile.TemporaryFile() as file:
        for at in range(0, size_bytes, _BROUGHT_BYTES):
            file.write(source.read(at, _BROUGHT_BYTES))
        file.flush()
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def opened(source: Source) -> IO[bytes]:
    """Return a source as a file; what is read is unchecked."""
    return io.BufferedReader(_File(source), _BUFFER_SIZE_BYTES)


class _File(io.RawIOBase):
    """A source, as if it were a file of its own."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._size_bytes = source.size_bytes()
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
            raise OSError(errno.EINVAL, "before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), max(self._size_bytes - self._at, 0))
        piece = self._source.read(self._at, wanted)
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

"""Bytes that are to be kept, in memory or on disk: measured in one pass, handed on in pieces."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.entry import Content, FileChanged, OnDisk

PIECE_SIZE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Bytes with all that a manifest and a pack say of them."""

    content: Content
    size_bytes: int
    sha256: str
    sha512: str
    read_crc32: int | None = field(default=None, compare=False)

    @property
    def crc32(self) -> int:
        """Their checksum after ZIP, which only who packs them as they are asks for."""
        if self.read_crc32 is None:
            assert isinstance(self.content, bytes), "what lies on disk was read for it"
            return zlib.crc32(self.content)
        return self.read_crc32

    @property
    def name(self) -> str:
        """What it is called in a pack in which it lies as it is."""
        return self.sha256

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes, as `pieces` does."""
        return pieces(self.content)


def measure(content: Content) -> Measured:
    """Return bytes with their size and hashes.

    Raises:
        FileChanged: a file does not hold what is said of it.
    """
    if isinstance(content, bytes):
        return Measured(
            content=content,
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            sha512=hashlib.sha512(content).hexdigest(),
        )
    sha512, crc32 = hashlib.sha512(), 0
    for piece in pieces(content):
        sha512.update(piece)
        crc32 = zlib.crc32(piece, crc32)
    return Measured(
        content=content,
        size_bytes=content.size_bytes,
        sha256=content.sha256,
        sha512=sha512.hexdigest(),
        read_crc32=crc32,
    )


def pieces(content: Content) -> Iterator[bytes]:
    """Yield bytes a piece at a time.

    Raises:
        FileChanged: after the last piece of a file that does not hold what is said of it; before
            it is longer than that.
    """
    if isinstance(content, bytes):
        yield content
        return
    hashed, size_bytes = hashlib.sha256(), 0
    for piece in _read(content):
        hashed.update(piece)
        size_bytes += len(piece)
        if size_bytes > content.size_bytes:
            break
        yield piece
    if (size_bytes, hashed.hexdigest()) != (content.size_bytes, content.sha256):
        raise FileChanged(f"{content.path.name} was changed while it was being kept")


def _read(content: OnDisk) -> Iterator[bytes]:
    try:
        with content.path.open("rb", buffering=0) as file:
            while piece := file.read(PIECE_SIZE_BYTES):
                yield piece
    except OSError as error:
        raise FileChanged(f"{content.path.name} cannot be read: {error.strerror}") from error

"""Bytes under a key of their own: AES-256-GCM in chunks, so that any part can be read alone.

Chunks of 65,536 bytes, each with its tag of 16. A chunk's nonce is its number in 11 bytes and one
byte that is 1 for the last, as in STREAM (Hoang, Reyhanitabar, Rogaway, Vizar 2015) and age: none
can be left out, moved or cut off. A key is for one member alone, so no nonce comes twice.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from archive.content import Measured
from archive.entry import ArchiveDamaged
from archive.packs.source import Source

CHUNK_SIZE_BYTES = 1 << 16
TAG_SIZE_BYTES = 16
_STORED_CHUNK_BYTES = CHUNK_SIZE_BYTES + TAG_SIZE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A member as it goes into a pack: encrypted, and named by what lies there.

    Attributes:
        held: the encrypted bytes, where they are not too many.
    """

    name: str
    sha256: str
    size_bytes: int
    crc32: int
    measured: Measured = field(repr=False)
    key: bytes = field(repr=False)
    held: tuple[bytes, ...] = field(repr=False)

    def pieces(self) -> Iterator[bytes]:
        """Yield the encrypted bytes.

        Raises:
            FileChanged: a file on disk is not what was measured.
        """
        return iter(self.held) if self.held else encrypt(self.measured.pieces(), self.key)


def seal(measured: Measured, key: bytes) -> Sealed:
    """Encrypt a content; one that lies on disk is read twice, once for its name.

    Args:
        measured: the content.
        key: 32 bytes of chance, used for nothing else.

    Raises:
        FileChanged: a file on disk is not what was measured.
    """
    hashed, crc32 = sha256(), 0
    encrypted: Iterable[bytes] = encrypt(measured.pieces(), key)
    held = tuple(encrypted) if isinstance(measured.content, bytes) else ()
    for chunk in held or encrypted:
        hashed.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
    return Sealed(
        name=hashed.hexdigest(),
        sha256=measured.sha256,
        size_bytes=stored_size(measured.size_bytes),
        crc32=crc32,
        measured=measured,
        key=key,
        held=held,
    )


def encrypt(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Yield chunks, encrypted; the last one when all pieces are through."""
    cipher, number, held = AESGCM(key), 0, b""
    for chunk in _chunks(pieces):
        if held:
            yield cipher.encrypt(_nonce(number, is_last=False), held, None)
            number += 1
        held = chunk
    yield cipher.encrypt(_nonce(number, is_last=True), held, None)


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut pieces anew; only the last chunk may be smaller."""
    rest = b""
    for piece in pieces:
        joined = rest + piece if rest else piece
        whole = len(joined) - len(joined) % CHUNK_SIZE_BYTES
        for at in range(0, whole, CHUNK_SIZE_BYTES):
            yield joined[at : at + CHUNK_SIZE_BYTES]
        rest = joined[whole:]
    if rest:
        yield rest


def stored_size(size_bytes: int) -> int:
    """Return how many bytes so many become.

    >>> [stored_size(n) for n in (0, 1, 65_536, 65_537)]
    [16, 17, 65552, 65569]
    """
    return size_bytes + TAG_SIZE_BYTES * max(-(-size_bytes // CHUNK_SIZE_BYTES), 1)


def plain_size(stored_bytes: int) -> int:
    """Return of how many bytes so many were made.

    >>> [plain_size(n) for n in (16, 17, 65_552, 65_569)]
    [0, 1, 65536, 65537]
    """
    return stored_bytes - TAG_SIZE_BYTES * -(-stored_bytes // _STORED_CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an encrypted source holds. Who has it has the key of this one member, and no other.

    Reading raises ArchiveDamaged where the source is not what was written under this key.
    """

    stored: Source
    key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """That of the source."""
        return self.stored.name

    def size_bytes(self) -> int:
        """Return how many plain bytes there are."""
        return plain_size(self.stored.size_bytes())

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return plain bytes."""
        end = min(offset + size_bytes, self.size_bytes())
        if offset >= end > 0:
            return b""
        first, past = offset // CHUNK_SIZE_BYTES, max(-(-end // CHUNK_SIZE_BYTES), 1)
        stored = self.stored.read(first * _STORED_CHUNK_BYTES, (past - first) * _STORED_CHUNK_BYTES)
        plain = b"".join(self._chunks(stored, first))
        return plain[offset - first * CHUNK_SIZE_BYTES : end - first * CHUNK_SIZE_BYTES]

    def _chunks(self, stored: bytes, number: int) -> Iterator[bytes]:
        cipher, last = AESGCM(self.key), -(-self.stored.size_bytes() // _STORED_CHUNK_BYTES) - 1
        for at in range(0, len(stored), _STORED_CHUNK_BYTES):
            nonce = _nonce(number, is_last=number == last)
            try:
                yield cipher.decrypt(nonce, stored[at : at + _STORED_CHUNK_BYTES], None)
            except InvalidTag as error:
                raise ArchiveDamaged(f"{self.name} no longer holds what was encrypted") from error
            number += 1


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])

"""What is encrypted is read whole, in parts and in pieces; whatever was changed is not read."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.content import PIECE_SIZE_BYTES, measure
from archive.entry import ArchiveDamaged, FileChanged, OnDisk
from archive.packs.cipher import (
    CHUNK_SIZE_BYTES,
    Opened,
    encrypt,
    plain_size,
    seal,
    stored_size,
)
from archive.packs.source import Held
from tests.archive.filing import sha256_hex

KEY = bytes(32)
STORED_CHUNK = CHUNK_SIZE_BYTES + 16
SIZES = (0, 1, CHUNK_SIZE_BYTES - 1, CHUNK_SIZE_BYTES, CHUNK_SIZE_BYTES + 1, 3 * CHUNK_SIZE_BYTES)


def content(size_bytes: int) -> bytes:
    return random.Random(size_bytes).randbytes(size_bytes)  # noqa: S311  (the same in every run)


def stored(size_bytes: int) -> bytes:
    return b"".join(encrypt([content(size_bytes)], KEY))


@pytest.mark.parametrize("size_bytes", SIZES)
def test_any_part_can_be_read_alone(size_bytes: int) -> None:
    data, source = content(size_bytes), Opened(Held("it", stored(size_bytes)), KEY)
    assert source.size_bytes() == plain_size(stored_size(size_bytes)) == size_bytes
    edges = {
        0,
        1,
        size_bytes // 2,
        CHUNK_SIZE_BYTES - 1,
        CHUNK_SIZE_BYTES,
        size_bytes,
        size_bytes + 9,
    }
    for start in edges:
        for end in edges:
            assert source.read(start, end - start) == data[start:end] if start <= end else True


@pytest.mark.parametrize("size_bytes", SIZES)
def test_how_it_comes_in_pieces_changes_nothing(size_bytes: int) -> None:
    data = content(size_bytes)
    for piece in (1000, CHUNK_SIZE_BYTES, CHUNK_SIZE_BYTES + 7, PIECE_SIZE_BYTES):
        cut = [data[at : at + piece] for at in range(0, len(data), piece)]
        assert b"".join(encrypt(cut, KEY)) == stored(size_bytes)


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "a bit": lambda s: s[:5] + bytes([s[5] ^ 1]) + s[6:],
    "the last chunk left out": lambda s: s[: 2 * STORED_CHUNK],
    "the first chunk left out": lambda s: s[STORED_CHUNK:],
    "chunks exchanged": lambda s: s[STORED_CHUNK : 2 * STORED_CHUNK] + s[:STORED_CHUNK] + s[-99:],
    "cut off": lambda s: s[:-1],
    "nothing left": lambda _: b"",
}


@pytest.mark.parametrize("way", SPOILT)
def test_what_was_changed_is_not_read(way: str) -> None:
    spoilt = SPOILT[way](stored(2 * CHUNK_SIZE_BYTES + 83))
    source = Opened(Held("it", spoilt), KEY)
    if not spoilt:
        assert source.read(0, 10) == b""  # whoever reads it compares the hash
        return
    with pytest.raises(ArchiveDamaged, match="it no longer holds"):
        source.read(0, 3 * CHUNK_SIZE_BYTES)
    with pytest.raises(ArchiveDamaged, match="it no longer holds"):
        Opened(Held("it", stored(99)), bytes(31) + b"1").read(0, 1)


@pytest.mark.parametrize("size_bytes", SIZES)
def test_a_file_on_disk_is_sealed_like_bytes_in_memory(tmp_path: Path, size_bytes: int) -> None:
    data, file = content(size_bytes), tmp_path / "file"
    file.write_bytes(data)
    lying = OnDisk(path=file, size_bytes=size_bytes, sha256=sha256_hex(data))
    in_memory, on_disk = seal(measure(data), KEY), seal(measure(lying), KEY)
    for sealed in (in_memory, on_disk):
        encrypted = b"".join(sealed.pieces())
        assert encrypted == stored(size_bytes)
        assert (sealed.name, sealed.size_bytes) == (sha256_hex(encrypted), len(encrypted))
    assert (in_memory.crc32, in_memory.sha256) == (on_disk.crc32, sha256_hex(data))
    file.write_bytes(data + b"more")
    with pytest.raises(FileChanged, match="file was changed"):
        list(on_disk.pieces())


def test_a_key_shows_in_no_message() -> None:
    secret = b"a key of thirty-two bytes, never"
    assert repr(secret)[2:-1] not in repr(
        [seal(measure(b""), secret), Opened(Held("", b""), secret)]
    )

"""What is kept can be read here and there; never is all of it handed out if it was changed."""

import io
import random
from pathlib import Path

import pytest

from archive.content import PIECE_SIZE_BYTES
from archive.entry import ArchiveDamaged
from archive.kept import Kept
from archive.packs.source import LocalFile, Part
from tests.archive.filing import sha256_hex

BEFORE, AFTER = b"before it", b"after it"
SIZES = (0, 1, PIECE_SIZE_BYTES, PIECE_SIZE_BYTES + 1, 3 * PIECE_SIZE_BYTES - 1)


def kept(folder: Path, size_bytes: int) -> tuple[Kept, bytes]:
    data = random.Random(size_bytes).randbytes(size_bytes)  # noqa: S311  (the same in every run)
    pack = folder / "pack.zip"
    pack.write_bytes(BEFORE + data + AFTER)
    source = Part(LocalFile(pack), len(BEFORE), size_bytes)
    return Kept(source=source, size_bytes=size_bytes, sha256=sha256_hex(data)), data


@pytest.mark.parametrize("size_bytes", SIZES)
def test_it_is_read_whole_in_pieces_or_here_and_there(tmp_path: Path, size_bytes: int) -> None:
    place, data = kept(tmp_path, size_bytes)
    assert place.read() == b"".join(place.pieces()) == data
    chance = random.Random(1)  # noqa: S311
    with place.opened() as window, io.BytesIO(data) as plain:
        for _ in range(50):
            whence = chance.choice((io.SEEK_SET, io.SEEK_CUR, io.SEEK_END))
            offset = chance.randrange(size_bytes + 9) * (-1 if whence == io.SEEK_END else 1)
            if whence == io.SEEK_END and -offset > size_bytes:
                continue
            assert window.seek(offset, whence) == plain.seek(offset, whence)
            length = chance.randrange(size_bytes + 9)
            assert window.read(length) == plain.read(length)
            assert window.tell() == plain.tell()


@pytest.mark.parametrize("size_bytes", SIZES[1:])
def test_the_end_of_a_changed_file_is_never_handed_out(tmp_path: Path, size_bytes: int) -> None:
    place, data = kept(tmp_path, size_bytes)
    for spoilt in (bytes([data[0] ^ 1]) + data[1:], data[:-1]):
        (tmp_path / "pack.zip").write_bytes(BEFORE + spoilt)
        with pytest.raises(ArchiveDamaged, match="no longer holds"):
            place.read()
        given: list[bytes] = []
        with pytest.raises(ArchiveDamaged, match="no longer holds"):
            given.extend(place.pieces())
        assert sum(map(len, given)) < size_bytes
    (tmp_path / "pack.zip").unlink()
    for read in (place.read, lambda: list(place.pieces()), place.opened().read):
        with pytest.raises(ArchiveDamaged, match="is missing"):
            read()

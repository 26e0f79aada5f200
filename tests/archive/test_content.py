"""Files too large to be held are kept as they were offered, or not at all."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.content import PIECE_SIZE_BYTES, measure, pieces
from archive.entry import FileChanged, OnDisk
from tests.archive.filing import draft, drafts, item, opened, sha256_hex

BODY = bytes(range(256)) * (PIECE_SIZE_BYTES // 100)


def on_disk(path: Path, data: bytes = BODY) -> OnDisk:
    path.write_bytes(data)
    return OnDisk(path=path, size_bytes=len(data), sha256=sha256_hex(data))


@pytest.mark.parametrize("data", [b"", b"a", BODY], ids=["empty", "small", "several pieces"])
def test_a_file_is_measured_as_its_bytes_are(tmp_path: Path, data: bytes) -> None:
    held, lying = measure(data), measure(on_disk(tmp_path / "a", data))
    assert replace(lying, content=data) == held
    assert (held.size_bytes, held.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert held.crc32 == lying.crc32 == zlib.crc32(data)
    assert b"".join(pieces(lying.content)) == data
    assert max(map(len, pieces(lying.content)), default=0) <= PIECE_SIZE_BYTES


SPOILERS: dict[str, Callable[[Path], object]] = {
    "changed": lambda path: path.write_bytes(BODY[:-1] + b"?"),
    "longer": lambda path: path.write_bytes(BODY + BODY),
    "shorter": lambda path: path.write_bytes(BODY[:-1]),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_a_file_that_is_another_one_is_refused_and_the_archive_goes_on(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    offered = on_disk(tmp_path / "offered")
    spoil(offered.path)
    root = tmp_path / "archive"
    with opened(root) as archive:
        with pytest.raises(FileChanged, match="offered"):
            archive.append([draft(1), draft(2, items=(replace(item(""), data=offered),))])
        assert archive.logs() == ()
        archive.append(drafts([1, 2]))
        assert archive.verify().ok


def test_a_large_file_lies_in_a_pack_like_any_other(tmp_path: Path) -> None:
    offered = on_disk(tmp_path / "offered")
    with opened(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        large = draft(1, items=(item("small"), replace(item("", "large"), data=offered)))
        (entry,) = one.append([large])
        offered.path.unlink()
        assert b"".join(one.locate(offered.sha256).pieces()) == BODY
        (other,) = two.append(
            [draft(1, items=(item("small"), replace(item("", "large"), data=BODY)))]
        )
        assert entry.items == other.items
        assert one.verify().ok

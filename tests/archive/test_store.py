import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from archive.content import measure
from archive.entry import FileChanged, OnDisk
from archive.evidence import read_pack
from archive.store import (
    PACK_MEMBERS_MAX,
    Disk,
    read_directory,
    read_member,
    write_pack,
)
from tests.archive.filing import sha256_hex

CONTENTS = (b"", b"a", b"PK\3\4" * 99, bytes(range(256)) * 300)
MEMBERS = [(sha256_hex(data), data) for data in CONTENTS]
MEASURED = [measure(data) for data in CONTENTS]


def test_any_zip_program_opens_a_pack(tmp_path: Path) -> None:
    parts, places = write_pack(MEASURED)
    pack = tmp_path / "pack.zip"
    pack.write_bytes(b"".join(parts))
    with zipfile.ZipFile(pack) as opened:
        assert opened.testzip() is None
        assert [(i.filename, opened.read(i)) for i in opened.infolist()] == MEMBERS
        assert {i.date_time for i in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    command = ["python3", "-m", "zipfile", "-t", str(pack)]
    assert "Done" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert read_directory(pack) == places
    assert [read_member(pack, place) for place in places] == list(CONTENTS)


def test_a_pack_follows_from_its_members() -> None:
    raw = b"".join(write_pack(MEASURED)[0])
    assert b"".join(write_pack(MEASURED)[0]) == raw
    assert read_pack(raw) == read_pack(memoryview(raw)) == (MEMBERS, None)
    for at in range(0, len(raw), 37):
        spoiled = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        assert read_pack(spoiled)[1] in range(len(raw))
    for end in (0, 1, 50, len(raw) - 1):
        assert read_pack(raw[:end])[1] in range(end + 1)
    assert read_pack(raw + b"x")[1] == len(raw)


def test_a_pack_made_by_another_program_is_not_ours() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in MEMBERS:
            pack.writestr(name, data)
    assert read_pack(buffer.getvalue())[1] in range(30)


def test_more_than_a_zip_file_holds() -> None:
    with pytest.raises(ValueError, match="do not go into one pack"):
        write_pack([measure(b"")] * (PACK_MEMBERS_MAX + 1))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    disk, path = Disk(tmp_path / "root"), tmp_path / "root" / "a" / "b" / "c"
    for data in (b"long content", b"short"):
        disk.keep({path: [data]})
        assert path.read_bytes() == data
    assert [p.name for p in path.parent.iterdir()] == ["c"]


def test_a_file_that_changes_while_it_is_packed_leaves_nothing(tmp_path: Path) -> None:
    file, pack = tmp_path / "file", tmp_path / "root" / "pack.zip"
    file.write_bytes(b"first")
    measured = measure(OnDisk(path=file, size_bytes=5, sha256=sha256_hex(b"first")))
    file.write_bytes(b"other")
    with pytest.raises(FileChanged, match="file was changed"):
        Disk(tmp_path / "root").keep({pack: write_pack([measured])[0]})
    assert list(pack.parent.iterdir()) == []


def test_files_and_folders_are_synced_before_keep_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fsync was asked for, in order: the true call, with a note of what it was given."""
    synced: list[str] = []
    fsync = os.fsync

    def noting(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").resolve().relative_to(tmp_path).as_posix())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    root = tmp_path / "root"
    disk = Disk(root)
    disk.keep({root / "a" / "b": [b"1"], root / "c": [b"2"]})
    assert synced == [".", "root", "root/a/.b.part", "root/.c.part", "root/a", "root"]
    synced.clear()
    disk.keep({root / "a" / "b": [b"3"]})
    assert synced == ["root/a/.b.part", "root/a"]

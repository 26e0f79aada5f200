import os
from pathlib import Path

import pytest

from archive.content import measure
from archive.entry import FileChanged, OnDisk
from archive.packs.pack import write_pack
from archive.store import Disk
from tests.archive.filing import sha256_hex


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


def test_acts_together_have_all_ended_when_the_worst_fault_is_raised(tmp_path: Path) -> None:
    done: list[str] = []

    def ends() -> None:
        done.append("ends")

    def changes() -> None:
        raise FileChanged("a file")

    def breaks() -> None:
        raise OSError("a disk")

    def exits() -> None:
        raise SystemExit

    disk = Disk(tmp_path)
    for acts, fault in (
        ((changes, breaks, ends), OSError),
        ((changes, ends), FileChanged),
        ((ends, exits), SystemExit),
    ):
        with pytest.raises(fault):
            disk.together(acts)
    disk.together([ends])
    assert done == ["ends"] * 4

"""A backup is an archive: it verifies, it goes on, and an older one is known by a checkpoint."""

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.backing_up import NoBackup, back_up, restore
from archive.entry import NotKept
from archive.erasing import Erasure
from archive.packs.holdings import opener
from archive.verify import check_archive
from tests.archive.filing import MASTERS, draft, drafts, opened, sha256_hex


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = opened(tmp_path / "archive", masters=MASTERS)
    made.append(drafts(range(5)))
    made.append([draft(1, tenant="bolt")])
    return made


def faults(folder: Path, *earlier: str) -> list[str]:
    noted = [("mailed", note) for note in earlier]
    report = check_archive(folder, earlier=noted, open_member=opener(folder, MASTERS))
    return [str(fault) for fault in report.faults]


def test_a_backup_is_an_archive(archive: Archive, tmp_path: Path) -> None:
    copied = back_up(tmp_path / "archive", tmp_path / "copy")
    assert copied.checkpoints == {log: archive.checkpoint(log) for log in archive.logs()}
    assert faults(tmp_path / "copy", *copied.checkpoints.values()) == []
    restore(tmp_path / "copy", tmp_path / "again")
    with opened(tmp_path / "again", masters=MASTERS) as again:
        assert again.entries() == archive.entries()
        again.append(drafts([9]))
        assert again.verify().faults == []


def test_the_next_one_copies_what_is_new(archive: Archive, tmp_path: Path) -> None:
    first = back_up(tmp_path / "archive", tmp_path / "copy")
    archive.append(drafts(range(5, 300)))
    second = back_up(tmp_path / "archive", tmp_path / "copy")
    assert second.files < first.files
    assert faults(tmp_path / "copy", *first.checkpoints.values()) == []
    assert back_up(tmp_path / "archive", tmp_path / "copy").files == 0


def test_one_that_was_cut_off_is_finished_by_the_next(archive: Archive, tmp_path: Path) -> None:
    for after in range(1, 12):

        def die(files: int, last: int = after) -> None:
            if files == last:
                raise KeyboardInterrupt

        archive.append(drafts([100 + after]))
        with pytest.raises(KeyboardInterrupt):
            back_up(tmp_path / "archive", tmp_path / f"copy{after}", progress=die)
        back_up(tmp_path / "archive", tmp_path / f"copy{after}")
        assert faults(tmp_path / f"copy{after}") == []


def test_an_older_one_is_known_by_a_checkpoint_from_outside(
    archive: Archive, tmp_path: Path
) -> None:
    back_up(tmp_path / "archive", tmp_path / "copy")
    archive.append(drafts([50]))
    mailed = archive.checkpoint("acme/2026")
    [fault] = faults(tmp_path / "copy", mailed)
    assert "acme/2026" in fault
    assert faults(tmp_path / "copy") == []


def test_what_was_erased_is_erased_in_the_next_backup(archive: Archive, tmp_path: Path) -> None:
    back_up(tmp_path / "archive", tmp_path / "copy")
    archive.erase(
        Erasure(
            tenant="acme",
            key="erase/1",
            documents=("d3",),
            rule="DE",
            reason="its time is over",
            asked_by="Anna",
            approved_by="Bert",
        )
    )
    back_up(tmp_path / "archive", tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "again")
    with opened(tmp_path / "again", masters=MASTERS) as again:
        assert again.entries(document="d3") == ()
        assert again.verify().faults == []
        with pytest.raises(NotKept):
            again.get(sha256_hex(b"document 3"))


@pytest.mark.parametrize("case", ["inside", "a file", "something else"])
def test_it_is_made_nowhere_else(archive: Archive, tmp_path: Path, case: str) -> None:
    target = {"inside": tmp_path / "archive" / "b", "a file": tmp_path / "f"}.get(
        case, tmp_path / "other"
    )
    (tmp_path / "f").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letters").touch()
    with pytest.raises(NoBackup):
        back_up(tmp_path / "archive", target)
    assert archive.verify().faults == []


def test_nothing_is_restored_over_something(archive: Archive, tmp_path: Path) -> None:
    back_up(tmp_path / "archive", tmp_path / "copy")
    with pytest.raises(NoBackup):
        restore(tmp_path / "copy", tmp_path / "archive")
    (tmp_path / "none").mkdir()
    with pytest.raises(NoBackup):
        restore(tmp_path / "none", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert archive.verify().faults == []

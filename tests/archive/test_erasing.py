"""What is erased is gone for ever, and nothing else; what was proven before stays proven."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import ArchiveUnavailable, NotErasable, NotKept
from archive.erasing import Erasure
from archive.verify import check_archive
from tests.archive.filing import MASTERS, NOON, PLAIN, draft, drafts, item, sha256_hex
from tests.archive.filing import opened as opened_plain
from tests.archive.test_failures import FULL_DISK, FaultyDisk, Killed

opened = partial(opened_plain, masters=MASTERS)
LATER = datetime(2035, 1, 2, tzinfo=UTC)
TERMS = sha256_hex(b"the same every time")
ERASURE = Erasure(
    key="erasure/1",
    tenant="acme",
    rule="DE 8",
    reason="the period is over",
    asked_by="ada",
    approved_by="ben",
    disposal="d" * 64,
)
asking = partial(replace, ERASURE)


def document(n: int) -> str:
    return sha256_hex(f"document {n}".encode())


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents 0 to 2 in a pack, 3 in one of its own; all with the terms of the first."""
    root = tmp_path_factory.mktemp("filed") / "archive"
    with opened(root) as archive:
        archive.append(drafts(range(3)))
        archive.append([draft(3)])
    return root


@pytest.fixture
def root(filed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filed, tmp_path / "archive"))


def ids(archive: Archive) -> list[str]:
    return [entry.id for entry in archive.entries()]


def left(archive: Archive) -> list[str]:
    """Return the documents that are found, after a look that all is well and nothing half."""
    report = archive.verify()
    assert report.faults == []
    before = list(archive._index.content())
    archive.reindex()
    assert list(archive._index.content()) == before
    found = [entry for entry in archive.entries() if entry.kind == "document"]
    for entry in found:
        assert all(archive.get(each.sha256) for each in entry.items)
        assert archive.proof(entry.id)
    return [entry.document or "" for entry in found]


def is_gone(archive: Archive, sha256: str) -> bool:
    try:
        archive.get(sha256)
    except NotKept:
        return True
    return False


@pytest.mark.parametrize("at", [NOON, LATER])
def test_an_entry_goes_and_what_others_need_stays(root: Path, at: datetime) -> None:
    with opened(root, at=at) as archive:
        earlier, one = archive.checkpoint("acme/2026"), ids(archive)[1]
        entry = archive.erase(asking(entries=(one,)))
        assert (entry.kind, entry.subject) == ("erase", "erase:erasure/1")
        assert entry.log == f"acme/{at.year}"
        assert dict(entry.fields) == {
            "rule": "DE 8",
            "reason": "the period is over",
            "asked_by": "ada",
            "approved_by": "ben",
            "disposal": "d" * 64,
        }
        assert left(archive) == ["d0", "d2", "d3"]
        assert is_gone(archive, one)
        assert is_gone(archive, document(1))
        assert not is_gone(archive, TERMS)
        assert archive.append([draft(2)])[0].id == ids(archive)[1]
        with pytest.raises(NotKept):
            archive.entry(one)
        report = archive.verify()
        assert report.erased == {"acme/2026": 1}
        report = check_archive(root, earlier=[("kept", earlier)], open_member=archive.open_member)
        assert report.faults == []


def test_nothing_of_it_lies_anywhere(root: Path) -> None:
    texts = [p.read_bytes() for p in root.rglob("*") if p.is_file()]
    assert any(b"R-0003" in text for text in texts), "the index says it before"
    with opened(root) as archive:
        archive.erase(asking(documents=("d3",)))
        assert left(archive) == ["d0", "d1", "d2"]
    texts = [p.read_bytes() for p in root.rglob("*") if p.is_file()]
    assert not any(b"R-0003" in text or b"document 3" in text for text in texts)


def test_a_file_goes_with_the_last_who_needs_it_and_may_come_again(root: Path) -> None:
    with opened(root) as archive:
        for n, others in ((0, 3), (1, 2), (3, 1)):
            archive.erase(asking(key=f"erasure/{n}", documents=(f"d{n}",)))
            assert not is_gone(archive, TERMS)
            assert len(left(archive)) == others
        archive.erase(asking(key="erasure/2", documents=("d2", "d1")))
        assert is_gone(archive, TERMS)
        assert left(archive) == []
        archive.append([draft(4)])
        assert left(archive) == ["d4"]
        assert archive.get(TERMS) == b"the same every time"


def test_an_index_that_was_put_back_is_not_believed(root: Path, tmp_path: Path) -> None:
    for path in root.glob("index.db*"):
        shutil.copy(path, tmp_path)
    with opened(root) as archive:
        archive.erase(asking(documents=("d0", "d1", "d2", "d3")))
    for path in root.glob("index.db*"):
        path.unlink()
    for path in tmp_path.glob("index.db*"):
        shutil.copy(path, root)
    with opened(root) as archive:
        archive.append([draft(4)])
        assert archive.get(TERMS) == b"the same every time"
        archive.reindex()
        assert left(archive) == ["d4"]


def test_asked_again_under_its_key_nothing_more_goes(root: Path) -> None:
    with opened(root) as archive:
        first = archive.erase(asking(documents=("d0",)))
        assert archive.erase(asking(documents=("d1",))) == first
        assert left(archive) == ["d1", "d2", "d3"]
        with pytest.raises(NotKept, match="erasure/2"):
            archive.erase(asking(key="erasure/2", documents=("d0",)))
        archive.erase(asking(key="erasure/3", documents=("d0", "d1")))
        assert left(archive) == ["d2", "d3"]


def test_what_tells_of_the_archive_itself_stays(root: Path) -> None:
    hold = draft(9, kind="hold", key="hold:1/place", document="d0", items=(item("why", "act"),))
    with opened(root) as archive:
        archive.append([hold])
        erased = archive.erase(asking(documents=("d0",)))
        assert [e.kind for e in archive.entries(document="d0")] == ["hold"]
        for stays in (erased.id, archive.entries(document="d0")[0].id):
            with pytest.raises(ValueError, match="which stays"):
                archive.erase(asking(key="erasure/2", entries=(stays,)))
        assert left(archive) == ["d1", "d2", "d3"]


def test_nobody_erases_what_is_of_others(root: Path) -> None:
    with opened(root) as archive:
        (other,) = archive.append([draft(0, tenant="other")])
        before = ids(archive)
        for asked in (asking(entries=(other.id,)), asking(documents=("unknown",))):
            with pytest.raises(NotKept, match="nothing is kept"):
                archive.erase(asked)
        archive.erase(asking(documents=("d0",)))
        assert set(before) - set(ids(archive)) == {before[0]}
        assert archive.get(document(0)), "the other company has it, too"


def test_what_lies_there_unencrypted_cannot_be_erased(tmp_path: Path) -> None:
    with opened(tmp_path, masters=PLAIN) as archive:
        archive.append([draft(0)])
    with opened(tmp_path) as archive:
        archive.append([draft(1)])
        for n in (0, 1):  # the terms of both lie in the first pack; 0 still needs them
            if n == 1:
                archive.erase(asking(documents=("d1",)))
                assert left(archive) == ["d0"]
            else:
                with pytest.raises(NotErasable, match="written before packs were encrypted"):
                    archive.erase(asking(documents=("d0", "d1")))
                assert left(archive) == ["d0", "d1"]


WAYS: dict[str, tuple[BaseException, bool]] = {
    "killed": (Killed(), False),
    "disk failed": (FULL_DISK, True),
}


@pytest.mark.parametrize("way", ["killed", pytest.param("disk failed", marks=pytest.mark.scenario)])
def test_cut_off_anywhere_it_is_done_wholly_or_not_begun(
    filed: Path, tmp_path: Path, way: str
) -> None:
    error, done = WAYS[way]
    for at in range(acts_of(filed, tmp_path)):
        root = copied(filed, tmp_path)
        disk = FaultyDisk(root, at=at, done=done, error=error)
        with opened(root, disk=disk) as archive, pytest.raises((Killed, ArchiveUnavailable)):
            archive.erase(asking(documents=("d0", "d3")))
        with opened(root) as archive:
            begun = bool(archive.entries(subject="erase:erasure/1"))
            assert left(archive) == (["d1", "d2"] if begun else ["d0", "d1", "d2", "d3"])
            archive.erase(asking(documents=("d0", "d3")))
            assert left(archive) == ["d1", "d2"]


def test_another_process_finishes_what_one_left(filed: Path, tmp_path: Path) -> None:
    """It has the archive open already, and files something of its own."""
    for at in range(acts_of(filed, tmp_path)):
        root = copied(filed, tmp_path)
        with opened(root) as living:
            disk = FaultyDisk(root, at=at, done=True)
            with opened(root, disk=disk) as dying, pytest.raises(Killed):
                dying.erase(asking(documents=("d0", "d1", "d2", "d3")))
            living.append([draft(4)])
            begun = bool(living.entries(subject="erase:erasure/1"))
            stay = [] if begun else ["d0", "d1", "d2", "d3"]
            assert left(living) == [*stay, "d4"]
            assert living.get(TERMS) == b"the same every time"


def acts_of(filed: Path, tmp_path: Path) -> int:
    root = copied(filed, tmp_path)
    disk = FaultyDisk(root)
    with opened(root, disk=disk) as archive:
        archive.erase(asking(documents=("d0", "d3")))
    assert disk.acts > 10
    return disk.acts


def copied(filed: Path, tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    shutil.rmtree(root, ignore_errors=True)
    return Path(shutil.copytree(filed, root))

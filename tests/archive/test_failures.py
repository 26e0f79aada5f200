"""Every act on the disk, failing in every way; after each the whole archive is verified.

A commit is acted out once to count its acts. Then, for each act: it fails and nothing was kept;
it fails though it was kept; the process dies before it or after it; the power goes and takes
whatever no fsync has covered. The first commit shows it in the fast suite, one that fills a tile
among the scenarios.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entry import ArchiveUnavailable
from archive.store import Disk
from archive.verify_archive import check_archive
from tests.archive.filing import MASTERS, draft, drafts
from tests.archive.filing import opened as opened_plain

BEFORE = [draft(n, items=(), fields={}) for n in range(254)]
AFTER = drafts(range(254, 258))
opened = partial(opened_plain, masters=MASTERS)
"""Packs are encrypted, which is all that plain ones need and more."""


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class FaultyDisk(Disk):
    """Fails at its nth act, before or after doing it; n counts from 0.

    What an fsync covers is modelled, not done: a busy disk would make these tests slow.
    """

    def __init__(
        self, root: Path, *, at: int = -1, done: bool = False, error: BaseException | None = None
    ) -> None:
        super().__init__(root)
        self.acts = 0
        self.room = False
        self._at, self._done, self._error = at, done, error or Killed()
        self._unsynced: list[tuple[Path, bytes | None]] = []

    def has_room(self) -> bool:
        return self.room

    def together(self, acts: Sequence[Callable[[], None]]) -> None:
        for act in acts:
            act()

    def _act(self, act: Callable[[], None]) -> None:
        self.acts += 1
        if self.acts - 1 != self._at:
            act()
            return
        if self._done:
            act()
        raise self._error

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        self._act(lambda: _write(path, data))

    def overwrite(self, path: Path, spans: Mapping[int, bytes]) -> None:
        self._act(lambda: Disk.overwrite(self, path, spans))

    def rename(self, source: Path, target: Path) -> None:
        def act() -> None:
            before = target.read_bytes() if target.exists() else None
            self._unsynced.append((target, before))
            Disk.rename(self, source, target)

        self._act(act)

    def unlink(self, path: Path) -> None:
        def act() -> None:
            self._unsynced.append((path, path.read_bytes()))
            Disk.unlink(self, path)

        self._act(act)

    def make_folder(self, folder: Path) -> None:
        def act() -> None:
            if not folder.exists():
                self._unsynced.append((folder, None))
            Disk.make_folder(self, folder)

        self._act(act)

    def sync(self, folder: Path) -> None:
        def act() -> None:
            self._unsynced = [u for u in self._unsynced if u[0].parent != folder]

        self._act(act)

    def cut_power(self, *, spared: int = 0) -> None:
        """Undo the names that are not durable yet, but for the newest so many."""
        for path, before in self._unsynced[::-1][spared:]:
            if before is not None:
                path.write_bytes(before)
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _write(path: Path, data: Iterable[bytes]) -> None:
    path.write_bytes(b"".join(data))


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose next commit fills a tile."""
    root = tmp_path_factory.mktemp("origin") / "archive"
    with opened_plain(root) as archive:
        archive.append(BEFORE)
    return root


def copied(start: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    if start.exists():
        shutil.copytree(start, target)
    return target


def count_acts(start: Path, tmp_path: Path) -> int:
    root = copied(start, tmp_path / "counted")
    disk = FaultyDisk(root)
    with opened(root, disk=disk) as archive:
        archive.append(AFTER)
    return disk.acts


def fail(
    root: Path, *, at: int, done: bool, error: BaseException, with_room_again: bool = False
) -> FaultyDisk:
    """Append until the disk fails; where it only reports it, nothing more is taken.

    With room again the same open archive goes on.
    """
    disk = FaultyDisk(root, at=at, done=done, error=error)
    with opened(root, disk=disk) as archive:
        if isinstance(error, Killed):
            with pytest.raises(Killed):
                archive.append(AFTER)
        else:
            for _ in range(2):
                with pytest.raises(ArchiveUnavailable, match="No space left"):
                    archive.append(AFTER)
            assert disk.acts == at + 1
        disk.room = with_room_again
        if with_room_again:
            entries = archive.append(AFTER)
            assert archive.append(AFTER) == entries
            assert is_whole(archive, root)
    return disk


def is_whole(archive: Archive, root: Path) -> bool:
    """Look at the files alone; whether the index agrees is looked at where all is done."""
    return check_archive(root, open_member=archive.open_member).ok


def check(root: Path, kept: Sequence[str]) -> None:
    """All that was acknowledged is there, all is whole, and what failed can be filed again."""
    with opened(root, disk=FaultyDisk(root)) as archive:
        assert is_whole(archive, root)
        entries = archive.append(AFTER)
        assert archive.append(AFTER) == entries
        assert [entry.key for entry in entries] == [draft.key for draft in AFTER]
        assert [archive.entry(each).id for each in kept] == kept
        report = archive.verify()
        assert report.faults == []
        assert report.entries == {"acme/2026": len(AFTER) + (len(BEFORE) if kept else 0)}


def first_and_last(start: Path) -> list[str]:
    if not start.exists():
        return []
    with opened(start) as archive:
        entries = archive.entries()
        return [entries[0].id, entries[-1].id]


FULL_DISK = OSError(28, "No space left")
LONG = pytest.mark.scenario
TILE = pytest.param(False, marks=LONG)
"""Not the first commit, but one that fills a tile."""
WAYS = {
    "failed and not kept": (FULL_DISK, False),
    "failed but kept": (FULL_DISK, True),
    "killed": (Killed(), True),
}
SEEN_ON_DISK = ("failed and not kept", "failed but kept")


@pytest.mark.parametrize(
    ("first_commit", "way"),
    [(True, way) for way in WAYS] + [pytest.param(False, way, marks=LONG) for way in SEEN_ON_DISK],
)
def test_every_act_fails_once(
    origin: Path, tmp_path: Path, way: str, *, first_commit: bool
) -> None:
    start = tmp_path / "nothing" if first_commit else origin
    error, done = WAYS[way]
    acts = count_acts(start, tmp_path)
    assert acts > 12
    kept = first_and_last(start)
    for at in range(acts):
        root = copied(start, tmp_path / "archive")
        fail(root, at=at, done=done, error=error)
        check(root, kept)


@pytest.mark.parametrize(
    ("first_commit", "done"), [(True, False), pytest.param(False, True, marks=LONG)]
)
def test_a_full_disk_is_only_a_pause(
    origin: Path, tmp_path: Path, *, first_commit: bool, done: bool
) -> None:
    start = tmp_path / "nothing" if first_commit else origin
    for at in range(count_acts(start, tmp_path)):
        root = copied(start, tmp_path / "archive")
        fail(root, at=at, done=done, error=FULL_DISK, with_room_again=True)
        check(root, first_and_last(start))


def test_a_disk_that_failed_otherwise_stays_refused(tmp_path: Path) -> None:
    disk = FaultyDisk(tmp_path, at=3, error=OSError(5, "Input/output error"))
    disk.room = True
    with opened(tmp_path, disk=disk) as archive:
        for _ in range(2):
            with pytest.raises(ArchiveUnavailable, match="until it is reopened"):
                archive.append(AFTER)


@pytest.mark.parametrize("first_commit", [True, TILE])
def test_what_a_dead_commit_left_is_not_in_the_way_of_another(
    origin: Path, tmp_path: Path, *, first_commit: bool
) -> None:
    """The next commit is a smaller one, and another process may have the archive open already."""
    start = tmp_path / "nothing" if first_commit else origin
    begun = copied(start, tmp_path / "begun")
    with opened(begun) as archive:
        archive.append([draft(300)])
    for at in range(count_acts(begun, tmp_path)):
        root = copied(start, tmp_path / "archive")
        with opened(root, disk=FaultyDisk(root)) as living:
            living.append([draft(300)])
            fail(root, at=at, done=True, error=Killed())
            for one in (draft(301), *AFTER, draft(302)):
                living.append([one])
                assert is_whole(living, root)


@pytest.mark.parametrize(
    ("first_commit", "spared"), [(True, 0), (True, 1), pytest.param(False, 1, marks=LONG)]
)
def test_the_power_goes_after_every_act(
    origin: Path, tmp_path: Path, spared: int, *, first_commit: bool
) -> None:
    start = tmp_path / "nothing" if first_commit else origin
    kept = first_and_last(start)
    for at in range(count_acts(start, tmp_path)):
        root = copied(start, tmp_path / "archive")
        fail(root, at=at, done=True, error=Killed()).cut_power(spared=spared)
        check(root, kept)


@pytest.mark.parametrize("first_commit", [True, TILE])
def test_what_was_removed_does_not_come_back(
    origin: Path, tmp_path: Path, *, first_commit: bool
) -> None:
    """The next commit is not encrypted, so that it writes over no keys, and a smaller one."""
    start = tmp_path / "nothing" if first_commit else origin
    for at in range(count_acts(start, tmp_path)):
        root = copied(start, tmp_path / "archive")
        fail(root, at=at, done=True, error=Killed())
        disk = FaultyDisk(root)
        with opened_plain(root, disk=disk, masters=replace(MASTERS, encrypts=False)) as archive:
            filed = archive.append([draft(300)])
        disk.cut_power()
        with opened(root) as archive:
            assert tuple(archive.entry(each.id) for each in filed) == filed
            assert is_whole(archive, root)


@pytest.mark.parametrize("first_commit", [True, False])
def test_what_was_acknowledged_survives_a_power_cut(
    origin: Path, tmp_path: Path, *, first_commit: bool
) -> None:
    start = tmp_path / "nothing" if first_commit else origin
    kept = first_and_last(start)
    root = copied(start, tmp_path / "archive")
    disk = FaultyDisk(root)
    with opened(root, disk=disk) as archive:
        filed = archive.append(AFTER)
    disk.cut_power()
    with opened(root) as archive:
        assert tuple(archive.entry(each.id) for each in filed) == filed
    check(root, kept)

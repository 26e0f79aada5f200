"""Backup: a copy of an archive that is an archive itself, made while the first one is written to.

A backup that is made again into the same folder copies what is new. Packs never change; all else
is copied while nobody files, so that each log's checkpoint fits what lies beside it. What was
erased meanwhile is erased in the copy, too. The index is left out: it follows from the rest. Keys
are left out, and so are packs that lie at a store over the network.
"""

import filecmp
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.store import Disk, locked

_PACKS = "packs"
_LEFT_OUT = frozenset({"lock"})
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a backup copied, and the checkpoint of each log in it."""

    files: int
    size_bytes: int
    removed: int
    checkpoints: dict[str, str]


class NoBackup(Exception):
    """The copy cannot be made there; the message says why."""


def back_up(
    root: Path, target: Path, *, progress: Callable[[int], None] = lambda _files: None
) -> Copied:
    """Copy an archive into a folder, new or an earlier backup of it.

    Args:
        root: of the archive.
        target: never inside of it.
        progress: is told how many files were copied.

    Raises:
        NoBackup: the target is inside the archive, or holds something else.
        OSError: a file cannot be read or kept; what lies in the target then is unfinished, and is
            finished by the next.
    """
    _check(root, target)
    copy = _Copy(root, target, progress)
    tenants = sorted(path.name for path in root.iterdir() if _is_tenant(path))
    for tenant in tenants:
        copy.add(_files(root / tenant, only=_PACKS))
    for tenant in tenants:
        with locked(root / tenant / "lock"):
            copy.add(_files(root / tenant, only=_PACKS))
            copy.mirror(tenant)
    copy.mirror("keys")
    copy.mirror("trust")
    return copy.done()


def _check(root: Path, target: Path) -> None:
    if target.resolve().is_relative_to(root.resolve()):
        raise NoBackup(f"{target} lies in the archive itself; name a folder elsewhere")
    if target.exists() and not target.is_dir():
        raise NoBackup(f"{target} is no folder")
    strange = [path.name for path in _visible(target) if not (root / path.name).exists()]
    if strange:
        raise NoBackup(f"{target} holds {strange[0]!r}, which is not of this archive")


def _visible(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def _is_tenant(path: Path) -> bool:
    return path.is_dir() and any(path.glob("[0-9][0-9][0-9][0-9]"))


def _files(folder: Path, *, only: str = "") -> Iterator[Path]:
    """Yield regular files below a folder, but for locks and what is not finished."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if name in _LEFT_OUT or (name.startswith(".") and name.endswith(".part")):
                continue
            if not only or path.parent.name == only:
                yield path


class _Copy:
    """A backup under way."""

    def __init__(self, root: Path, target: Path, progress: Callable[[int], None]) -> None:
        self._root = root
        self._target = target
        self._disk = Disk(target)
        self._progress = progress
        self._files = 0
        self._size_bytes = 0
        self._removed = 0

    def add(self, packs: Iterator[Path]) -> None:
        """Copy packs that are not there yet."""
        for path in packs:
            there = self._place(path)
            if not there.exists() or there.stat().st_size != path.stat().st_size:
                self._copy(path, there)

    def mirror(self, name: str) -> None:
        """Make all but packs the same there as here, the checkpoint of each log last."""
        here = [path for path in _files(self._root / name) if path.parent.name != _PACKS]
        for path in sorted(here, key=lambda path: path.name == "checkpoint"):
            there = self._place(path)
            if not there.exists() or not filecmp.cmp(path, there, shallow=False):
                self._copy(path, there)
        wanted = {self._place(path) for path in _files(self._root / name)}
        for path in [path for path in _files(self._target / name) if path not in wanted]:
            path.unlink()
            self._disk.sync(path.parent)
            self._removed += 1

    def done(self) -> Copied:
        found = sorted(self._target.glob("*/[0-9][0-9][0-9][0-9]/log/checkpoint"))
        return Copied(
            files=self._files,
            size_bytes=self._size_bytes,
            removed=self._removed,
            checkpoints={f"{p.parts[-4]}/{p.parts[-3]}": p.read_text("utf-8") for p in found},
        )

    def _place(self, path: Path) -> Path:
        return self._target / path.relative_to(self._root)

    def _copy(self, path: Path, there: Path) -> None:
        with path.open("rb") as file:
            self._disk.keep({there: iter(lambda: file.read(_PIECE_BYTES), b"")})
        self._files += 1
        self._size_bytes += there.stat().st_size
        self._progress(self._files)


def restore(backup: Path, root: Path) -> None:
    """Put a copy of a backup where the archive is to be; check the backup first.

    Raises:
        NoBackup: something lies there already, or the folder is no backup.
        OSError: it cannot be copied; nothing lies there then.
    """
    if _visible(root):
        raise NoBackup(f"{root} is not empty; move what lies there away, and keep it")
    if not any(backup.glob("*/[0-9][0-9][0-9][0-9]/log/checkpoint")):
        raise NoBackup(f"{backup} is no backup of an archive: no log lies in it")
    part = root.with_name(f".{root.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        copy = _Copy(backup, part, lambda _files: None)
        for path in _visible(backup):
            if path.is_dir():
                copy.add(_files(path, only=_PACKS))
                copy.mirror(path.name)
        if root.exists():
            root.rmdir()
        part.rename(root)
        Disk(root.parent).sync(root.parent)
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        raise

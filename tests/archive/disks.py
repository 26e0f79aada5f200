"""Disks for tests: one that takes every fsync for granted, and one that a seed breaks."""

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from archive.store import Disk

BLOCK_BYTES = 4096
_INDEX = ("index.db", "index.db-wal", "index.db-shm")


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class HastyDisk(Disk):
    """Waits for no fsync: for tests in which no power goes."""

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        path.write_bytes(b"".join(data))

    def sync(self, folder: Path) -> None:
        """Take it for done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """What happens at one act of a disk.

    Attributes:
        at: which act, from 0.
        error: its number; None for the end of the process.
        done: whether the act was done nevertheless.
    """

    at: int
    error: int | None
    done: bool


NEVER = Blow(at=-1, error=None, done=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name that is not durable yet, and what was under it before."""

    path: Path
    before: bytes | None


@dataclass(slots=True, kw_only=True)
class Cache:
    """What a machine remembers and its disk does not: it outlives processes, not the power.

    Attributes:
        names: in the order in which they were given.
        torn: files whose content was never fsynced.
    """

    names: list[_Name] = field(default_factory=list)
    torn: set[Path] = field(default_factory=set)


class SimulatedDisk(Disk):
    """Does its acts on true files, remembers what is not durable, and fails once."""

    def __init__(
        self,
        root: Path,
        *,
        cache: Cache,
        blow: Blow = NEVER,
        chance: Random,
        tell: Callable[[str], None],
    ) -> None:
        super().__init__(root)
        self._folder = root
        self._blow = blow
        self._chance = chance
        self._tell = tell
        self._acts = 0
        self._cache = cache
        self.has_room_again = False

    def has_room(self) -> bool:
        return self.has_room_again

    def together(self, acts: Sequence[Callable[[], None]]) -> None:
        for act in self._chance.sample(acts, len(acts)):
            act()

    def _act(self, name: str, act: Callable[[], None], half: Callable[[], None]) -> None:
        """Do one act, or what the blow leaves of it."""
        self._acts += 1
        if self._acts - 1 != self._blow.at:
            act()
            return
        (act if self._blow.done else half)()
        self._tell(f"  {name}: {self._blow}")
        if self._blow.error is None:
            raise Killed
        raise OSError(self._blow.error, os.strerror(self._blow.error))

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        whole = b"".join(data)

        def act() -> None:
            path.write_bytes(whole)
            self._cache.torn.discard(path)
            if self._blow.at == self._acts - 1:  # its fsync failed or was never reached
                self._cache.torn.add(path)

        def half() -> None:
            path.write_bytes(whole[: self._chance.randint(0, len(whole))])
            self._cache.torn.add(path)

        self._note(path)
        self._act(f"write {path.name}", act, half)

    def rename(self, source: Path, target: Path) -> None:
        def act() -> None:
            self._note(target)
            source.rename(target)
            if source in self._cache.torn:
                self._cache.torn.remove(source)
                self._cache.torn.add(target)

        self._act(f"rename to {target.name}", act, _nothing)

    def unlink(self, path: Path) -> None:
        def act() -> None:
            self._note(path)
            path.unlink()

        self._act(f"remove {path.name}", act, _nothing)

    def make_folder(self, folder: Path) -> None:
        def act() -> None:
            if not folder.exists():
                self._cache.names.append(_Name(path=folder, before=None))
            folder.mkdir(exist_ok=True)

        self._act(f"make {folder.name}", act, _nothing)

    def sync(self, folder: Path) -> None:
        def act() -> None:
            self._cache.names = [name for name in self._cache.names if name.path.parent != folder]

        self._act(f"sync {folder.name}", act, _nothing)

    def _note(self, path: Path) -> None:
        before = path.read_bytes() if path.exists() else None
        self._cache.names.append(_Name(path=path, before=before))

    def cut_power(self, index: dict[str, bytes]) -> None:
        """Lose what is not durable: of each folder the last names, of a torn file any blocks."""
        for path in sorted(self._cache.torn):
            if path.exists():
                path.write_bytes(self._tear(path.read_bytes()))
        folders = dict.fromkeys(name.path.parent for name in self._cache.names)
        for folder in reversed(folders):
            own = [name for name in self._cache.names if name.path.parent == folder]
            for name in reversed(own[self._chance.randint(0, len(own)) :]):
                self._undo(name)
        self._cache.names.clear()
        self._cache.torn.clear()
        self._spoil_index(index)

    def _undo(self, name: _Name) -> None:
        if name.before is not None and name.path.parent.exists():
            name.path.write_bytes(name.before)
        elif name.path.is_dir():
            shutil.rmtree(name.path)
        else:
            name.path.unlink(missing_ok=True)

    def _tear(self, data: bytes) -> bytes:
        blocks = [data[at : at + BLOCK_BYTES] for at in range(0, len(data), BLOCK_BYTES)]
        fates = (lambda b: b, lambda b: bytes(len(b)), lambda b: b[::-1])
        torn = b"".join(self._chance.choice(fates)(block) for block in blocks)
        return torn[: self._chance.randint(0, len(torn))]

    def copy_index(self) -> dict[str, bytes]:
        """Return the index as it lies there; SQLite's own durability is not ours to test."""
        files = (self._folder / name for name in _INDEX)
        return {path.name: path.read_bytes() for path in files if path.exists()}

    def _spoil_index(self, then: dict[str, bytes]) -> None:
        """Leave the index as it is, as it was when this life began, or not at all."""
        fate = self._chance.choice(("stays", "is as before", "is gone"))
        self._tell(f"  power cut: the index {fate}")
        if fate == "stays":
            return
        for name in _INDEX:
            (self._folder / name).unlink(missing_ok=True)
        for name, data in then.items() if fate == "is as before" else ():
            (self._folder / name).write_bytes(data)


def _nothing() -> None:
    """Leave all as it is."""

"""Durable files: a disk that keeps what it is given or says so, and locks."""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from archive.entry import FileChanged
from archive.packs.pack import Place as Place  # noqa: PLC0414  (the index takes it from here)

_ROOM_BYTES = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Disk:
    """The acts by which a file comes to stay. Any of them may raise OSError.

    After an OSError nothing is known about the files named; a failed fsync is never repeated,
    because the kernel may have dropped the pages and would now report success.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._durable: set[Path] = set()
        self._pool = ThreadPoolExecutor()

    def has_room(self) -> bool:
        """Whether it is worth trying again on a disk that was full."""
        return shutil.disk_usage(self._root).free > _ROOM_BYTES

    def forget(self) -> None:
        """Take no folder for durable any more."""
        self._durable.clear()

    def keep(self, files: Mapping[Path, Iterable[bytes]]) -> None:
        """Make files and the folders above them durable; one that is there is replaced whole."""
        for path, data in files.items():
            self._keep_folder(path.parent)
            part = path.with_name(f".{path.name}.part")
            self.write(part, data)
            self.rename(part, path)
        for folder in {path.parent: None for path in files}:
            self.sync(folder)

    def together(self, acts: Sequence[Callable[[], None]]) -> None:
        """Do acts whose order does not matter at the same time; all have ended when one raises.

        What one waits for its fsync, another computes; and a journal makes many durable at once.

        Raises:
            BaseException: what an act raised; an OSError before all others.
        """
        first, *others = acts
        if not others:
            first()
            return
        faults: list[BaseException] = []
        done = [self._pool.submit(act) for act in others]
        try:
            first()
        except Exception as fault:  # noqa: BLE001  (it is raised when the others have ended)
            faults.append(fault)
        finally:
            wait(done)
        faults += [raised for each in done if (raised := each.exception())]
        for worst in sorted(faults, key=lambda raised: not isinstance(raised, OSError)):
            raise worst

    def _keep_folder(self, folder: Path) -> None:
        if folder in self._durable:
            return
        if folder == self._root:
            folder.mkdir(parents=True, exist_ok=True)
        else:
            self._keep_folder(folder.parent)
            self.make_folder(folder)
        self.sync(folder.parent)
        self._durable.add(folder)

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        """Write a new file and fsync it; if what is to be written has changed, remove it again."""
        try:
            with path.open("wb") as file:
                file.writelines(data)
                file.flush()
                os.fsync(file.fileno())
        except FileChanged:
            path.unlink()
            raise

    def overwrite(self, path: Path, spans: Mapping[int, bytes]) -> None:
        """Write over parts of a file, by offset, where they lie, and fsync it."""
        with path.open("r+b", buffering=0) as file:
            for offset, data in spans.items():
                file.seek(offset)
                file.write(data)
            os.fsync(file.fileno())

    def rename(self, source: Path, target: Path) -> None:
        """Put a file in its place, instead of what is there."""
        source.rename(target)

    def remove(self, paths: Iterable[Path]) -> None:
        """Remove those of the files that are there, so that none is back when the power goes."""
        found = [path for path in paths if path.exists()]
        for path in found:
            self.unlink(path)
        for folder in {path.parent: None for path in found}:
            self.sync(folder)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def make_folder(self, folder: Path) -> None:
        """Make a folder unless it is there."""
        folder.mkdir(exist_ok=True)

    def sync(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def lacks_room(error: OSError) -> bool:
    """Whether a disk or a quota was full."""
    return error.errno in _FULL


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that excludes other threads and other processes, even if one is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""Packs in folders on the local disk: `<log>/packs/000000000.zip`."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.packs.pack import pack_name
from archive.packs.source import LocalFile
from archive.store import Disk


class FolderPacks:
    """Packs below the archive's own folder."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._root = root
        self._disk = disk

    def keep(self, log: str, position: int, parts: Iterable[bytes]) -> None:
        """Write a pack and fsync it and its name; a stub from before tells of another one."""
        self._disk.remove([self._path(log, position).with_suffix(".s3")])
        self._disk.keep({self._path(log, position): parts})

    def remove(self, log: str, position: int) -> None:
        """Remove a pack that was never acknowledged, if it is there."""
        self._disk.remove([self._path(log, position)])

    def has(self, log: str, position: int) -> bool:
        """Look for the file."""
        return self._path(log, position).exists()

    def starts(self, log: str) -> list[int]:
        """Read the names in the folder."""
        return sorted(int(path.stem) for path in (self._root / log / "packs").glob("[0-9]*.zip"))

    def look(self) -> str:
        """There is nothing to know of a folder."""
        return ""

    def source(self, log: str, position: int) -> LocalFile:
        """Return the file."""
        return LocalFile(self._path(log, position))

    def strays(self, _log: str) -> Iterator[tuple[int, LocalFile]]:
        """There are none: what lies in the folder is told by its name."""
        yield from ()

    def adopt(self, _log: str, _position: int, _stray: object) -> bool:
        """There is nothing to take."""
        return False

    def holds(self, _log: str, _position: int, _pack: object) -> bool:
        """Nothing beside it tells."""
        return True

    def _path(self, log: str, position: int) -> Path:
        return self._root / log / "packs" / pack_name(position)

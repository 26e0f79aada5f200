"""How much a sender's root holds: counted as it is written, looked up when it seems too much."""

from pathlib import Path


class Quota:
    """The bytes below some folders and how many there may be.

    What is removed is found out when there seems to be no room, so that no upload waits for all
    files to be looked at.
    """

    def __init__(self, *folders: Path, limit_bytes: int) -> None:
        self._folders = folders
        self._limit = limit_bytes
        self._used: int | None = None

    def add(self, size_bytes: int) -> None:
        """Count what is written."""
        if self._used is not None:
            self._used += size_bytes

    def is_reached(self) -> bool:
        """Whether there is no room for another file."""
        if self._used is None or self._used > self._limit:
            files = (path for folder in self._folders for path in folder.rglob("*"))
            self._used = sum(map(_size, files))
        return self._used > self._limit


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0

"""The watched folder: whole files only, each kept before it is moved away, none lost.

A file that was taken lies in `processed/`, one that was refused in `error/` with the reason beside
it as NAME.err.txt. Looking again after a crash is harmless: the same file is the same submission.
"""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.entry import ArchiveError
from hub.config import Sender
from hub.doors.putting_away import put_away
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, NoRoom, Unacceptable, receive

_UNFINISHED = (".part", ".tmp", ".filepart", ".partial")
_MARKERS = (".ok", ".done", ".ctl")
_log = logging.getLogger("facteur.folder")


@dataclass(frozen=True, slots=True)
class _Seen:
    size_bytes: int
    changed_ns: int
    at: float


class FolderDoor:
    """Watches one sender's folder."""

    def __init__(
        self,
        house: House,
        key: str,
        sender: Sender,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self._house = house
        self._key = key
        self._sender = sender
        self._monotonic = monotonic
        self._folder = house.config.path(sender.folder)
        self._seen: dict[Path, _Seen] = {}
        for name in ("", "processed", "error"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)

    def look(self) -> int:
        """Take every whole file; returns how many."""
        self._remove_stale_markers()
        files = list(self._files())
        self._seen = {path: seen for path, seen in self._seen.items() if path in set(files)}
        return sum(self._take(path) for path in files if self._whole(path))

    def _files(self) -> Iterator[Path]:
        for path in sorted(self._folder.iterdir()):
            hidden = path.name.startswith(".")
            skipped = path.suffix.lower() in (*_UNFINISHED, *_MARKERS)
            if not hidden and not skipped and path.is_file() and not path.is_symlink():
                yield path

    def _remove_stale_markers(self) -> None:
        """Remove markers whose file was put away: the next file of that name is not whole yet."""
        if self._sender.complete == "marker":
            for path in self._folder.iterdir():
                if path.suffix.lower() in _MARKERS and not os.path.lexists(path.with_suffix("")):
                    path.unlink()

    def _whole(self, path: Path) -> bool:
        match self._sender.complete:
            case "rename":
                return True
            case "marker":
                return bool(_markers(path))
            case "stable":
                return self._stable(path)

    def _stable(self, path: Path) -> bool:
        now = self._monotonic()
        try:
            status = path.stat()
        except FileNotFoundError:
            return False
        seen = self._seen.get(path)
        if seen is None or (seen.size_bytes, seen.changed_ns) != (
            status.st_size,
            status.st_mtime_ns,
        ):
            self._seen[path] = _Seen(status.st_size, status.st_mtime_ns, now)
            return False
        return now - seen.at >= self._sender.stable_seconds

    def _take(self, path: Path) -> bool:
        """Take one file; what goes wrong with it is in no other's way."""
        try:
            return self._received(path)
        except (NoRoom, ArchiveError, FileNotFoundError):
            return False
        except OSError as error:
            _log.warning("%s: %s", path, error)
            return False

    def _received(self, path: Path) -> bool:
        try:
            receive(self._house, self._arrival(path))
        except Unacceptable as error:
            self._put_away(path, "error", str(error))
            return False
        self._put_away(path, "processed")
        return True

    def _arrival(self, path: Path) -> Arrival:
        limit = self._house.config.hub.max_file_mb << 20
        if path.stat().st_size > limit:
            raise Unacceptable(f"{path.name}: larger than {limit} bytes (hub.max_file_mb)")
        return Arrival(
            data=path.read_bytes(),
            name=path.name,
            tenant=self._sender.tenant,
            sender=self._key,
            door="folder",
        )

    def _put_away(self, path: Path, where: str, reason: str | None = None) -> None:
        put_away(path, self._folder / where, reason)
        for marker in _markers(path):
            marker.unlink()


def _markers(path: Path) -> list[Path]:
    """Return the markers that lie beside a file."""
    names = (f"{path}{marker}" for marker in _MARKERS)
    return [Path(name) for name in names if os.path.lexists(name)]

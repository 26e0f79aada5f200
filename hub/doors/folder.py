"""The watched folder: whole files only, each kept before it is moved away, none lost.

A file that was taken lies in `processed/`, one that was refused in `error/` with the reason beside
it as NAME.err.txt. Looking again after a crash is harmless: the same file is the same submission.
The folder is listed anew at each look, since network drives tell nobody what changes on them.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.entry import ArchiveError
from hub.config.companies import Sender
from hub.config.config import Config
from hub.doors.completion import is_marker, is_unfinished
from hub.doors.inbox import Drop, Inbox, Incomplete
from hub.pipeline.house import House
from hub.pipeline.receive import NoRoom, Unacceptable

_OURS = ("processed", "error", "status")
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
        self._sender = sender
        self._monotonic = monotonic
        self._inbox = Inbox(
            house, key, sender, door="folder", folder=house.config.path(sender.folder)
        )
        self._named = frozenset(_folders(house.config, self._inbox.folder))
        self._seen: dict[Path, _Seen] = {}
        self._waiting: dict[Path, float] = {}
        self._told: dict[Path, str] = {}

    def look(self) -> int:
        """Take every whole file; returns how many."""
        files, markers = self._listing()
        self._seen = {path: seen for path, seen in self._seen.items() if path in set(files)}
        self._told = {path: said for path, said in self._told.items() if os.path.lexists(path)}
        try:
            taken = self._inbox.take(self._drops(files, markers))
        except (NoRoom, ArchiveError):
            return 0
        for path, error in taken.failed.items():
            if not isinstance(error, FileNotFoundError):
                self._tell(path, str(error))
        return sum(where.parent.name == "processed" for where in taken.moved.values())

    def _drops(self, files: list[Path], markers: list[Path]) -> Iterable[Drop]:
        if self._sender.complete == "marker":
            return self._marked(files, markers)
        return [Drop(files=(path,)) for path in files if self._whole(path)]

    def _listing(self) -> tuple[list[Path], list[Path]]:
        """Return the files and the markers that lie here; say once what else does."""
        files: list[Path] = []
        markers: list[Path] = []
        for path in sorted(self._inbox.folder.iterdir()):
            if path.name.startswith(".") or is_unfinished(path.name) or self._is_ours(path):
                continue
            if path.is_symlink() or not path.is_file():
                self._tell(path, "is no file and is left alone; drop files into the folder itself")
            else:
                (markers if is_marker(path.name) else files).append(path)
        return files, markers

    def _is_ours(self, path: Path) -> bool:
        """Whether this is a folder that the door makes, or that the settings have put here."""
        return path.is_dir() and (path.name in _OURS or path in self._named)

    def _marked(self, files: list[Path], markers: list[Path]) -> Iterator[Drop]:
        """Yield what markers stand for, and is whole."""
        self._waiting = {path: at for path, at in self._waiting.items() if path in set(markers)}
        for marker in markers:
            try:
                drop = self._inbox.listed(marker)
                if self._are_whole(drop):
                    yield drop
            except Incomplete as error:
                self._wait(marker, error)
            except Unacceptable as error:
                own = (marker.with_suffix(""),) if marker.with_suffix("") in set(files) else ()
                self._refused(Drop(files=own, marker=marker), error)
            except OSError as error:
                self._tell(marker, str(error))

    def _wait(self, marker: Path, error: Incomplete) -> None:
        """Let a marker wait for its files, but not for ever."""
        if not error.waits:
            marker.unlink(missing_ok=True)
            return
        waited = self._monotonic() - self._waiting.setdefault(marker, self._monotonic())
        if waited < self._sender.marker_seconds:
            self._tell(marker, f"waits: {error}")
            return
        words = f"{error}; it was waited for {self._sender.marker_seconds:g} s (marker_seconds)"
        self._refused(Drop(files=(), marker=marker), Unacceptable(words))
        del self._waiting[marker]

    def _are_whole(self, drop: Drop) -> bool:
        """Whether files came before their marker, or have not changed for a while."""
        assert drop.marker is not None
        written = drop.marker.stat().st_mtime_ns
        if drop.marker not in self._waiting and all(
            path.stat().st_mtime_ns <= written for path in drop.files
        ):
            return True
        unchanged = {path: self._stable(path) for path in drop.files}
        return all(unchanged.values())

    def _whole(self, path: Path) -> bool:
        return self._sender.complete == "rename" or self._stable(path)

    def _stable(self, path: Path) -> bool:
        now = self._monotonic()
        try:
            status = path.stat()
        except OSError:
            return False
        seen = self._seen.get(path)
        if seen is None or (seen.size_bytes, seen.changed_ns) != (
            status.st_size,
            status.st_mtime_ns,
        ):
            self._seen[path] = _Seen(status.st_size, status.st_mtime_ns, now)
            return False
        return now - seen.at >= self._sender.stable_seconds

    def _refused(self, drop: Drop, error: Unacceptable) -> None:
        try:
            self._inbox.refuse(drop, str(error))
        except OSError as why:
            self._tell(self._inbox.folder, str(why))

    def _tell(self, path: Path, words: str) -> None:
        """Log what keeps a file from being taken, once as long as it is so."""
        if self._told.get(path) != words:
            self._told[path] = words
            _log.warning("%r: %s", str(path), words)


def _folders(config: Config, folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder because settings name it, or something in it."""
    named = [sender.folder for sender in config.senders.values()]
    named += [answer.folder for answer in config.answers.values()]
    for path in (config.data, *map(config.path, filter(None, named))):
        if path.is_relative_to(folder) and path != folder:
            yield folder / path.relative_to(folder).parts[0]

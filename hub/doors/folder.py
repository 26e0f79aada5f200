"""The watched folder: whole files only, each kept before it is moved away, none lost.

A file that was taken lies in `processed/`, one that was refused in `error/` with the reason beside
it as NAME.err.txt. Looking again after a crash is harmless: the same file is the same submission.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.entry import ArchiveError
from hub.config import Sender
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, NoRoom, Unacceptable, receive

_UNFINISHED = (".part", ".tmp", ".filepart", ".partial")
_MARKERS = (".ok", ".done", ".ctl")


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
        files = list(self._files())
        self._seen = {path: seen for path, seen in self._seen.items() if path in set(files)}
        return sum(self._take(path) for path in files if self._whole(path))

    def _files(self) -> Iterator[Path]:
        for path in sorted(self._folder.iterdir()):
            hidden = path.name.startswith(".")
            skipped = path.suffix.lower() in (*_UNFINISHED, *_MARKERS)
            if not hidden and not skipped and path.is_file() and not path.is_symlink():
                yield path

    def _whole(self, path: Path) -> bool:
        match self._sender.complete:
            case "rename":
                return True
            case "marker":
                return any(path.with_name(path.name + marker).exists() for marker in _MARKERS)
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
        try:
            receive(self._house, self._arrival(path))
        except Unacceptable as error:
            self._put_away(path, "error", f"{error}\n")
            return False
        except (NoRoom, ArchiveError, FileNotFoundError):
            return False
        self._put_away(path, "processed", None)
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

    def _put_away(self, path: Path, where: str, reason: str | None) -> None:
        target = _free(self._folder / where / path.name)
        path.rename(target)
        if reason is not None:
            target.with_name(target.name + ".err.txt").write_text(reason, encoding="utf-8")
        for marker in _MARKERS:
            path.with_name(path.name + marker).unlink(missing_ok=True)


def _free(path: Path) -> Path:
    number = 0
    target = path
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.{number}")
    return target

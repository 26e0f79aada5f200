"""A sender's folder: which files in it are whole, how they are taken, where they lie afterwards.

The same for the watched folder and the root of the SFTP door. What belongs together by one marker
is taken together or refused together.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from hub.config import Sender
from hub.doors.completion import (
    MARKER_BYTES_MAX,
    Marker,
    is_marker,
    is_unfinished,
    marker_names,
    read_marker,
)
from hub.doors.putting_away import put_away
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, Unacceptable, receive
from hub.pipeline.stated import Misstated, Stated, disagreement
from hub.store import submissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Files that are whole together.

    Attributes:
        marker: what says so, if anything but the files themselves does.
    """

    files: tuple[Path, ...]
    marker: Path | None = None


class Incomplete(Exception):
    """Files that a marker stands for are not here.

    Attributes:
        listed: whether it lists them, and so waits for them.
    """

    def __init__(self, message: str, *, listed: bool) -> None:
        super().__init__(message)
        self.listed = listed


class Inbox:
    """One sender's folder.

    Args:
        door: `folder` or `sftp`.
        folder: made if missing, with `processed` and `error` in it.
    """

    def __init__(self, house: House, key: str, sender: Sender, *, door: str, folder: Path) -> None:
        self._house = house
        self._key = key
        self._sender = sender
        self._door = door
        self.folder = folder
        for name in ("", "processed", "error"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def takes(self, name: str) -> bool:
        """Whether the sender's `names` let this name in; a marker goes by its file's name."""
        bare = _finished(name)
        return not self._sender.names or any(
            fnmatchcase(bare.lower(), pattern.lower()) for pattern in self._sender.names
        )

    def marked(self, path: Path) -> Drop | None:
        """Return a file and its own marker, if that lies beside it."""
        beside = (path.with_name(name) for name in marker_names(path.name))
        marker = next((each for each in beside if os.path.lexists(each)), None)
        return None if marker is None else Drop(files=(path,), marker=marker)

    def listed(self, marker: Path) -> Drop:
        """Return the files that a marker stands for: those that it lists, else the one it names.

        Raises:
            Incomplete: they are not all here.
            Unacceptable: the marker cannot be understood.
        """
        said = _marker(marker).files
        files = tuple(marker.with_name(name) for name in said) or (marker.with_suffix(""),)
        here = tuple(path for path in files if path.is_file() and not path.is_symlink())
        lacking = [
            path.name
            for path in files
            if path not in here and not self._has(said.get(path.name, ""))
        ]
        if lacking or not here:
            words = f"{marker.name} stands for {', '.join(lacking)}: upload that first"
            raise Incomplete(words, listed=bool(said and lacking))
        return Drop(files=here, marker=marker)

    def take(self, drop: Drop) -> dict[Path, Path]:
        """Take a drop into the house; returns where its files lie now.

        Raises:
            Unacceptable: it is refused, and lies in `error` with the reason.
            NoRoom, ArchiveError, OSError: not now; everything is still where it was.
        """
        try:
            arrivals = list(self._looked_at(drop))
        except Unacceptable as error:
            self.refuse(drop, str(error))
            raise
        for path, said in arrivals:
            self._receive(path, said)
        moved = {path: put_away(path, self.folder / "processed") for path in drop.files}
        self._finish(drop)
        return moved

    def refuse(self, drop: Drop, reason: str) -> dict[Path, Path]:
        """Put a drop into `error` with the reason; returns where its files lie now."""
        away = {path: put_away(path, self.folder / "error", reason) for path in drop.files}
        if drop.marker is not None and drop.marker not in drop.files:
            away[drop.marker] = put_away(drop.marker, self.folder / "error")
        self._finish(drop)
        return away

    def _looked_at(self, drop: Drop) -> Iterator[tuple[Path, Stated]]:
        """Yield the files with what is stated of them, once all have been held against it."""
        marker = Marker() if drop.marker is None else _marker(drop.marker)
        for path in drop.files:
            self._hold(path, marker.of(path.name))
        for path in drop.files:
            yield path, marker.of(path.name)

    def _hold(self, path: Path, said: Stated) -> None:
        limit = self._house.config.hub.max_file_mb << 20
        if not self.takes(path.name):
            raise Unacceptable(f"{path.name}: none of {', '.join(self._sender.names)} (names)")
        size_bytes = path.stat().st_size
        if size_bytes > limit:
            raise Unacceptable(f"{path.name}: larger than {limit} bytes (hub.max_file_mb)")
        if not size_bytes:
            raise Unacceptable(f"{path.name}: the file is empty; export it again")
        sha256 = _sha256(path) if said.sha256 else ""
        if why := disagreement(said, sha256=sha256, size_bytes=size_bytes):
            raise Unacceptable(f"{path.name}: not what its marker states: {why}; send it again")

    def _receive(self, path: Path, said: Stated) -> None:
        arrival = Arrival(
            data=path.read_bytes(),
            name=path.name,
            tenant=self._sender.tenant,
            sender=self._key,
            door=self._door,
            stated=said,
        )
        try:
            receive(self._house, arrival)
        except Unacceptable as error:
            put_away(path, self.folder / "error", str(error))
            raise

    def _has(self, sha256: str) -> bool:
        """Whether the house has a file: a crash came when others of its list were not yet moved."""
        with self._house.database.transaction() as connection:
            known = submissions.same_file(
                connection, tenant=self._sender.tenant, sender=self._key, sha256=sha256
            )
        return known is not None

    def _finish(self, drop: Drop) -> None:
        """Remove the markers of what was put away; last of all, so that a crash leaves no more."""
        for path in drop.files:
            for name in marker_names(path.name):
                path.with_name(name).unlink(missing_ok=True)
        if drop.marker is not None:
            drop.marker.unlink(missing_ok=True)


def _finished(name: str) -> str:
    """Return the name that a file will have, or that its marker goes by.

    >>> _finished("a.xml.part"), _finished("a.xml.ok"), _finished("a.xml")
    ('a.xml', 'a.xml', 'a.xml')
    """
    return name.rpartition(".")[0] if is_unfinished(name) or is_marker(name) else name


def _marker(path: Path) -> Marker:
    try:
        with path.open("rb") as file:
            return read_marker(file.read(MARKER_BYTES_MAX + 1))
    except Misstated as error:
        raise Unacceptable(f"{path.name}: {error}") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

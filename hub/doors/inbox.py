"""A sender's folder: which files in it are whole, how they are taken, where they lie afterwards.

The same for the watched folder and the root of the SFTP door. What belongs together by one marker
is taken together or refused together.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from archive.entry import FileChanged, OnDisk
from hub.config.companies import Sender
from hub.doors.completion import (
    MARKER_BYTES_MAX,
    Marker,
    is_marker,
    is_unfinished,
    marker_names,
    read_marker,
)
from hub.doors.putting_away import put_away
from hub.pipeline.contents import content_of, on_disk, size_of
from hub.pipeline.house import House
from hub.pipeline.intake import turn_away
from hub.pipeline.receive import Arrival, Unacceptable, receive_all
from hub.pipeline.stated import Misstated, Stated, disagreement
from hub.store import submissions

_TAKEN = ".taken"
"""Where the markers of a drop lie while its files are put away, so that a crash leaves none behind
that would stand for the next file of its name."""
_BATCH_FILES = 128
_BATCH_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Files that are whole together.

    Attributes:
        marker: what says so, if anything but the files themselves does.
    """

    files: tuple[Path, ...]
    marker: Path | None = None


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of drops.

    Attributes:
        moved: files to where they lie now.
        refused: reasons; these files lie in `error`.
        failed: files that cannot be read or moved now, and are tried again.
    """

    moved: dict[Path, Path] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    failed: dict[Path, OSError] = field(default_factory=dict)


_Look = tuple[int, int]
"""A file's size and when it was changed: what a file of its name that comes later has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A drop that may be taken, with its files as they were read."""

    drop: Drop
    arrivals: tuple[Arrival, ...]
    looks: tuple[_Look, ...]


class Incomplete(Exception):
    """Files that a marker stands for are not here.

    Attributes:
        waits: whether they are still to come; else the house has them all.
    """

    def __init__(self, message: str, *, waits: bool) -> None:
        super().__init__(message)
        self.waits = waits


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
        with suppress(OSError, Unacceptable):
            self._resume()

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
            raise Incomplete(words, waits=bool(lacking))
        return Drop(files=here, marker=marker)

    def take(self, drops: Iterable[Drop]) -> Taken:
        """Take drops into the house, each for itself, many at once.

        Raises:
            NoRoom, ArchiveError: not now; what was not taken is still where it was.
        """
        taken = Taken()
        for batch in _batches(self._checked(drops, taken)):
            self._take(batch, taken)
        return taken

    def check(self, drop: Drop) -> list[tuple[Path, Stated]]:
        """Return the files of a drop, each with what is stated of it, if they may be taken.

        Raises:
            Unacceptable: they may not; nothing was moved.
            OSError: they cannot be read now.
        """
        marker = Marker() if drop.marker is None else _marker(drop.marker)
        pairs = [(path, marker.of(path.name)) for path in drop.files]
        for path, said in pairs:
            self._hold(path, said)
        return pairs

    def refuse(self, drop: Drop, reason: str) -> dict[Path, Path]:
        """Put a drop into `error` with the reason; returns where its files lie now.

        Its marker goes first: one that is left here would stand for the next file of this name.
        """
        for path in drop.files or filter(None, [drop.marker]):
            turn_away(
                self._house,
                tenant=self._sender.tenant,
                sender=self._key,
                door=self._door,
                name=path.name,
                reason=reason,
            )
        away: dict[Path, Path] = {}
        if drop.marker is not None and drop.marker not in drop.files:
            said = None if drop.files else reason
            away[drop.marker] = put_away(drop.marker, self.folder / "error", said)
        away |= {path: put_away(path, self.folder / "error", reason) for path in drop.files}
        for marker in _markers(drop):
            marker.unlink(missing_ok=True)
        return away

    def _checked(self, drops: Iterable[Drop], taken: Taken) -> Iterator[_Whole]:
        """Yield the drops that may be taken, with their bytes; refuse the others."""
        for drop in drops:
            try:
                pairs = self.check(drop)
                looks = tuple(_look(path) for path, _ in pairs)
                arrivals = tuple(self._arrival(*pair) for pair in pairs)
            except Unacceptable as error:
                self._refused(drop, str(error), taken)
            except OSError as error:
                taken.failed[drop.files[0]] = error
            else:
                yield _Whole(drop=drop, arrivals=arrivals, looks=looks)

    def _take(self, batch: Sequence[_Whole], taken: Taken) -> None:
        arrivals = [arrival for whole in batch for arrival in whole.arrivals]
        try:
            results = iter(receive_all(self._house, arrivals))
        except FileChanged as error:
            taken.failed |= {whole.drop.files[0]: OSError(str(error)) for whole in batch}
            return
        for whole in batch:
            own = islice(results, len(whole.arrivals))
            wrong = [str(one) for one in own if isinstance(one, Exception)]
            if wrong:
                self._refused(whole.drop, wrong[0], taken)
            else:
                self._put_away(whole, taken)

    def _put_away(self, whole: _Whole, taken: Taken) -> None:
        drop = whole.drop
        aside: dict[Path, Path] = {}
        try:
            for marker in _markers(drop):
                aside[marker] = marker.replace(_made(self.folder / _TAKEN) / marker.name)
            for path, look in zip(drop.files, whole.looks, strict=True):
                taken.moved[path] = where = put_away(path, self.folder / "processed")
                if where.exists() and _look(where) != look:
                    put_away(where, self.folder)  # another one, which comes next
            for put in aside.values():
                put.unlink(missing_ok=True)
        except OSError as error:
            for marker, put in aside.items():
                with suppress(OSError):
                    put.replace(marker)
            taken.failed[drop.files[0]] = error

    def _resume(self) -> None:
        """Put away what was taken when the process died, by the markers that it had put aside."""
        for aside in sorted((self.folder / _TAKEN).glob("*")):
            for path in self._stood_for(aside):
                if path.is_file() and self._has(on_disk(path).sha256):
                    put_away(path, self.folder / "processed")
            aside.unlink(missing_ok=True)

    def _stood_for(self, aside: Path) -> tuple[Path, ...]:
        names = _marker(aside).files or (aside.stem,)
        return tuple(self.folder / name for name in names)

    def _refused(self, drop: Drop, reason: str, taken: Taken) -> None:
        try:
            taken.moved |= self.refuse(drop, reason)
        except OSError as error:
            taken.failed[drop.files[0]] = error
        else:
            taken.refused.append(reason)

    def _hold(self, path: Path, said: Stated) -> None:
        limit = self._house.config.hub.max_file_mb << 20
        if not self.takes(path.name):
            raise Unacceptable(f"{path.name}: none of {', '.join(self._sender.names)} (names)")
        size_bytes = path.stat().st_size
        if size_bytes > limit:
            raise Unacceptable(f"{path.name}: larger than {limit} bytes (hub.max_file_mb)")
        if not size_bytes:
            raise Unacceptable(f"{path.name}: the file is empty; export it again")
        sha256 = on_disk(path).sha256 if said.sha256 else ""
        if why := disagreement(said, sha256=sha256, size_bytes=size_bytes):
            raise Unacceptable(f"{path.name}: not what its marker states: {why}; send it again")

    def _arrival(self, path: Path, said: Stated) -> Arrival:
        return Arrival(
            data=content_of(path),
            name=path.name,
            tenant=self._sender.tenant,
            sender=self._key,
            door=self._door,
            stated=said,
        )

    def _has(self, sha256: str) -> bool:
        """Whether the house has a file: a crash came when others of its list were not yet moved."""
        with self._house.database.transaction() as connection:
            known = submissions.same_file(
                connection, tenant=self._sender.tenant, sender=self._key, sha256=sha256
            )
        return known is not None


def _look(path: Path) -> _Look:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _markers(drop: Drop) -> list[Path]:
    """Return all markers of a drop that lie here: its own, and those of its files."""
    beside = [path.with_name(name) for path in drop.files for name in marker_names(path.name)]
    every = dict.fromkeys([*beside, *filter(None, [drop.marker])])
    return [path for path in every if os.path.lexists(path)]


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


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


def _batches(whole: Iterable[_Whole]) -> Iterator[list[_Whole]]:
    """Yield drops in groups that go into one commit and into memory; what is not held goes alone.

    It may be changed while it is taken, which must fail nothing else.
    """
    batch: list[_Whole] = []
    files = size_bytes = 0
    for each in whole:
        if any(isinstance(arrival.data, OnDisk) for arrival in each.arrivals):
            yield [each]
            continue
        batch.append(each)
        files += len(each.arrivals)
        size_bytes += sum(size_of(arrival.data) for arrival in each.arrivals)
        if files >= _BATCH_FILES or size_bytes >= _BATCH_BYTES:
            yield batch
            batch, files, size_bytes = [], 0, 0
    if batch:
        yield batch

"""Durable files: a disk that keeps or says so, and packs, which are plain ZIP files.

A pack holds everything of one commit: first the manifests in the order of their leaves, then the
files that the log did not have yet. Members are stored without compression under their SHA-256.
Every byte of a pack follows from its members, so any change of it can be found; and any program
that opens ZIP files opens it.
"""

import errno
import fcntl
import os
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.content import Measured, pieces
from archive.entry import FileChanged

PACK_SIZE_BYTES_MAX = 2**32 - 1
PACK_MEMBERS_MAX = 2**16 - 1

# PKWARE APPNOTE 6.3.10 sections 4.3.7, 4.3.12, 4.3.16. Date 0x21 is the first that ZIP can write.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_COMMON = (10, 0, 0, 0, 0x21)  # version needed, flags, stored, time, date
_MADE_BY = 3 << 8 | 20
_READ_ONLY_FILE = 0o100444 << 16
_ROOM_BYTES = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
_DATA_AFTER_BYTES = _LOCAL.size + 64


class Disk:
    """The acts by which a file comes to stay. Any of them may raise OSError.

    After an OSError nothing is known about the files named; a failed fsync is never repeated,
    because the kernel may have dropped the pages and would now report success.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._durable: set[Path] = set()

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

    def rename(self, source: Path, target: Path) -> None:
        """Put a file in its place, instead of what is there."""
        source.rename(target)

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


def lacks_room(error: OSError | sqlite3.Error) -> bool:
    """Whether a disk or a quota was full; SQLite says so in its own words."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return getattr(error, "sqlite_errorcode", None) in _SQLITE_FULL


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that excludes other threads and other processes, even if one is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the bytes of a kept file lie."""

    sha256: str
    offset: int
    size_bytes: int


def pack_name(position: int) -> str:
    """Name a pack after the first leaf it holds.

    >>> pack_name(1234)
    '000001234.zip'
    """
    return f"{position:09}.zip"


def write_pack(members: Sequence[Measured]) -> tuple[Iterator[bytes], tuple[Place, ...]]:
    """Return the bytes of a pack, piece by piece, and where each member lies in it.

    Raises:
        ValueError: more than a ZIP file holds; append in smaller parts.
    """
    total = sum(member.size_bytes + 256 for member in members)
    if len(members) > PACK_MEMBERS_MAX or total > PACK_SIZE_BYTES_MAX:
        raise ValueError(f"{len(members)} files of {total} bytes do not go into one pack")
    places, offset = [], 0
    for member in members:
        offset += _DATA_AFTER_BYTES
        size_bytes = member.size_bytes
        places.append(Place(sha256=member.sha256, offset=offset, size_bytes=size_bytes))
        offset += size_bytes
    return _packed(members, places, offset), tuple(places)


def _packed(members: Sequence[Measured], places: Sequence[Place], end: int) -> Iterator[bytes]:
    """Yield a pack; `end` is where its members do."""
    directory = []
    for member, place in zip(members, places, strict=True):
        name, size_bytes = member.sha256.encode(), member.size_bytes
        facts = (*_COMMON, member.crc32, size_bytes, size_bytes, len(name), 0)
        yield _LOCAL.pack(b"PK\3\4", *facts) + name
        yield from pieces(member.content)
        tail = (0, 0, 0, _READ_ONLY_FILE, place.offset - _DATA_AFTER_BYTES)
        directory += [_CENTRAL.pack(b"PK\1\2", _MADE_BY, *facts, *tail), name]
    yield from directory
    size, count = sum(map(len, directory)), len(members)
    yield _END.pack(b"PK\5\6", 0, 0, count, count, size, end, 0)


def read_directory(path: Path) -> tuple[Place, ...]:
    """Return the members of a pack in order, without reading them.

    Raises:
        zipfile.BadZipFile: it is no ZIP file.
    """
    with zipfile.ZipFile(path) as pack:
        return tuple(
            Place(
                sha256=member.filename,
                offset=member.header_offset + _DATA_AFTER_BYTES,
                size_bytes=member.file_size,
            )
            for member in pack.infolist()
        )


def read_member(path: Path, place: Place) -> bytes:
    """Return the bytes at a place, unchecked."""
    with path.open("rb") as file:
        file.seek(place.offset)
        return file.read(place.size_bytes)

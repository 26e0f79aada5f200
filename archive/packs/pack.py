"""A pack: a plain ZIP file that holds everything of one commit.

First the manifests in the order of their leaves, then the files that the log did not have yet.
Members are stored without compression under a SHA-256. Every byte of a pack follows from its
members, so any change of it can be found; and any program that opens ZIP files opens it.
"""

import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.entry import ArchiveDamaged
from archive.packs.source import Source, opened

PACK_SIZE_BYTES_MAX = 2**32 - 1
PACK_MEMBERS_MAX = 2**16 - 1

# PKWARE APPNOTE 6.3.10 sections 4.3.7, 4.3.12, 4.3.16. Date 0x21 is the first that ZIP can write.
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_DIRECTORY = struct.Struct("<24xI14xI64s")
"""Of each member what is needed: its size, where it begins, its name."""
_END = struct.Struct("<4s4H2IH")
_COMMON = (10, 0, 0, 0, 0x21)  # version needed, flags, stored, time, date
_MADE_BY = 3 << 8 | 20
_READ_ONLY_FILE = 0o100444 << 16
NAME_BYTES = 64
_DATA_AFTER_BYTES = _LOCAL.size + NAME_BYTES


class Member(Protocol):
    """What goes into a pack."""

    @property
    def name(self) -> str:
        """What it is called in the pack: SHA-256 of its bytes, hex."""

    @property
    def sha256(self) -> str:
        """Of the content that it stands for, hex."""

    @property
    def size_bytes(self) -> int:
        """How many bytes it has."""

    @property
    def crc32(self) -> int:
        """Their checksum after ZIP."""

    def pieces(self) -> Iterator[bytes]:
        """Yield them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a kept file lies in a pack.

    Attributes:
        sha256: of the content, hex.
        offset: where its member's bytes begin.
        size_bytes: how many bytes the member has.
    """

    sha256: str
    offset: int
    size_bytes: int


def pack_name(position: int) -> str:
    """Name a pack after the first leaf it holds.

    >>> pack_name(1234)
    '000001234.zip'
    """
    return f"{position:09}.zip"


def write_pack(members: Sequence[Member]) -> tuple[Iterator[bytes], tuple[Place, ...]]:
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


def _packed(members: Sequence[Member], places: Sequence[Place], end: int) -> Iterator[bytes]:
    """Yield a pack; `end` is where its members do."""
    directory = []
    for member, place in zip(members, places, strict=True):
        name, size_bytes = member.name.encode(), member.size_bytes
        facts = (*_COMMON, member.crc32, size_bytes, size_bytes, len(name), 0)
        yield _LOCAL.pack(b"PK\3\4", *facts) + name
        yield from member.pieces()
        tail = (0, 0, 0, _READ_ONLY_FILE, place.offset - _DATA_AFTER_BYTES)
        directory += [_CENTRAL.pack(b"PK\1\2", _MADE_BY, *facts, *tail), name]
    yield from directory
    size, count = sum(map(len, directory)), len(members)
    yield _END.pack(b"PK\5\6", 0, 0, count, count, size, end, 0)


def member_name(source: Source, place: Place) -> str:
    """Return the name of the member at a place, unchecked.

    Raises:
        ArchiveDamaged: the pack is missing.
    """
    return source.read(place.offset - NAME_BYTES, NAME_BYTES).decode("latin-1")


def read_directory(source: Source) -> tuple[Place, ...]:
    """Return the members of a pack in order under their names, without reading them.

    Raises:
        ArchiveDamaged: it is missing or no ZIP file.
    """
    found = _read_own(source)
    return _read_any(source) if found is None else found


def _read_own(source: Source) -> tuple[Place, ...] | None:
    """Return the members of a pack that ends as ours do; None if it is another ZIP file or none."""
    size_bytes = source.size_bytes()
    end = source.read(max(size_bytes - _END.size, 0), _END.size)
    mark, *_, count, length, start, _ = _END.unpack(end.rjust(_END.size, b"\0"))
    is_own = start + length + _END.size == size_bytes and length == count * _DIRECTORY.size
    if mark != b"PK\5\6" or not is_own:
        return None
    return tuple(
        Place(sha256=name.decode("latin-1"), offset=at + _DATA_AFTER_BYTES, size_bytes=size)
        for size, at, name in _DIRECTORY.iter_unpack(source.read(start, length))
    )


def _read_any(source: Source) -> tuple[Place, ...]:
    try:
        with opened(source) as file, zipfile.ZipFile(file) as pack:
            members = pack.infolist()
    except zipfile.BadZipFile as error:
        raise ArchiveDamaged(f"{source.name}: {error}") from error
    return tuple(
        Place(
            sha256=member.filename,
            offset=member.header_offset + _DATA_AFTER_BYTES,
            size_bytes=member.file_size,
        )
        for member in members
    )

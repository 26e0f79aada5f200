"""Files that are sent packed: what lies in a ZIP or gzip file, taken out in bounds, in a child.

Much is taken out a portion at a time, but only after all of it was found to be sound.
"""

import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from archive.entry import Item
from formats.codec import Unreadable
from formats.findings import Actor, Finding
from formats.table.archive_file import HEAD, INFLATED_AT_MOST_BYTES, MEMBERS_AT_MOST, opened
from formats.table.workbook import is_workbook
from hub.pipeline.contents import HELD_BYTES_MAX
from hub.pipeline.members import Member, member

INSIDE = "zip"
"""The door by which comes what lay in a packed file."""
SIGNED = "p7m"
"""That by which comes what was signed, unless it lay in a packed file."""
PART = "part"
"""That by which come the parts of a long table."""
MEMBERS_MAX = 50_000
PORTION_BYTES = HELD_BYTES_MAX
PORTION_MEMBERS = 2_000
RATIO_MAX = 200
"""How many times as large a file may become; what is below `_SMALL_BYTES` may become so."""
_SMALL_BYTES = 1 << 20
_PIECE_BYTES = 1 << 20
_GZIP = b"\x1f\x8b\x08"
_NOT_TAKEN = frozenset({"IN-CSV-GUIDE", "IN-FORMAT", "IN-XML-1"})
"""What is said of a ZIP file that no reader takes as a whole; XML may lie in it as it is."""
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What programs add to a ZIP file that nobody sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What lies in a packed or signed file or a long table, or a portion of it.

    Attributes:
        taken: how many files of it came before these.
        left: how many more lie in it.
        door: by which they come.
        said: more about the file, for its timeline.
        findings: warnings about it.
        evidence: filed beside the members.
    """

    members: tuple[Member, ...]
    taken: int = 0
    left: int = 0
    door: str = INSIDE
    said: str = ""
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Item, ...] = ()


def is_gzip(head: bytes) -> bool:
    """Whether a file that begins so is a gzip file (RFC 1952)."""
    return head.startswith(_GZIP)


def is_parcel(data: bytes, fault: Unreadable) -> bool:
    """Whether a file that no reader takes is a ZIP file of several, and no workbook."""
    if not data.startswith(HEAD) or fault.finding.rule not in _NOT_TAKEN:
        return False
    with opened(data) as archive:
        return not is_workbook(tuple(archive.namelist()))


def is_large_parcel(file: IO[bytes]) -> bool:
    """Whether it is a ZIP file of more than any reader takes as a whole, and no workbook.

    Raises:
        Unreadable: IN-ZIP, it is broken or encrypted.
    """
    if _head(file) != HEAD:
        return False
    with _zip(file) as archive:
        members = archive.infolist()
        size_bytes = sum(each.file_size for each in members)
        is_large = len(members) > MEMBERS_AT_MOST or size_bytes > INFLATED_AT_MOST_BYTES
        return is_large and not is_workbook(tuple(archive.namelist()))


def unpack(
    file: IO[bytes], name: str, *, limit_bytes: int, inside: bool, target: Path, taken: int = 0
) -> Unpacked:
    """Return what is in a ZIP or gzip file, or a portion of it.

    The first portion comes only if all others will: what is broken or out of bounds gives nothing.

    Args:
        file: the whole file, open.
        name: what the sender calls it.
        limit_bytes: what all of it together may have.
        inside: whether it lay in a packed file itself.
        target: folder for members that are too large to be held.
        taken: how many of its files were in the portions before.

    Raises:
        Unreadable: IN-ZIP-…, it is not unpacked; says why.
    """
    if inside:
        raise refused("NESTED", f"{name} is a packed file in a packed file", "pack files only once")
    if is_gzip(_head(file)):
        pieces = _gunzipped(file, name, limit_bytes)
        return Unpacked(members=(member(name.removesuffix(".gz") or name, pieces, target / "0"),))
    with _zip(file) as archive:
        listed = [each for each in archive.infolist() if _is_sent(each)]
        if not listed:
            raise refused("EMPTY", f"nothing is in {name}", "export it again")
        if not taken:
            _bound(listed, limit_bytes)
        portion = _portion(listed[taken:])
        left = listed[taken + len(portion) :]
        members = tuple(_taken_out(archive, portion, target))
        for each in () if taken else left:
            for _ in _inflated(archive, each):
                pass
    return Unpacked(members=members, taken=taken, left=len(left))


def refused(rule: str, message: str, fix: str) -> Unreadable:
    """Return why a packed file is not unpacked."""
    return Unreadable(Finding(rule=f"IN-ZIP-{rule}", message=message, fix=fix, actor=Actor.ERP))


def _head(file: IO[bytes]) -> bytes:
    file.seek(0)
    head = file.read(len(HEAD))
    file.seek(0)
    return head


def _zip(file: IO[bytes]) -> AbstractContextManager[zipfile.ZipFile]:
    """Open a ZIP file as large as it likes to be; what goes beyond other bounds is said then."""
    return opened(file, members=sys.maxsize, inflated_bytes=sys.maxsize)


def _portion(listed: Sequence[zipfile.ZipInfo]) -> Sequence[zipfile.ZipInfo]:
    """Return the first files that are taken out together: what can be held, or one that cannot."""
    size_bytes = 0
    for count, each in enumerate(listed[:PORTION_MEMBERS]):
        size_bytes += each.file_size
        if size_bytes > PORTION_BYTES:
            return listed[: max(count, 1)]
    return listed[:PORTION_MEMBERS]


def _taken_out(
    archive: zipfile.ZipFile, portion: Sequence[zipfile.ZipInfo], target: Path
) -> Iterator[Member]:
    for number, each in enumerate(portion):
        yield member(each.filename, _inflated(archive, each), target / str(number))


def _is_sent(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return not member.is_dir() and not name.startswith(_LITTER) and not name.endswith(_LITTER[1:])


def _bound(members: list[zipfile.ZipInfo], limit_bytes: int) -> None:
    if len(members) > MEMBERS_MAX:
        words = f"{len(members)} files are in it, {MEMBERS_MAX} may be"
        raise refused("COUNT", words, "send them in several ZIP files")
    total = sum(each.file_size for each in members)
    if total > limit_bytes:
        raise _too_large(limit_bytes)
    for each in members:
        if each.file_size > max(_SMALL_BYTES, RATIO_MAX * each.compress_size):
            words = f"`{each.filename[:60]}` would grow more than {RATIO_MAX} times"
            raise refused("RATIO", words, "send the file itself")
        if not _is_plain(each):
            words = f"`{each.filename[:60]!r}` in it is no plain file name"
            raise refused("NAME", words, "pack plain files, without paths that lead outside")


def _is_plain(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    kind = stat.S_IFMT(member.external_attr >> 16)
    return (
        member.filename.isprintable()
        and not path.is_absolute()
        and not {"..", ""} & set(member.filename.split("/"))
        and not any(sign in member.filename for sign in "\\:")
        and kind in {0, stat.S_IFREG}
    )


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member, no more than its directory says; a wrong sum is found at its end."""
    with archive.open(member) as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _gunzipped(file: IO[bytes], name: str, limit_bytes: int) -> Iterator[bytes]:
    """Yield the one file of a gzip file, which may be in several parts (RFC 1952 section 2.2)."""
    size_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    bounds = min(limit_bytes, max(_SMALL_BYTES, RATIO_MAX * size_bytes))
    grown = 0
    rest = file.read(_PIECE_BYTES)
    while rest:
        inflater = zlib.decompressobj(31)
        while not inflater.eof:
            piece = _more(inflater, rest, name)
            grown += len(piece)
            if grown > bounds:
                raise _too_large(bounds)
            yield piece
            rest = inflater.unused_data or inflater.unconsumed_tail or file.read(_PIECE_BYTES)
            if not (piece or rest or inflater.eof):
                raise refused("BROKEN", f"{name} ends before its end", "send it again")
        rest = rest.lstrip(b"\0")
        while not rest and (padding := file.read(_PIECE_BYTES)):
            rest = padding.lstrip(b"\0")


def _more(inflater: "zlib._Decompress", rest: bytes, name: str) -> bytes:
    try:
        return inflater.decompress(rest, _PIECE_BYTES)
    except zlib.error as error:
        words = f"{name} cannot be unpacked: {error}"
        raise refused("BROKEN", words, "send it again") from error


def _too_large(limit_bytes: int) -> Unreadable:
    words = f"unpacked it has more than {limit_bytes} bytes"
    return refused("SIZE", words, "send it in several files")

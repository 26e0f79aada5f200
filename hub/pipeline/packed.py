"""Files that are sent packed: what lies in a ZIP or gzip file, taken out in bounds, in a child."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from archive.entry import Item
from formats.codec import Unreadable
from formats.findings import Actor, Finding
from formats.table.archive_file import HEAD, opened
from formats.table.workbook import is_workbook

MEMBERS_MAX = 1_000
RATIO_MAX = 200
"""How many times as large a file may become; what is below `_SMALL_BYTES` may become so."""
_SMALL_BYTES = 1 << 20
_GZIP = b"\x1f\x8b\x08"
_NOT_TAKEN = frozenset({"IN-CSV-GUIDE", "IN-FORMAT", "IN-XML-1"})
"""What is said of a ZIP file that no reader takes as a whole; XML may lie in it as it is."""
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What programs add to a ZIP file that nobody sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file in a packed one; `name` is a label, never a path."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What lies in a packed or signed file.

    Attributes:
        said: more about the file, for its timeline.
        findings: warnings about it.
        evidence: filed beside the members.
    """

    members: tuple[Member, ...]
    said: str = ""
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Item, ...] = ()


def is_gzip(data: bytes) -> bool:
    """Whether it is a gzip file (RFC 1952)."""
    return data.startswith(_GZIP)


def is_parcel(data: bytes, fault: Unreadable) -> bool:
    """Whether a file that no reader takes is a ZIP file of several, and no workbook."""
    if not data.startswith(HEAD) or fault.finding.rule not in _NOT_TAKEN:
        return False
    with opened(data) as archive:
        return not is_workbook(tuple(archive.namelist()))


def unpack(data: bytes, name: str, *, limit_bytes: int, inside: bool) -> Unpacked:
    """Return what is in a ZIP or gzip file, all of it or nothing.

    Args:
        data: the whole file.
        name: what the sender calls it.
        limit_bytes: what all of it together may have.
        inside: whether it lay in a packed file itself.

    Raises:
        Unreadable: IN-ZIP-…, it is not unpacked; says why.
    """
    if inside:
        raise refused("NESTED", f"{name} is a packed file in a packed file", "pack files only once")
    found = _gunzipped(data, name, limit_bytes) if is_gzip(data) else _files(data, limit_bytes)
    members = tuple(found)
    if not members:
        raise refused("EMPTY", f"nothing is in {name}", "export it again")
    return Unpacked(members=members)


def refused(rule: str, message: str, fix: str) -> Unreadable:
    """Return why a packed file is not unpacked."""
    return Unreadable(Finding(rule=f"IN-ZIP-{rule}", message=message, fix=fix, actor=Actor.ERP))


def _files(data: bytes, limit_bytes: int) -> Iterator[Member]:
    with opened(data) as archive:
        listed = [each for each in archive.infolist() if _is_sent(each)]
        _bound(listed, limit_bytes)
        for each in listed:
            yield Member(name=each.filename, data=_inflated(archive, each))


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


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, no more than its directory says; a wrong sum is found here."""
    return archive.read(member)


def _gunzipped(data: bytes, name: str, limit_bytes: int) -> Iterator[Member]:
    """Yield the one file of a gzip file, which may be in several parts (RFC 1952 section 2.2)."""
    parts = io.BytesIO()
    rest = data
    bounds = min(limit_bytes, max(_SMALL_BYTES, RATIO_MAX * len(data)))
    while rest:
        inflater = zlib.decompressobj(31)
        try:
            parts.write(inflater.decompress(rest, bounds + 1 - parts.tell()))
        except zlib.error as error:
            words = f"{name} cannot be unpacked: {error}"
            raise refused("BROKEN", words, "send it again") from error
        if parts.tell() > bounds:
            raise _too_large(bounds)
        if not inflater.eof:
            raise refused("BROKEN", f"{name} ends before its end", "send it again")
        rest = inflater.unused_data.lstrip(b"\0")
    yield Member(name=name.removesuffix(".gz") or name, data=parts.getvalue())


def _too_large(limit_bytes: int) -> Unreadable:
    words = f"unpacked it has more than {limit_bytes} bytes"
    return refused("SIZE", words, "send it in several files")

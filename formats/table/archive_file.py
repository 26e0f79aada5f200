"""Files in a ZIP, opened in bounds: a workbook, or CSV files that belong together."""

import errno
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from formats.codec import Unreadable
from formats.table import faults

HEAD: Final = b"PK\x03\x04"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
MEMBERS_AT_MOST: Final = 2_000
INFLATED_AT_MOST_BYTES: Final = 512 << 20
_PLAIN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LITTER: Final = re.compile(r"/$|^__MACOSX/|(?:^|/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$")
_ODS: Final = b"mimetypeapplication/vnd.oasis.opendocument"
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    OverflowError,
)
"""What the standard library raises on archives that are spoilt or made to harm."""


_OF_THE_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""What is no fault of the file: nothing more can be written beside it, or it cannot be read."""


@contextmanager
def opened(
    data: bytes | IO[bytes],
    *,
    members: int = MEMBERS_AT_MOST,
    inflated_bytes: int = INFLATED_AT_MOST_BYTES,
) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP whose directory is within bounds; what is wrong inside is refused, too.

    Args:
        data: all its bytes, or the file, which stays open.
        members: how many files may be in it.
        inflated_bytes: what all of them may have together.

    Raises:
        Unreadable: IN-ZIP, it is broken, encrypted, or would grow too large.
    """
    try:
        file = io.BytesIO(data) if isinstance(data, bytes) else data
        with zipfile.ZipFile(file) as archive:
            _in_bounds(archive, members, inflated_bytes)
            yield archive
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_DISK:
            raise
        raise _refused(f"this ZIP file cannot be read: {error}") from error


def names_in(data: bytes) -> tuple[str, ...]:
    """Return the names of the files in a ZIP, without folders and what programs leave there.

    Raises:
        Unreadable: it cannot be read.
    """
    with opened(data) as archive:
        return tuple(name for name in archive.namelist() if not _LITTER.search(name))


def member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Return a file of an opened archive; it gives no more bytes than its directory says.

    Raises:
        Unreadable: there is none.
    """
    try:
        return archive.open(name)
    except KeyError as error:
        raise _refused(f"`{name}` is missing in this file") from error


def foreign_office(data: bytes) -> Unreadable | None:
    """Return why an Office file is none that is read, if so."""
    if data.startswith(OLD_OFFICE):
        return _other("an old Excel file (.xls), or one with a password")
    if data.startswith(HEAD) and _ODS in data[:200]:
        return _other("an OpenDocument file (.ods)")
    return None


def _in_bounds(archive: zipfile.ZipFile, members: int, inflated_bytes: int) -> None:
    found = archive.infolist()
    if len(found) > members:
        raise _refused(f"{len(found)} files are in this ZIP file, {members} may be")
    if sum(each.file_size for each in found) > inflated_bytes:
        raise _refused(f"it would grow to more than {inflated_bytes >> 20} MB")
    if any(each.flag_bits & 1 for each in found):
        raise _refused("it is encrypted")
    if any(each.compress_type not in _PLAIN for each in found):
        raise _refused("it is compressed in another way than by deflate")


def _refused(why: str) -> Unreadable:
    return faults.not_a_table("IN-ZIP", why, "make the file again, and send it without a password")


def _other(what: str) -> Unreadable:
    fix = "save it as .xlsx (Excel workbook) or as CSV, without a password, and send that"
    return faults.not_a_table("IN-XLSX-KIND", f"this is {what}; only .xlsx is read", fix)

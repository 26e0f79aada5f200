"""How a file comes to a partner whole or not at all: `.part`, compared, then its name."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass

import paramiko
from paramiko.sftp import CMD_CLOSE

from outbound.channel import Refused

LINE_LOST = (EOFError, ConnectionError, TimeoutError, paramiko.SSHException)
PART = ".part"
"""What a file is called while it is on its way."""

RESUMED_BYTES_MIN = 50_000_000
"""Smaller files start again: that is faster than to ask what is there already."""
_BLOCK_BYTES = 32_768
_HASHED_BYTES_MIN = 256
"""The least that check-file hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it lies at the partner's.

    Attributes:
        sha256: empty where we cannot know it.
        compared: by what it is known to be ours: `size`, `content` read back, `check-file` (the
            server's own hash), or `name` where only that tells.
    """

    path: str
    size_bytes: int
    sha256: str
    compared: str = "size"

    @classmethod
    def of(cls, path: str, data: bytes, compared: str = "size") -> "Upload":
        """Describe a file by its content."""
        digest = hashlib.sha256(data).hexdigest()
        return cls(path=path, size_bytes=len(data), sha256=digest, compared=compared)


class Comparison:
    """Says by what a file at the partner's is known to be ours; remembers what his server can."""

    def __init__(self, *, read_back_bytes_max: int) -> None:
        self._read_back_bytes_max = read_back_bytes_max
        self._hashes = read_back_bytes_max > 0

    def compare(self, files: paramiko.SFTPClient, path: str, data: bytes) -> str:
        """Return by what it is the same, empty if it is not.

        Raises:
            FileNotFoundError: it is not there.
        """
        if files.stat(path).st_size != len(data):
            return ""
        if not data or not self._read_back_bytes_max:
            return "size"
        with files.open(path, "rb") as file:
            there = self._hash(file, len(data))
            if there is not None:
                return "check-file" if there == hashlib.sha256(data).digest() else ""
            if len(data) > self._read_back_bytes_max:
                return "size"
            file.prefetch(len(data))
            return "content" if file.read(len(data) + 1) == data else ""

    def _hash(self, file: paramiko.SFTPFile, size_bytes: int) -> bytes | None:
        """Ask for the server's own hash; None where it knows no check-file.

        A server that falls silent over the question is not asked a second time.
        """
        if not self._hashes or size_bytes < _HASHED_BYTES_MIN:
            return None
        try:
            return file.check("sha256", 0, size_bytes)
        except (OSError, *LINE_LOST) as fault:
            self._hashes = False
            if line_lost(fault):
                raise
            return None


def write(files: paramiko.SFTPClient, path: str, data: bytes, *, endpoint: str) -> None:
    """Write block by block, each confirmed; go on where a large file was interrupted.

    The library's `put` does not wait for confirmations and then ignores them, and so does its
    `close`: a block that a full disk refused leaves a hole in a file of the right size.

    Raises:
        Refused: there is no such folder, or it is not for us.
        OSError, EOFError, paramiko.SSHException: the server failed, or the line was lost.
    """
    start = _kept_bytes(files, path, data) if len(data) > RESUMED_BYTES_MIN else 0
    blocks = memoryview(data)
    try:
        file = files.open(path, "r+b" if start else "wb")
    except FileNotFoundError as fault:
        raise Refused(f"{endpoint} has no folder for {path}") from fault
    try:
        file.seek(start)
        for at in range(start, len(blocks), _BLOCK_BYTES):
            file.write(bytes(blocks[at : at + _BLOCK_BYTES]))
        _close(files, file)
    except OSError as fault:
        if not line_lost(fault) and len(data) <= RESUMED_BYTES_MIN:
            remove(files, path)
        raise


def name(
    files: paramiko.SFTPClient, path: str, target: str, *, replace: bool, size_bytes: int
) -> None:
    """Give a file its name, by the plain SFTP request where the server knows no POSIX rename.

    The plain one never replaces a file. Where the server says no and has done it, it is done.

    Raises:
        OSError, EOFError, paramiko.SSHException: the server said no, or the line was lost.
    """
    try:
        files.posix_rename(path, target)
    except OSError as fault:
        if line_lost(fault):
            raise
        if replace:
            remove(files, target)
        _name_plainly(files, path, target, size_bytes)


def _name_plainly(files: paramiko.SFTPClient, path: str, target: str, size_bytes: int) -> None:
    try:
        files.rename(path, target)
    except OSError as fault:
        if line_lost(fault) or size(files, path) is not None or size(files, target) != size_bytes:
            raise


def size(files: paramiko.SFTPClient, path: str) -> int | None:
    """Return a file's size in bytes, None if there is no such file."""
    try:
        return files.stat(path).st_size or 0
    except FileNotFoundError:
        return None


def remove(files: paramiko.SFTPClient, path: str) -> None:
    """Take a file away if the server lets us."""
    with suppress(OSError, *LINE_LOST):
        files.remove(path)


def line_lost(fault: Exception) -> bool:
    """Whether it is the line that failed and not the request."""
    return isinstance(fault, LINE_LOST) or "Socket is closed" in str(fault)


def _kept_bytes(files: paramiko.SFTPClient, path: str, data: bytes) -> int:
    """Return how much of a file lies there already; its last block is compared."""
    there = size(files, path) or 0
    if not _BLOCK_BYTES < there < len(data):
        return 0
    with files.open(path, "rb") as file:
        file.seek(there - _BLOCK_BYTES)
        same = file.read(_BLOCK_BYTES) == data[there - _BLOCK_BYTES : there]
    return there if same else 0


def _close(files: paramiko.SFTPClient, file: paramiko.SFTPFile) -> None:
    """Close a file and hear what the server says to it: it may be that the quota is used up."""
    file.flush()
    file._closed = True  # type: ignore[attr-defined]  # noqa: SLF001
    files._request(CMD_CLOSE, file.handle)  # type: ignore[attr-defined]  # noqa: SLF001

"""A session at a partner's SFTP server: files looked at, brought, read and moved."""

from collections.abc import Callable
from contextlib import suppress

import paramiko

from outbound.channel import Deferred, InDoubt, Refused
from outbound.sftp_upload import (
    LINE_LOST,
    PART,
    Comparison,
    Upload,
    line_lost,
    name,
    remove,
    size,
    write,
)


class Session:
    """Files on the partner's side, over one open connection."""

    def __init__(
        self,
        client: paramiko.SSHClient,
        files: paramiko.SFTPClient,
        endpoint: str,
        comparison: Comparison,
    ) -> None:
        self._client = client
        self._files = files
        self._endpoint = endpoint
        self._comparison = comparison

    def answers(self) -> bool:
        """Whether the line is alive."""
        try:
            self._files.stat(".")
        except (OSError, *LINE_LOST):
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def put(
        self,
        path: str,
        data: bytes,
        *,
        replace: bool = False,
        stays: bool = False,
        before_name: Callable[[], None] = lambda: None,
    ) -> Upload:
        """Bring a file there: under `path` it is whole or it is not.

        One that lies there under that name is compared, unless `replace`. Where it `stays` it is
        looked at once more when it has its name. `before_name` is called when all of it is there
        and it is about to get its name.

        Raises:
            Refused: another file has that name, or there is no such folder.
            Deferred: he holds something else than he was sent, or has lost it.
            InDoubt: the line was lost while the file got its name.
            OSError, EOFError, paramiko.SSHException: it is not there.
        """
        there = None if replace else self.size(path)
        if there is not None:
            return self._same(path, data, there)
        compared = self._upload(path + PART, data)
        before_name()
        self._rename(path + PART, path, replace=replace, size_bytes=len(data))
        if stays and self.size(path) != len(data):
            raise Deferred(
                f"{self._endpoint} says that {path} has its name, and does not have it; if files "
                "are taken away there at once, set keeps_files = false, or each repeat is a copy"
            )
        return Upload.of(path, data, compared)

    def compare(self, path: str, data: bytes) -> Upload | None:
        """Return the file as it lies there, None if it is not there or is another."""
        try:
            compared = self._comparison.compare(self._files, path, data)
        except FileNotFoundError:
            return None
        return Upload.of(path, data, compared) if compared else None

    def size(self, path: str) -> int | None:
        """Return a file's size in bytes, None if there is no such file."""
        return size(self._files, path)

    def state(self, path: str) -> tuple[int, float] | None:
        """Return a file's size in bytes and the time it was written, by the server's clock."""
        try:
            there = self._files.stat(path)
        except FileNotFoundError:
            return None
        return there.st_size or 0, there.st_mtime or 0

    def read(self, path: str, *, size_bytes_max: int) -> bytes | None:
        """Return a file's content, None if there is no such file or it is larger than that."""
        there = self.size(path)
        if there is None or there > size_bytes_max:
            return None
        with self._files.open(path, "rb") as file:
            return file.read(size_bytes_max)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none if there is no such folder."""
        try:
            return sorted(self._files.listdir(folder))
        except FileNotFoundError:
            return []

    def make_folder(self, path: str) -> None:
        """Make a folder where there is none; another parcel may do so at the same moment."""
        if self.size(path) is not None:
            return
        try:
            self._files.mkdir(path)
        except OSError as fault:
            if line_lost(fault) or self.size(path) is None:
                raise

    def move(self, path: str, target: str) -> None:
        """Move a file into a folder that is there; harmless when repeated."""
        with suppress(FileNotFoundError):
            name(self._files, path, target, replace=True, size_bytes=self.size(path) or 0)

    def _same(self, path: str, data: bytes, there: int) -> Upload:
        same = self.compare(path, data)
        if same is None:
            raise Refused(
                f"{self._endpoint} has another file under the name {path}: {there} bytes, ours has "
                f"{len(data)}"
            )
        return same

    def _upload(self, path: str, data: bytes) -> str:
        """Write a file and return by what it is known to be whole."""
        write(self._files, path, data, endpoint=self._endpoint)
        compared = self._comparison.compare(self._files, path, data)
        if not compared:
            there = self.size(path)
            remove(self._files, path)
            raise Deferred(
                f"{self._endpoint} holds other bytes of {path} than it was sent: {there} of "
                f"{len(data)}"
            )
        return compared

    def _rename(self, path: str, target: str, *, replace: bool, size_bytes: int) -> None:
        """Give the file its name."""
        try:
            name(self._files, path, target, replace=replace, size_bytes=size_bytes)
        except FileNotFoundError as fault:
            raise Deferred(f"{self._endpoint} has lost {path} before it got its name") from fault
        except (OSError, *LINE_LOST) as fault:
            if not line_lost(fault):
                raise
            self.close()
            raise InDoubt(f"{self._endpoint} was lost while {path} got its name") from fault

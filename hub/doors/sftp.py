"""The SFTP door: one root and key set a sender, exact end of upload, nothing half is taken.

A client's CLOSE is answered only after the file is durable in the house; then it lies in
`processed/`, or in `error/` with the reason beside it; the client that uploaded it may still look
at it under its own name, as many do to be sure. A connection that is cut leaves the part
where it was, so that the client can resume. Names ending in .part, .tmp or .filepart are taken when
they are renamed.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncssh

from archive.entry import ArchiveError
from hub.config import Sender
from hub.doors.putting_away import put_away
from hub.pipeline.house import House
from hub.pipeline.receive import Arrival, NoRoom, Unacceptable, receive

_UNFINISHED = (".part", ".tmp", ".filepart", ".partial")
_KEPT_FOLDERS = ("processed", "error")
_LOGIN_SECONDS = 30
_IDLE_SECONDS = 900


class SftpDoor:
    """Listens for the senders of a house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._server: asyncssh.SSHAcceptor | None = None
        self._connected: set[asyncssh.SSHServerConnection] = set()

    async def start(self) -> int:
        """Listen; returns the port."""
        door = self._house.config.sftp_door
        address, _, port = door.listen.rpartition(":")
        self._server = await asyncssh.listen(
            address,
            int(port),
            server_host_keys=[host_key(self._house.config.path(door.host_key))],
            server_factory=lambda: _Gate(self._house.config.senders, self._connected),
            sftp_factory=self._root_of,
            allow_scp=False,
            encoding=None,
            login_timeout=_LOGIN_SECONDS,
            keepalive_interval=_IDLE_SECONDS,
            x11_forwarding=False,
            agent_forwarding=False,
        )
        return self._server.get_port()

    async def stop(self) -> None:
        """Let no one in any more and hang up."""
        if self._server is not None:
            self._server.close()
            connected = list(self._connected)
            for connection in connected:
                connection.close()
            await asyncio.gather(*(connection.wait_closed() for connection in connected))
            await self._server.wait_closed()

    def _root_of(self, channel: asyncssh.SSHServerChannel[Any]) -> "_Root":
        sender = channel.get_extra_info("username")
        root = self._house.config.data / "sftp" / sender
        for name in ("", *_KEPT_FOLDERS):
            (root / name).mkdir(parents=True, exist_ok=True)
        return _Root(channel, self._house, sender, root)


class _Gate(asyncssh.SSHServer):
    """The user name is the sender's key in the settings; only his own public keys open."""

    def __init__(
        self, senders: Mapping[str, Sender], connected: set[asyncssh.SSHServerConnection]
    ) -> None:
        self._senders = senders
        self._connected = connected
        self._keys: asyncssh.SSHAuthorizedKeys | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connected.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._connected.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        sender = self._senders.get(username)
        lines = "\n".join(sender.sftp_keys) if sender else ""
        self._keys = asyncssh.import_authorized_keys(lines) if lines else None
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._keys is not None and (self._keys.validate(key, username, "", None) is not None)


class _Root(asyncssh.SFTPServer):
    """A sender's root. What was written and closed goes into the house before CLOSE is answered."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[Any], house: House, sender: str, root: Path
    ) -> None:
        super().__init__(channel, chroot=os.fsencode(root))
        self._house = house
        self._sender = sender
        self._root = root
        self._written: dict[int, Path] = {}
        self._put_away: dict[Path, Path] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        """Open a file of the sender's own; one that is written is watched.

        An upload from the beginning gets a file of its own, so that one that hangs under the same
        name does not write into it.
        """
        writes = pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND)
        if writes:
            self._writable(path)
        if writes and pflags & asyncssh.FXF_TRUNC:
            self._local(path).unlink(missing_ok=True)
        file = super().open(path, pflags, attrs)
        if writes:
            self._written[id(file)] = self._local(path)
        return file

    def open56(self, *_arguments: Any, **_named: Any) -> Any:
        """Refuse the later protocol's open; clients fall back to version 3."""
        raise asyncssh.SFTPOpUnsupported("SFTP version 3, please")

    def stat(self, path: bytes) -> Any:
        """Look at a file, also at one that was taken since."""
        return super().stat(self._now_at(path))

    def lstat(self, path: bytes) -> Any:
        """Look at a file, also at one that was taken since."""
        return super().lstat(self._now_at(path))

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Set a file's times, also of one that was taken since."""
        super().setstat(self._now_at(path), attrs)

    def write(self, file_obj: object, offset: int, data: bytes) -> Any:
        """Write in the sender's bounds."""
        if offset + len(data) > self._house.config.hub.max_file_mb << 20:
            raise asyncssh.SFTPFailure("larger than this hub takes (hub.max_file_mb)")
        return super().write(file_obj, offset, data)

    def close(self, file_obj: Any) -> Any:
        """Close; a whole file is in the house when CLOSE is answered.

        The library closes in the same way what a client has left open that is no longer there;
        only a request to close says that a file is whole.
        """
        path = self._written.pop(id(file_obj), None)
        requested = sys._getframe(1).f_code.co_name == "_process_close"  # noqa: SLF001
        if path is None or not requested:
            return super().close(file_obj)
        is_own = path.exists() and os.path.samestat(os.fstat(file_obj.fileno()), path.stat())
        super().close(file_obj)
        return self._take_closed(path, is_own=is_own)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename; a part that gets its final name is whole."""
        self._renamable(oldpath, newpath)
        super().rename(oldpath, newpath)
        await self._take_renamed(oldpath, newpath)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename, replacing; a part that gets its final name is whole."""
        self._renamable(oldpath, newpath)
        super().posix_rename(oldpath, newpath)
        await self._take_renamed(oldpath, newpath)

    def symlink(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse."""
        raise asyncssh.SFTPPermissionDenied("no links here")

    def link(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse."""
        raise asyncssh.SFTPPermissionDenied("no links here")

    def mkdir(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse: files are dropped into the root."""
        raise asyncssh.SFTPPermissionDenied("drop files into the root")

    def rmdir(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse: what was taken and what was refused has its folders."""
        raise asyncssh.SFTPPermissionDenied("the folders stay")

    async def _take_closed(self, path: Path, *, is_own: bool) -> None:
        if not is_own:
            raise asyncssh.SFTPFailure("another upload of this name has taken its place")
        if path.suffix.lower() not in _UNFINISHED:
            await self._take(path)

    async def _take_renamed(self, old: bytes, new: bytes) -> None:
        before, after = self._local(old), self._local(new)
        if before.suffix.lower() in _UNFINISHED and after.suffix.lower() not in _UNFINISHED:
            await self._take(after)

    async def _take(self, path: Path) -> None:
        try:
            await asyncio.to_thread(self._receive, path)
        except Unacceptable as error:
            self._put_away[path] = put_away(path, self._root / "error", str(error))
            raise asyncssh.SFTPFailure(str(error)) from error
        except (NoRoom, ArchiveError) as error:
            raise asyncssh.SFTPFailure(f"not now, upload it again later: {error}") from error

    def _receive(self, path: Path) -> None:
        limit = self._house.config.hub.max_file_mb << 20
        if path.stat().st_size > limit:
            raise Unacceptable(f"{path.name}: larger than {limit} bytes (hub.max_file_mb)")
        arrival = Arrival(
            data=path.read_bytes(),
            name=path.name,
            tenant=self._house.config.senders[self._sender].tenant,
            sender=self._sender,
            door="sftp",
        )
        receive(self._house, arrival)
        self._put_away[path] = put_away(path, self._root / "processed")

    def _writable(self, path: bytes) -> None:
        """Allow plain names in the root, within the quota."""
        local = self._local(path)
        if local.parent != self._root.resolve() or local.name.startswith("."):
            raise asyncssh.SFTPPermissionDenied("drop files into the root, under a plain name")
        used = sum(f.stat().st_size for f in self._root.rglob("*") if f.is_file())
        if used > self._house.config.senders[self._sender].quota_mb << 20:
            raise asyncssh.SFTPFailure("quota reached: remove files from processed/ and error/")

    def _renamable(self, old: bytes, new: bytes) -> None:
        """Allow what is whole and no folder to get a plain name."""
        self._writable(new)
        local = self._local(old)
        if local in self._written.values():
            raise asyncssh.SFTPFailure("close it first")
        if local.is_dir():
            raise asyncssh.SFTPPermissionDenied("the folders stay")

    def _local(self, path: bytes) -> Path:
        return Path(os.fsdecode(self.map_path(path)))

    def _now_at(self, path: bytes) -> bytes:
        """Return where a client's file lies now, as a path of the client's."""
        local = self._local(path)
        if local.exists() or local not in self._put_away:
            return path
        return b"/" + os.fsencode(self._put_away[local].relative_to(self._root))


def host_key(path: Path) -> asyncssh.SSHKey:
    """Return the door's key, made on the first start, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        key = asyncssh.generate_private_key("ssh-ed25519")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.export_private_key())
        key.write_public_key(str(path) + ".pub")
        part.rename(path)
    return asyncssh.read_private_key(path)

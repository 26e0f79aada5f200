"""What an SFTP client sees and may do: plain names in one root, within the quota.

A file is whole when it is closed under its final name, or gets that name; with the policy `marker`,
when its marker is closed. Names ending in .part, .tmp or .filepart are taken when they are renamed.
A client may still look at a file that was taken under the name by which it came, as many do to be
sure.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from archive.entry import ArchiveError
from hub.config.companies import Sender
from hub.doors.completion import is_marker, is_unfinished
from hub.doors.inbox import Drop, Inbox, Incomplete
from hub.doors.quota import Quota
from hub.doors.spool import Spool, Ticket
from hub.pipeline.house import House
from hub.pipeline.receive import NoRoom, Unacceptable, room

_ENTRIES_MAX = 20_000
"""Closed files that one connection may look at under their own names."""

Look = Callable[[bytes], os.stat_result]

_TORN = "not taken: a part of it could not be written; upload it again from the beginning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What belongs to one sender at the door, whoever is connected."""

    house: House
    key: str
    sender: Sender
    inbox: Inbox
    spool: Spool
    quota: Quota


class Root(asyncssh.SFTPServer):
    """A sender's root, as one connection sees it."""

    def __init__(self, channel: asyncssh.SSHServerChannel[Any], place: Place) -> None:
        super().__init__(channel, chroot=os.fsencode(place.inbox.folder))
        self._place = place
        self._root = place.inbox.folder.resolve()
        self._folder = str(self._root)
        self._limit = place.house.config.hub.max_file_mb << 20
        self._written: dict[int, Path] = {}
        self._torn: set[int] = set()
        self._moved: dict[bytes, Path | Ticket] = {}
        self._loop = asyncio.get_running_loop()
        self._idle_seconds = place.house.config.sftp_door.idle_seconds
        self._asked_at = self._loop.time()
        self._watch()

    def map_path(self, path: bytes) -> bytes:
        """Map a client's path below the root; each such question says that somebody is there."""
        self._asked_at = self._loop.time()
        return super().map_path(path)

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Any:
        """Open a file of the sender's own; one that is written is watched.

        An upload from the beginning gets a file of its own, so that one that hangs under the same
        name does not write into it.
        """
        if not pflags & (asyncssh.FXF_WRITE | asyncssh.FXF_APPEND):
            return super().open(path, pflags, attrs)
        local = self._writable(path)
        if pflags & asyncssh.FXF_TRUNC:
            local.unlink(missing_ok=True)
        file = super().open(path, pflags, attrs)
        self._written[id(file)] = local
        return file

    def open56(self, *_arguments: Any, **_named: Any) -> Any:
        """Refuse the later protocol's open; clients fall back to version 3."""
        raise asyncssh.SFTPOpUnsupported("SFTP version 3, please")

    def stat(self, path: bytes) -> Any:
        """Look at a file, also at one that was taken since."""
        return self._attributes(path, os.stat)

    def lstat(self, path: bytes) -> Any:
        """Look at a file, also at one that was taken since."""
        return self._attributes(path, os.lstat)

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Set a file's times; those of one that was taken since stay."""
        if not self._taken(self.map_path(path)):
            super().setstat(path, attrs)

    def write(self, file_obj: object, offset: int, data: bytes) -> Any:
        """Write in the sender's bounds; a file that lacks a part is never whole."""
        self._asked_at = self._loop.time()
        if id(file_obj) in self._torn:
            raise asyncssh.SFTPFailure(_TORN)
        self._torn.add(id(file_obj))
        if self._is_taken(file_obj):
            raise asyncssh.SFTPFailure("the file was taken meanwhile: another client closed it")
        if offset + len(data) > self._limit:
            raise asyncssh.SFTPFailure("larger than this hub takes (hub.max_file_mb)")
        if super().write(file_obj, offset, data) != len(data):
            raise asyncssh.SFTPFailure(_TORN)
        self._torn.discard(id(file_obj))
        self._place.quota.add(len(data))
        if not offset:
            self._loop.call_soon(_begin_to_sync, file_obj)
        return len(data)

    def read(self, file_obj: object, offset: int, size: int) -> Any:
        """Read; somebody is there."""
        self._asked_at = self._loop.time()
        return super().read(file_obj, offset, size)

    def close(self, file_obj: Any) -> Any:
        """Close; a whole file is durable when CLOSE is answered.

        The library closes in the same way what a client has left open that is no longer there;
        only a request to close says that a file is whole.
        """
        path = self._written.pop(id(file_obj), None)
        is_torn = id(file_obj) in self._torn
        self._torn.discard(id(file_obj))
        requested = sys._getframe(1).f_code.co_name == "_process_close"  # noqa: SLF001
        if path is None or not requested:
            return super().close(file_obj)
        if is_torn:
            return self._discard(file_obj, path)
        return self._closed(file_obj, path)

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

    def _is_taken(self, file: Any) -> bool:
        """Whether an open file has gone on: two clients had resumed it, and one was done."""
        path = self._written.get(id(file))
        lies_somewhere = os.fstat(file.fileno()).st_nlink > 0
        return path is not None and lies_somewhere and not _is_at(file.fileno(), path)

    def _discard(self, file: Any, path: Path) -> None:
        """Remove an upload of which a part was not written, so that nobody calls it whole later."""
        if _is_at(file.fileno(), path):
            path.unlink()
        super().close(file)
        raise asyncssh.SFTPFailure(_TORN)

    async def _closed(self, file: Any, path: Path) -> None:
        try:
            if not _is_at(file.fileno(), path):
                raise asyncssh.SFTPFailure("another upload of this name has taken its place")
            if not is_unfinished(path.name):
                await self._take(path, file.fileno())
        finally:
            super().close(file)

    async def _take_renamed(self, old: bytes, new: bytes) -> None:
        before, after = self._local(old), self._local(new)
        if is_unfinished(before.name) and not is_unfinished(after.name):
            with after.open("rb") as file:
                await self._take(after, file.fileno())

    async def _take(self, path: Path, handle: int) -> None:
        """Take what is whole now: a file, or what a marker stands for."""
        try:
            quick = self._place.spool.is_quick(os.fstat(handle).st_size)
            if quick and self._place.sender.sftp_complete != "marker":
                self._take_whole(path, handle)
            else:
                await asyncio.to_thread(self._take_whole, path, handle)
        except Unacceptable as error:
            raise asyncssh.SFTPFailure(str(error)) from error
        except (NoRoom, ArchiveError) as error:
            raise asyncssh.SFTPFailure(f"not now, upload it again later: {error}") from error

    def _take_whole(self, path: Path, handle: int) -> None:
        room(self._place.house)
        if self._place.sender.sftp_complete != "marker":
            self._keep(path, handle)
        elif is_marker(path.name):
            self._take_marked(path)

    def _keep(self, path: Path, handle: int) -> None:
        drop = Drop(files=(path,))
        try:
            self._place.inbox.check(drop)
        except Unacceptable as error:
            self._refuse(drop, str(error))
            raise
        self._remember(path, self._place.spool.keep(self._place.key, path, handle))

    def _take_marked(self, marker: Path) -> None:
        inbox = self._place.inbox
        try:
            drop = inbox.listed(marker)
        except (Incomplete, Unacceptable) as error:
            own = marker.with_suffix("")
            lies = own.is_file() and isinstance(error, Unacceptable)
            self._refuse(Drop(files=(own,) if lies else (), marker=marker), str(error))
            raise Unacceptable(str(error)) from error
        taken = inbox.take([drop])
        for path, where in taken.moved.items():
            self._remember(path, where)
        if taken.refused:
            raise Unacceptable(taken.refused[0])
        for failure in taken.failed.values():
            raise NoRoom(str(failure))

    def _refuse(self, drop: Drop, reason: str) -> None:
        for path, where in self._place.inbox.refuse(drop, reason).items():
            self._remember(path, where)

    def _remember(self, path: Path, where: Path | Ticket) -> None:
        local = os.fsencode(path)
        self._moved.pop(local, None)
        if len(self._moved) >= _ENTRIES_MAX:
            del self._moved[next(iter(self._moved))]
        self._moved[local] = where

    def _writable(self, path: bytes) -> Path:
        """Return where a file lies that may be written: a plain name in the root, within quota."""
        folder, name = os.path.split(os.fsdecode(self.map_path(path)))
        if folder != self._folder or not name or name.startswith("."):
            raise asyncssh.SFTPPermissionDenied("drop files into the root, under a plain name")
        if not self._place.inbox.takes(name):
            allowed = ", ".join(self._place.sender.names)
            raise asyncssh.SFTPPermissionDenied(f"names here are like {allowed} (names)")
        if self._place.quota.is_reached():
            raise asyncssh.SFTPFailure("quota reached: remove files from processed/ and error/")
        return self._root / name

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

    def _attributes(self, path: bytes, look: Look) -> asyncssh.SFTPAttrs:
        """Return what version 3 says of a file: no names of users, which take long to find."""
        local = self.map_path(path)
        found = self._taken(local) or look(local)
        return asyncssh.SFTPAttrs(
            size=found.st_size,
            uid=found.st_uid,
            gid=found.st_gid,
            permissions=found.st_mode,
            atime=int(found.st_atime),
            mtime=int(found.st_mtime),
        )

    def _taken(self, local: bytes) -> os.stat_result | None:
        """Return what a client asks of a file of its own that has gone on; None of any other."""
        if local not in self._moved or os.path.lexists(local):
            return None
        for _ in range(2):  # it may be on its way just now
            where = self._moved[local]
            try:
                return (where.where if isinstance(where, Ticket) else where).stat()
            except FileNotFoundError:
                continue
        return None

    def _watch(self) -> None:
        """Hang up on a client that asks for nothing."""
        left = self._asked_at + self._idle_seconds - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._watch)
        else:
            self.channel.get_connection().close()

    def exit(self) -> None:
        """Forget the watch when the client has gone."""
        self._timer.cancel()
        super().exit()


def _begin_to_sync(file: Any) -> None:
    """Have the system begin to write out a file's first bytes, while its client sends CLOSE.

    The sync waits a third less then. Linux takes the advice so; it is only an advice anywhere.
    """
    if not file.closed and hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _is_at(handle: int, path: Path) -> bool:
    """Whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False

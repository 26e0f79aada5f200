"""Files that an SFTP client has closed and was told so: durable here, soon in the house.

A commit to the archive and the database for each file would let a client wait fifteen times as
long as the disk needs. So its CLOSE is answered when the file lies durably in the spool, out of the
sender's reach; from there files enter the house many at once. What lies here when the process
dies enters after the next start, once: the same file is the same submission.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from archive.entry import ArchiveError
from hub.doors.inbox import Drop, Inbox
from hub.doors.putting_away import NAME_BYTES
from hub.pipeline.receive import NoRoom

_QUIET_SECONDS = 0.1
"""A client that has closed nothing for so long is waited for no longer."""
_GATHERING_SECONDS = 5.0
"""How long the first one waits for others at most, so that many enter at once."""
_GATHERED_MAX = 1024
_QUICK_SECONDS = 0.005
"""A disk that syncs a file in less is waited for where one is; a thread would take longer."""
_QUICK_BYTES = 1 << 20
_AGAIN_SECONDS = 1.0
SIZE = "user.facteur.size_bytes"
"""The attribute of a file that says how long it was when it was closed."""
_CUT = "{name}: its end was lost before anybody was told that it is here; send it again"
_log = logging.getLogger("facteur.sftp")


@dataclass(slots=True, kw_only=True)
class Ticket:
    """A closed file; `where` it lies changes as it goes on."""

    sender: str
    where: Path


class Spool:
    """The closed files of all senders.

    Args:
        folder: on the file system of the senders' roots.
        inboxes: by sender; each takes its files into the house and puts them away in its root.

    Attributes:
        was_quick: whether to keep the last file took hardly any time.
    """

    def __init__(self, folder: Path, inboxes: Mapping[str, Inbox]) -> None:
        self._folder = folder
        self._inboxes = inboxes
        self._waiting: deque[Ticket] = deque()
        self._guard = threading.Lock()
        self._called = threading.Event()
        self._stopping = threading.Event()
        self.was_quick = False
        self._taker = threading.Thread(target=self._run, name="sftp-spool", daemon=True)

    def start(self) -> None:
        """Take what was left behind, then what comes."""
        for sender in self._inboxes:
            own = self._folder / sender
            own.mkdir(parents=True, exist_ok=True)
            left = sorted(path for path in own.rglob("*") if path.is_file())
            self._waiting.extend(Ticket(sender=sender, where=path) for path in left)
        self._called.set()
        self._taker.start()

    def stop(self) -> None:
        """Take what is waiting, once more, and end."""
        self._stopping.set()
        self._called.set()
        if self._taker.is_alive():
            self._taker.join()

    def is_quick(self, size_bytes: int) -> bool:
        """Whether to keep a file will take hardly any time; one that is empty is refused."""
        return self.was_quick and 0 < size_bytes <= _QUICK_BYTES

    def keep(self, sender: str, path: Path, handle: int) -> Ticket:
        """Take a closed file out of its sender's root and make it durable there.

        One sync is enough, since it comes after the rename: on ext4, XFS and btrfs the sync of a
        file carries its new name as well. Should the power go between, the name may be there and
        the end of the file not; so it carries its size. `handle` is an open file descriptor of it.
        """
        begun = time.monotonic()
        with suppress(OSError):  # not every file system has attributes
            os.setxattr(handle, SIZE, str(os.fstat(handle).st_size).encode())
        with self._guard:
            target = self._free(sender, path.name)
            path.rename(target)
        os.fsync(handle)
        self.was_quick = time.monotonic() - begun < _QUICK_SECONDS
        ticket = Ticket(sender=sender, where=target)
        self._waiting.append(ticket)
        if not self._called.is_set():
            self._called.set()
        return ticket

    def _free(self, sender: str, name: str) -> Path:
        short = os.fsdecode(os.fsencode(name)[:NAME_BYTES])
        own = self._folder / sender
        first = own / short
        if not os.path.lexists(first):
            return first
        folders = (own / str(number) for number in count(1))
        folder = next(each for each in folders if not os.path.lexists(each / short))
        folder.mkdir(exist_ok=True)
        _sync(own)
        return folder / short

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._called.wait()
            self._gather()
            if not self._took_all():
                self._stopping.wait(_AGAIN_SECONDS)
                self._called.set()
        self._took_all()

    def _gather(self) -> None:
        """Wait until nothing more comes, or there is enough; nobody is woken for each file."""
        end = time.monotonic() + _GATHERING_SECONDS
        before = 0
        while before < len(self._waiting) < _GATHERED_MAX and time.monotonic() < end:
            before = len(self._waiting)
            if self._stopping.wait(_QUIET_SECONDS):
                break
        self._called.clear()

    def _took_all(self) -> bool:
        """Take all that waits; what cannot be taken now waits on. Whether nothing does."""
        tickets = [self._waiting.popleft() for _ in range(len(self._waiting))]
        left: list[Ticket] = []
        for sender in dict.fromkeys(ticket.sender for ticket in tickets):
            own = [ticket for ticket in tickets if ticket.sender == sender]
            left += self._take(self._inboxes[sender], own)
        self._waiting.extendleft(reversed(left))
        return not left

    def _take(self, inbox: Inbox, tickets: list[Ticket]) -> list[Ticket]:
        """Take one sender's files; returns those that are left."""
        try:
            tickets = [ticket for ticket in tickets if _is_whole(ticket.where, inbox)]
            taken = inbox.take(Drop(files=(ticket.where,)) for ticket in tickets)
        except (NoRoom, ArchiveError, sa.exc.SQLAlchemyError, OSError) as error:
            _log.warning("%d closed files wait: %s", len(tickets), error)
            return [ticket for ticket in tickets if ticket.where.exists()]
        for path, failure in taken.failed.items():
            _log.warning("%r waits: %s", str(path), failure)
        left = [ticket for ticket in tickets if ticket.where in taken.failed]
        for ticket in tickets:
            ticket.where = taken.moved.get(ticket.where, ticket.where)
        return [ticket for ticket in left if ticket.where.exists()]


def _is_whole(path: Path, inbox: Inbox) -> bool:
    """Whether a file is as long as when it was closed, as far as that is known; else refuse it."""
    try:
        size_bytes = int(os.getxattr(path, SIZE))
    except OSError:
        return True
    if size_bytes == path.stat().st_size:
        return True
    inbox.refuse(Drop(files=(path,)), _CUT.format(name=path.name))
    return False


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

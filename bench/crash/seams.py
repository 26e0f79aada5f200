"""The step boundaries of the hub, found as they are passed; and death at one of them.

A step is whatever outlives the process: a commit, a commit to the archive, a byte to a peer, a file
moved away. Its two boundaries are named after the step and the code that took it, such as
`commit settle render after`. The product knows nothing of this: `install` wraps it from outside.
"""

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa

from archive.archive import Archive
from archive.store import Disk
from hub.doors import inbox
from hub.doors.spool import Spool
from hub.store.database import Connection, Database
from outbound.email import Email
from outbound.peppol import Peppol
from outbound.print_house import PrintHouse
from outbound.sftp import Sftp
from outbound.sftp_session import Session
from outbound.smtp_line import SmtpLine

_CHANNEL_STEPS = ("send", "resolve", "send_job", "resolve_job", "acknowledge")
_PEER_STEPS = (
    (SmtpLine, "send_body"),
    (Session, "_upload"),
    (Session, "_rename"),
    (Peppol, "_post"),
)
_WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE")
_CARRIERS = ("contextlib", "bench.", "hub.store.database", "archive.", "sqlalchemy")
"""Modules whose frames say nothing about which step it is."""


class Seams:
    """Counts boundaries, and kills this process at the one that is ordered.

    Args:
        order: name of a boundary, or empty.
        log: where the name of each boundary is written when it is first passed.
    """

    def __init__(self, order: str, log: Path) -> None:
        self._order = order
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._passed: Counter[str] = Counter()
        self._guard = threading.Lock()

    def passed(self, name: str) -> None:
        """Note a boundary; this does not return where death is ordered here."""
        with self._guard:
            self._passed[name] += 1
            if self._passed[name] == 1:
                os.write(self._log, f"{name}\n".encode())
            if name == self._order:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, step: str) -> Iterator[None]:
        """Pass both boundaries of a step, whether it succeeds or raises."""
        self.passed(f"{step} before")
        try:
            yield
        finally:
            self.passed(f"{step} after")


def install(seams: Seams) -> None:
    """Wrap every step of the hub in this process."""
    _wrap_commits(seams)
    _wrap(seams, Archive, "append", lambda *_: f"append {place()}")
    for act in ("write", "rename"):
        _wrap(seams, Disk, act, lambda _self, path, *more: _disk(path, *more))
    for channel in (Email, Sftp, Peppol, PrintHouse):
        for step in _CHANNEL_STEPS:
            if hasattr(channel, step):
                _wrap(seams, channel, step, _constant(f"{channel.__name__}.{step}"))
    for owner, step in _PEER_STEPS:
        _wrap(seams, owner, step, _constant(f"{owner.__name__}.{step.strip('_')}"))
    _wrap(seams, inbox, "receive_all", lambda _house, files: f"receive by {files[0].door}")
    _wrap(seams, inbox, "put_away", lambda _path, folder, *_: f"put away {_door(folder)}")
    _wrap(seams, Spool, "keep", _constant("keep in the spool"))


def place() -> str:
    """Return which code takes a step: the first frame of the hub that is not merely its carrier."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  (the documented way to the callers)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(_CARRIERS):
            function = frame.f_code.co_name.strip("_")
            room = frame.f_locals.get("room") if module == "hub.pipeline.settling" else None
            if function == "file_evidence":
                frame = frame.f_back
                continue
            return f"{function} {room}" if room else f"{module.rpartition('.')[2]}.{function}"
        frame = frame.f_back
    return "unknown"


def _wrap(seams: Seams, owner: Any, name: str, step: Callable[..., str]) -> None:
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        with seams.around(step(*arguments)):
            return original(*arguments, **named)

    setattr(owner, name, wrapped)


def _wrap_commits(seams: Seams) -> None:
    """Only transactions that write are steps."""
    original, made = Database.transaction, Database.__init__

    def make(self: Database, url: str) -> None:
        made(self, url)
        sa.event.listen(self.engine, "before_cursor_execute", _note_write)

    @contextmanager
    def transaction(self: Database) -> Iterator[Connection]:
        with original(self) as connection:
            connection.info["wrote"] = False
            yield connection
            step = f"commit {place()}" if connection.info["wrote"] else ""
            if step:
                seams.passed(f"{step} before")
        if step:
            seams.passed(f"{step} after")

    Database.__init__ = make  # type: ignore[method-assign]
    Database.transaction = transaction  # type: ignore[method-assign]


def _note_write(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
    if statement.lstrip().startswith(_WRITES):
        connection.info["wrote"] = True


def _door(folder: Path) -> str:
    """Name the door that a folder of files that were looked at belongs to."""
    return f"{folder.name} by {'sftp' if 'sftp' in folder.parts else 'folder'}"


def _disk(path: Path, *target: Path) -> str:
    """Name a step of the archive's disk by the kind of file."""
    final = target[0] if target and isinstance(target[0], Path) else path
    name = final.name.removeprefix(".").removesuffix(".part")
    kind = "tile" if "tile" in final.parts else final.suffix or name
    return f"archive {'rename' if final is not path else 'write'} {kind}"


def _constant(words: str) -> Callable[..., str]:
    return lambda *_: words

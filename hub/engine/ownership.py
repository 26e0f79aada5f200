"""Who runs: one live process a worker id, and a living worker takes over a dead one's batches.

SQLite: one engine process, held by a lock on a file. PostgreSQL: each worker holds a session
advisory lock on its id; whoever can take the lock of a worker that carries out batches knows that
it is dead, and recovers them.
"""

import fcntl
import hashlib
import logging
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

import sqlalchemy as sa

from hub.store.database import Connection, Database

_log = logging.getLogger("facteur.engine")


class AlreadyRunning(Exception):
    """Another live process holds this worker id or these data."""


class Ownership(Protocol):
    """The right to run as one worker."""

    def take(self) -> None:
        """Take it, or raise AlreadyRunning."""
        ...

    def check(self) -> None:
        """End this process if the right was lost: somebody else may be running its batches."""
        ...

    def take_over(self, owners: Iterable[str], recover: Callable[[list[str]], Any]) -> None:
        """Recover the batches of `owners` that are dead."""
        ...

    def give_up(self) -> None:
        """Let others have it."""
        ...


def own(database: Database, worker: str, lock_file: str) -> Ownership:
    """Return the ownership that fits the database."""
    if database.is_sqlite:
        return FileOwnership(Path(lock_file), worker)
    return ServerOwnership(database, worker)


class FileOwnership:
    """`flock` on a file beside the database; the kernel lets go when the process dies."""

    def __init__(self, path: Path, worker: str) -> None:
        self._path = path
        self._worker = worker
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Lock the file."""
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise AlreadyRunning(
                f"another facteur runs on these data ({self._path}); stop it, or give this one "
                "its own data folder or a PostgreSQL database"
            ) from error

    def check(self) -> None:
        """Nothing to check: the lock lives as long as the process."""

    def take_over(self, owners: Iterable[str], recover: Callable[[list[str]], Any]) -> None:
        """Recover what was left under another id: only one engine runs, so all others are dead."""
        dead = sorted(set(owners) - {self._worker})
        if dead:
            _log.warning("taking over the batches of %s", ", ".join(dead))
            recover(dead)

    def give_up(self) -> None:
        """Unlock."""
        if self._file is not None:
            self._file.close()


class ServerOwnership:
    """A PostgreSQL session advisory lock, held on a connection of its own."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker
        self._connection: Connection | None = None
        self._found_free: set[str] = set()

    def take(self) -> None:
        """Lock the worker's id."""
        self._connection = self._database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )
        self._connection.detach()  # closing it ends the session, and with it the lock
        if not self._lock(self._worker):
            self._connection.close()
            raise AlreadyRunning(
                f"a worker with the id {self._worker!r} is running; give each its own `worker`"
            )

    def check(self) -> None:
        """End the process at once when the connection that holds the lock is gone."""
        assert self._connection is not None
        with self._or_end():
            self._connection.execute(sa.text("SELECT 1"))

    def take_over(self, owners: Iterable[str], recover: Callable[[list[str]], Any]) -> None:
        """Try each owner's lock; who lets us have it twice in a row is dead.

        A database that was restarted has forgotten the locks of the living; each of them ends
        itself when it next looks, which is as often as we look.
        """
        found_free: set[str] = set()
        for owner in sorted(set(owners) - {self._worker}):
            with self._or_end():
                is_free = self._lock(owner)
            if is_free:
                if owner in self._found_free:
                    _log.warning("worker %s is dead; taking over its batches", owner)
                    recover([owner])
                found_free.add(owner)
                with self._or_end():
                    self._unlock(owner)
        self._found_free = found_free

    @contextmanager
    def _or_end(self) -> Iterator[None]:
        """End the process if our own connection fails, however: the lock is gone with it."""
        try:
            yield
        except sa.exc.SQLAlchemyError:
            _log.critical("lost the lock on worker id %s; ending this process", self._worker)
            os.kill(os.getpid(), signal.SIGKILL)

    def give_up(self) -> None:
        """Unlock at once, and close the connection, which would do so a moment later."""
        if self._connection is not None:
            with suppress(sa.exc.DBAPIError):
                self._unlock(self._worker)
            self._connection.close()

    def _lock(self, worker: str) -> bool:
        assert self._connection is not None
        query = sa.text("SELECT pg_try_advisory_lock(:key)")
        return bool(self._connection.execute(query, {"key": _key(worker)}).scalar_one())

    def _unlock(self, worker: str) -> None:
        assert self._connection is not None
        self._connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _key(worker)})


def _key(worker: str) -> int:
    return int.from_bytes(hashlib.sha256(f"facteur {worker}".encode()).digest()[:8], signed=True)

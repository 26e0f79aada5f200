"""The index in one SQLite file beside the logs: the default.

SQLite comes with apsw: Debian 12's own cannot delete from full text that keeps no text.
"""

import errno
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import apsw

from archive.entry import ArchiveError, Entry, Query
from archive.index import look_ups, schema, sqlite_file
from archive.index.content import CONTENT, PLACES, SAID, UNEVEN
from archive.index.filing import Filing
from archive.index.forgetting import remove_entry, remove_files, remove_places, scrub
from archive.index.found import Found
from archive.index.hashes import number_of
from archive.index.search import asked
from archive.index.sqlite_tongue import SQLITE
from archive.packs.pack import Place

_GATHERED_MAX = 20_000
_CACHE_KB, _GROWING_CACHE_KB = 2_000, 128_000
_FULL = (apsw.SQLITE_FULL, apsw.SQLITE_IOERR_SHMSIZE)


class Index:
    """The index of all logs below one root; shared by threads and processes."""

    tongue = SQLITE

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.RLock()
        self._reading = threading.RLock()
        with self._faults():
            self._open()

    def _open(self) -> None:
        self._db = sqlite_file.opened(self._path)
        self._reader = sqlite_file.reading(self._path)
        self._filing = Filing(self._db)
        self._filling = self._growing = False

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._db.close()

    def clear(self) -> None:
        """Forget everything; where that fails, because the file is broken, replace the file."""
        try:
            with self._writing():
                for table in schema.TABLES:
                    self._db.execute(f"DROP TABLE {table}")
                self._create()
        except OSError:
            self.close()
            with self._faults():
                sqlite_file.removed(self._path)
                self._open()

    def _create(self) -> None:
        sqlite_file.create(self._db)

    def head(self, log: str) -> tuple[int, str]:
        """Return up to which size a log is indexed, and the checkpoint seen there."""
        rows = self._rows("SELECT size, checkpoint FROM logs WHERE name = ?", log)
        return rows[0] if rows else (0, "")

    def heads(self) -> dict[str, str]:
        """Return the last checkpoint seen of every log."""
        return dict(self._rows("SELECT name, checkpoint FROM logs WHERE checkpoint != ''"))

    def add(
        self,
        log: str,
        checkpoint: str,
        *,
        pack: int,
        places: Iterable[Place],
        entries: Sequence[Entry],
        size: int | None = None,
    ) -> None:
        """Add what one commit brought.

        Args:
            log: its name.
            checkpoint: its head after the commit; empty if more commits are to follow.
            pack: position that names the pack.
            places: of its manifests and files; what cannot be read any more may lack.
            entries: in order; erased ones may lack.
            size: of the log after the commit, unless it ends with the last of the entries.
        """
        reached = entries[-1].position + 1 if size is None else size
        with self._writing():
            self._filing.reach(log, reached, checkpoint)
            self._filing.add(log, pack=pack, places=places, entries=entries)
            if len(self._filing) >= _GATHERED_MAX:
                self._flush()

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Add many commits as few transactions; an empty index grows without its look-ups."""
        empty = not self._rows("SELECT 1 FROM entries LIMIT 1")
        with self.growing() if empty else nullcontext(), self._writing(), self._gathering():
            yield

    @contextmanager
    def growing(self) -> Iterator[None]:
        """Let the index grow without its look-ups, which are made at the end."""
        if self._growing:
            yield
            return
        with self._writing():
            self._drop_indexes()
            if not self._rows("SELECT 1 FROM entries LIMIT 1"):
                self._filing.begin_anew()
        self._hasten()
        self._growing = True
        try:
            yield
        finally:
            self._growing = False
            self._filing.doubt()
            self._slow_down()
            with self._guard, self._faults():
                self._create_indexes()

    def _create_indexes(self) -> None:
        sqlite_file.create_indexes(self._db)

    def _drop_indexes(self) -> None:
        sqlite_file.drop_indexes(self._db)

    def _hasten(self) -> None:
        """Take much memory."""
        self._db.pragma("cache_size", -_GROWING_CACHE_KB)

    def _slow_down(self) -> None:
        self._db.pragma("cache_size", -_CACHE_KB)

    def _begin(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._filing.begin()

    @contextmanager
    def _gathering(self) -> Iterator[None]:
        """Let commits be many in a transaction; those before one that cannot be read stay."""
        self._filling = True
        try:
            yield
        except ArchiveError:
            self._flush()
            raise
        finally:
            self._filling = False

    def _flush(self) -> None:
        self._filing.flush()
        if self._filling:
            self._db.execute("COMMIT")
            self._filing.forget_known()
            self._begin()

    def place(self, sha256: str, log: str | None = None) -> Found | None:
        """Return where a file or manifest lies, in this log or else in the first that has it."""
        return look_ups.place(self._rows, sha256, log)

    def missing(self, log: str, hashes: Iterable[str]) -> set[str]:
        """Return those of the hashes under which a log keeps no file yet."""
        return look_ups.missing(self._rows, log, hashes)

    def users(self, log: str, sha256: str) -> list[int]:
        """Return the positions of entries that name a file which came with an earlier commit."""
        return look_ups.users(self._rows, log, sha256)

    def by_id(self, entry_id: str) -> list[Found]:
        """Return the entry of this id, if there is one."""
        return look_ups.by_id(self._rows, entry_id)

    def by_key(self, tenant: str, key: str) -> list[Found]:
        """Return the entry filed under this key, if there is one."""
        return look_ups.by_key(self._rows, tenant, key)

    def about(self, *, document: str | None, subject: str | None) -> list[Found]:
        """Return the entries about a document or subject in the order of their logs."""
        return look_ups.about(self._rows, document, subject)

    def ends_of_trails(self, tenant: str, documents: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return number and id of the last entry of documents, of those about which there are any.

        Where none has a number, those that are kept are counted.
        """
        return look_ups.ends_of_trails(self._rows, tenant, documents)

    def ends_of_files(self, tenant: str, files: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return the same of files as they came."""
        return look_ups.ends_of_files(self._rows, tenant, files)

    def find(self, query: Query) -> list[Found]:
        """Return the entries that a query asks for, newest first."""
        found = asked(query, self.tenants(), self.tongue)
        return look_ups.asked_for(self._rows, found) if found else []

    def forget(self, ids: Iterable[str]) -> None:
        """Remove the rows of entries and what only they said; durable, and gone from the disk."""
        raw = [bytes.fromhex(each) for each in ids]
        with self._writing():
            for entry_id in raw:
                remove_entry(self._db, number_of(entry_id), entry_id)
        with self._guard, self._faults():
            self._scrub()

    def _scrub(self) -> None:
        scrub(self._db)

    def forget_files(self, log: str, hashes: Iterable[str]) -> None:
        """Remove where a log keeps files."""
        with self._writing():
            remove_files(self._db, log, hashes)

    def forget_places(self, log: str, pack: int, offsets: Iterable[int]) -> None:
        """Remove the files that lie somewhere in a pack; all files are looked through."""
        with self._writing():
            remove_places(self._db, log, pack, offsets)

    def content(self) -> Iterator[tuple[Any, ...]]:
        """Yield every row in an order and by names that do not depend on how it was built."""
        return self._told(CONTENT)

    def comparable(self, *, shared: bool) -> Iterator[tuple[Any, ...]]:
        """Yield the same, with or without who shares a file that came before."""
        return self._told(CONTENT if shared else (*PLACES, *SAID))

    def uneven(self) -> set[tuple[str, str]]:
        """Return tenant and id of documents of which one that is built anew may know otherwise."""
        return set(self.rows(UNEVEN, ()))

    def _told(self, questions: Iterable[str]) -> Iterator[tuple[Any, ...]]:
        with self._reading, self._faults():
            for sql in questions:
                yield from self._reader.execute(sql)

    def tenants(self) -> dict[str, int]:
        """Return the number of each tenant."""
        return dict(self._rows("SELECT name, tenant FROM tenants"))

    def rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return what a question finds, beside any writing."""
        with self._reading, self._faults():
            return self._reader.execute(sql, values).fetchall()

    def _rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._guard, self._faults():
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold a transaction, or be part of the one that is held."""
        with self._guard, self._faults():
            if self._filling:
                yield
                return
            self._begin()
            try:
                yield
                self._filing.flush()
                self._db.execute("COMMIT")
            except BaseException:
                self._filing.drop()
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self._filing.forget_known()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say in the words of the system what SQLite says."""
        try:
            yield
        except apsw.Error as error:
            full = getattr(error, "extendedresult", None) in _FULL
            number = errno.ENOSPC if full else errno.EIO
            raise OSError(number, str(error), str(self._path)) from error

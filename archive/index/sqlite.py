"""The index in one SQLite file beside the logs: the default.

SQLite comes with apsw: Debian 12's own cannot delete from full text that keeps no text.
"""

import errno
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import apsw

from archive.entry import ArchiveError, Entry, Query
from archive.index import schema
from archive.index.content import CONTENT, PLACES, SAID, UNEVEN
from archive.index.filing import (
    AT_ONCE,
    Filing,
    at_once,
    key_of,
    named,
    number_of,
    subject_of,
)
from archive.index.folding import TRIGRAM, folded, trigrams
from archive.index.forgetting import remove_entry, scrub
from archive.index.found import Found
from archive.index.search import Asked, Clause, Tongue, asked, entries_sql
from archive.packs.pack import Place
from archive.store import locked

_WRITING = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
_BUSY_MS = 60_000
_GATHERED_MAX = 20_000
_CACHE_KB, _GROWING_CACHE_KB = 2_000, 128_000
_FULL = (apsw.SQLITE_FULL, apsw.SQLITE_IOERR_SHMSIZE)
_PLACE = 'SELECT entries.entry, pack, entries.id, "offset", size_bytes'
_OF_DOCUMENT = "document IN (SELECT document FROM documents WHERE hash = ? AND id = ?)"
_KEPT = "SELECT sha256 FROM files JOIN logs USING (log)"
_KEPT += f" WHERE hash IN ({', '.join('?' * AT_ONCE)}) AND name = ?"
_TRAILS = "SELECT documents.id, coalesce(trail, 0), entry, entries.id FROM entries"
_TRAILS += " JOIN documents USING (document) JOIN tenants USING (tenant)"
_TRAILS += f" WHERE documents.hash IN ({', '.join('?' * AT_ONCE)}) AND name = ?"


def _fragment(asked: Asked, column: str, fragment: str) -> Iterator[Clause]:
    """Yield the condition for a folded fragment; the trigram index needs three characters."""
    if len(fragment) >= TRIGRAM:
        among = "facts.fact IN (SELECT rowid FROM grams WHERE grams MATCH ?"
        match = " AND ".join(
            f'"{each.replace(chr(34), chr(34) * 2)}"' for each in trigrams(fragment)
        )
        if asked.tenant is None:
            yield f"{among})", (match,)
        else:
            span = schema.tenant_range(asked.tenant)
            yield f"{among} AND rowid BETWEEN ? AND ?)", (match, *span)
    yield f"instr(folded(facts.{column}), ?)", (fragment,)


def _match(phrases: list[tuple[str, bool]]) -> str:
    return " AND ".join(f'"{phrase}"{"*" if begins else ""}' for phrase, begins in phrases)


class Index:
    """The index of all logs below one root; shared by threads and processes."""

    tongue = Tongue(has_words="words MATCH ?", match=_match, fragment=_fragment, common="+")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.RLock()
        self._reading = threading.RLock()
        with self._faults():
            self._open()

    def _open(self) -> None:
        with locked(self._path.with_suffix(".lock")):
            self._db = _opened(self._path)
        self._reader = _connect(self._path, apsw.SQLITE_OPEN_READONLY)
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
                with locked(self._path.with_suffix(".lock")):
                    _remove(self._path)
                self._open()

    def _create(self) -> None:
        _create(self._db)

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
        create_indexes(self._db)

    def _drop_indexes(self) -> None:
        drop_indexes(self._db)

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
        raw = bytes.fromhex(sha256)
        rows = self._rows(
            'SELECT name, pack, "offset", size_bytes FROM files JOIN logs USING (log)'
            " WHERE hash = ? AND sha256 = ? ORDER BY name",
            *(number_of(raw), raw),
        )
        for name, pack, offset, size_bytes in rows:
            if log in {None, name}:
                place = Place(sha256=sha256, offset=offset, size_bytes=size_bytes)
                return Found(log=name, pack=pack, place=place)
        return next((each for each in self.by_id(sha256) if log in {None, each.log}), None)

    def missing(self, log: str, hashes: Iterable[str]) -> set[str]:
        """Return those of the hashes under which a log keeps no file yet."""
        wanted = {bytes.fromhex(each) for each in hashes}
        for numbers in at_once(list(map(number_of, wanted))):
            wanted -= {bytes(sha256) for (sha256,) in self._rows(_KEPT, *numbers, log)}
        return {sha256.hex() for sha256 in wanted}

    def users(self, log: str, sha256: str) -> list[int]:
        """Return the positions of entries that name a file which came with an earlier commit."""
        number = self._rows("SELECT log FROM logs WHERE name = ?", log)
        wanted = "SELECT entry FROM shared WHERE hash = ? ORDER BY entry"
        rows = self._rows(wanted, number_of(bytes.fromhex(sha256)))
        places = (schema.place_of(entry) for (entry,) in rows)
        return [position for of, position in places if (of,) in number]

    def by_id(self, entry_id: str) -> list[Found]:
        """Return the entry of this id, if there is one."""
        raw = bytes.fromhex(entry_id)
        return self._found("WHERE hash = ? AND id = ?", number_of(raw), raw)

    def by_key(self, tenant: str, key: str) -> list[Found]:
        """Return the entry filed under this key, if there is one."""
        return self._found("WHERE key = ?", key_of(tenant, key))

    def about(self, *, document: str | None, subject: str | None) -> list[Found]:
        """Return the entries about a document or subject in the order of their logs."""
        clauses, values = [], []
        if document is not None:
            clauses.append(_OF_DOCUMENT)
            values += [named(document), document]
        if subject is not None:
            clauses.append(f"(subject = ? OR subject IS NULL AND {_OF_DOCUMENT})")
            values += [subject_of(subject), named(subject), subject]
        condition = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        found = self._found(condition, *values)
        return sorted(found, key=lambda each: (each.log, each.position))

    def ends_of_trails(self, tenant: str, documents: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return number and id of the last entry of documents, of those about which there are any.

        Where none has a number, those that are kept are counted.
        """
        ends: dict[str, tuple[int, int, str]] = {}
        counts: Counter[str] = Counter()
        for hashes in at_once(list(map(named, documents))):
            for document, number, entry, entry_id in self._rows(_TRAILS, *hashes, tenant):
                counts[document] += 1
                end = (number, entry, bytes(entry_id).hex())
                ends[document] = max(end, ends.get(document, end))
        return {each: (number or counts[each], last) for each, (number, _, last) in ends.items()}

    def find(self, query: Query) -> list[Found]:
        """Return the entries that a query asks for, newest first."""
        asked = self._asked(query)
        if asked is None:
            return []
        condition = entries_sql(asked)
        return self._places(f"{_PLACE} {condition}", asked.values)

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
        removed = "DELETE FROM files WHERE hash = ? AND sha256 = ?"
        removed += " AND log = (SELECT log FROM logs WHERE name = ?)"
        raw = map(bytes.fromhex, hashes)
        with self._writing():
            self._db.executemany(removed, [(number_of(each), each, log) for each in raw])

    def forget_places(self, log: str, pack: int, offsets: Iterable[int]) -> None:
        """Remove the files that lie somewhere in a pack; all files are looked through."""
        removed = 'DELETE FROM files WHERE pack = ? AND "offset" = ?'
        removed += " AND log = (SELECT log FROM logs WHERE name = ?)"
        with self._writing():
            self._db.executemany(removed, [(pack, each, log) for each in offsets])

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

    def _asked(self, query: Query) -> Asked | None:
        return asked(query, self.tenants(), self.tongue)

    def _found(self, condition: str, *values: Any) -> list[Found]:
        with self._guard:
            return self._places(f"{_PLACE} FROM entries {condition}", values)

    def _places(self, sql: str, values: Sequence[Any]) -> list[Found]:
        rows = self._rows(sql, *values)
        logs = dict(self._rows("SELECT log, name FROM logs")) if rows else {}
        return [_found(logs, row) for row in rows]

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


def _found(logs: dict[int, str], row: tuple[Any, ...]) -> Found:
    entry, pack, entry_id, offset, size_bytes = row
    log, position = schema.place_of(entry)
    place = Place(sha256=entry_id.hex(), offset=offset, size_bytes=size_bytes)
    return Found(log=logs[log], pack=pack, place=place, position=position)


def _opened(path: Path) -> apsw.Connection:
    """Open the index; a file that is none or of another version makes room for an empty one."""
    try:
        return _prepared(path)
    except (apsw.NotADBError, apsw.CorruptError, _OtherVersion):
        _remove(path)
        return _prepared(path)


class _OtherVersion(Exception):
    """The file was written by another version of this."""


def _prepared(path: Path) -> apsw.Connection:
    db = _connect(path)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")
        _version(db)
        create_indexes(db)
    except BaseException:
        db.close()
        raise
    return db


def _version(db: apsw.Connection) -> None:
    """Fill an empty file with tables.

    Raises:
        _OtherVersion: it has others.
    """
    version = db.pragma("user_version")
    if not version:
        _create(db)
    elif version != schema.VERSION:
        raise _OtherVersion(version)


def _connect(path: Path, how: int = _WRITING) -> apsw.Connection:
    db = apsw.Connection(str(path), how)
    db.set_busy_timeout(_BUSY_MS)
    db.create_scalar_function("folded", _folded, 1, deterministic=True)
    return db


def _folded(*texts: Any) -> str:
    return folded(texts[0] or "")


def _create(db: apsw.Connection) -> None:
    db.execute(schema.SCHEMA)
    create_indexes(db)
    db.execute(f"PRAGMA user_version = {schema.VERSION}")


def create_indexes(db: apsw.Connection) -> None:
    """Make the look-ups that are not there."""
    db.execute(schema.INDEXES)


def drop_indexes(db: apsw.Connection) -> None:
    """Take the look-ups away, which grow fastest at the end."""
    for name in schema.INDEX_NAMES:
        db.execute(f"DROP INDEX IF EXISTS {name}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

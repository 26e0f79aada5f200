"""The index: what an auditor asks by, in one SQLite file that can be deleted at any time.

It holds no truth: every row follows from a pack and its place in a log. An answer is a list of
places; the manifests themselves are read from the packs.
"""

import sqlite3
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from archive.entry import Entry, Query
from archive.manifest import instant
from archive.store import Place, locked

_VERSION = 1
_TABLES = ("logs", "files", "entries", "words")
_SCHEMA = """
CREATE TABLE logs (
  log INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL, checkpoint TEXT NOT NULL
);
CREATE TABLE files (
  sha256 BLOB NOT NULL, log INTEGER NOT NULL, pack INTEGER NOT NULL, offset INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL, PRIMARY KEY (sha256, log)
) WITHOUT ROWID;
CREATE TABLE entries (
  entry INTEGER PRIMARY KEY, id BLOB NOT NULL, log INTEGER NOT NULL, position INTEGER NOT NULL,
  at TEXT NOT NULL, key TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL, document TEXT,
  kind TEXT NOT NULL, step TEXT NOT NULL, number TEXT, customer TEXT, customer_name TEXT,
  issue_date TEXT, document_kind TEXT, currency TEXT, amount INTEGER, channel TEXT, state TEXT,
  sender TEXT
);
CREATE UNIQUE INDEX by_id ON entries (id);
CREATE UNIQUE INDEX by_key ON entries (key, tenant);
CREATE INDEX by_subject ON entries (subject);
CREATE INDEX by_document ON entries (document) WHERE document IS NOT NULL;
CREATE INDEX by_time ON entries (at);
CREATE INDEX by_tenant ON entries (tenant, at);
CREATE INDEX by_number ON entries (number) WHERE number IS NOT NULL;
CREATE INDEX by_customer ON entries (customer, at) WHERE customer IS NOT NULL;
CREATE INDEX by_issue_date ON entries (issue_date) WHERE issue_date IS NOT NULL;
CREATE INDEX by_amount ON entries (amount) WHERE amount IS NOT NULL;
CREATE VIRTUAL TABLE words USING fts5 (number, customer_name, content='', tokenize='trigram');
"""
_COLUMNS = (
    *("log", "id", "position", "at", "key", "tenant", "subject", "document", "kind", "step"),
    *("number", "customer", "customer_name", "issue_date", "document_kind", "currency"),
    *("amount", "channel", "state", "sender"),
)
_MARKS = ", ".join("?" * len(_COLUMNS))
_INSERT = f"INSERT INTO entries ({', '.join(_COLUMNS)}) VALUES ({_MARKS})"  # noqa: S608 # ours
_FIND = """
SELECT logs.name, entries.position, files.pack, hex(files.sha256), files.offset, files.size_bytes
FROM entries JOIN logs USING (log) JOIN files ON (files.sha256, files.log) = (id, entries.log)
"""
_IN_ORDER = " ORDER BY logs.name, entries.position"
_NEWEST_FIRST = " ORDER BY entries.at DESC, logs.name DESC, entries.position DESC LIMIT ?"

_CONDITIONS = {
    "tenant": "tenant = ?",
    "number": "number = ?",
    "customer": "customer = ?",
    "issued_from": "issue_date >= ?",
    "issued_to": "issue_date <= ?",
    "filed_from": "at >= ?",
    "filed_before": "at < ?",
    "kind": "kind = ?",
    "step": "step = ?",
    "document_kind": "document_kind = ?",
    "currency": "currency = ?",
    "channel": "channel = ?",
    "state": "state = ?",
    "sender": "sender = ?",
    "amount_from": "amount >= ?",
    "amount_to": "amount <= ?",
}
_TRIGRAM = 3
_FRAGMENTS = {"number_fragment": "number", "name_fragment": "customer_name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a file lies; of an entry, its manifest.

    Attributes:
        log: name of the log.
        pack: position that names the pack.
        place: of the file in it.
        position: of the entry's leaf.
    """

    log: str
    pack: int
    place: Place
    position: int = -1


class Index:
    """The index of all logs below one root; shared by threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.RLock()
        with locked(path.with_suffix(".lock")):
            self._db = _open(path)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def clear(self) -> None:
        """Forget everything; where that fails, because the file is broken, replace the file."""
        try:
            with self._writing():
                for table in _TABLES:
                    self._db.execute(f"DROP TABLE {table}")
                _create(self._db)
        except sqlite3.DatabaseError:
            self._db.close()
            with locked(self._path.with_suffix(".lock")):
                _remove(self._path)
                self._db = _open(self._path)

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
    ) -> None:
        """Add what one commit brought."""
        size = entries[-1].position + 1
        with self._writing():
            (number,) = self._db.execute(
                "INSERT INTO logs (name, size, checkpoint) VALUES (?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET size = excluded.size, checkpoint = excluded.checkpoint"
                " RETURNING log",
                (log, size, checkpoint),
            ).fetchone()
            self._db.executemany(
                "INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?, ?)",
                ((bytes.fromhex(p.sha256), number, pack, p.offset, p.size_bytes) for p in places),
            )
            for entry in entries:
                self._add_entry(number, entry)

    def _add_entry(self, log: int, entry: Entry) -> None:
        cursor = self._db.execute(_INSERT, _row(log, entry))
        words = [folded(entry.fields.get(name, "")) for name in _FRAGMENTS.values()]
        if any(words):
            self._db.execute(
                "INSERT INTO words (rowid, number, customer_name) VALUES (?, ?, ?)",
                (cursor.lastrowid, *words),
            )

    def place(self, sha256: str) -> Found | None:
        """Return where a file lies, in the first log that has it."""
        rows = self._rows(
            "SELECT name, pack, offset, size_bytes FROM files JOIN logs USING (log)"
            " WHERE sha256 = ? ORDER BY name LIMIT 1",
            bytes.fromhex(sha256),
        )
        for log, pack, offset, size_bytes in rows:
            place = Place(sha256=sha256, offset=offset, size_bytes=size_bytes)
            return Found(log=log, pack=pack, place=place)
        return None

    def missing(self, log: str, hashes: Iterable[str]) -> set[str]:
        """Return those of the hashes under which a log keeps nothing yet."""
        found = "SELECT 1 FROM files JOIN logs USING (log) WHERE sha256 = ? AND name = ?"
        return {each for each in hashes if not self._rows(found, bytes.fromhex(each), log)}

    def by_id(self, entry_id: str) -> list[Found]:
        """Return the entry of this id, if there is one."""
        return self._found("WHERE id = ?", bytes.fromhex(entry_id))

    def by_key(self, tenant: str, key: str) -> list[Found]:
        """Return the entry filed under this key, if there is one."""
        return self._found("WHERE tenant = ? AND key = ?", tenant, key)

    def about(self, *, document: str | None, subject: str | None) -> list[Found]:
        """Return the entries about a document or subject in the order of their logs."""
        given = {"document = ?": document, "subject = ?": subject}
        where = {clause: value for clause, value in given.items() if value is not None}
        condition = f"WHERE {' AND '.join(where)}" if where else ""
        return self._found(condition + _IN_ORDER, *where.values())

    def find(self, query: Query) -> list[Found]:
        """Return what a query asks for, newest first."""
        clauses: list[str] = []
        values: list[str | int] = []
        for name, clause in _CONDITIONS.items():
            if (value := getattr(query, name)) is not None:
                clauses.append(clause)
                values.append(_searched(value))
        for name, column in _FRAGMENTS.items():
            if fragment := folded(getattr(query, name) or ""):
                clause, value = _fragment(column, fragment)
                clauses.append(clause)
                values.append(value)
        condition = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        return self._found(condition + _NEWEST_FIRST, *values, query.limit)

    def content(self) -> list[tuple[Any, ...]]:
        """Return every row in an order that does not depend on how the index was built."""
        return [
            *self._rows("SELECT name, size, checkpoint FROM logs ORDER BY name"),
            *self._rows(
                "SELECT name, hex(sha256), pack, offset, size_bytes FROM files"
                " JOIN logs USING (log) ORDER BY name, sha256"
            ),
            *self._rows(
                f"SELECT name, {', '.join(_COLUMNS[1:])} FROM entries"  # noqa: S608 # ours
                " JOIN logs USING (log) ORDER BY name, position"
            ),
        ]

    def _found(self, condition: str, *values: object) -> list[Found]:
        return [
            Found(
                log=log,
                position=position,
                pack=pack,
                place=Place(sha256=sha256.lower(), offset=offset, size_bytes=size),
            )
            for log, position, pack, sha256, offset, size in self._rows(_FIND + condition, *values)
        ]

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guard:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._guard:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise


def folded(text: str) -> str:
    """Take case and accents away.

    >>> folded("Société Générale ÉNERGIE")
    'societe generale energie'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _row(log: int, entry: Entry) -> tuple[str | int | bytes | None, ...]:
    fields = entry.fields
    return (
        log,
        bytes.fromhex(entry.id),
        entry.position,
        instant(entry.at),
        entry.key,
        entry.tenant,
        entry.subject,
        entry.document,
        entry.kind,
        entry.step,
        fields.get("number"),
        fields.get("customer"),
        fields.get("customer_name"),
        fields.get("issue_date"),
        fields.get("kind"),
        fields.get("currency"),
        _amount(fields.get("total")),
        fields.get("channel"),
        fields.get("state"),
        fields.get("sender"),
    )


def _amount(total: str | None) -> int | None:
    """Return an amount in ten-thousandths, None where it is no number that fits."""
    try:
        return _scaled(Decimal(total or ""))
    except (InvalidOperation, OverflowError, ValueError):
        return None


def _scaled(amount: Decimal) -> int:
    scaled = int(amount.scaleb(4).to_integral_value())
    if abs(scaled) >= 2**63:
        raise OverflowError(f"{amount} is beyond any invoice")
    return scaled


def _searched(value: str | date | datetime | Decimal) -> str | int:
    match value:
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Decimal():
            return _scaled(value)
        case str():
            return value


def _fragment(column: str, fragment: str) -> tuple[str, str]:
    """Return the condition for a folded fragment; the trigram index needs three characters."""
    if len(fragment) < _TRIGRAM:
        return f"instr(folded({column}), ?)", fragment
    phrase = fragment.replace('"', '""')
    return (
        "entry IN (SELECT rowid FROM words WHERE words MATCH ?)",
        f'{column} : "{phrase}"',
    )


def _open(path: Path) -> sqlite3.Connection:
    """Open the index; a file that is none or of another version makes room for an empty one."""
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        _remove(path)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.create_function("folded", 1, folded, deterministic=True)
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise sqlite3.DatabaseError(f"index version {version}")  # noqa: TRY301
        if not version:
            _create(db)
    except BaseException:
        db.close()
        raise
    return db


def _create(db: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {_VERSION}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

"""The SQLite file of an index: opened, filled with tables, and made anew where it is useless."""

from pathlib import Path
from typing import Any

import apsw

from archive.index import schema
from archive.index.folding import folded
from archive.store import locked

_WRITING = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
_BUSY_MS = 60_000


class _OtherVersion(Exception):
    """The file was written by another version of this."""


def opened(path: Path) -> apsw.Connection:
    """Open an index; a file that is none or of another version makes room for an empty one."""
    with locked(_lock_of(path)):
        try:
            return _prepared(path)
        except (apsw.NotADBError, apsw.CorruptError, _OtherVersion):
            _remove(path)
            return _prepared(path)


def reading(path: Path) -> apsw.Connection:
    """Open an index that is there to ask it alone."""
    return _connect(path, apsw.SQLITE_OPEN_READONLY)


def removed(path: Path) -> None:
    """Remove an index that nobody here has open."""
    with locked(_lock_of(path)):
        _remove(path)


def create(db: apsw.Connection) -> None:
    """Make the tables."""
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


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


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
        create(db)
    elif version != schema.VERSION:
        raise _OtherVersion(version)


def _connect(path: Path, how: int = _WRITING) -> apsw.Connection:
    db = apsw.Connection(str(path), how)
    db.set_busy_timeout(_BUSY_MS)
    db.create_scalar_function("folded", _folded, 1, deterministic=True)
    return db


def _folded(*texts: Any) -> str:
    return folded(texts[0] or "")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)

"""Connections, transactions and migrations; the same statements on SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from hub.store.together import Together, Work

TABLES = sa.MetaData()
"""Every table of the hub; each store module adds its own."""

Connection = sa.Connection

_DEADLOCK = "40P01"
"""PostgreSQL's SQLSTATE; SQLite, which lets one write at a time, knows none."""
_ATTEMPTS = 5
_SQLITE_AWAY = ("locked", "busy", "disk", "full", "readonly", "unable to open")


class Unreachable(Exception):
    """The database cannot be used. Says what it answered, never its password."""


class Instant(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, kept as fixed-width ISO 8601 text that sorts by time."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write `2026-11-22T09:30:00.000000Z`."""
        if value is None:
            return None
        assert value.tzinfo is not None, "instants are aware"
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read it back, aware."""
        return None if value is None else datetime.fromisoformat(value)


class Database:
    """The hub's database: an engine, and transactions on it.

    Raises:
        Unreachable: the URL is of no use.

    Attributes:
        engine: shared with the durable engine, so that work and state commit together.
        together: runs small pieces of work of several threads in shared transactions.
    """

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        arguments: dict[str, Any] = {} if self.is_sqlite else {"pool_pre_ping": True}
        try:
            self.engine = sa.create_engine(url, pool_size=20, max_overflow=20, **arguments)
        except sa.exc.ArgumentError as error:
            raise Unreachable(
                "the database's URL cannot be used; "
                "write postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            ) from error
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
        self.together = Together(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Commit when the block ends well, roll back when it raises. Durable on commit."""
        with self.engine.begin() as connection:
            yield connection

    def run(self, work: Work) -> None:
        """Run `work` in a transaction, and again if another one was faster at the same rows."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                with self.transaction() as connection:
                    work(connection)
            except sa.exc.DBAPIError as error:
                if not (left and is_crossing(error)):
                    raise
            else:
                return

    def close(self) -> None:
        """Let all connections go."""
        self.engine.dispose()

    def migrate(self) -> None:
        """Bring the tables up to date, wholly or not at all. Two processes at once are harmless.

        Raises:
            Unreachable: there is no such database, or it lets us not in.
        """
        try:
            self._migrate()
        except sa.exc.OperationalError as error:
            self.close()
            raise Unreachable(f"the database: {' '.join(str(error.orig).split())}") from error

    def _migrate(self) -> None:
        lock = "BEGIN IMMEDIATE" if self.is_sqlite else "SELECT pg_advisory_xact_lock(4711)"
        with self.transaction() as connection:
            connection.exec_driver_sql(lock)
            connection.exec_driver_sql(
                "CREATE TABLE IF NOT EXISTS hub_schema (version INTEGER PRIMARY KEY)"
            )
            known = set(connection.exec_driver_sql("SELECT version FROM hub_schema").scalars())
            for version, script in _migrations():
                if version in known:
                    continue
                for statement in script.split(";\n"):
                    if statement.strip():
                        connection.exec_driver_sql(statement)
                connection.execute(
                    sa.text("INSERT INTO hub_schema (version) VALUES (:version)"),
                    {"version": version},
                )


def is_away(error: Exception) -> bool:
    """Whether the database cannot be reached or written now, rather than was asked amiss.

    SQLite calls both an OperationalError; psycopg does not.
    """
    if not isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return any(word in str(error.orig) for word in _SQLITE_AWAY)
    return True


def is_crossing(error: Exception) -> bool:
    """Whether another transaction was faster at the same rows: who tries again sees what it wrote.

    It has inserted the same first, or each waited for the other.
    """
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    return isinstance(error, sa.exc.IntegrityError) or (
        getattr(error.orig, "sqlstate", "") == _DEADLOCK
    )


@cache
def rows_with(table: sa.Table, *columns: str) -> sa.Select[Any]:
    """Return the query for rows that have given values in these columns.

    The values are its parameters, by column. It is built once: building costs as much as running.
    """
    return sa.select(table).where(*(table.c[name] == sa.bindparam(name) for name in columns))


@cache
def rows_among(table: sa.Table, column: str) -> sa.Select[Any]:
    """Return the query for rows whose column has one of the values `among`; built once, too."""
    return sa.select(table).where(is_among(table.c[column]))


def is_among(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column has one of the values that the parameter `among` has."""
    return column.in_(sa.bindparam("among", expanding=True))


def holding(words: str, *columns: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that one of the columns has `words` in it, in capitals or not.

    All are looked through at once: SQLite asks us for each lower-case text, which is what it costs.
    """
    first, *others = columns
    text = sum((sa.literal("\n") + column for column in others), start=first)
    return text.icontains(words, autoescape=True)


def cannot_hold(error: Exception) -> bool:
    """Whether the database refused a value: PostgreSQL does so with a NUL in a text."""
    return isinstance(error, sa.exc.DataError)


@cache
def _migrations() -> list[tuple[int, str]]:
    folder = resources.files("hub.store").joinpath("migrations")
    scripts = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [(int(f.name.split("_")[0]), f.read_text(encoding="utf-8")) for f in scripts]


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    """SQLite's own knows ASCII alone: nobody would find MÜLLER."""
    return None if text is None else text.lower()

"""The index alone is changed: what it would show is no longer what was filed."""
# ruff: noqa: S608 - the names in these statements are those of the index's own tables

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from tests.tamper.grown import Grown
from tests.tamper.mutation import Mutation

INDEX = "index.db"
_TABLES = ("entries", "files", "facts", "documents")
_CHANGED = {
    "INTEGER": "{0} + 1",
    "TEXT": "{0} || 'x'",
    "BLOB": "zeroblob(length({0}))",
}
_KEYS = ("entry", "fact", "document", "hash")
"""What joins tables, and has no meaning of its own."""


def index_changes(grown: Grown) -> Iterator[Mutation]:
    """Change each column that says something in one row; take a row out, and all of them."""
    with closing(sqlite3.connect(grown.whole / INDEX)) as db:
        for table in _TABLES:
            columns = db.execute(f"PRAGMA table_info({table})").fetchall()
            first = next(name for _, name, *_rest in columns if name not in _KEYS)
            yield _change(f"DELETE FROM {table} WHERE {first} = (SELECT max({first}) FROM {table})")
            yield _change(f"DELETE FROM {table}")
            for _, name, kind, *_rest in columns:
                (said,) = db.execute(f"SELECT max({name}) FROM {table}").fetchone()
                if name not in _KEYS and said is not None:
                    value = _CHANGED[kind].format(name)
                    most = f"(SELECT max({name}) FROM {table})"
                    yield _change(f"UPDATE {table} SET {name} = {value} WHERE {name} = {most}")
    yield _change("UPDATE logs SET size = size - 1")


def _change(sql: str) -> Mutation:
    return Mutation(kind="index only", subject=sql, act=partial(_execute, sql), names=(INDEX,))


def _execute(sql: str, root: Path) -> None:
    with closing(sqlite3.connect(root / INDEX, isolation_level=None)) as db:
        assert db.execute(sql).rowcount, f"{sql} changed nothing"

"""Many rows into a table of PostgreSQL at once: the text that its COPY reads."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

_INSERT = re.compile(r"INSERT INTO (\w+)(?: \(([\w, ]+)\))? VALUES \([?, ]+\)")
_WORTH = 20
_PIECE = 1_000
_ESCAPED = str.maketrans({"\0": "", "\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_STAGED = {
    "words": """
CREATE TEMP TABLE IF NOT EXISTS fresh_words (rowid BIGINT, text TEXT) ON COMMIT DELETE ROWS;
COPY fresh_words FROM STDIN;
INSERT INTO words SELECT rowid, to_tsvector('simple', text) FROM fresh_words;
TRUNCATE fresh_words
"""
}
"""Statements by which rows come into a table that keeps something else than they hold."""


def copied(connection: psycopg.Connection[Any], sql: str, rows: Sequence[Sequence[Any]]) -> bool:
    """Copy rows if a statement inserts them as they are, and they are worth it; say whether."""
    inserts = _INSERT.fullmatch(sql)
    if inserts is None or len(rows) < _WORTH:
        return False
    table, columns = inserts.groups()
    into = f"{table} ({columns})" if columns else table
    with connection.cursor() as cursor:
        for each in _STAGED.get(table, f"COPY {into} FROM STDIN").split(";"):
            if "FROM STDIN" in each:
                _copy(cursor, each, rows)
            else:
                cursor.execute(each.encode())
    return True


def _copy(cursor: psycopg.Cursor[Any], sql: str, rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(sql.encode()) as copy:
        for start in range(0, len(rows), _PIECE):
            copy.write("".join(map(_line, rows[start : start + _PIECE])).encode())


def _line(row: Sequence[Any]) -> str:
    r"""Return a row as COPY reads it.

    >>> _line((1, None, b"\x01\xff", "a\tb"))
    '1\t\\N\t\\\\x01ff\ta\\tb\n'
    """
    return "\t".join([_WRITTEN[type(value)](value) for value in row]) + "\n"


_WRITTEN: dict[type, Callable[[Any], str]] = {
    int: str,
    str: lambda text: text.translate(_ESCAPED),
    bytes: lambda data: rf"\\x{data.hex()}",
    type(None): lambda _: r"\N",
}

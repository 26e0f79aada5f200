"""Erased entries leave the SQLite index, from its tables and from the bytes of its file."""

from collections.abc import Iterable
from typing import Any

import apsw

from archive.index.facts import vat_id
from archive.index.hashes import number_of

_FULL_TEXT = ("words", "grams")
_OF_LOG = "log = (SELECT log FROM logs WHERE name = ?)"
_PAGES_AT_ONCE = 500


def remove_entry(db: apsw.Connection, number: int, entry_id: bytes) -> None:
    """Remove the rows of an entry, the versions of its document that it brought, and their words.

    Entries that stay know no longer what was said of their document.
    """
    found = db.execute(
        "SELECT entry, document FROM entries WHERE hash = ? AND id = ?", (number, entry_id)
    )
    rows: list[tuple[Any, ...]] = found.fetchall()
    for entry, document in rows:
        db.execute("DELETE FROM entries WHERE entry = ?", (entry,))
        db.execute("DELETE FROM shared WHERE entry = ?", (entry,))
        if document is not None:
            _remove_said(db, entry, document)


def _remove_said(db: apsw.Connection, entry: int, document: int) -> None:
    brought = db.execute(
        "SELECT fact FROM facts WHERE document = ? AND since = ?", (document, entry)
    )
    facts: list[tuple[Any, ...]] = brought.fetchall()
    for (fact,) in facts:
        remove_spread(db, fact)
        db.execute("DELETE FROM words WHERE rowid = ?", (fact,))
        db.execute("DELETE FROM facts WHERE fact = ?", (fact,))
        for table in ("entries", "documents"):
            gone = f"UPDATE {table} SET fact = NULL WHERE document = ? AND fact = ?"
            db.execute(gone, (document, fact))
    if facts:
        db.execute("INSERT INTO uneven VALUES (?) ON CONFLICT DO NOTHING", (document,))
    db.execute(
        "DELETE FROM documents WHERE document = ? AND NOT EXISTS"
        " (SELECT 1 FROM entries WHERE entries.document = documents.document)",
        (document,),
    )


def remove_files(db: apsw.Connection, log: str, hashes: Iterable[str]) -> None:
    """Remove where a log keeps files."""
    removed = f"DELETE FROM files WHERE hash = ? AND sha256 = ? AND {_OF_LOG}"
    raw = map(bytes.fromhex, hashes)
    db.executemany(removed, [(number_of(each), each, log) for each in raw])


def remove_places(db: apsw.Connection, log: str, pack: int, offsets: Iterable[int]) -> None:
    """Remove the files that lie somewhere in a pack."""
    removed = f'DELETE FROM files WHERE pack = ? AND "offset" = ? AND {_OF_LOG}'
    db.executemany(removed, [(pack, each, log) for each in offsets])


def remove_spread(db: apsw.Connection, fact: int) -> None:
    """Remove what a version of a document has in the other tables, but for its full text."""
    lists = db.execute("SELECT vat_ids, corrects FROM facts WHERE fact = ?", (fact,))
    vat_ids, corrects = (str(each or "") for each in lists.get)
    for one in map(vat_id, vat_ids.split()):
        db.execute("DELETE FROM vat_ids WHERE vat_id = ? AND fact = ?", (one, fact))
    for one in corrects.split("\n"):
        db.execute("DELETE FROM corrects WHERE number = ? AND fact = ?", (one, fact))
    db.execute("DELETE FROM vat WHERE fact = ?", (fact,))
    db.execute("DELETE FROM grams WHERE rowid = ?", (fact,))


def scrub(db: apsw.Connection) -> None:
    """Make what was removed unreadable: full text is written anew without it, freed pages zeroed.

    It is done in steps, so that others may write in between.
    """
    for table in _FULL_TEXT:
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', -{_PAGES_AT_ONCE})")
        before = -1
        while db.total_changes() - before > 1:
            before = db.total_changes()
            db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', {_PAGES_AT_ONCE})")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

"""What the archive asks its index while it files and reads: where things lie, and who names them.

`rows` puts a question to the index: the statement, then its values.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from archive.index import schema
from archive.index.found import Found
from archive.index.hashes import AT_ONCE, at_once, key_of, named, number_of, subject_of
from archive.index.search import Asked, entries_sql
from archive.packs.pack import Place

Rows = Callable[..., list[tuple[Any, ...]]]

_PLACE = 'SELECT entries.entry, pack, entries.id, "offset", size_bytes'
_FILE = 'SELECT name, pack, "offset", size_bytes FROM files JOIN logs USING (log)'
_FILE += " WHERE hash = ? AND sha256 = ? ORDER BY name"
_KEPT = "SELECT sha256 FROM files JOIN logs USING (log)"
_KEPT += f" WHERE hash IN ({', '.join('?' * AT_ONCE)}) AND name = ?"
_OF_DOCUMENT = "document IN (SELECT document FROM documents WHERE hash = ? AND id = ?)"
_TRAILS = "SELECT documents.id, coalesce(trail, 0), entry, entries.id FROM entries"
_TRAILS += " JOIN documents USING (document) JOIN tenants USING (tenant)"
_TRAILS += f" WHERE documents.hash IN ({', '.join('?' * AT_ONCE)}) AND name = ?"

_FILES = "SELECT subject, coalesce(trail, 0), entry, entries.id FROM entries"
_FILES += f" JOIN tenants ON tenants.tenant = entry >> {schema.TENANT_BITS}"
_FILES += f" WHERE subject IN ({', '.join('?' * AT_ONCE)}) AND coalesce(document, -1) < 0"
_FILES += " AND kind = 'submission' AND name = ?"


def place(rows: Rows, sha256: str, log: str | None) -> Found | None:
    """Return where a file or manifest lies, in this log or else in the first that has it."""
    return next((each for each in _places(rows, sha256) if log in {None, each.log}), None)


def _places(rows: Rows, sha256: str) -> Iterator[Found]:
    raw = bytes.fromhex(sha256)
    for log, pack, offset, size_bytes in rows(_FILE, number_of(raw), raw):
        lies = Place(sha256=sha256, offset=offset, size_bytes=size_bytes)
        yield Found(log=log, pack=pack, place=lies)
    yield from by_id(rows, sha256)


def missing(rows: Rows, log: str, hashes: Iterable[str]) -> set[str]:
    """Return those of the hashes under which a log keeps no file yet."""
    wanted = {bytes.fromhex(each) for each in hashes}
    for numbers in at_once(list(map(number_of, wanted))):
        wanted -= {bytes(sha256) for (sha256,) in rows(_KEPT, *numbers, log)}
    return {sha256.hex() for sha256 in wanted}


def users(rows: Rows, log: str, sha256: str) -> list[int]:
    """Return the positions of entries that name a file which came with an earlier commit."""
    number = rows("SELECT log FROM logs WHERE name = ?", log)
    wanted = "SELECT entry FROM shared WHERE hash = ? ORDER BY entry"
    found = rows(wanted, number_of(bytes.fromhex(sha256)))
    places = (schema.place_of(entry) for (entry,) in found)
    return [position for of, position in places if (of,) in number]


def by_id(rows: Rows, entry_id: str) -> list[Found]:
    """Return the entry of this id, if there is one."""
    raw = bytes.fromhex(entry_id)
    return _found(rows, "FROM entries WHERE hash = ? AND id = ?", number_of(raw), raw)


def by_key(rows: Rows, tenant: str, key: str) -> list[Found]:
    """Return the entry filed under this key, if there is one."""
    return _found(rows, "FROM entries WHERE key = ?", key_of(tenant, key))


def about(rows: Rows, document: str | None, subject: str | None) -> list[Found]:
    """Return the entries about a document or subject in the order of their logs."""
    clauses: list[str] = []
    values: list[Any] = []
    if document is not None:
        clauses.append(_OF_DOCUMENT)
        values += [named(document), document]
    if subject is not None:
        clauses.append(f"(subject = ? OR subject IS NULL AND {_OF_DOCUMENT})")
        values += [subject_of(subject), named(subject), subject]
    condition = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    found = _found(rows, f"FROM entries {condition}", *values)
    return sorted(found, key=lambda each: (each.log, each.position))


def asked_for(rows: Rows, asked: Asked) -> list[Found]:
    """Return the entries that a query asks for, newest first."""
    condition = entries_sql(asked)
    return _found(rows, condition, *asked.values)


def ends_of_trails(rows: Rows, tenant: str, documents: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return number and id of the last entry of documents, of those about which there are any.

    Where none has a number, those that are kept are counted.
    """
    asked = at_once(list(map(named, documents)))
    return _ends(row for hashes in asked for row in rows(_TRAILS, *hashes, tenant))


def ends_of_files(rows: Rows, tenant: str, files: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return the same of files as they came, by the entries that are about no document."""
    names = {subject_of(each): each for each in files}
    asked = at_once(list(names))
    found = (row for subjects in asked for row in rows(_FILES, *subjects, tenant))
    return _ends((names[bytes(subject)], *more) for subject, *more in found)


def _ends(found: Iterable[tuple[Any, ...]]) -> dict[str, tuple[int, str]]:
    ends: dict[str, tuple[int, int, str]] = {}
    counts: Counter[str] = Counter()
    for name, number, entry, entry_id in found:
        counts[name] += 1
        end = (number, entry, bytes(entry_id).hex())
        ends[name] = max(end, ends.get(name, end))
    return {each: (number or counts[each], last) for each, (number, _, last) in ends.items()}


def _found(rows: Rows, condition: str, *values: Any) -> list[Found]:
    """Return where the entries of a condition lie."""
    found = rows(f"{_PLACE} {condition}", *values)
    logs: dict[int, str] = dict(rows("SELECT log, name FROM logs")) if found else {}
    return [_entry(logs, row) for row in found]


def _entry(logs: Mapping[int, str], row: tuple[Any, ...]) -> Found:
    entry, pack, entry_id, offset, size_bytes = row
    log, position = schema.place_of(entry)
    lies = Place(sha256=entry_id.hex(), offset=offset, size_bytes=size_bytes)
    return Found(log=logs[log], pack=pack, place=lies, position=position)

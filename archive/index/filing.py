"""Entries written into the SQLite index, many rows at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import apsw

from archive.entry import Entry
from archive.index import facts, schema
from archive.index.folding import folded, words
from archive.index.forgetting import remove_spread
from archive.index.hashes import AT_ONCE, at_once, key_of, named, number_of, subject_of
from archive.index.known import Known, Seen
from archive.index.vat import VatLine, read_vat
from archive.packs.pack import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SAID = (*facts.STATED, "amount", "pattern", "serial", *facts.MOVING, "text")
_COLUMNS = ", ".join(_SAID)
_MARKS = ", ".join("?" * len(_SAID))
_FACT = (
    f"INSERT INTO facts (fact, document, tenant, since, {_COLUMNS}) VALUES (?, ?, ?, ?, {_MARKS})"
)
_COPY = f"INSERT INTO facts (fact, until, document, tenant, since, {_COLUMNS})"
_COPY += f" SELECT ?, ?, document, tenant, since, {_COLUMNS} FROM facts WHERE fact = ?"
_AGAIN = f"UPDATE facts SET since = ?, ({_COLUMNS}) = ({_MARKS}) WHERE fact = ?"
_KNOWN = "SELECT documents.tenant, documents.id, document,"
_KNOWN += " (SELECT max(entry) FROM entries WHERE document = documents.document),"
_KNOWN += f" fact, {', '.join((*facts.STATED, *facts.MOVING))}, text"
_KNOWN += " FROM documents LEFT JOIN facts USING (document, fact)"
_KNOWN += f" WHERE documents.hash IN ({', '.join('?' * AT_ONCE)})"
_HEAD = "INSERT INTO logs VALUES (?, ?, ?, ?) ON CONFLICT (log) DO UPDATE SET size = excluded.size,"
_HEAD += " checkpoint = excluded.checkpoint"
_MANY = {
    "logs": _HEAD,
    "uneven": "INSERT INTO uneven VALUES (?) ON CONFLICT DO NOTHING",
    "documents": "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
    "current": "UPDATE documents SET fact = ? WHERE document = ?",
    "facts": _FACT,
    "files": "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)",
    "shared": "INSERT INTO shared VALUES (?, ?)",
    "entries": f"INSERT INTO entries VALUES ({', '.join('?' * 17)})",
    "vat": "INSERT INTO vat VALUES (?, ?, ?, ?, ?, ?, ?)",
    "vat_ids": "INSERT INTO vat_ids VALUES (?, ?)",
    "corrects": "INSERT INTO corrects VALUES (?, ?)",
    "words": "INSERT INTO words (rowid, text) VALUES (?, ?)",
    "grams": "INSERT INTO grams (rowid, text) VALUES (?, ?)",
    "moved": f"UPDATE facts SET {', '.join(f'{name} = ?' for name in facts.MOVING)} WHERE fact = ?",
}


def microseconds(at: datetime) -> int:
    """Return an instant as it is kept."""
    return (at - _EPOCH) // _MICROSECOND


class Filing:
    """Rows of one transaction; what is found while they are gathered is flushed with them."""

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _MANY}
        self._known: dict[tuple[int, str], Known] = {}
        self._touched: list[Known] = []
        self._next: dict[int, int] = {}
        self._tenants: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        self._seen: Seen | None = None

    def begin_anew(self) -> None:
        """Take the index for empty: documents that were not seen since are new without a look."""
        self._seen = Seen()
        self._sizes = self._sizes_now()

    def begin(self) -> None:
        """Go on from what is kept now; if others have brought something, look for each document."""
        if self._seen is not None and self._sizes != self._sizes_now():
            self.doubt()

    def doubt(self) -> None:
        """Look for each document, as others may have brought it."""
        self._seen = None
        self.forget_known()

    def _sizes_now(self) -> dict[str, int]:
        return dict(self._db.execute("SELECT name, size FROM logs"))

    def log(self, name: str) -> int:
        """Return the number of a log."""
        tenant, year = name.split("/")
        return schema.log_number(self._tenant(tenant), int(year))

    def reach(self, name: str, size: int, checkpoint: str) -> None:
        """Write down up to which size a log is indexed."""
        self._rows["logs"] = [row for row in self._rows["logs"] if row[1] != name]
        self._rows["logs"].append((self.log(name), name, size, checkpoint))
        self._sizes[name] = size

    def add(
        self, name: str, *, pack: int, places: Iterable[Place], entries: Sequence[Entry]
    ) -> None:
        """Add what one commit brought."""
        log = self.log(name)
        stored = {place.sha256: place for place in places}
        self._recall(entries)
        for entry in entries:
            number = schema.entry_number(log, entry.position)
            place = stored[entry.id]
            self._rows["entries"].append(self._entry(number, pack, place, entry))
            shared = {item.sha256 for item in entry.items if item.sha256 not in stored}
            self._rows["shared"] += [(number_of(bytes.fromhex(each)), number) for each in shared]
        manifests = {entry.id for entry in entries}
        for place in stored.values():
            if place.sha256 not in manifests:
                sha256 = bytes.fromhex(place.sha256)
                row = (number_of(sha256), sha256, log, pack, place.offset, place.size_bytes)
                self._rows["files"].append(row)

    def __len__(self) -> int:
        return len(self._rows["entries"])

    def flush(self) -> None:
        """Write the rows; full text in the order of its numbers, for which it is made."""
        touched, self._touched = self._touched, []
        self._rows["documents"] = [known.document() for known in touched if known.is_new]
        self._rows["facts"] = [known.row() for known in touched if known.is_fresh]
        self._rows["moved"] = [
            known.moves() for known in touched if known.is_moved and not known.is_fresh
        ]
        for known in touched:
            known.is_new = known.is_fresh = known.is_moved = False
        for table, rows in self._rows.items():
            if rows:
                self._db.executemany(_MANY[table], sorted(rows) if table in _FULL_TEXT else rows)
                rows.clear()

    def drop(self) -> None:
        """Let go of rows that were not written."""
        self._touched.clear()
        for rows in self._rows.values():
            rows.clear()

    def forget_known(self) -> None:
        """Let go of what was read, as others may write now."""
        self._known.clear()
        if self._seen is None:
            self._next.clear()
            self._tenants.clear()

    def _tenant(self, name: str) -> int:
        if name not in self._tenants:
            self._db.execute(
                "INSERT INTO tenants (name) VALUES (?) ON CONFLICT DO NOTHING", (name,)
            )
            found = self._db.execute("SELECT tenant FROM tenants WHERE name = ?", (name,))
            self._tenants[name] = found.get
        return self._tenants[name]

    def _entry(self, number: int, pack: int, place: Place, entry: Entry) -> tuple[Any, ...]:
        known = self._about(number, entry)
        entry_id = bytes.fromhex(entry.id)
        own = entry.subject != entry.document
        return (
            number,
            number_of(entry_id),
            entry_id,
            microseconds(entry.at),
            pack,
            place.offset,
            place.size_bytes,
            key_of(entry.tenant, entry.key),
            subject_of(entry.subject) if own else None,
            known.number if known else None,
            known.fact if known else None,
            entry.kind,
            entry.step,
            *(entry.fields.get(name) or None for name in facts.MOVING),
            entry.trail.number if entry.trail else None,
        )

    def _about(self, entry_number: int, entry: Entry) -> Known | None:
        """Return the document that an entry is about, with what it says of it."""
        says = facts.says(entry.fields)
        if entry.document is None and not says:
            return None
        tenant = self._tenant(entry.tenant)
        known = (
            Known(number=-entry_number, tenant=tenant)
            if entry.document is None
            else self._document(tenant, entry.document, entry_number)
        )
        if entry_number < known.last:
            self._rows["uneven"].append((known.number,))
        known.last = max(known.last, entry_number)
        if says:
            self._learn(tenant, known, entry_number, entry.fields)
            if _move(known.moving, entry.fields):
                self._touch(known)
                known.is_moved = True
        return known

    def _document(self, tenant: int, document: str, entry: int) -> Known:
        known = self._known.get((tenant, document))
        return known or self._new(tenant, document, entry)

    def _recall(self, entries: Iterable[Entry]) -> None:
        """Look for the documents that entries are about, but for those that are surely new."""
        named_by = {(self._tenant(each.tenant), each.document) for each in entries if each.document}
        asked = {one: named(one[1]) for one in named_by - self._known.keys()}
        if self._seen is not None:
            asked = {one: at for one, at in asked.items() if not self._seen.is_first(at)}
        for hashes in at_once(list(asked.values())):
            rows: list[tuple[Any, ...]] = self._db.execute(_KNOWN, hashes).fetchall()
            for tenant, document, *row in rows:
                if (tenant, document) in asked:
                    self._known[tenant, document] = Known.read(tenant, row)

    def _new(self, tenant: int, document: str, entry: int) -> Known:
        """Return a document that its first entry gives its number."""
        known = Known(number=entry, tenant=tenant, id=document)
        self._touch(known)
        known.is_new = True
        self._known[tenant, document] = known
        return known

    def _touch(self, known: Known) -> None:
        """Let something of a document be written with the next rows."""
        if not (known.is_new or known.is_fresh or known.is_moved):
            self._touched.append(known)

    def _learn(self, tenant: int, known: Known, since: int, said: Mapping[str, str]) -> None:
        """Write down a new version of what is known of a document, unless nothing is new."""
        news = facts.news(said, known.stated)
        text = words(said["words"]) if "words" in said else None
        if known.fact is not None and not news and text is None:
            return
        merged = known.stated | news
        day = facts.day_of(merged)
        if known.fact is None:
            self._begin(tenant, known, since, merged, text)
        elif text is not None or day != facts.day_of(known.stated):
            self.flush()
            self._db.execute("UPDATE facts SET until = ? WHERE fact = ?", (since, known.fact))
            self._begin(tenant, known, since, merged, text)
        else:
            self._change(known, since, merged, self._next_fact(tenant, day))

    def _begin(
        self, tenant: int, known: Known, since: int, merged: dict[str, str], text: str | None
    ) -> None:
        """Write a version under a number of its own, with its own full text."""
        known.fact = self._next_fact(tenant, facts.day_of(merged))
        known.stated = merged
        known.words = known.words if text is None else known.fact
        known.since = since
        self._touch(known)
        known.is_fresh = True
        if known.number > 0 and not known.is_new:
            self._rows["current"].append((known.fact, known.number))
        self._spread(known.fact, merged)
        if text:
            self._rows["words"].append((known.fact, text))

    def _change(self, known: Known, since: int, merged: dict[str, str], earlier: int) -> None:
        """Write a version over the one before, so that its full text holds on; that moves away."""
        self.flush()
        self._db.execute(_COPY, (earlier, since, known.fact))
        self._spread(earlier, known.stated)
        moved = "UPDATE entries SET fact = ? WHERE document = ? AND fact = ?"
        self._db.execute(moved, (earlier, known.number, known.fact))
        assert known.fact is not None
        remove_spread(self._db, known.fact)
        known.stated = merged
        self._db.execute(_AGAIN, (since, *known.said(), known.fact))
        self._spread(known.fact, merged)

    def _spread(self, fact: int, merged: Mapping[str, str]) -> None:
        """Gather the rows of the other tables that a version of a document has."""
        rows = self._rows
        month = merged.get("issue_date", "")[:7]
        for at, line in enumerate(_by_rate(read_vat(merged.get("vat", "")))):
            rows["vat"].append((fact, at, month, *line))
        vat_ids = map(facts.vat_id, merged.get("vat_ids", "").split())
        rows["vat_ids"] += [(one, fact) for one in dict.fromkeys(vat_ids)]
        corrects = filter(None, merged.get("corrects", "").split("\n"))
        rows["corrects"] += [(one, fact) for one in dict.fromkeys(corrects)]
        named_by = (merged.get("number", ""), merged.get("customer_name", ""))
        if any(named_by):
            rows["grams"].append((fact, folded("\n".join(named_by))))

    def _next_fact(self, tenant: int, day: int) -> int:
        first, last = schema.day_range(tenant, day, day)
        if first in self._next:
            self._next[first] += 1
        elif self._seen is not None:
            self._next[first] = first
        else:
            highest = "SELECT max(fact) FROM facts WHERE fact BETWEEN ? AND ?"
            found = self._db.execute(highest, (first, last)).get
            self._next[first] = first if found is None else found + 1
        return self._next[first]


_FULL_TEXT = ("words", "grams")


def _move(moving: dict[str, str], said: Mapping[str, str]) -> bool:
    """Take over the last words of MOVING; say whether any is new."""
    new = {name: said[name] for name in facts.MOVING if said.get(name)}
    changed = any(moving.get(name) != value for name, value in new.items())
    moving |= new
    return changed


def _by_rate(lines: Iterable[VatLine]) -> list[tuple[str, int | None, int, int]]:
    """Return category, rate, net and tax, each category and rate once."""
    added: dict[tuple[str, int | None], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        rate = None if line.rate is None else facts.scaled(line.rate)
        one = added[line.category, rate]
        one[0] += facts.scaled(line.net)
        one[1] += facts.scaled(line.tax)
    return [(category, rate, net, tax) for (category, rate), (net, tax) in added.items()]

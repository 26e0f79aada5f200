"""Where the trails of exported documents end, signed: nothing later in an export would show it.

A note (C2SP signed-note) under the name of one of the logs:

    facteur trails
    post.example/archive/acme/2026
    17
    "d1" 3 <id of its third entry, which was its last when the log had 17 entries>
    {"file":"s1"} 2 <the same of the file in which it came>
"""

import json
from collections.abc import Iterator, Sequence

from archive.archive import Archive
from archive.entry import Entry, Query, Trail
from archive.export.logs import LogView, origin_and_size
from archive.export.order import Evidence
from archive.trails import Owner, owner_of

_ALL = 1_000_000


class Ends:
    """The ends of the trails of documents, and what they name that is not there."""

    def __init__(self) -> None:
        self._lines: dict[Owner, str] = {}
        self._unexplained: set[str] = set()

    def add(self, evidence: Evidence) -> None:
        """Take in all entries of a document, and of the file in which it came."""
        trails: dict[Owner, list[tuple[Trail, Entry]]] = {}
        for each in evidence.entries:
            owner = owner_of(each)
            if each.trail and owner and owner[1] in {evidence.document, each.subject}:
                trails.setdefault(owner, []).append((each.trail, each))
        for owner, placed in trails.items():
            trail, last = max(placed, key=_number)
            self._lines[owner] = f"{_written(*owner)} {trail.number} {last.id}\n"
        before = {each.trail.previous for each in evidence.entries if each.trail}
        self._unexplained |= {each for each in before if each} - {e.id for e in evidence.entries}

    def explained(self, archive: Archive, tenant: str) -> Iterator[Entry]:
        """Yield the `erase` entries that say where entries have gone that a trail names."""
        kind = Query(tenant=tenant, kind="erase", limit=_ALL)
        for entry in archive.find(kind) if self._unexplained else ():
            for item in entry.items:
                erased = json.loads(archive.get(item.sha256)) if item.role == "erased" else {}
                if not self._unexplained.isdisjoint(e["id"] for e in erased.get("entries", ())):
                    yield entry

    def signed(self, archive: Archive, views: Sequence[LogView]) -> str:
        """Return the note; empty if no document has a trail."""
        if not self._lines:
            return ""
        view = max(views, key=lambda each: each.name)
        origin, size = origin_and_size(view.note)
        text = f"facteur trails\n{origin}\n{size}\n{''.join(self._lines.values())}"
        return archive.sign(view.name, text)


def _written(what: str, name: str) -> str:
    told = name if what == "document" else {what: name}
    return json.dumps(told, separators=(",", ":"))


def _number(placed: tuple[Trail, Entry]) -> int:
    return placed[0].number

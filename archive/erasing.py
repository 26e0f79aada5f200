"""Erasing: which entries and files go, and which stay because something that is kept needs them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.entry import Entry, NotErasable, NotKept
from archive.erased import Erased, ErasedEntry, ErasedMember
from archive.filing import Filing
from archive.index.found import Found
from archive.index.sqlite import Index
from archive.log import Commit
from archive.logs import Logs, entries_of
from archive.manifest import prepare
from archive.packs.holdings import Holdings

STAYING = frozenset(
    {
        *("access", "closing", "config", "disposal", "erase", "export", "fixity", "hold", "key"),
        *("procedure", "rehash", "renewal"),
    }
)
"""Kinds of entries about the archive itself: they tell what was done, and are never erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A request to erase.

    Attributes:
        key: stable name of this act: asked for again under it, nothing more is erased.
        entries: ids; those that were erased before are passed over.
        documents: ids; all entries about them go but for those of STAYING kinds, and for those of
            the submissions in which they came, which may be about others, too: name these
            entries where none of their documents stays.
        rule: by which it may be erased.
        reason: in words.
        asked_by: who wanted it.
        approved_by: who agreed.
        disposal: id of the entry in which it was decided.
    """

    key: str
    tenant: str
    rule: str
    reason: str
    asked_by: str
    approved_by: str
    entries: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    disposal: str = ""


class Erasing:
    """Erases.

    Args:
        read: returns the entry found at a place.
    """

    def __init__(
        self,
        logs: Logs,
        index: Index,
        holdings: Holdings,
        filing: Filing,
        *,
        read: Callable[[Found], Entry],
    ) -> None:
        self._logs = logs
        self._index = index
        self._holdings = holdings
        self._filing = filing
        self._read = read

    def erase(self, erasure: Erasure) -> Entry:
        """Erase, as `Archive.erase` says."""
        tenant = erasure.tenant
        with self._logs.writing(tenant):
            self._logs.catch_up(tenant)
            for found in self._index.by_key(tenant, erasure.key):
                return self._read(found)
            going = {found: self._read(found) for found in self._going(erasure)}
            if not going:
                raise NotKept(f"nothing is kept of what {erasure.key} is to erase")
            draft = self._planned(erasure, going).draft(tenant, _subject(erasure), _fields(erasure))
            (entry,) = self._filing.commit(tenant, [prepare(draft)])
            return entry

    def _going(self, erasure: Erasure) -> Iterator[Found]:
        """Yield the entries that are to go, each once.

        Raises:
            ValueError: one was asked for that stays.
        """
        seen = set()
        for found, asked_for in self._asked(erasure):
            entry = self._read(found)
            if entry.tenant != erasure.tenant:
                continue
            if entry.kind in STAYING and asked_for:
                raise ValueError(f"entry {entry.id} is of kind {entry.kind!r}, which stays")
            if entry.kind not in STAYING and entry.id not in seen:
                seen.add(entry.id)
                yield found

    def _asked(self, erasure: Erasure) -> Iterator[tuple[Found, bool]]:
        for entry_id in erasure.entries:
            for found in self._index.by_id(entry_id):
                yield found, True
        for document in erasure.documents:
            for found in self._index.about(document=document, subject=None):
                yield found, False

    def _planned(self, erasure: Erasure, going: dict[Found, Entry]) -> Erased:
        """Return what goes.

        Raises:
            NotErasable: something of it is not encrypted.
        """
        members = dict.fromkeys(self._member(found) for found in going)
        users = _Users(self._logs, self._index, {(e.log, e.position) for e in going.values()})
        files = {(entry.log, item.sha256) for entry in going.values() for item in entry.items}
        for log, sha256 in sorted(files):
            found = self._index.place(sha256, log)
            if found and not users.stay(found):
                members[self._member(found)] = None
        return Erased(
            key=erasure.key,
            entries=tuple(
                ErasedEntry(id=e.id, log=e.log, position=e.position) for e in going.values()
            ),
            members=tuple(members),
        )

    def _member(self, found: Found) -> ErasedMember:
        member = self._holdings.member(found.log, found.pack, found.place)
        if member is None:
            raise NotErasable(
                f"{found.place.sha256} lies in {found.log}/packs/{found.pack:09}.zip, which was"
                " written before packs were encrypted: there is no key that could be destroyed"
            )
        return ErasedMember(log=found.log, pack=found.pack, member=member)


class _Users:
    """Who needs a file: entries of its own commit, and of later ones."""

    def __init__(self, logs: Logs, index: Index, going: set[tuple[str, int]]) -> None:
        self._logs = logs
        self._index = index
        self._going = going
        self._commits: dict[tuple[str, int], dict[str, set[int]]] = {}

    def stay(self, file: Found) -> bool:
        """Say whether an entry that stays names a file."""
        positions = {
            *self._index.users(file.log, file.place.sha256),
            *self._in_commit(file.log, file.pack).get(file.place.sha256, ()),
        }
        return any((file.log, position) not in self._going for position in positions)

    def _in_commit(self, log: str, pack: int) -> dict[str, set[int]]:
        if (log, pack) not in self._commits:
            self._commits[log, pack] = _named(log, self._logs.log(log).commit_at(pack))
        return self._commits[log, pack]


def _named(log: str, commit: Commit) -> dict[str, set[int]]:
    """Return by file the positions of a commit's entries that name it."""
    named: dict[str, set[int]] = {}
    for entry in entries_of(log, commit):
        for item in entry.items:
            named.setdefault(item.sha256, set()).add(entry.position)
    return named


def _subject(erasure: Erasure) -> str:
    return f"erase:{erasure.key}"


def _fields(erasure: Erasure) -> dict[str, str]:
    fields = {
        "rule": erasure.rule,
        "reason": erasure.reason,
        "asked_by": erasure.asked_by,
        "approved_by": erasure.approved_by,
        "disposal": erasure.disposal,
    }
    return {name: value for name, value in fields.items() if value}

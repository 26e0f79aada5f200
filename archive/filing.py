"""How drafts become entries: one commit for all that callers bring at the same time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from archive.content import Measured
from archive.entry import ArchiveConflict, Draft, Entry
from archive.index.found import Found
from archive.index.sqlite import Index
from archive.logs import Logs
from archive.manifest import Prepared, prepare, write_manifest
from archive.packs.holdings import Holdings
from archive.trails import Trails
from archive.turns import Call, Turns

_SALT_SIZE_BYTES = 32


class Filing:
    """Files drafts.

    Args:
        read: returns the entry found at a place.
    """

    def __init__(
        self,
        logs: Logs,
        index: Index,
        holdings: Holdings,
        *,
        read: Callable[[Found], Entry],
        clock: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._logs = logs
        self._index = index
        self._holdings = holdings
        self._read = read
        self._clock = clock
        self._random_bytes = random_bytes
        self._turns: dict[str, Turns] = {}

    def append(self, drafts: Sequence[Draft], *, first_stays: bool) -> tuple[Entry, ...]:
        """Keep all drafts, as `Archive.append` says."""
        prepared = [prepare(draft) for draft in drafts]
        kept: dict[tuple[str, str], Entry] = {}
        for tenant in dict.fromkeys(draft.tenant for draft in drafts):
            own = [p for p in prepared if p.draft.tenant == tenant]
            turns = self._turns.setdefault(tenant, Turns(partial(self._file, tenant)))
            filed = turns.settle(Call(prepared=own, first_stays=first_stays))
            kept |= {(tenant, key): entry for key, entry in filed.items()}
        return tuple(kept[draft.tenant, draft.key] for draft in drafts)

    def _file(self, tenant: str, calls: Sequence[Call]) -> None:
        """Settle calls of one tenant by one commit of all that is new in them."""
        with self._logs.writing(tenant):
            self._logs.catch_up(tenant)
            kept: dict[str, Entry] = {}
            fresh: dict[str, Prepared] = {}
            for call in calls:
                try:
                    self._sort(tenant, call, kept, fresh)
                except ArchiveConflict as error:
                    call.fail(error)
            if fresh:
                new = self.commit(tenant, list(fresh.values()))
                kept |= {entry.key: entry for entry in new}
        for call in calls:
            if not call.is_settled:
                call.succeed({p.draft.key: kept[p.draft.key] for p in call.prepared})

    def _sort(
        self, tenant: str, call: Call, kept: dict[str, Entry], fresh: dict[str, Prepared]
    ) -> None:
        """Part what was filed before from what is new.

        Raises:
            ArchiveConflict: names every key that comes with other items; the call brings nothing.
        """
        new: dict[str, Prepared] = {}
        conflicts = []
        for prepared in call.prepared:
            key = prepared.draft.key
            if key not in kept and (found := self._index.by_key(tenant, key)):
                kept[key] = self._read(found[0])
            first = kept.get(key) or fresh.get(key) or new.setdefault(key, prepared)
            if first.items != prepared.items and not call.first_stays:
                conflicts.append(key)
        if conflicts:
            raise ArchiveConflict(f"filed before with other items: {', '.join(conflicts)}")
        fresh |= new

    def commit(self, tenant: str, fresh: Sequence[Prepared]) -> list[Entry]:
        """Commit what was never filed, with the files that the log does not have yet.

        Needs the tenant's lock, and that the index has caught up.
        """
        at = self._clock().astimezone(UTC)
        name = f"{tenant}/{at.year}"
        log = self._logs.log(name)
        trails = Trails(self._index, tenant, (p.draft for p in fresh))
        manifests = []
        for p in fresh:
            salt, trail = self._random_bytes(_SALT_SIZE_BYTES), trails.next(p.draft)
            manifests.append(write_manifest(p, log=name, at=at, salt=salt, trail=trail))
            trails.add(p.draft, manifests[-1])
        files = _files(fresh)
        commit = log.append(manifests, [files[each] for each in self._missing(name, files)])
        return self._logs.take_in(name, commit, log.note())

    def _missing(self, log: str, hashes: Collection[str]) -> list[str]:
        """Return those of the hashes under which a log keeps nothing that can be read.

        The index alone is not believed: one that was put back may know what was erased since.
        """
        missing = self._index.missing(log, hashes)
        places = {each: self._index.place(each, log) for each in hashes if each not in missing}
        erased = [
            each
            for each, at in places.items()
            if at and not self._holdings.is_kept(at.log, at.pack, at.place)
        ]
        if erased:
            self._index.forget_files(log, erased)
        return [each for each in hashes if each in missing or each in erased]


def _files(group: Sequence[Prepared]) -> Mapping[str, Measured]:
    """Return the contents of all items, each once, under its SHA-256."""
    return {content.sha256: content for prepared in group for content in prepared.contents}

"""Archive: append, get, entries, find, proof, verify; the only name others import, beside entry."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive import store, verify
from archive.content import Measured
from archive.entry import (
    ArchiveConflict,
    ArchiveDamaged,
    ArchiveUnavailable,
    Draft,
    Entry,
    NotKept,
    Query,
)
from archive.index import Found, Index
from archive.kept import Kept
from archive.log import Log
from archive.manifest import Prepared, prepare, read_manifest, write_manifest
from archive.packs.folder import FolderPacks
from archive.packs.keeping import Packs
from archive.packs.source import Part
from archive.report import Report
from archive.turns import Call, Turns

_SALT_SIZE_BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}")


class Archive:
    """The fiscal archive below one folder.

    Threads may share one; every process opens its own (also after a fork). What `append` returned
    is on disk, in the log and under a signed checkpoint.

    Args:
        root: the folder; made if missing.
        origin: name of this archive in checkpoints, like `post.example/archive`: no space, no `+`.
        key: signs checkpoints; always the same one.
        clock: returns the present instant, aware.
        random_bytes: cryptographic chance, for the salts.
        disk: where a test puts a faulty one.
        packs: where packs lie; in folders beside their logs unless told otherwise.

    Raises:
        ValueError: the origin cannot be written in a checkpoint.
        ArchiveUnavailable: the folder or its index cannot be opened.
    """

    def __init__(
        self,
        root: Path,
        *,
        origin: str,
        key: Ed25519PrivateKey,
        clock: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        disk: store.Disk | None = None,
        packs: Packs | None = None,
    ) -> None:
        if re.search(r"[\s+]", origin) or not origin:
            raise ValueError(f"origin {origin!r} must have neither spaces nor plus signs")
        self._root = root
        self._origin = origin
        self._key = key
        self._clock = clock
        self._random_bytes = random_bytes
        self._disk = disk or store.Disk(root)
        self._packs = packs or FolderPacks(root, self._disk)
        self._logs: dict[str, Log] = {}
        self._turns: dict[str, Turns] = {}
        self._refusal = ""
        self._lacks_room = False
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._index = Index(root / "index.db")
        except (OSError, sqlite3.Error) as error:
            raise ArchiveUnavailable(f"{root} cannot be opened: {error}") from error
        self._catch_up_all()

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, drafts: Sequence[Draft], *, first_stays: bool = False) -> tuple[Entry, ...]:
        """Keep all drafts, durably, and return their entries in the same order.

        Drafts of one tenant are one commit, so many in a call cost little more than one; so do
        those of threads that call at the same time. A draft whose key was filed before with the
        same items gives the entry of then.

        Args:
            drafts: in any order, of any tenants.
            first_stays: a key that was filed before with other items gives the entry of then, too:
                for acts that cannot be repeated to the byte, like a signature.

        Raises:
            ValueError: a draft cannot be filed; nothing was.
            ArchiveConflict: a key was filed before with other items; nothing of that tenant was.
            FileChanged: a file on disk is not what is said of it; nothing of that tenant was.
            ArchiveUnavailable: the disk failed. What was asked may be kept or not; reopen the
                archive and file again. Until then every call raises this; after a full disk, until
                there is room.
            ArchiveDamaged: the log was changed from outside; nothing of that tenant was filed.
        """
        prepared = [prepare(draft) for draft in drafts]
        kept: dict[tuple[str, str], Entry] = {}
        for tenant in dict.fromkeys(draft.tenant for draft in drafts):
            own = [p for p in prepared if p.draft.tenant == tenant]
            turns = self._turns.setdefault(tenant, Turns(partial(self._file, tenant)))
            filed = turns.settle(Call(prepared=own, first_stays=first_stays))
            kept |= {(tenant, key): entry for key, entry in filed.items()}
        return tuple(kept[draft.tenant, draft.key] for draft in drafts)

    def kept(self, tenant: str, keys: Iterable[str]) -> dict[str, Entry]:
        """Return by key what was filed under these keys; those under which nothing was, lack.

        What another process committed before it died is found, too.
        """
        if not self._refusal and any(map(self._is_behind, self._years(tenant))):
            with self._writing(tenant):
                self._catch_up_tenant(tenant)
        found = {key: self._index.by_key(tenant, key) for key in keys}
        return {key: self._read(places[0]) for key, places in found.items() if places}

    def _file(self, tenant: str, calls: Sequence[Call]) -> None:
        """Settle calls of one tenant by one commit of all that is new in them."""
        with self._writing(tenant):
            at = self._clock().astimezone(UTC)
            self._catch_up_tenant(tenant)
            kept: dict[str, Entry] = {}
            fresh: dict[str, Prepared] = {}
            for call in calls:
                try:
                    self._sort(tenant, call, kept, fresh)
                except ArchiveConflict as error:
                    call.fail(error)
            if fresh:
                new = self._commit(f"{tenant}/{at.year}", list(fresh.values()), at)
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

    def _commit(self, name: str, fresh: list[Prepared], at: datetime) -> list[Entry]:
        log = self._log(name)
        manifests = [
            write_manifest(p, log=name, at=at, salt=self._random_bytes(_SALT_SIZE_BYTES))
            for p in fresh
        ]
        files = _files(fresh)
        missing = self._index.missing(name, files)
        commit = log.append(manifests, [files[sha256] for sha256 in files if sha256 in missing])
        entries = _entries(name, commit.position, manifests)
        self._index.add(
            name, log.note(), pack=commit.position, places=commit.places, entries=entries
        )
        return entries

    def get(self, sha256: str) -> bytes:
        """Return a kept file or manifest by its hex SHA-256, checked against it.

        Raises:
            NotKept: nothing is kept under this hash.
            ArchiveDamaged: the pack no longer holds it.
        """
        return self.locate(sha256).read()

    def locate(self, sha256: str) -> Kept:
        """Return where a kept file or manifest lies, for who cannot hold all of it.

        Raises:
            NotKept: nothing is kept under this hash.
        """
        found = self._index.place(sha256) if _HASH.fullmatch(sha256) else None
        if found is None:
            raise NotKept(f"nothing is kept under {sha256}")
        return self._kept(found)

    def entry(self, entry_id: str) -> Entry:
        """Return the entry of this id.

        Raises:
            NotKept: there is none.
        """
        return self._read(self._found(entry_id))

    def entries(
        self, *, document: str | None = None, subject: str | None = None
    ) -> tuple[Entry, ...]:
        """Return all entries about a document, a subject or both, in the order of filing."""
        found = self._index.about(document=document, subject=subject)
        return tuple(self._read(each) for each in found)

    def find(self, query: Query) -> tuple[Entry, ...]:
        """Return the entries a query asks for, newest first."""
        return tuple(self._read(each) for each in self._index.find(query))

    def logs(self) -> tuple[str, ...]:
        """Return the names of all logs, `<tenant>/<year>`."""
        found = sorted(self._root.glob("*/[0-9][0-9][0-9][0-9]/log/checkpoint"))
        return tuple(f"{p.parts[-4]}/{p.parts[-3]}" for p in found)

    def checkpoint(self, log: str, size: int | None = None) -> str:
        """Return the signed head of a log, as an outsider should keep it; or that of a size before.

        Raises:
            NotKept: there is no such log.
        """
        if note := self._log(log).note():
            return note if size is None else self._log(log).note_at(size)
        raise NotKept(f"there is no log {log}")

    def between(self, log: str, start: int, end: int | None = None) -> Iterator[Entry]:
        """Yield the entries of a log from one position to before another, in the order of filing.

        `start` and `end` are where one commit ended and the next began; `end` may be the size.

        Raises:
            ArchiveDamaged: a pack is missing or does not hold what the log says.
        """
        if end is None:
            end = self._log(log).checkpoint(self.checkpoint(log)).size
        if start < end:
            for commit, manifests in self._log(log).commits(start, end):
                yield from _entries(log, commit.position, manifests)

    def beside(self, log: str) -> Path:
        """Return the folder of a log, in which its closings lie."""
        return self._root / log

    def keep_beside(self, log: str, files: Mapping[str, bytes]) -> None:
        """Keep plain files in the folder of a log, durably; one that is there is replaced.

        Raises:
            ArchiveUnavailable: the disk failed.
        """
        with self._writing(_tenant(log)):
            self._disk.keep({self.beside(log) / name: [data] for name, data in files.items()})

    def verifier_key(self, log: str) -> str:
        """Return the public key of a log as one line (C2SP vkey)."""
        return self._log(log).verifier_key()

    def proof(self, entry_id: str) -> str:
        """Return the proof that an entry is in its log, with the checkpoint (C2SP tlog-proof v1).

        Raises:
            NotKept: there is no such entry.
            ArchiveDamaged: the log was changed from outside.
        """
        found = self._found(entry_id)
        return self._log(found.log).proof(found.position, self._kept(found).read())

    def close_day(self, day: date, time_stamp: Callable[[bytes], bytes]) -> tuple[Path, ...]:
        """Seal the head of every log that grew, and stamp every seal that has no stamp yet.

        Args:
            day: names the seals; the first seal of a day is the seal of that day.
            time_stamp: gives an RFC 3161 response over SHA-256 of some bytes; what it raises
                comes through, the seal stays, and a later call stamps it.

        Returns:
            The stamps made.
        """
        for name in self.logs():
            with self._writing(_tenant(name)):
                self._log(name).seal(day)
        stamps = []
        for name in self.logs():
            for sealed in self._log(name).unstamped():
                stamp = time_stamp(sealed.read_bytes())
                with self._writing(_tenant(name)):
                    self._disk.keep({sealed.with_suffix(".tsr"): [stamp]})
                stamps.append(sealed.with_suffix(".tsr"))
        return tuple(stamps)

    def verify(self) -> Report:
        """Check every file against the logs, and the logs against what the index remembers."""
        heads = self._index.heads()
        return verify.check_archive(
            self._root,
            earlier=[("index.db", note) for note in heads.values()],
            keys=self._verifier_keys(heads),
        )

    def _verifier_keys(self, seen: Iterable[str]) -> Iterator[str]:
        yield from map(self.verifier_key, sorted({*self.logs(), *seen}))

    def reindex(self) -> None:
        """Build the index anew from packs and logs, and so accept the logs as they are.

        Raises:
            ArchiveDamaged: a pack or a log cannot be read.
        """
        self._index.clear()
        self._catch_up_all(strict=True)

    def _catch_up_all(self, *, strict: bool = False) -> None:
        for name in filter(self._is_behind, self.logs()):
            try:
                with self._writing(_tenant(name)):
                    self._catch_up(name)
            except ArchiveDamaged:  # append and verify will say it; reading goes on
                if strict:
                    raise

    def _catch_up_tenant(self, tenant: str) -> None:
        for name in self._years(tenant):
            self._catch_up(name)

    def _years(self, tenant: str) -> list[str]:
        folders = sorted((self._root / tenant).glob("[0-9][0-9][0-9][0-9]"))
        return [f"{tenant}/{folder.name}" for folder in folders]

    def _is_behind(self, name: str) -> bool:
        return self._log(name).note() != self._index.head(name)[1]

    def _catch_up(self, name: str) -> None:
        """Index what was committed to a log by a process that died before it could.

        Raises:
            ArchiveDamaged: the log is not a continuation of what the index saw.
        """
        if not self._is_behind(name):
            return
        log, note = self._log(name), self._log(name).note()
        size, seen = self._index.head(name)
        if not note or (seen and not log.extends(seen)):
            raise ArchiveDamaged(
                f"{log.folder} was rolled back or rewritten: the index has seen other entries."
                " Put the true log back, or accept this one by `reindex`"
            )
        end = log.checkpoint(note).size
        for commit, manifests in log.commits(size, end):
            entries = _entries(name, commit.position, manifests)
            complete = entries[-1].position + 1 == end
            self._index.add(
                name,
                note if complete else "",
                pack=commit.position,
                places=commit.places,
                entries=entries,
            )

    def _log(self, name: str) -> Log:
        if name not in self._logs:
            self._logs[name] = Log(
                self._root,
                name,
                origin=self._origin,
                key=self._key,
                disk=self._disk,
                packs=self._packs,
            )
        return self._logs[name]

    def _found(self, entry_id: str) -> Found:
        for found in self._index.by_id(entry_id) if _HASH.fullmatch(entry_id) else ():
            return found
        raise NotKept(f"there is no entry {entry_id}")

    def _read(self, found: Found) -> Entry:
        return read_manifest(self._kept(found).read(), log=found.log, position=found.position)

    def _kept(self, found: Found) -> Kept:
        place, pack = found.place, self._packs.source(found.log, found.pack)
        return Kept(
            source=Part(pack, place.offset, place.size_bytes),
            size_bytes=place.size_bytes,
            sha256=place.sha256,
        )

    @contextmanager
    def _writing(self, tenant: str) -> Iterator[None]:
        """Hold a tenant's lock; after an error of the disk refuse all further writing."""
        if self._lacks_room and self._disk.has_room():
            self._begin_anew()
        if self._refusal:
            raise ArchiveUnavailable(self._refusal)
        try:
            with store.locked(self._root / tenant / "lock"):
                yield
        except (OSError, sqlite3.Error) as error:
            self._lacks_room = store.lacks_room(error)
            until = "there is room on its disk" if self._lacks_room else "it is reopened"
            self._refusal = f"the archive takes nothing more until {until}: {error}"
            raise ArchiveUnavailable(self._refusal) from error

    def _begin_anew(self) -> None:
        """Forget what is known of the logs, as who reopens the archive; they are read again."""
        self._logs.clear()
        self._disk.forget()
        self._refusal, self._lacks_room = "", False


def _tenant(log: str) -> str:
    return log.split("/", maxsplit=1)[0]


def _entries(log: str, position: int, manifests: Sequence[bytes]) -> list[Entry]:
    return [
        read_manifest(manifest, log=log, position=each)
        for each, manifest in enumerate(manifests, position)
    ]


def _files(group: Sequence[Prepared]) -> dict[str, Measured]:
    """Return the contents of all items, each once, under its SHA-256."""
    return {content.sha256: content for prepared in group for content in prepared.contents}

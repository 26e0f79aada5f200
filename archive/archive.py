"""Archive: append, get, entries, find, proof, verify; the only name others import, beside entry."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive import store, verify
from archive.entry import (
    ArchiveDamaged,
    ArchiveUnavailable,
    Draft,
    Entry,
    NotKept,
    Query,
)
from archive.erasing import Erasing, Erasure
from archive.filing import Filing
from archive.index.found import Found
from archive.index.questions import Questions
from archive.index.sql_asking import SqlAsking
from archive.index.sqlite import Index
from archive.kept import Kept
from archive.law.disposed import disposed
from archive.logs import Logs, entries_of, tenant_of
from archive.manifest import read_manifest
from archive.packs.folder import FolderPacks
from archive.packs.holdings import Holdings, open_pack
from archive.packs.keeping import Packs
from archive.packs.vault import Masters, Vault, master_id
from archive.report import Fault, Report

_NO_MASTERS = Masters()
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
        packs: makes where packs lie; folders beside their logs unless told otherwise.
        masters: with which contents are encrypted; without any they are kept as they are, and
            what was encrypted cannot be read.
        former: keys that signed before `key` did; what they signed is still believed.
        index: opens it; a file in the folder unless told otherwise.

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
        packs: Callable[[store.Disk], Packs] | None = None,
        masters: Masters = _NO_MASTERS,
        former: Sequence[Ed25519PublicKey] = (),
        index: Callable[[], Index] | None = None,
    ) -> None:
        if re.search(r"[\s+]", origin) or not origin:
            raise ValueError(f"origin {origin!r} must have neither spaces nor plus signs")
        self._root = root
        self._disk = disk or store.Disk(root)
        self._masters = masters
        self._vault = Vault(root, self._disk, masters, random_bytes)
        self._packs = packs(self._disk) if packs else FolderPacks(root, self._disk)
        self._holdings = Holdings(self._packs, self._vault, random_bytes)
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._index = index() if index else Index(root / "index.db")
        except OSError as error:
            raise ArchiveUnavailable(f"{root} cannot be opened: {error}") from error
        self._logs = Logs(
            root,
            origin=origin,
            key=key,
            disk=self._disk,
            holdings=self._holdings,
            index=self._index,
            former=former,
        )
        self._filing = Filing(
            self._logs,
            self._index,
            self._holdings,
            read=self._read,
            clock=clock,
            random_bytes=random_bytes,
        )
        self._erasing = Erasing(
            self._logs, self._index, self._holdings, self._filing, read=self._read
        )
        self._logs.catch_up_all()

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
        return self._filing.append(drafts, first_stays=first_stays)

    def erase(self, erasure: Erasure) -> Entry:
        """Erase entries for ever, and file that as an entry of kind `erase` with the list of them.

        An erased entry is not found any more. Its leaf, proofs of it and all checkpoints stay
        valid; the verifier accepts its absence because the entry returned names it. A file that
        an entry needs that stays is kept. What makes contents unreadable is that their keys are
        destroyed; copies of `vault/` in backups of before must go, too. One that was cut off is
        finished by whoever opens the archive next, or files with that tenant.

        Raises:
            ValueError: an entry was named that stays, like another erasure.
            NotKept: nothing is kept of what is to be erased.
            NotErasable: something of it was filed unencrypted; nothing was erased.
            ArchiveUnavailable: the disk failed; it may be done or not.
            ArchiveDamaged: the log was changed from outside.
        """
        return self._erasing.erase(erasure)

    def kept(self, tenant: str, keys: Iterable[str]) -> dict[str, Entry]:
        """Return by key what was filed under these keys; those under which nothing was, lack.

        What another process committed before it died is found, too.
        """
        self._logs.look(tenant)
        found = {key: self._index.by_key(tenant, key) for key in keys}
        return {key: self._read(places[0]) for key, places in found.items() if places}

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

    @property
    def questions(self) -> Questions:
        """What an auditor asks: documents, sums, numbers, samples, trails."""
        asking = SqlAsking(self._index)
        return Questions(
            asking,
            lambda document: self.entries(document=document),
            partial(disposed, find=self.find, get=self.get),
        )

    def logs(self) -> tuple[str, ...]:
        """Return the names of all logs, `<tenant>/<year>`."""
        return self._logs.names()

    def checkpoint(self, log: str, size: int | None = None) -> str:
        """Return the signed head of a log, as an outsider should keep it; or that of a size before.

        Raises:
            NotKept: there is no such log.
        """
        if note := self._logs.log(log).note():
            return note if size is None else self._logs.log(log).note_at(size)
        raise NotKept(f"there is no log {log}")

    def between(self, log: str, start: int, end: int | None = None) -> Iterator[Entry]:
        """Yield the entries of a log from one position to before another, but for erased ones.

        `start` and `end` are where one commit ended and the next began; `end` may be the size.

        Raises:
            ArchiveDamaged: a pack is missing or does not hold what the log says.
        """
        if end is None:
            end = self._logs.log(log).checkpoint(self.checkpoint(log)).size
        if start < end:
            for commit in self._logs.log(log).commits(start, end):
                yield from entries_of(log, commit)

    def leaves(self, log: str, end: int) -> Iterator[bytes]:
        """Yield the first leaves of a log, those of erased entries among them.

        Raises:
            ArchiveDamaged: some are missing.
        """
        return self._logs.log(log).leaves(0, end)

    def beside(self, log: str) -> Path:
        """Return the folder of a log, in which its closings lie."""
        return self._root / log

    def keep_beside(self, log: str, files: Mapping[str, bytes]) -> None:
        """Keep plain files in the folder of a log, durably; one that is there is replaced.

        Raises:
            ArchiveUnavailable: the disk failed.
        """
        with self._logs.writing(log):
            self._disk.keep({self.beside(log) / name: [data] for name, data in files.items()})

    def sign(self, log: str, text: str) -> str:
        """Return a report about a log as a note, signed as its checkpoints are (C2SP)."""
        return self._logs.log(log).sign(text)

    def succeed(self, log: str, former: Ed25519PrivateKey) -> str:
        """Let this archive's key take the place of `former` in a log; return the statement of that.

        It is empty where the log was begun with this key.

        Raises:
            ArchiveUnavailable: the disk failed.
            ArchiveDamaged: the log was changed from outside.
        """
        with self._logs.writing(log):
            statement = self._logs.log(log).succeed(former)
            self._logs.catch_up(log.partition("/")[0])
        return statement

    def verifier_key(self, log: str) -> str:
        """Return the public key of a log as one line (C2SP vkey)."""
        return self._logs.log(log).verifier_key()

    def proof(self, entry_id: str) -> str:
        """Return the proof that an entry is in its log, with the checkpoint (C2SP tlog-proof v1).

        Raises:
            NotKept: there is no such entry.
            ArchiveDamaged: the log was changed from outside.
        """
        found = self._found(entry_id)
        return self._logs.log(found.log).proof(found.position, self._kept(found).read())

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
            with self._logs.writing(name):
                self._logs.log(name).seal(day)
        stamps = []
        for name in self.logs():
            for sealed in self._logs.log(name).unstamped():
                stamp = time_stamp(sealed.read_bytes())
                with self._logs.writing(name):
                    self._disk.keep({sealed.with_suffix(".tsr"): [stamp]})
                stamps.append(sealed.with_suffix(".tsr"))
        return tuple(stamps)

    def verify(
        self,
        *,
        earlier: Sequence[tuple[str, str]] = (),
        authorities: Sequence[Path] = (),
        progress: Callable[[Report], None] = lambda _: None,
    ) -> Report:
        """Check every file against the logs, and the logs and the index against each other.

        Args:
            earlier: (where it is from, signed note) of checkpoints that were kept elsewhere.
            authorities: PEM files of who may have stamped the time.
            progress: is called with what is known so far, after each pack.
        """
        heads = self._index.heads()
        report = verify.check_archive(
            self._root,
            earlier=[*(("index.db", note) for note in heads.values()), *earlier],
            keys=self._verifier_keys(heads),
            authorities=authorities,
            open_member=self.open_member if self._masters.keys else None,
            open_pack=partial(open_pack, self._packs),
            progress=progress,
        )
        if report.ok and (differs := self._logs.index_differs()):
            what = f"{differs} than the packs; reindex builds it anew from them"
            report.faults.append(Fault("index.db", what))
        return report

    def open_member(
        self, log: str, pack: int, member: str, word: str, stored: bytes | memoryview
    ) -> tuple[str, bytes | memoryview]:
        """Return SHA-256 and plain bytes of what lies encrypted in a pack, for the verifier.

        Args:
            log: name of the log.
            pack: position of the pack.
            member: its name in the pack.
            word: what the vault says of it.
            stored: its bytes.

        Raises:
            ValueError: it does not open.
        """
        return self._holdings.open_member(log, pack, member, word, stored)

    def rekey(self) -> None:
        """Put the keys of all logs under the first master key, and file that with each tenant.

        Contents stay as they are. Done twice, it changes nothing; cut off, do it again.

        Raises:
            ArchiveLocked: a log is under a master key that is not here.
            ArchiveUnavailable: the disk failed.
        """
        for name in self.logs():
            with self._logs.writing(name):
                self._vault.rewrap(name)
        named = master_id(self._masters.keys[0])
        self.append(
            [
                Draft(
                    key=f"master-key:{named}/rekey",
                    tenant=tenant,
                    subject=f"master-key:{named}",
                    kind="key",
                    step="rekey",
                )
                for tenant in sorted({tenant_of(name) for name in self.logs()})
            ]
        )

    def _verifier_keys(self, seen: Iterable[str]) -> Iterator[str]:
        yield from map(self.verifier_key, sorted({*self.logs(), *seen}))

    def reindex(self, progress: Callable[[str, int, int], None] | None = None) -> Mapping[str, int]:
        """Build the index anew from packs and logs, and so accept the logs as they are.

        Args:
            progress: is told of each commit the log, how far it is indexed, and its size.

        Returns:
            By log, how many packs were found at their store of which nothing here told any more.

        Raises:
            ArchiveDamaged: a pack or a log cannot be read.
            ArchiveUnavailable: the disk failed, or the store of packs does not answer.
        """
        told = progress or (lambda _log, _done, _size: None)
        try:
            self._build_index(told)
        except ArchiveDamaged:
            found = self._logs.recover_all()
            if not found:
                raise
            self._build_index(told)
            return found
        return {}

    def _build_index(self, progress: Callable[[str, int, int], None]) -> None:
        self._index.clear()
        with self._index.growing():
            self._logs.catch_up_all(strict=True, progress=progress)

    def _found(self, entry_id: str) -> Found:
        for found in self._index.by_id(entry_id) if _HASH.fullmatch(entry_id) else ():
            return found
        raise NotKept(f"there is no entry {entry_id}")

    def _read(self, found: Found) -> Entry:
        return read_manifest(self._kept(found).read(), log=found.log, position=found.position)

    def _kept(self, found: Found) -> Kept:
        return self._holdings.locate(found.log, found.pack, found.place)

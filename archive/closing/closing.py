"""The closing of a day: checkpoint, time stamps, evidence, report, entry; each step once.

What lies in the folder stays when a step fails, and the next run goes on from there. An authority
that says nothing keeps one closing open, and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from archive.archive import Archive
from archive.closing.books import Books
from archive.closing.day import Day, next_day, pending, size_of
from archive.closing.folder import Folder, closings, renewals, sealed
from archive.closing.report import written
from archive.closing.stamps import Answer, ask, kept_answer
from archive.closing.token import Authority, NoStamp
from archive.closing.tree import Digest, Tree, group_hash
from archive.entry import ArchiveDamaged, Draft, Entry, Item

_STEPS = {"closing": "close", "renewal": "renew", "rehash": "rehash"}
_TYPES = {
    ".json": "application/json",
    ".tsr": "application/timestamp-reply",
    ".ocsp": "application/ocsp-response",
    ".crl": "application/pkix-crl",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to.

    Attributes:
        filed: entries of the closings or renewals that are complete.
        open: log to why its next one is not.
    """

    filed: tuple[Entry, ...]
    open: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closer:
    """Who closes days.

    Attributes:
        authorities: each stamps each checkpoint; the first, also the day's hash tree.
        books: of the house, or None.
    """

    archive: Archive
    authorities: Sequence[Authority]
    clock: Callable[[], datetime]
    books: Books | None = None

    def close_all(self, *, running: bool = False) -> Outcome:
        """Close what is to be closed in all logs; with `running`, the day that is not over, too."""
        filed: list[Entry] = []
        still_open: dict[str, str] = {}
        for log in self.archive.logs():
            try:
                filed += self._close(log, running=running)
            except (NoStamp, ArchiveDamaged) as fault:
                still_open[log] = str(fault)
        return Outcome(filed=tuple(filed), open=still_open)

    def _close(self, log: str, *, running: bool) -> Iterator[Entry]:
        today = self.clock().date()
        yield from self._unfiled(log)
        digest = self._digest(log, closings(self.archive, log)[-1:])
        while day := next_day(self.archive, log, today=today, digest=digest, running=running):
            yield self._finished(day, f"closings/{day.day}", digest)
            digest = self._digest(log)
        whole = Folder(archive=self.archive, log=log, name=f"closings/{_year(log)}")
        is_over = _year(log) < today.year and bool(closings(self.archive, log))
        if is_over and not whole.is_complete and pending(self.archive, log) is None:
            digest = self._digest(log, [whole])
            yield self._finished(self._whole(log, whole), whole.name, digest)

    def _digest(self, log: str, begun: Sequence[Folder] = ()) -> Digest:
        """Return the digest of the next closing: of one that was begun, that of its stamps."""
        for folder in begun:
            for name in sealed(folder) if not folder.is_complete else ():
                if name.endswith(".tsr"):
                    return folder.stamp(name).digest
        return digest_of(self.archive, log)

    def _unfiled(self, log: str) -> Iterator[Entry]:
        """File the last closing of a day and of the year if the process died right before that."""
        days = [each for each in closings(self.archive, log) if each.is_complete]
        year = Folder(archive=self.archive, log=log, name=f"closings/{_year(log)}")
        for folder in (*days[-1:], *([year] if year.is_complete else [])):
            if not self.archive.kept(_tenant(log), [folder.subject]):
                folder.settle()
                yield file_folder(folder)

    def _whole(self, log: str, whole: Folder) -> Day:
        """Return a whole year; each of its days has evidence of its own."""
        begun = whole.has("checkpoint")
        end = whole.size() if begun else size_of(self.archive.checkpoint(log))
        year = Day(log=log, day=whole.day, start=0, end=end)
        for entry in self.archive.between(log, 0, end):
            year.add(entry, b"")
        year.leaves = {}
        return year

    def _finished(self, day: Day, name: str, digest: Digest) -> Entry:
        folder = Folder(archive=self.archive, log=day.log, name=name)
        if not folder.has("checkpoint"):
            folder.keep({"checkpoint": self.archive.checkpoint(day.log, day.end).encode()})
        if not folder.is_complete:
            stamps = self._stamped(folder, digest)
            evidence = self._evidence(folder, day, digest)
            facts = self._facts(day, folder, stamps, evidence)
            folder.keep(written(self.archive, day.log, facts))
        return file_folder(folder)

    def _stamped(self, folder: Folder, digest: Digest) -> list[Answer]:
        """Return the time stamps over the checkpoint; ask all before any lack is told.

        Raises:
            NoStamp: of who gave none.
        """
        checkpoint = digest.of(folder.read("checkpoint"))
        found, silent = [], []
        for authority in self.authorities:
            file = f"checkpoint.{authority.name}.tsr"
            if folder.has("evidence.tsr") and not folder.has(file):
                continue  # it was named too late: the evidence is of those that were there
            try:
                found.append(self._stamp(folder, file, authority, (digest, checkpoint)))
            except NoStamp as fault:
                silent.append(str(fault))
        if silent:
            raise NoStamp(f"{folder.name} of {folder.log} is still open: {'; '.join(silent)}")
        return found

    def _evidence(self, folder: Folder, day: Day, digest: Digest) -> dict[str, Any] | None:
        """Return what the report says of the day's hash tree; None where nobody stamps it."""
        if not self.authorities:
            return None
        if not folder.has("evidence.tsr"):
            of_checkpoint = group_hash(digest, map(digest.of, sealed(folder).values()))
            made = Tree(digest=digest, leaves={"checkpoint": of_checkpoint, **day.leaves})
            folder.keep({"evidence.tree": made.text().encode()})
        tree = folder.tree("evidence.tree")
        answer = self._stamp(folder, "evidence.tsr", self.authorities[0], (digest, tree.root))
        root = {"digest": digest, "root": tree.root.hex(), "groups": len(tree.leaves)}
        return root | answer.told()

    def _stamp(
        self, folder: Folder, file: str, authority: Authority, over: tuple[Digest, bytes]
    ) -> Answer:
        """Return the time stamp in a file, or ask for it and keep it there.

        Raises:
            NoStamp, ArchiveDamaged: there is none, or another.
        """
        if folder.has(file):
            stamp = folder.stamp(file)
            if (stamp.digest, stamp.imprint) != over:
                raise ArchiveDamaged(f"{folder.path / file} is over something else")
            return kept_answer(authority.name, folder.read(file), stamp)
        answer = ask(authority, *over, self.clock)
        folder.keep({**answer.revocation, file: answer.data})
        return answer

    def _facts(
        self,
        day: Day,
        folder: Folder,
        stamps: Sequence[Answer],
        evidence: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        note = folder.read("checkpoint").decode()
        return {
            "v": 1,
            "kind": "closing",
            "log": day.log,
            "day": folder.path.name,
            "previous": _previous(folder),
            "start": day.start,
            "end": day.end,
            "root": note.split("\n")[2],
            "checkpoint": note,
            "counts": dict(day.counts),
            "entries": day.counts.total(),
            "files": self._files(day, folder),
            "numbers": self._numbers(day),
            "stamps": [each.told() for each in stamps],
            "evidence": evidence,
            "revocation": folder.revocation(),
        }

    def _files(self, day: Day, folder: Folder) -> dict[str, Any] | None:
        """Return accepted = archived + parked, for the days since the closing before."""
        if self.books is None:
            return None
        previous = _previous(folder)
        new_year = date(day.day.year, 1, 1)
        first = date.fromisoformat(previous) + timedelta(days=1) if previous else new_year
        files = self.books.files(_tenant(day.log), first, day.day, day.received)
        return asdict(files) | {"whole": files.is_whole}

    def _numbers(self, day: Day) -> list[dict[str, Any]] | None:
        if self.books is None:
            return None
        return [asdict(each) for each in self.books.numbers(_tenant(day.log), day.day.year)]


def digest_of(archive: Archive, log: str) -> Digest:
    """Return the digest of a log's trees: SHA-256, until a log of its tenant was rehashed."""
    own = [name for name in archive.logs() if _tenant(name) == _tenant(log)]
    rehashed = (each.report()["digest"] for name in own for each in renewals(archive, name))
    return Digest.SHA512 if Digest.SHA512 in rehashed else Digest.SHA256


def file_folder(folder: Folder) -> Entry:
    """File a complete closing or renewal with all its files; once."""
    kind = folder.report()["kind"]
    items = tuple(
        Item(
            role=kind,
            name=name,
            media_type=_TYPES.get(name[name.rfind(".") :], "text/plain"),
            data=data,
        )
        for name, data in folder.files().items()
    )
    draft = Draft(
        key=folder.subject,
        tenant=_tenant(folder.log),
        subject=folder.subject,
        kind=kind,
        step=_STEPS[kind],
        items=items,
    )
    (entry,) = folder.archive.append([draft], first_stays=True)
    return entry


def _previous(folder: Folder) -> str | None:
    """Return the day that was closed before."""
    before = [each.path.name for each in closings(folder.archive, folder.log)]
    earlier = [name for name in before if name < folder.path.name]
    return max(earlier, default=None)


def _tenant(log: str) -> str:
    return log.split("/", maxsplit=1)[0]


def _year(log: str) -> int:
    return int(log.rpartition("/")[2])

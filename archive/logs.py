"""All logs below one folder: whose turn it is to write, and what other processes have written."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import groupby
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from archive import erased, store
from archive.entry import ArchiveDamaged, ArchiveLocked, ArchiveUnavailable, Entry
from archive.index.comparing import difference
from archive.index.sqlite import Index
from archive.log import Commit, Log
from archive.manifest import read_manifest
from archive.packs.holdings import Holdings

Progress = Callable[[str, int, int], None]
_ERASES = f'"kind":"{erased.KIND}"'.encode()


def _quietly(_log: str, _done: int, _size: int) -> None:
    """Tell nobody how far it is."""


class Logs:
    """The logs, and the index that follows them."""

    def __init__(
        self,
        root: Path,
        *,
        origin: str,
        key: Ed25519PrivateKey,
        disk: store.Disk,
        holdings: Holdings,
        index: Index,
        former: Sequence[Ed25519PublicKey] = (),
    ) -> None:
        self._root = root
        self._origin = origin
        self._key = key
        self._former = former
        self._disk = disk
        self._holdings = holdings
        self._index = index
        self._logs: dict[str, Log] = {}
        self._refusal = ""
        self._lacks_room = False

    def log(self, name: str) -> Log:
        """Return a log, there or not."""
        if name not in self._logs:
            self._logs[name] = Log(
                self._root,
                name,
                origin=self._origin,
                key=self._key,
                disk=self._disk,
                holdings=self._holdings,
                former=self._former,
            )
        return self._logs[name]

    def names(self) -> tuple[str, ...]:
        """Return the names of all that have a checkpoint."""
        found = sorted(self._root.glob("*/[0-9][0-9][0-9][0-9]/log/checkpoint"))
        return tuple(f"{p.parts[-4]}/{p.parts[-3]}" for p in found)

    @contextmanager
    def writing(self, log: str) -> Iterator[None]:
        """Hold the lock of a log's tenant; after an error of the disk refuse all further writing.

        Raises:
            ArchiveUnavailable: the disk failed, now or before.
        """
        if self._lacks_room and self._disk.has_room():
            self._begin_anew()
        if self._refusal:
            raise ArchiveUnavailable(self._refusal)
        try:
            with store.locked(self._root / tenant_of(log) / "lock"):
                yield
        except OSError as error:
            self._lacks_room = store.lacks_room(error)
            until = "there is room on its disk" if self._lacks_room else "it is reopened"
            self._refusal = f"the archive takes nothing more until {until}: {error}"
            raise ArchiveUnavailable(self._refusal) from error

    def _begin_anew(self) -> None:
        """Forget what is known of the logs, as who reopens the archive; they are read again."""
        self._logs.clear()
        self._disk.forget()
        self._refusal, self._lacks_room = "", False

    def catch_up_all(self, *, strict: bool = False, progress: Progress = _quietly) -> None:
        """Index whatever was committed to any log and is not indexed.

        Args:
            strict: whether to stop at a log that cannot be read.
            progress: is told of each commit the log, how far it is indexed, and its size.

        Raises:
            ArchiveDamaged: if `strict`; otherwise append and verify say it, and reading goes on.
            ArchiveLocked: likewise.
            ArchiveUnavailable: the disk failed.
        """
        for name in filter(self._is_behind, self.names()):
            try:
                with self.writing(name):
                    self._catch_up(name, progress)
            except (ArchiveDamaged, ArchiveLocked):
                if strict:
                    raise

    def recover_all(self) -> dict[str, int]:
        """Take packs again of which nothing here tells any more; return of how many in each log.

        Raises:
            ArchiveDamaged: a log cannot be read.
            ArchiveUnavailable: the disk failed, or where packs lie cannot be reached.
        """
        found = {}
        for name in self.names():
            with self.writing(name):
                found[name] = len(self.log(name).recover())
        return {name: count for name, count in found.items() if count}

    def look(self, tenant: str) -> None:
        """Index what other processes committed to a tenant's logs; nothing if there is nothing."""
        if not self._refusal and any(map(self._is_behind, self._years(tenant))):
            with self.writing(tenant):
                self.catch_up(tenant)

    def catch_up(self, tenant: str) -> None:
        """Index what was committed to a tenant's logs. Needs its lock.

        Raises:
            ArchiveDamaged: a log is not a continuation of what the index saw.
            ArchiveLocked: a master key is not here.
        """
        for name in self._years(tenant):
            self._catch_up(name)

    def _years(self, tenant: str) -> list[str]:
        folders = sorted((self._root / tenant).glob("[0-9][0-9][0-9][0-9]"))
        return [f"{tenant}/{folder.name}" for folder in folders]

    def _is_behind(self, name: str) -> bool:
        return self.log(name).note() != self._index.head(name)[1]

    def _catch_up(self, name: str, progress: Progress = _quietly) -> None:
        if not self._is_behind(name):
            return
        log, note = self.log(name), self.log(name).note()
        size, seen = self._index.head(name)
        if not note or (seen and not log.extends(seen)):
            raise ArchiveDamaged(
                f"{log.folder} was rolled back or rewritten: the index has seen other entries."
                " Put the true log back, or accept this one by `reindex`"
            )
        log.settle()
        end = log.checkpoint(note).size
        for erases, commits in groupby(log.commits(size, end), _erases):
            with nullcontext() if erases else self._index.filling():
                for commit in commits:
                    self.take_in(name, commit, note if commit.end == end else "")
                    progress(name, commit.end, end)
        if size == end:  # another key has signed the same head
            self._index.add(name, note, pack=0, places=(), entries=(), size=end)

    def take_in(self, name: str, commit: Commit, note: str) -> list[Entry]:
        """Index a commit and return its entries. Needs the tenant's lock.

        What it says is erased, is erased before it is indexed: whoever finds it not indexed will
        do it again.

        Args:
            name: of the log.
            commit: the next that is not indexed.
            note: the checkpoint after it; empty if it is not the last one.
        """
        entries = entries_of(name, commit)
        for entry in entries:
            if entry.kind == erased.KIND:
                self._carry_out(name, commit, erased.listing_of(entry))
        self._index.add(
            name,
            note,
            pack=commit.position,
            places=commit.places,
            entries=entries,
            size=commit.end,
        )
        return entries

    def index_differs(self) -> str:
        """Return what the index says otherwise than sound packs; empty if nothing.

        Empty, too, if they are encrypted and the key is not here.
        """
        try:
            return difference(self._index, self._fill)
        except ArchiveDamaged as error:
            return f"it has read otherwise ({error})"
        except ArchiveLocked:
            return ""

    def _fill(self, index: Index) -> None:
        """Put into an empty index what the packs say of all that the own one has read."""
        with index.filling():
            for name in self._index.heads():
                size, note = self._index.head(name)
                for commit in self.log(name).commits(0, size):
                    index.add(
                        name,
                        note if commit.end == size else "",
                        pack=commit.position,
                        places=commit.places,
                        entries=entries_of(name, commit),
                        size=commit.end,
                    )

    def _carry_out(self, name: str, commit: Commit, listing: str) -> None:
        place = next(place for place in commit.places if place.sha256 == listing)
        data = self._holdings.locate(name, commit.position, place).read()
        erased.carry_out(data, self._index, self._holdings)


def _erases(commit: Commit) -> bool:
    """Say whether a commit may erase; it is looked at closely if so."""
    return any(manifest and _ERASES in manifest for manifest in commit.manifests)


def entries_of(log: str, commit: Commit) -> list[Entry]:
    """Return the entries of a commit but for those that were erased."""
    return [
        read_manifest(manifest, log=log, position=position, sha256=sha256)
        for position, manifest, sha256 in commit.kept()
    ]


def tenant_of(log: str) -> str:
    """Return whose log it is.

    >>> tenant_of("acme/2026")
    'acme'
    """
    return log.split("/", maxsplit=1)[0]

"""An archive with its time-stamp authorities, and one clock for all of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.closing.books import Books
from archive.closing.closing import Closer, Outcome
from archive.closing.evidence_record import check_record
from archive.closing.records import Evidence
from archive.closing.renewal import Renewer
from archive.closing.tree import Digest
from archive.entry import Entry
from archive.packs.vault import Masters
from archive.store import Disk
from tests.archive.closing.stamping import Town
from tests.archive.filing import KEY, ORIGIN, draft

LOG = "acme/2026"
MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)


class Quick(Disk):
    """A disk that waits for nothing: what it keeps is gone when the power is."""

    def write(self, path: Path, data: Iterable[bytes]) -> None:
        path.write_bytes(b"".join(data))

    def sync(self, folder: Path) -> None:
        assert folder.is_dir()


@dataclass
class Office:
    """Where a test files, closes, renews, and looks."""

    folder: Path
    town: Town
    names: tuple[str, ...] = ("first", "second")
    books: Books | None = None
    masters: Masters = field(default_factory=Masters)
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self._authorities = [self.town.authority(name) for name in self.names]
        self.reopen()

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def reopen(self, disk: Disk | None = None) -> None:
        self.archive = Archive(
            self.root,
            origin=ORIGIN,
            key=KEY,
            clock=lambda: self.town.now,
            random_bytes=bytes,
            disk=disk or Quick(self.root),
            masters=self.masters,
        )

    def at(self, now: datetime) -> "Office":
        self.town.now = now
        return self

    def file(self, *numbers: int, tenant: str = "acme") -> tuple[Entry, ...]:
        return self.archive.append([draft(n, tenant=tenant) for n in numbers])

    def closer(self) -> Closer:
        return Closer(
            archive=self.archive,
            authorities=self._authorities,
            clock=lambda: self.town.now,
            books=self.books,
        )

    def close(self) -> Outcome:
        return self.closer().close_all()

    def renewer(self, *names: str) -> Renewer:
        """Return who renews, by authorities that are new."""
        made = [self.town.authority(name) for name in names]
        return Renewer(archive=self.archive, authorities=made, clock=lambda: self.town.now)

    def closings(self, log: str = LOG) -> list[str]:
        return sorted(path.name for path in (self.root / log / "closings").glob("*"))

    def read(self, name: str, log: str = LOG) -> bytes:
        return (self.root / log / name).read_bytes()

    def report(self, name: str, log: str = LOG) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.read(f"{name}/report.json", log))
        return found

    def proven_since(self, entry: Entry, now: datetime) -> datetime:
        """Return since when an entry is proven to have been there, by the bytes of its files."""
        evidence = Evidence(self.archive, entry.log)
        subject = evidence.of_entry(entry)
        assert subject is not None
        files = [self.archive.get(sha256) for sha256 in (entry.id, *_hashes(entry))]

        def group(digest: Digest) -> list[bytes]:
            return [digest.of(data) for data in files]

        return check_record(evidence.record(subject), group, self.town.judge(), now)


def _hashes(entry: Entry) -> list[str]:
    return [item.sha256 for item in entry.items]

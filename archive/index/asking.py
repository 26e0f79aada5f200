"""What an index must be able to do; SQLite and PostgreSQL do it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from archive.entry import Entry, Query
from archive.index.answers import Listed, Related, Sums
from archive.index.found import Found
from archive.index.series import Numbered
from archive.packs.pack import Place


class Filing(Protocol):
    """The index as the archive writes it and looks entries up in it.

    Every method raises OSError where the disk or the database fails, ENOSPC if it is full.
    """

    def close(self) -> None:
        """Let go of it."""

    def clear(self) -> None:
        """Forget everything; where that fails, because it is broken, begin a new one."""

    def head(self, log: str) -> tuple[int, str]:
        """Return up to which size a log is indexed, and the checkpoint seen there."""

    def heads(self) -> dict[str, str]:
        """Return the last checkpoint seen of every log."""

    def add(
        self,
        log: str,
        checkpoint: str,
        *,
        pack: int,
        places: Iterable[Place],
        entries: Sequence[Entry],
        size: int | None = None,
    ) -> None:
        """Add what one commit brought.

        Args:
            log: its name.
            checkpoint: its head after the commit; empty if more commits are to follow.
            pack: position that names the pack.
            places: of its manifests and files; what cannot be read any more may lack.
            entries: in order; erased ones may lack.
            size: of the log after the commit, unless it ends with the last of the entries.
        """

    def filling(self) -> AbstractContextManager[None]:
        """Add many commits as few transactions."""

    def place(self, sha256: str, log: str | None = None) -> Found | None:
        """Return where a file or manifest lies, in this log or else in the first that has it."""

    def missing(self, log: str, hashes: Iterable[str]) -> set[str]:
        """Return those of the hashes under which a log keeps no file yet."""

    def users(self, log: str, sha256: str) -> list[int]:
        """Return the positions of entries that name a file which came with an earlier commit."""

    def by_id(self, entry_id: str) -> list[Found]:
        """Return the entry of this id, if there is one."""

    def by_key(self, tenant: str, key: str) -> list[Found]:
        """Return the entry filed under this key, if there is one."""

    def about(self, *, document: str | None, subject: str | None) -> list[Found]:
        """Return the entries about a document or subject in the order of their logs."""

    def find(self, query: Query) -> list[Found]:
        """Return the entries that a query asks for, newest first."""

    def forget(self, ids: Iterable[str]) -> None:
        """Remove the rows of entries and what only they said; durable, and gone from the disk."""

    def forget_files(self, log: str, hashes: Iterable[str]) -> None:
        """Remove where a log keeps files."""

    def content(self) -> Iterator[tuple[Any, ...]]:
        """Yield every row in an order and by names that do not depend on how it was built."""

    def places(self) -> Iterator[tuple[Any, ...]]:
        """Yield the same of what was filed alone, not of what was said of documents."""


class Asking(Protocol):
    """The index as an auditor asks it; a query names its tenant.

    Every method raises ValueError where a query cannot be understood.
    """

    def listed(self, query: Query, limit: int) -> list[tuple[str, Listed]]:
        """Return documents, the latest issue date first, each with what `after` names it by."""

    def count(self, query: Query) -> int:
        """Return how many documents a query asks for."""

    def documents(self, query: Query) -> list[tuple[str, str]]:
        """Return the ids of all documents that a query asks for, with how `after` names them."""

    def named(self, query: Query, places: Sequence[str]) -> list[Listed]:
        """Return documents by what `after` names them by, in this order."""

    def sums(self, query: Query) -> Sums:
        """Return what the issued ones of the documents come to."""

    def numbered(self, query: Query) -> list[Numbered]:
        """Return the documents that have a number, in the order of filing."""

    def related(self, tenant: str, document: str) -> list[Related]:
        """Return what a document is tied to."""

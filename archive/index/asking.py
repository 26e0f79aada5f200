"""What an auditor asks an index."""

from collections.abc import Sequence
from typing import Protocol

from archive.entry import Query
from archive.index.answers import Listed, Related, Sums
from archive.index.series import Numbered


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
        """Return the documents that a number counts, in the order of filing."""

    def related(self, tenant: str, document: str) -> list[Related]:
        """Return what a document is tied to."""

"""What an auditor asks of one tenant's archive."""

import hashlib
import heapq
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from archive.entry import AsOf, Entry, NotKept, Query
from archive.index.answers import Page, Sample, Series, Sums, Trail
from archive.index.asking import Asking
from archive.index.series import Numbered, series_of


class Questions:
    """The questions that the index answers; a trail is read from the packs.

    Args:
        index: where to look.
        about: gives the entries about a document, in the order of filing.
        disposed: gives those of a tenant's documents that were disposed of and had a number.
    """

    def __init__(
        self,
        index: Asking,
        about: Callable[[str], tuple[Entry, ...]],
        disposed: Callable[[str], Iterable[Numbered]] = lambda _: (),
    ) -> None:
        self._index = index
        self._about = about
        self._disposed = disposed

    def documents(self, query: Query) -> Page:
        """Return a page of the documents that a query asks for, the latest issue date first.

        Raises:
            ValueError: the query names no tenant, or its words, range or `after` are unreadable.
        """
        found = self._index.listed(query, query.limit + 1)
        part = found[: query.limit]
        after = part[-1][0] if len(found) > len(part) else ""
        return Page(rows=tuple(row for _, row in part), after=after)

    def count(self, query: Query) -> int:
        """Return how many documents a query asks for, whatever its limit."""
        return self._index.count(replace(query, after=""))

    def sums(self, query: Query) -> Sums:
        """Return what the documents come to by month, currency, country and VAT rate.

        What was not issued counts for nothing: parked, duplicate, superseded and cancelled ones.
        """
        return self._index.sums(replace(query, after=""))

    def numbers(
        self,
        tenant: str,
        *,
        sender: str = "",
        issued_from: date | None = None,
        issued_to: date | None = None,
        as_of: AsOf | None = None,
    ) -> tuple[Series, ...]:
        """Return the series of numbers with gaps and duplicates.

        Args:
            tenant: whose.
            sender: only this one's.
            issued_from: only documents from this day on make the series; others explain gaps, and
                are not named.
            issued_to: likewise, up to this day.
            as_of: as it was then.
        """
        numbered = self._index.numbered(Query(tenant=tenant, as_of=as_of))
        found = series_of(
            [*self._disposed(tenant), *numbered],
            first=issued_from.isoformat() if issued_from else "",
            last=issued_to.isoformat() if issued_to else "",
        )
        return tuple(series for series in found if not sender or series.sender == sender)

    def sample(self, query: Query, *, seed: str, count: int) -> Sample:
        """Draw documents of those that a query asks for; `Sample` says how."""
        found = self._index.documents(replace(query, after=""))
        drawn = heapq.nsmallest(count, found, key=lambda one: _drawn(seed, one[0]))
        rows = self._index.named(query, [place for _, place in drawn])
        return Sample(seed=seed, population=len(found), rows=tuple(rows))

    def trail(self, tenant: str, document: str) -> Trail:
        """Return all that was filed about a document.

        Raises:
            NotKept: the tenant has no such document.
        """
        entries = tuple(entry for entry in self._about(document) if entry.tenant == tenant)
        if not entries:
            raise NotKept(f"there is no document {document}")
        related = self._index.related(tenant, document)
        return Trail(document=document, entries=entries, related=tuple(related))


def _drawn(seed: str, document: str) -> bytes:
    return hashlib.sha256(f"{seed}\n{document}".encode()).digest()

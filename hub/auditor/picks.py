"""The documents that an auditor has picked: what he filed last of them is what he has."""

import threading
from collections.abc import Iterable
from typing import Final

from hub.auditor.filing import Act, asked_in, file
from hub.auditor.granting import subject_of
from hub.auditor.reader import Reader
from hub.pipeline.house import House

PICKS_MAX: Final = 500
"""Documents in one selection; more are asked for by a query."""


class Picks:
    """Selections by access and by who looks; a change of one is an entry and outlives us."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}
        self._guard = threading.RLock()

    def of(self, reader: Reader) -> tuple[str, ...]:
        """Return what is picked, in the order of picking."""
        whose = reader.access.id, reader.who
        with self._guard:
            if whose not in self._known:
                self._known[whose] = self._last_filed(*whose)
            return self._known[whose]

    def change(
        self, reader: Reader, *, add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Add documents and take others out; filed before it holds.

        Raises:
            ArchiveError: it cannot be filed; nothing is changed.
        """
        with self._guard:
            had, gone = self.of(reader), frozenset(remove)
            has = tuple(dict.fromkeys([*(d for d in had if d not in gone), *add]))[:PICKS_MAX]
            if has != had:
                file(self._house, reader, Act.PICK, asked={}, hits=len(has), documents=has)
                self._known[reader.access.id, reader.who] = has
            return has

    def _last_filed(self, access: str, who: str) -> tuple[str, ...]:
        filed = self._house.archive.entries(subject=subject_of(access))
        picked = (asked_in(self._house.archive, e) for e in reversed(filed) if e.step == Act.PICK)
        return next((asked.documents for asked in picked if asked.who == who), ())

"""The documents that an auditor has picked: what he filed last of them is what he has."""

import threading
from collections.abc import Iterable
from typing import Final

from hub.auditor.filing import Act, asked_in, file
from hub.auditor.granting import subject_of
from hub.auditor.reader import Reader
from hub.pipeline.house import House

PICKS_MAX: Final = 1_000
"""Documents in one selection; more are asked for by a query."""


class Picks:
    """Selections by access; each change of one is an entry, so that it outlives this process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[str, tuple[str, ...]] = {}
        self._guard = threading.RLock()

    def of(self, reader: Reader) -> tuple[str, ...]:
        """Return what is picked, in the order of picking."""
        access = reader.access.id
        with self._guard:
            if access not in self._known:
                self._known[access] = self._last_filed(access)
            return self._known[access]

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
                self._known[reader.access.id] = has
            return has

    def _last_filed(self, access: str) -> tuple[str, ...]:
        filed = self._house.archive.entries(subject=subject_of(access))
        last = next((entry for entry in reversed(filed) if entry.step == Act.PICK), None)
        return asked_in(self._house.archive, last).documents if last else ()

"""What every place for packs gives its logs."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from archive.packs.source import Source


class Packs(Protocol):
    """Where the packs of all logs lie; threads may share it."""

    def keep(self, log: str, position: int, parts: Iterable[bytes]) -> None:
        """Make a pack durable, whole or not at all.

        One under the same position, which a commit that was cut off has left, is replaced.

        Raises:
            OSError: it may be kept or not; nothing may be appended until reopened.
            FileChanged: what `parts` raises comes through, and nothing is kept.
        """

    def has(self, log: str, position: int) -> bool:
        """Say whether there is a pack of this position; asked before each commit."""

    def starts(self, log: str) -> list[int]:
        """Return the positions of all packs of a log, in order."""

    def look(self) -> str:
        """Return what people should know of the place.

        Raises:
            ArchiveUnavailable: it cannot be used.
        """

    def source(self, log: str, position: int) -> Source:
        """Return a pack, there or not, to be read from."""

    def strays(self, log: str) -> Iterator[tuple[int, Source]]:
        """Yield packs of a log, by position, that lie there and of which nothing here tells.

        Raises:
            ArchiveUnavailable: the place cannot be reached.
        """

    def adopt(self, log: str, position: int, stray: Source) -> bool:
        """Take a stray for the pack of a position again; False if it is not whole.

        Raises:
            OSError: it may be taken or not.
            ArchiveUnavailable: the place cannot be reached.
        """

    def holds(self, log: str, position: int, pack: bytes | memoryview) -> bool:
        """Say whether a pack is what was kept, as far as anything beside it tells."""

"""Books: what the house says of a day from its own tables, to be held against what is archived."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files that the house took on a day.

    Attributes:
        accepted: taken, and so answered for.
        archived: of those that went on, the ones that the archive has.
        parked: of those that wait for a person or were refused in the end, the same.
        missing: ids of files that the archive does not have.
    """

    accepted: int
    archived: int
    parked: int
    missing: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether each file is where it should be."""
        return self.accepted == self.archived + self.parked and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """One series of document numbers, as far as it is not whole.

    Attributes:
        series: sender, pattern and year.
        gaps: one line for each.
        duplicates: numbers that more than one document has.
    """

    series: str
    first: str
    last: str
    count: int
    gaps: tuple[str, ...]
    duplicates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Whom a closing asks; an archive alone has no such books.

    Attributes:
        files: of a tenant, from one day to another; given the files whose receipt lies in the part
            of the log that is being closed.
        numbers: of a tenant and a year: the series that are not whole.
    """

    files: Callable[[str, date, date, Collection[str]], Files]
    numbers: Callable[[str, int], Sequence[Numbers]]

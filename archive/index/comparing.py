"""Whether an index says what the packs say: it is built a second time, and the two compared."""

import tempfile
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from archive.entry import Query
from archive.index.sqlite import Index

_TRIES = 3
_ERASED = Query(kind="erase", limit=1)


def difference(index: Index, fill: Callable[[Index], None]) -> str:
    """Return the first thing that an index says otherwise than the packs; empty if there is none.

    What is said of uneven documents is not compared; nor, once something was erased, who shares a
    file. What grows all the time cannot be compared.

    Args:
        index: as it stands.
        fill: puts into an empty index what the packs say, as far as this one has read them.
    """
    for _ in range(_TRIES):
        heads = index.heads()
        found = _difference(index, fill)
        if not found or heads == index.heads():
            return found
    return ""


def _difference(index: Index, fill: Callable[[Index], None]) -> str:
    with tempfile.TemporaryDirectory(prefix="facteur-index-") as folder:
        other = Index(Path(folder) / "index.db")
        try:
            fill(other)
            erased = any(each.find(_ERASED) for each in (index, other))
            uneven = index.uneven() | other.uneven()
            rows = [
                (row for row in each.comparable(shared=not erased) if not _is_of(row, uneven))
                for each in (index, other)
            ]
            pairs = zip_longest(*rows)
            return next((_told(*pair) for pair in pairs if pair[0] != pair[1]), "")
        finally:
            other.close()


def _is_of(row: tuple[Any, ...], documents: set[tuple[str, str]]) -> bool:
    """Whether a row says something of one of these documents, by tenant and id."""
    return bool(documents) and (row[1].split("/")[0], row[2]) in documents


def _told(known: tuple[Any, ...] | None, true: tuple[Any, ...] | None) -> str:
    """Name a row without what it says, which may be about people."""
    kind, *place = (true or known or ())[:3]
    what = "none of" if known is None else "one more" if true is None else "another"
    return f"it tells {what} {kind} {' '.join(map(_name, place))}"


def _name(part: Any) -> str:
    return part.hex() if isinstance(part, bytes) else str(part)

"""A table too long to be held enters in parts, each of them a table of whole invoices. In a child.

So nobody holds all of it, neither who reads nor who writes down what was read, and a part that
parks is corrected alone.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from archive.kept import Kept
from formats import catalogue
from formats.codec import Guide
from formats.table.cutting import Piece, Whole, cut
from formats.table.read import READER
from hub.pipeline.members import Member, put
from hub.pipeline.packed import PART, Unpacked

LONG_BYTES = 32 << 20
"""A table that is not longer is read as a whole."""
PART_BYTES = 4_000_000
_HEAD_BYTES = 4096


def is_long(kept: Kept) -> bool:
    """Whether a file is too long to be held with all that is read out of it."""
    return kept.size_bytes > LONG_BYTES


def in_parts(kept: Kept, name: str, guides: Sequence[Guide], target: Path) -> Unpacked | None:
    """Return a long table in parts, on disk; None for what can only be read as a whole.

    That is one of a single invoice, too: its one part would be the same file again.

    Args:
        kept: the file.
        name: what the sender calls it.
        guides: of the sender.
        target: folder for the parts.

    Raises:
        Unreadable: as a reading of the whole would say.
        ArchiveDamaged: the archive no longer holds it.
    """
    if catalogue.claimant(kept.head(_HEAD_BYTES), name) != READER.name:
        return None
    try:
        with kept.opened() as file:
            pieces = cut(kept.pieces(), file, guides, PART_BYTES)
            members = tuple(_members(pieces, name, target))
    except Whole:
        members = ()
    if len(members) > 1:
        return Unpacked(members=members, door=PART)
    shutil.rmtree(target, ignore_errors=True)
    return None


def _members(pieces: Iterator[Piece], name: str, target: Path) -> Iterator[Member]:
    path = PurePosixPath(name)
    for number, piece in enumerate(pieces):
        data = put(target / str(number), [piece.data])
        own = f"{path.stem}.rows-{piece.first}-{piece.last}{path.suffix}"
        yield Member(name=own, data=data)

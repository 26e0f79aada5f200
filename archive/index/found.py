"""Where a file lies that the index has found."""

from dataclasses import dataclass

from archive.packs.pack import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a file lies; of an entry, its manifest.

    Attributes:
        log: name of the log.
        pack: position that names the pack.
        place: of the file in it.
        position: of the entry's leaf.
    """

    log: str
    pack: int
    place: Place
    position: int = -1

"""Documents as the index knows them while entries about them are written."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.index import facts
from archive.index.hashes import named

_SEEN_BITS = 28
"""32 MB: of ten million documents, four of a hundred are looked for in vain."""


@dataclass(slots=True, kw_only=True)
class Known:
    """A document as the index knows it while it is written.

    Attributes:
        number: of the document, that of its first entry; of what is about none, the entry's,
            negative.
        last: number of the latest entry about it; one that is filed before it, when a year has
            ended and the clock went back, makes it uneven.
        fact: number of its version of now; None before anything was said.
        stated: what that says.
        moving: the last words of MOVING.
        words: number of its full text.
        is_new: whether the document is to be written, too.
        is_fresh: whether all of its version is to be written.
        is_moved: whether `moving` is.
    """

    number: int
    tenant: int
    id: str = ""
    last: int = 0
    fact: int | None = None
    since: int = 0
    stated: dict[str, str] = field(default_factory=dict)
    moving: dict[str, str] = field(default_factory=dict)
    words: int | None = None
    is_new: bool = False
    is_fresh: bool = False
    is_moved: bool = False

    def row(self) -> tuple[Any, ...]:
        """Return the version as a row."""
        return (self.fact, self.number, self.tenant, self.since, *self.said())

    def said(self) -> tuple[Any, ...]:
        """Return the columns of the version."""
        stated = self.stated
        derived = (facts.amount(stated.get("total")), *facts.serial_of(stated.get("number")))
        moving = map(self.moving.get, facts.MOVING)
        return (*facts.stated(stated), *derived, *moving, self.words)

    def document(self) -> tuple[Any, ...]:
        """Return the document as a row."""
        return (self.number, named(self.id), self.id, self.tenant, self.fact)

    def moves(self) -> tuple[Any, ...]:
        """Return what MOVING says now, and of which version."""
        return (*map(self.moving.get, facts.MOVING), self.fact)

    @classmethod
    def read(cls, tenant: int, row: Sequence[Any]) -> "Known":
        """Return a document from its row: its number, its last entry, and its version."""
        document, last, fact, *columns, text = row
        told = dict(zip((*facts.STATED, *facts.MOVING), columns, strict=True))
        return cls(
            number=document,
            tenant=tenant,
            last=last or 0,
            fact=fact,
            stated={name: told[name] for name in facts.STATED if told[name] is not None},
            moving={name: told[name] for name in facts.MOVING if told[name] is not None},
            words=text,
        )


class Seen:
    """Numbers that were seen, by one bit of each: it never takes one for the first that is not.

    Only what is written to takes memory, and the time to clear it.
    """

    def __init__(self) -> None:
        private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        self._bits = mmap.mmap(-1, 1 << _SEEN_BITS - 3, flags=private)

    def is_first(self, number: int) -> bool:
        """Say whether a number was surely not seen before; it is from now on."""
        at, bit = (number & (1 << _SEEN_BITS) - 1) >> 3, 1 << (number & 7)
        before = self._bits[at]
        self._bits[at] = before | bit
        return not before & bit

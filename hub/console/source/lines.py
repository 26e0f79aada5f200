"""Lines of a sender's file and the pieces of them that places name."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

PIECES_MAX: Final = 200
"""Of a line that are shown."""
_TEXT_MAX: Final = 300
_SEGMENT: Final = re.compile(
    r"(?P<tag>[A-Z0-9_/]+)(?:\[[^\]]*\]|[+*][^.\s]*)?(?:\.(?P<part>\S+))?"
    r" \(segment (?P<number>\d+)\)"
)
_CELL: Final = re.compile(
    r"(?P<sheet>.+)!(?P<letters>[A-Z]{1,3})(?P<number>\d+), column (?P<column>.*)"
)
_ROW: Final = re.compile(
    r"(?:(?P<file>.+) )?(?:row|line) (?P<number>\d+)(?:, column (?P<column>.*)|, from .*)?"
)
_ELEMENT: Final = re.compile(r"(?P<path>/.+?)(?:/@(?P<attribute>[^/\s]+))?(?: \(line \d+\))?")
_PLAIN: Final = re.compile(r"[0-9]+")


class Form(StrEnum):
    """What a line of a file is."""

    SEGMENTS = "segments"
    CELLS = "cells"
    ELEMENTS = "elements"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Spot:
    """What a place names: a line, and a piece of it.

    Attributes:
        at: the line's key.
        key: the piece's; None: the whole line.
    """

    at: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line.

    Attributes:
        key: by which a place names it; None: signs between the values.
        label: what stands before it, for people: the name of an IDoc's field.
    """

    text: str
    key: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A segment, a row or an element.

    Attributes:
        at: by which a place names it.
        number: as people count.
        depth: in how many others it lies.
    """

    at: str
    number: str
    pieces: tuple[Piece, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A file cut into lines.

    Attributes:
        head: names of columns.
        lines: key of each line, and what makes it.
    """

    form: Form
    head: tuple[str, ...] = ()
    lines: Sequence[tuple[str, Callable[[], Line]]] = field(default=())

    def index(self) -> dict[str, int]:
        """Return where each line is; of several with one key, the first."""
        found: dict[str, int] = {}
        for number, (at, _) in enumerate(self.lines):
            found.setdefault(at, number)
        return found


def spot_of(place: str) -> Spot | None:
    """Return what a place names, as readers and rules write it; None where it is in no file.

    >>> spot_of("MOA+77.1.2 (segment 49)"), spot_of("E1EDK02[009].BELNR (segment 12)")
    (Spot(at='49', key='1.2'), Spot(at='12', key='BELNR'))
    >>> spot_of("row 12, column Net"), spot_of("Sheet1!C12, column Net")
    (Spot(at='|12', key='Net'), Spot(at='Sheet1|12', key='Net'))
    >>> spot_of("/Invoice/cbc:ID/@schemeID (line 4)"), spot_of("guide own")
    (Spot(at='/Invoice/cbc:ID', key='@schemeID'), None)
    """
    return next(filter(None, (read(place) for read in _READ)), None)


def _segment(place: str) -> Spot | None:
    found = _SEGMENT.match(place)
    if found is None:
        return None
    part = found["part"]
    if part and _PLAIN.fullmatch(part):
        part += ".1"
    return Spot(at=segment_at(found["tag"], int(found["number"])), key=part)


def _element(place: str) -> Spot | None:
    found = _ELEMENT.fullmatch(place)
    if found is None:
        return None
    attribute = found["attribute"]
    return Spot(at=element_at(found["path"]), key=f"@{attribute}" if attribute else "")


def _cell(place: str) -> Spot | None:
    found = _CELL.fullmatch(place)
    return Spot(at=f"{found['sheet']}|{found['number']}", key=found["column"]) if found else None


def _row(place: str) -> Spot | None:
    found = _ROW.fullmatch(place)
    if found is None:
        return None
    return Spot(at=f"{found['file'] or ''}|{found['number']}", key=found["column"])


_READ: Final = (_segment, _element, _cell, _row)


def segment_at(tag: str, number: int) -> str:
    """Return the key of a segment; those of the envelope have no number, but are one of a kind."""
    return str(number) if number else f"0{tag}"


def element_at(path: str) -> str:
    """Return the key of an element: some places say `[1]` where others do not.

    >>> element_at("/a/b[1]/c[2]")
    '/a/b/c[2]'
    """
    return path.replace("[1]", "")


def clipped(text: str) -> str:
    """Return at most some hundred characters of a value, each of which can be shown."""
    shown = text if len(text) <= _TEXT_MAX else text[:_TEXT_MAX] + "…"
    return "".join(
        c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in shown
    )


def joined(groups: Sequence[Sequence[str]], outer: str, inner: str) -> Iterator[Piece]:
    """Yield the elements of a segment and their components, with the signs between them."""
    for number, components in enumerate(groups, 1):
        yield Piece(outer)
        for place, text in enumerate(components, 1):
            if place > 1:
                yield Piece(inner)
            if text:
                yield Piece(clipped(text), f"{number}.{place}")

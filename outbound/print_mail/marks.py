"""Marks an inserting machine reads on the front of each sheet: a Data Matrix, or OMR dashes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import pikepdf
from ppf.datamatrix import DataMatrix  # type: ignore[import-untyped]

from outbound.print_mail.zones import Box

POINTS_PER_MM = 72 / 25.4
FIELDS = ("job:7", "sequence:6", "sheet:2", "sheets:2", "end:1", "inserts:1")
"""What a Data Matrix says, each in so many signs."""
TRACKS = (
    "always",
    "end",
    "station-1",
    "station-2",
    "count-1",
    "count-2",
    "count-4",
    "count-8",
    "parity",
)
"""OMR dashes from above: always there; last sheet; feeders; the sheet's count, 0 to 15; parity."""

_QUIET_MODULES = 2
_SIDE_MODULES = {25: 18, 31: 20, 43: 22, 52: 24}
"""How many letters and digits a Data Matrix holds (ECC 200), to how many modules it is wide."""
_SIGNS_MIN = {"job": 7, "sequence": 3, "sheet": 1, "sheets": 1, "end": 1, "inserts": 1}
"""What a field needs for what it says of any job; a longer word would move all that follows."""
_STATIONS_A_SIGN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the partner's machine reads, and where.

    Attributes:
        kind: `datamatrix`, `omr` or `none`.
        left_mm, top_mm: of the mark's corner from the sheet's. The margin beside a letter
            (DIN 5008: 25 mm) is free of text; fold and hole marks stand at 87, 105, 148.5, 192
            and 210 mm.
        module_mm: edge of one square of a Data Matrix.
        fields: what it says; of `job`, `sequence`, `sheet`, `sheets`, `end`, `inserts`.
        tracks: what dashes say, from above; `station-N` is the insert of feeder N, `count-N` a bit
            of the sheet's count in the job, `parity` makes the number of dashes even.
        pitch_mm: from one dash to the next, a sixth of an inch.
        dash_mm, line_mm: length and thickness of a dash.
    """

    kind: Literal["datamatrix", "omr", "none"] = "datamatrix"
    left_mm: float = 6
    top_mm: float = 110
    module_mm: float = 0.5
    fields: tuple[str, ...] = FIELDS
    tracks: tuple[str, ...] = TRACKS
    pitch_mm: float = 4.233
    dash_mm: float = 9
    line_mm: float = 0.6

    def __post_init__(self) -> None:
        for field in self.fields:
            name, _, width = field.partition(":")
            if name not in _SIGNS_MIN or not width.isdecimal():
                raise ValueError(f"a mark has fields like {', '.join(FIELDS)}, not {field!r}")
            if int(width) < (least := _SIGNS_MIN[name]):
                raise ValueError(f"{name} of a mark has {least} signs and more, not {width}")
        if self.length > max(_SIDE_MODULES):
            raise ValueError(f"a Data Matrix of {self.length} signs; most are {max(_SIDE_MODULES)}")
        for track in self.tracks:
            if track not in TRACKS and not _is_station(track):
                raise ValueError(f"dashes say {', '.join(TRACKS)}, not {track!r}")

    @property
    def length(self) -> int:
        """How many signs a Data Matrix has."""
        return sum(int(field.partition(":")[2]) for field in self.fields)

    def signs(self, *names: str) -> int | None:
        """Return how many signs the shortest of these fields has; None where none is there."""
        parts = (field.partition(":") for field in self.fields if self.kind == "datamatrix")
        return min((int(width) for name, _, width in parts if name in names), default=None)

    @property
    def stations_max(self) -> int | None:
        """The highest feeder that a Data Matrix can name; None where it names none at all."""
        signs = self.signs("inserts")
        return signs and signs * _STATIONS_A_SIGN

    @property
    def zone(self) -> Box | None:
        """What must be white for it, with the quiet zone about it; None if there is no mark."""
        left, top = self.left_mm, self.top_mm
        if self.kind == "none":
            return None
        if self.kind == "omr":
            height = self.pitch_mm * len(self.tracks)
            return Box(left - 2, top - self.pitch_mm, left + self.dash_mm + 2, top + height)
        quiet = _QUIET_MODULES * self.module_mm
        modules = next(wide for holds, wide in _SIDE_MODULES.items() if self.length <= holds)
        side = modules * self.module_mm + quiet
        return Box(left - quiet, top - quiet, left + side, top + side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a mark says of its sheet.

    Attributes:
        job: the job's code, seven letters and digits.
        sequence: of the piece in the job, from 1.
        sheet, sheets: its place in the piece, from 1, and how many that has.
        count: its place in the job, from 0.
        stations: feeders whose insert goes in with the piece.
    """

    job: str
    sequence: int
    sheet: int
    sheets: int
    count: int = 0
    stations: frozenset[int] = frozenset()

    @property
    def is_last(self) -> bool:
        """Whether the envelope is closed after it."""
        return self.sheet == self.sheets


def payload(sheet: Sheet, fields: tuple[str, ...] = FIELDS) -> str:
    """Return what a Data Matrix says.

    `inserts` are the feeders as bits, in hexadecimal.

    >>> payload(Sheet(job="K3VQ7XA", sequence=12, sheet=3, sheets=3, stations=frozenset({1, 3})))
    'K3VQ7XA000012030315'
    """
    says = {
        "job": sheet.job,
        "sequence": str(sheet.sequence),
        "sheet": str(sheet.sheet),
        "sheets": str(sheet.sheets),
        "end": str(int(sheet.is_last)),
        "inserts": f"{sum(1 << (station - 1) for station in sheet.stations):X}",
    }
    parts = (field.partition(":") for field in fields)
    return "".join(says[name].rjust(int(width), "0") for name, _, width in parts)


def dashes(sheet: Sheet, tracks: tuple[str, ...] = TRACKS) -> list[bool]:
    """Return which tracks have a dash.

    >>> only = Sheet(job="", sequence=1, sheet=1, sheets=1)
    >>> "".join("-" if dash else "." for dash in dashes(only))
    '--.......'
    """
    set_ = [_is_set(track, sheet) for track in tracks]
    odd = sum(set_) % 2 == 1
    return [odd if track == "parity" else dash for track, dash in zip(tracks, set_, strict=True)]


def _is_station(track: str) -> bool:
    name, _, number = track.partition("-")
    return name == "station" and number.isdecimal()


def _is_set(track: str, sheet: Sheet) -> bool:
    name, _, number = track.partition("-")
    match name:
        case "end":
            return sheet.is_last
        case "station":
            return sheet.is_last and int(number) in sheet.stations
        case "count":
            return bool(sheet.count % 16 & int(number))
        case _:
            return name == "always"


def draw(page: pikepdf.Page, sheet: Sheet, mark: Mark) -> None:
    """Draw a mark over the page, as vectors, without touching what is there.

    Nothing is painted behind it: a mark on a dark ground is for the preflight to find, a hidden
    line of an invoice would be found by nobody.
    """
    shapes = "".join(_rectangles(sheet, mark))
    if not shapes:
        return
    a, b, c, d, e, f = upright(page)
    matrix = f"{a} {b} {c} {d} {e:.3f} {f:.3f} cm"
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(f"\nQ\nq {matrix} 0 g\n{shapes}f Q\n".encode())


def upright(page: pikepdf.Page) -> tuple[int, int, int, int, float, float]:
    """Return a matrix whose origin is the corner top left as seen, x to the right and y down."""
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    return {
        0: (1, 0, 0, -1, left, top),
        90: (0, 1, 1, 0, left, bottom),
        180: (-1, 0, 0, 1, right, bottom),
        270: (0, -1, -1, 0, right, top),
    }[page.rotation % 360]


def _rectangles(sheet: Sheet, mark: Mark) -> Iterator[str]:
    match mark.kind:
        case "datamatrix":
            yield from _squares(payload(sheet, mark.fields), mark)
        case "omr":
            for track, dash in enumerate(dashes(sheet, mark.tracks)):
                if dash:
                    top = mark.top_mm + track * mark.pitch_mm
                    yield _rectangle(mark.left_mm, top, mark.dash_mm, mark.line_mm)
        case "none":
            return


def _squares(text: str, mark: Mark) -> Iterator[str]:
    """Yield a Data Matrix, a rectangle for each run of dark modules."""
    for row, modules in enumerate(DataMatrix(text).matrix):
        top = mark.top_mm + row * mark.module_mm
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                left = mark.left_mm + column * mark.module_mm
                yield _rectangle(left, top, length * mark.module_mm, mark.module_mm)
            column += length


def _rectangle(left_mm: float, top_mm: float, width_mm: float, height_mm: float) -> str:
    scale = POINTS_PER_MM
    place = f"{left_mm * scale:.3f} {top_mm * scale:.3f}"
    return f"{place} {width_mm * scale:.3f} {height_mm * scale:.3f} re\n"

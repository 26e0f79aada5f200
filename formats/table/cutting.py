"""A long table cut into parts that are tables themselves: its header and rows of whole invoices.

The file is gone through row by row and never held. Rows of an invoice must lie in one part: where
they are strewn over the file, it can only be read as a whole.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Final

from formats.codec import Guide, Unreadable
from formats.table import faults
from formats.table.archive_file import HEAD, OLD_OFFICE
from formats.table.bound import Sheet
from formats.table.plan import Plan, plan
from formats.table.source import Source
from formats.table.text_rows import csv_reader
from formats.table.words import FORMATS

_SAMPLE_BYTES: Final = 1 << 20
"""By which the guide is chosen."""
_LONGEST_LINE: Final = 1 << 20
_BLANK: Final = 0
_NO_LINES: Final = "it is not made of lines of text, one byte or UTF-8 a character"
_Row = tuple[int, list[str], str]
"""A row's number, its cells, and all its characters."""


class Whole(Exception):
    """It can only be read as a whole. Says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a table, a table itself.

    Attributes:
        first, last: its rows without the header, as the whole file counts them.
    """

    first: int
    last: int
    data: bytes


def cut(
    pieces: Iterable[bytes], file: IO[bytes], guides: Sequence[Guide], piece_bytes: int
) -> Iterator[Piece]:
    """Yield a table in parts, each a little longer than it is to be; one alone is held.

    Args:
        pieces: the file, to find its encoding.
        file: the same, open.
        guides: of the sender; the first one that fits says how it is cut.
        piece_bytes: how long a part is to be.

    Raises:
        Whole: no guide fits, rows of an invoice are strewn, or there are totals of all rows. What
            was yielded before is not to be used.
        Unreadable: a reading of the whole would say the same.
    """
    sheet, chosen = _fitting(file.read(_SAMPLE_BYTES), guides)
    codec = _codec(pieces, chosen)
    file.seek(0)
    text = io.TextIOWrapper(file, codec, newline="")
    rows = _csv_rows(text, chosen) if chosen.form == "csv" else _line_rows(text)
    cutter = _Cutter(sheet, chosen, "utf-8" if codec == "utf-8-sig" else codec)
    yield from cutter.pieces(rows, piece_bytes)
    text.detach()


class _Cutter:
    """Tells invoices apart, and remembers which are in parts that are finished."""

    def __init__(self, sheet: Sheet, plan: Plan, codec: str) -> None:
        self._sheet = sheet
        self._plan = plan
        self._codec = codec
        self._begun = 0

    def pieces(self, rows: Iterator[_Row], piece_bytes: int) -> Iterator[Piece]:
        header = self._header(rows)
        held, size, first, last = [header], 0, 0, 0
        gone: set[int] = set()
        here: set[int] = set()
        for number, cells, raw in rows:
            owner = self._owner(number, cells)
            if owner and owner not in here:
                if owner in gone:
                    raise Whole(f"row {number} is of an invoice whose other rows lie elsewhere")
                if size >= piece_bytes:
                    yield self._piece(first, last, held)
                    held, size, first = [header], 0, 0
                    gone |= here
                    here = set()
                here.add(owner)
            held.append(raw)
            size += len(raw)
            first, last = first or number, number
        yield self._piece(first, last, held)

    def _piece(self, first: int, last: int, held: list[str]) -> Piece:
        return Piece(first=first, last=last, data="".join(held).encode(self._codec))

    def _header(self, rows: Iterator[_Row]) -> str:
        """Return what stands above the first row of an invoice, in each part."""
        said = [raw for _, _, raw in islice(rows, self._plan.file.skip)]
        for _, cells, raw in rows if self._sheet.has_header else ():
            said.append(raw)
            if any(cells):
                break
        return "".join(said)

    def _owner(self, number: int, cells: list[str]) -> int:
        """Return what tells the invoice of a row apart; 0 for one that goes with those before."""
        if not any(cells):
            return _BLANK
        bound, texts = self._sheet.kind(number, cells)
        if bound.part.passed:
            return _BLANK
        if bound.keys:
            return hash(bound.owner(texts)) or 1
        self._begun += bound.part.begins
        return self._begun


def _fitting(sample: bytes, guides: Sequence[Guide]) -> tuple[Sheet, Plan]:
    if sample.startswith((HEAD, OLD_OFFICE)) or b"\0" in sample:
        raise Whole(_NO_LINES)
    source = Source(sample[: sample.rfind(b"\n") + 1])
    unopened = []
    for made in (plan(guide) for guide in guides if guide.format in FORMATS):
        if source.misfit(made) is not None:
            continue
        try:
            sheets = [Sheet(stream, made) for stream in source.streams(made)]
        except Unreadable as error:  # another guide may say how it is written
            unopened.append(error)
            continue
        if sheets and not any(sheet.misfit() for sheet in sheets):
            return _cuttable(sheets, made), made
    if unopened:
        raise unopened[0]
    raise Whole("no guide fits")


def _cuttable(sheets: Sequence[Sheet], plan: Plan) -> Sheet:
    if plan.form == "xlsx" or plan.is_joined or plan.file.length:
        raise Whole(_NO_LINES)
    if any(part.totals for part in plan.parts):
        raise Whole("it has totals of all its rows")
    sheets[0].check()
    return sheets[0]


def _codec(pieces: Iterable[bytes], plan: Plan) -> str:
    """Return in what all of it is text: UTF-8, else what the guide says."""
    decoders = {}
    for codec in dict.fromkeys(("utf-8-sig", plan.file.encoding)):
        decoders[codec] = codecs.getincrementaldecoder(codec)()
    for piece in chain(pieces, [b""]):
        if b"\0" in piece:
            raise Whole(_NO_LINES)
        for codec in list(decoders):
            try:
                decoders[codec].decode(piece, final=not piece)
            except UnicodeDecodeError:
                del decoders[codec]
    if not decoders:
        raise Whole("it is text in no known encoding")
    return next(iter(decoders))


def _csv_rows(text: io.TextIOWrapper, plan: Plan) -> Iterator[_Row]:
    pulled: list[str] = []

    def lines() -> Iterator[str]:
        for line in _lines(text):
            pulled.append(line)
            yield line

    number = 0
    try:
        for number, cells in enumerate(csv_reader(lines(), plan.file), 1):
            yield number, cells, "".join(pulled)
            pulled.clear()
    except csv.Error as error:
        raise faults.broken(f"row {number + 1}", str(error)) from error


def _line_rows(text: io.TextIOWrapper) -> Iterator[_Row]:
    for number, line in enumerate(_lines(text), 1):
        bare = line.rstrip("\r\n\x1a")
        yield number, [bare] if bare.strip() else [], line


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise Whole(_NO_LINES)
        yield line

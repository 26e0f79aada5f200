"""A part of a guide laid over a stream of rows: which cell is which column."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain
from operator import itemgetter

from formats.model.paths import Term
from formats.table import faults
from formats.table.fills import Fill, Read
from formats.table.plan import Part, Plan
from formats.table.rows import Row, Stream
from formats.table.sheet_rows import ERRORS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cell:
    """One field that one cell of a row fills."""

    at: int
    column: str
    term: Term
    read: Read | None


class Bound:
    """One kind of rows in one stream.

    Attributes:
        part: what the guide says of them.
        stream: where they stand.
        keys: which cells tell invoices apart.
        invoice, item: which cells fill what.
        ignored: cells that are listed and not taken.
        leaves: whether a row may say something that is not taken.
        shared: gives what all rows of an invoice must say alike.
    """

    def __init__(self, part: Part, stream: Stream, header: Sequence[str]) -> None:
        self.part = part
        self.stream = stream
        self.header = header
        at = {name: place for place, name in enumerate(header)}
        self._at = at
        self.keys = tuple(at[key] for key in part.key if key in at)
        self.invoice = self._cells(part.invoice)
        self.item = self._cells(part.item)
        self._same: dict[tuple[Cell, ...], tuple[Cell, ...]] = {}
        self.ignored = tuple((at[name], name) for name in header if name in part.ignored)
        self.width = len(header)
        self._where = tuple((at[name], text) for name, text in part.where if name in at)
        self._gaps = _gaps(part.cuts) if stream.form == "lines" else ()
        self.leaves = bool(self.ignored or self._gaps)
        self.shared = _picker([*self.keys, *(cell.at for cell in self.invoice)])

    def takes(self, texts: Sequence[str]) -> bool:
        """Whether a row is of this kind."""
        return all(place < len(texts) and texts[place].strip() == t for place, t in self._where)

    def cut(self, texts: list[str]) -> list[str]:
        """Return the cells of a row: a line is cut up, a row of a sheet filled up."""
        match self.stream.form:
            case "cells":
                return texts
            case "lines":
                return [texts[0][start:end] for start, end in self.part.cuts]
            case "sheet":
                return [*texts, *[""] * (self.width - len(texts))]

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether a row has as many cells as it should; further ones may be there, but empty."""
        return len(texts) == self.width or (
            len(texts) > self.width and not any(texts[self.width :])
        )

    def may_take(self, texts: Sequence[str]) -> bool:
        """Whether a row looks as if it were of this kind, in a file that has no header."""
        if self._where:
            return self.takes(texts)
        read = [_reads(cell, texts) for cell in (*self.invoice, *self.item) if cell.read]
        return self.fits(texts) and (any(read) or not read)

    def owner(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return what tells the row's invoice apart."""
        return tuple([texts[place].strip() for place in self.keys if place < len(texts)])

    def text(self, texts: Sequence[str], column: str) -> str:
        """Return what a row says in a column; nothing where it has none."""
        place = self._at.get(column, len(texts))
        return texts[place].strip() if place < len(texts) else ""

    def same(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """Return the first such tuple that was given: many rows fill the same cells."""
        return self._same.setdefault(cells, cells)

    def place(self, number: int, cell: Cell) -> str:
        """Return in words where a value stands."""
        return self.stream.place(number, cell.at, cell.column)

    def left(
        self, number: int, raw: Sequence[str], texts: Sequence[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield what a row says that is not taken, with its place."""
        for place, column in self.ignored:
            if place < len(texts) and texts[place].strip():
                yield self.stream.place(number, place, column), texts[place].strip()
        for start, end in self._gaps:
            text = raw[0][start:end].strip()
            if text:
                yield f"{self.stream.row_place(number)}, from character {start + 1} on", text

    def _cells(self, fills: Iterable[Fill]) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                at=self._at[fill.column],
                column=fill.column,
                term=fill.term,
                read=_no_error(fill.read) if self.stream.form == "sheet" else fill.read,
            )
            for fill in fills
            if fill.column in self._at
        )


class Sheet:
    """A stream with all parts of the guide that may stand in it.

    Attributes:
        bounds: in the order in which a row is offered to them.
        has_header: whether its first row names the columns.
    """

    def __init__(self, stream: Stream, plan: Plan) -> None:
        self.stream = stream
        self._plan = plan
        self._parts = [p for p in plan.parts if not p.source or fnmatchcase(stream.name, p.source)]
        self.has_header = plan.file.header and stream.form != "lines"
        self._first: Row = next(iter(stream.rows()), (0, []))
        self.header = _trimmed(self._first[1]) if self.has_header else []
        self.bounds = [Bound(part, stream, self._names(part)) for part in self._parts]
        is_one = len(self.bounds) == 1 and not self.bounds[0].part.where
        self._only = self.bounds[0] if is_one else None

    def misfit(self) -> str | None:
        """Return why the guide is not for this stream, or None."""
        if not self.has_header:
            return self._strange_first_row()
        required = frozenset(chain.from_iterable(part.required for part in self._parts))
        missing = sorted((self._plan.match or required).difference(self.header))
        if missing:
            return f"wants the columns {', '.join(missing)}"
        if self._plan.width and self._plan.width != len(self.header):
            return f"wants {self._plan.width} columns, not {len(self.header)}"
        return None

    def check(self) -> None:
        """See that the columns are those that the guide names.

        Raises:
            Unreadable: IN-CSV-COLUMNS, with all that are not.
        """
        names = self.header
        if not self.has_header:
            names = list(self.bounds[0].header) if len(self.bounds) == 1 else []
        told = frozenset(chain.from_iterable(part.known for part in self._parts))
        passed = all(part.passed for part in self._parts)
        required = chain.from_iterable(part.required for part in self._parts)
        wrong = {
            "not in the file": sorted({*required}.difference(names)) if names else [],
            "not in the guide": [n or "(nameless)" for n in names if n not in told],
            "twice in the file": sorted(n for n, count in Counter(names).items() if count > 1),
        }
        if any(wrong.values()) and not passed:
            place = self.stream.row_place(self._first[0] or 1)
            raise faults.wrong_columns(self._plan.name, wrong, place)

    def rows(self) -> Iterator[tuple[Bound, int, list[str], list[str]]]:
        """Yield each row with its kind, its number, its cells as they came, and cut up.

        Raises:
            Unreadable: IN-CSV-RECORD, a row of no known kind; or the file is broken.
        """
        rows = iter(self.stream.rows())
        if self.has_header:
            next(rows, None)
        for number, raw in rows:
            bound, texts = self.kind(number, raw)
            yield bound, number, raw, texts

    def kind(self, number: int, raw: list[str]) -> tuple[Bound, list[str]]:
        """Return of which kind a row is, and its cells, cut up.

        Raises:
            Unreadable: IN-CSV-RECORD, it is of none.
        """
        for bound in self.bounds:
            texts = bound.cut(raw)
            if bound is self._only or bound.takes(texts):
                return bound, texts
        place = self.stream.row_place(number)
        raise faults.stray(place, self._plan.name, "this row is of no known kind", " ".join(raw))

    def _names(self, part: Part) -> Sequence[str]:
        if self.has_header:
            return self.header
        if part.names:
            return part.names
        return [str(place + 1) for place in range(len(_trimmed(self._first[1])))]

    def _strange_first_row(self) -> str | None:
        first = self._first[1]
        if not first:
            return "wants rows"
        if self._plan.width and self._plan.width != len(_trimmed(first)):
            return f"wants {self._plan.width} columns, not {len(_trimmed(first))}"
        if any(bound.may_take(bound.cut(first)) for bound in self.bounds):
            return None
        return "does not know the kind of the first row"


def _reads(cell: Cell, texts: Sequence[str]) -> bool:
    try:
        return cell.read is not None and cell.read(texts[cell.at].strip()) is not None
    except (ValueError, IndexError):
        return False


def _no_error(read: Read | None) -> Read:
    """Refuse what a spreadsheet writes where it has no value."""

    def checked(text: str) -> object:
        if text in ERRORS:
            raise ValueError("is an error of the spreadsheet, not a value")
        return read(text) if read else text

    return checked  # type: ignore[return-value]


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], object]:
    return itemgetter(*places) if places else lambda _: None


def _trimmed(row: Sequence[str]) -> list[str]:
    names = [name.strip() for name in row]
    while names and not names[-1]:
        names.pop()
    return names


def _gaps(cuts: Sequence[tuple[int, int]]) -> tuple[tuple[int, int | None], ...]:
    """Return the characters of a line that no column takes.

    >>> _gaps([(0, 3), (5, 9)])
    ((3, 5), (9, None))
    """
    gaps: list[tuple[int, int | None]] = []
    end = 0
    for start, stop in sorted(cuts):
        if start > end:
            gaps.append((end, start))
        end = max(end, stop)
    return (*gaps, (end, None))

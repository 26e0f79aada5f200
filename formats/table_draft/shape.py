"""How an unknown table is written: CSV in which dialect, fixed width, or a workbook."""

import csv
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, Final

from formats.codec import Guide, Unreadable
from formats.findings import Actor
from formats.notation import codec_of
from formats.table import faults
from formats.table.archive_file import HEAD, foreign_office, names_in
from formats.table.datev import refusal_of
from formats.table.plan import Plan, plan
from formats.table.rows import Row, Stream
from formats.table.sheet_rows import sheet_streams
from formats.table.text_rows import csv_stream, line_stream
from formats.table.workbook import is_workbook
from formats.table_draft.contents import content_of
from formats.table_draft.naming import plain

ROWS_LOOKED_AT: Final = 1_000
_LINES_LOOKED_AT: Final = 200
_BYTES_LOOKED_AT: Final = 1 << 18
_WIDEST_LINE: Final = 10_000
_MOST_COLUMNS: Final = 2_000
_MOST_KINDS: Final = 12
_TOTALS: Final = frozenset(
    {"summe", "gesamt", "gesamtsumme", "total", "totals", "sum", "totale", "totaal", "suma"}
)
_DELIMITERS: Final = ";\t,|"
_PDF: Final = b"%PDF-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a table is written.

    Attributes:
        form: of the guide: `csv`, `fixed_width`, `xlsx`.
        file: words of [file] that differ from what they are by themselves.
        header: names of the columns; numbers where there are none.
        positions: of a fixed width: first character from 1, and length.
        rows: the first ones below the header, each as wide as the header.
        totals: what tells a last row that sums up, by column; empty where there is none.
    """

    form: str
    file: Mapping[str, str | int | bool]
    header: tuple[str, ...]
    positions: Mapping[str, tuple[int, int]]
    rows: tuple[tuple[str, ...], ...]
    totals: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def shape_of(data: bytes) -> Shape:
    """Return how a file is written.

    Raises:
        Unreadable: it is no table that could be drafted for, or has no rows.
    """
    if _PDF in data[:1024]:
        raise _not_drafted("this is a PDF", "let `facteur layout draft FILE` draft a layout for it")
    foreign = foreign_office(data) or refusal_of(data)
    if foreign is not None:
        raise foreign
    if data.startswith(HEAD):
        if not is_workbook(names_in(data)):
            raise _not_drafted(
                "a ZIP of several tables cannot be drafted for",
                "unpack it, draft for each file, and join both as table-parts-example.toml shows",
            )
        return max((_sheet(data, sign) for sign in ".,"), key=_columns_of_numbers)
    codec = _codec(data)
    encoding = codec if codec == "cp850" else "cp1252"
    delimiter = _delimiter(data, codec)
    if not delimiter:
        return _fixed(data, {"encoding": encoding})
    file: dict[str, str | int | bool] = {"encoding": encoding, "delimiter": delimiter}
    stream = csv_stream(data, _provisional("csv", file))
    return _with_header("csv", file, _first_and_last(stream))


def _sheet(data: bytes, decimal: str) -> Shape:
    """Return the first sheet, its numbers with a sign as cells may have that hold them as text."""
    streams = sheet_streams(data, _provisional("xlsx", {"decimal": decimal}))
    return _with_header("xlsx", {}, _first_and_last(streams[0]) if streams else [])


def _first_and_last(stream: Stream) -> list[Row]:
    """Return the first rows of a stream, and its last one."""
    rows = iter(stream.rows())
    first = list(islice(rows, ROWS_LOOKED_AT))
    return [*first, *deque(rows, maxlen=1)]


def _columns_of_numbers(shape: Shape) -> int:
    return sum(bool(content_of(shape.column(name)).numbers) for name in shape.header)


def _provisional(form: str, file: Mapping[str, Any]) -> Plan:
    table: dict[str, Any] = {"rows": "invoices", "file": dict(file), "columns": {"1": "number"}}
    if form == "fixed_width":
        table["positions"] = {"1": [1, 1]}
    return plan(Guide(name="draft", format=form, table=table))


def _codec(data: bytes) -> str:
    """Return the codec of a text; of those with single bytes, what is common in Europe.

    Raises:
        Unreadable: IN-CSV-ENCODING, it is no text.
    """
    try:
        return codec_of(data, "cp1252")
    except UnicodeDecodeError:
        pass
    try:
        return codec_of(data, "cp850")
    except UnicodeDecodeError as error:
        raise faults.undecodable(error, "draft", "cp850") from error


def _delimiter(data: bytes, codec: str) -> str:
    """Return the sign at which most lines have most columns, equally many; nothing if none is."""
    lines = data[:_BYTES_LOOKED_AT].decode(codec, "ignore").splitlines()[:_LINES_LOOKED_AT]
    best, found = 0, ""
    for sign in _DELIMITERS:
        widths = _widths(lines, sign)
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 2 and 3 * count >= 2 * sum(widths.values()) and width * count > best:
            best, found = width * count, sign
    return found


def _widths(lines: Sequence[str], sign: str) -> Counter[int]:
    try:
        return Counter(len(row) for row in csv.reader(lines, delimiter=sign) if any(row))
    except csv.Error:
        return Counter()


def _not_drafted(why: str, fix: str) -> Unreadable:
    return faults.not_a_table("IN-CSV-DRAFT", why, fix, actor=Actor.OPERATOR)


def _fixed(data: bytes, file: dict[str, str | int | bool]) -> Shape:
    stream = line_stream(data, _provisional("fixed_width", file))
    lines = [row[0] for _, row in islice(stream.rows(), ROWS_LOOKED_AT)]
    wide = max(map(len, lines), default=0) > _WIDEST_LINE
    cuts = [] if wide else _cuts(lines[:_LINES_LOOKED_AT])
    if len(lines) < 2 or len(cuts) < 3:
        raise _not_drafted(
            "this is no table: neither delimiters nor blank columns part its lines alike",
            "say where its columns are as table-parts-example.toml shows, if it is of fixed width",
        )
    if _names([_cells(lines[0], cuts)])[1]:
        cuts = _under_names(cuts, lines)
    rows = [_cells(line, cuts) for line in lines]
    names, skip = _names(rows)
    positions = {name: (a + 1, b - a) for name, (a, b) in zip(names, cuts, strict=True)}
    if skip:
        file = {**file, "skip": skip}
    return Shape(
        form="fixed_width", file=file, header=names, positions=positions, rows=tuple(rows[skip:])
    )


def _cuts(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where columns begin and end, parted by characters that are blank in every line.

    >>> _cuts(["A1  3,50", "A22 4,00"])
    [(0, 4), (4, 8)]
    """
    width = max(map(len, lines), default=0)
    used = [any(len(line) > at and line[at] != " " for line in lines) for at in range(width)]
    starts = [at for at in range(width) if used[at] and (at == 0 or not used[at - 1])]
    return [(start, end) for start, end in pairwise([*starts, width]) if starts]


def _under_names(cuts: Sequence[tuple[int, int]], lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return the columns, the second words of one put to the first: one blank off, without a name.

    >>> _under_names([(0, 4), (4, 7), (7, 10)], ["Name   Net", "Tea Co 120"])
    [(0, 7), (7, 10)]
    """
    found: list[tuple[int, int]] = []
    for start, end in cuts:
        is_named = bool(lines[0][start:end].strip())
        is_near = any(line[max(start - 2, 0) : start].strip() for line in lines)
        if found and is_near and not is_named:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _cells(line: str, cuts: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(line[a:b].strip() for a, b in cuts)


def _with_header(form: str, file: dict[str, str | int | bool], rows: list[Row]) -> Shape:
    if not rows:
        raise faults.no_rows("draft")
    width = Counter(len(_trimmed(texts)) for _, texts in rows).most_common(1)[0][0]
    if max(len(texts) for _, texts in rows) > _MOST_COLUMNS:
        raise _not_drafted("it has too many columns", f"send a table of {_MOST_COLUMNS} at most")
    first = next(
        (place for place, (_, texts) in enumerate(rows) if 2 * len(_trimmed(texts)) > width), 0
    )
    number, top = rows[first]
    if number > 1:
        file = {**file, "skip": number - 1}
    names, is_header = _names([tuple(t.strip() for t in top)])
    if not is_header:
        _see_one_kind([texts for _, texts in rows])
        file = {**file, "header": False}
        names = tuple(str(place + 1) for place in range(width))
    else:
        names = tuple(_trimmed(list(names)))
    wide = len(names)
    below = [texts for _, texts in rows[first + is_header :]]
    cells = tuple(tuple([*texts, *[""] * wide][:wide]) for texts in below if any(texts))
    if not cells:
        raise faults.no_rows("draft")
    says = next((place for place, text in enumerate(cells[-1]) if text.strip()), 0)
    totals = cells[-1] if plain(cells[-1][says]) in _TOTALS else ()
    return Shape(
        form=form,
        file=file,
        header=names,
        positions={},
        rows=cells[:-1] if totals else cells,
        totals={names[says]: cells[-1][says].strip()} if totals else {},
    )


def _see_one_kind(rows: Sequence[Sequence[str]]) -> None:
    """See that rows without a header are of one kind.

    Raises:
        Unreadable: they begin with a few words, and are as wide as these say.
    """
    widths: dict[str, set[int]] = {}
    for texts in rows:
        widths.setdefault(texts[0], set()).add(len(texts))
    one_each = all(len(each) == 1 for each in widths.values())
    if one_each and 1 < len(widths) <= _MOST_KINDS and len(set.union(*widths.values())) > 1:
        kinds = ", ".join(sorted(widths))
        raise _not_drafted(
            f"rows of several kinds cannot be drafted for; they begin with {kinds}",
            "copy table-parts-example.toml and name a part for each",
        )


def _names(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], int]:
    """Return the names of columns, and 1 if the first row says them."""
    top = tuple(rows[0])
    said = [text for text in top if text]
    figures = [text for text in said if content_of([text]).numbers or content_of([text]).dates]
    if said and not figures:
        twice = [text for text, count in Counter(said).items() if count > 1]
        if twice:
            raise faults.wrong_columns("draft", {"twice in the file": twice}, "row 1")
        return top, 1
    return tuple(str(place + 1) for place in range(len(top))), 0


def _trimmed(texts: Sequence[str]) -> list[str]:
    kept = list(texts)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept

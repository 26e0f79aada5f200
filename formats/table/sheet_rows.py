"""Rows of a sheet: each cell as a text in the guide's notation, of the digits in the file."""

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from typing import Final

from formats.table.archive_file import opened
from formats.table.plan import Plan
from formats.table.rows import Row, Stream, letters
from formats.table.words import File
from formats.table.workbook import (
    Sheet,
    Shown,
    Style,
    Workbook,
    broken,
    streamed,
    text_of,
    workbook,
)
from formats.xml.names import Element

COLUMNS_AT_MOST: Final = 16_384
CELLS_AT_MOST: Final = 20_000_000
KEPT_CELLS: Final = 2_000_000
ERRORS: Final = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#NOT CALCULATED"}
)
"""What stands in a cell instead of a value."""
_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
)
_AS_SHOWN: Final = Context(prec=15, rounding=ROUND_HALF_EVEN)
"""Spreadsheets count in binary and show 15 digits: 0.30000000000000004 is meant to be 0.3."""
_LAST_DAY: Final = 2_958_465
_NO_STYLE: Final = Style()


def sheet_streams(data: bytes, plan: Plan) -> tuple[Stream, ...]:
    """Return the sheets of a workbook that the guide names; without names, the first visible one.

    Raises:
        Unreadable: it is no workbook, or broken.
    """
    with opened(data) as archive:
        book = workbook(archive)
    visible = [sheet for sheet in book.sheets if not sheet.hidden]
    patterns = [part.source for part in plan.parts if part.source] or [plan.file.sheet]
    if patterns == [""]:
        chosen = visible[:1]
    else:
        chosen = [s for s in book.sheets if any(fnmatchcase(s.name, p) for p in patterns)]
    left = [sheet for sheet in book.sheets if sheet not in chosen]
    return tuple(
        _stream(data, book, sheet, plan.file, () if number else _remarks(left))
        for number, sheet in enumerate(chosen)
    )


def _remarks(left: list[Sheet]) -> tuple[str, ...]:
    return tuple(
        f"the {'hidden ' if sheet.hidden else ''}sheet `{sheet.name}` was not read"
        for sheet in left[:20]
    )


def _stream(
    data: bytes, book: Workbook, sheet: Sheet, file: File, remarks: tuple[str, ...]
) -> Stream:
    name = sheet.name
    return Stream(
        name=name,
        rows=_Rows(data, book, sheet, file),
        place=lambda number, column, title: f"{name}!{letters(column)}{number}, column {title}",
        row_place=lambda number: f"{name} row {number}",
        form="sheet",
        remarks=remarks,
    )


class _Rows:
    """The rows of a sheet; those of one that is not large are kept for the next time."""

    def __init__(self, data: bytes, book: Workbook, sheet: Sheet, file: File) -> None:
        self._opens = partial(opened, data)
        self._of = partial(_rows_of, book=book, sheet=sheet, file=file)
        self._kept: list[Row] | None = None

    def __call__(self) -> Iterator[Row]:
        """Yield all rows."""
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Row] = []
        room = KEPT_CELLS
        with self._opens() as archive:
            for row in self._of(archive):
                room -= len(row[1])
                if room >= 0:
                    kept.append(row)
                yield row
        if room >= 0:
            self._kept = kept


def _rows_of(archive: zipfile.ZipFile, book: Workbook, sheet: Sheet, file: File) -> Iterator[Row]:
    read = _cell_reader(book, file)
    number = cells = 0
    for element in streamed(archive, sheet.path, "row"):
        said = element.get("r", "")
        number = int(said) if said.isdecimal() and len(said) < 9 else number + 1
        texts: list[str] = []
        for cell in element:
            column = _column(cell.get("r", ""), len(texts))
            if column >= COLUMNS_AT_MOST:
                raise broken(sheet.path, f"row {number} has more than {COLUMNS_AT_MOST} columns")
            if text := read(cell):
                texts += [""] * (column + 1 - len(texts))
                texts[column] = text
        cells += len(texts)
        if cells > CELLS_AT_MOST:
            raise broken(sheet.path, f"it has more than {CELLS_AT_MOST} cells")
        if texts and number > file.skip:
            yield number, texts


def _column(reference: str, following: int) -> int:
    """Return the column that a reference such as `AB12` names, from 0.

    >>> _column("A1", 7), _column("AB12", 0), _column("", 7)
    (0, 27, 7)
    """
    number = 0
    for sign in reference[:4]:
        if not "A" <= sign <= "Z":
            break
        number = number * 26 + ord(sign) - 64
    return number - 1 if number else following


def _cell_reader(book: Workbook, file: File) -> Callable[[Element], str]:
    """Return a function that gives the text of a cell."""
    texts, styles = book.texts, book.styles
    base = date(1904, 1, 1) if book.since_1904 else date(1899, 12, 30)

    @lru_cache(maxsize=8192)
    def shown(said: str, style: str) -> str:
        number = int(style) if style.isdecimal() else len(styles)
        known = styles[number] if number < len(styles) else _NO_STYLE
        return _shown(said.strip(), known, base, file)

    def read(cell: Element) -> str:
        kind = cell.get("t", "n")
        said, has_formula = "", False
        for child in cell:
            name = child.tag.rpartition("}")[2]
            if name == "v":
                said = child.text or ""
            elif name == "is":
                return text_of(child)
            has_formula = has_formula or name == "f"
        if has_formula and not said and kind != "str":
            return "#NOT CALCULATED"
        if kind == "n":
            return shown(said, cell.get("s", "0")) if said else ""
        if kind == "s":
            return texts[int(said)] if said.isdecimal() and int(said) < len(texts) else "#REF!"
        return _dated(said, file) if kind == "d" else said

    return read


def _shown(said: str, style: Style, base: date, file: File) -> str:
    """Return a number as the guide writes numbers, or dates, and as the cell shows it.

    >>> _shown("0.30000000000000004", Style(), date(1899, 12, 30), File(decimal=","))
    '0,3'
    >>> _shown("0.19", Style(shown=Shown.PERCENT), date(1899, 12, 30), File())
    '19'
    >>> _shown("46346", Style(shown=Shown.DATE), date(1899, 12, 30), File(date="DD.MM.YYYY"))
    '20.11.2026'
    >>> _shown("1067", Style(digits=5), date(1899, 12, 30), File())
    '01067'
    """
    if not _NUMBER.fullmatch(said):
        return said
    value = _AS_SHOWN.create_decimal(said)
    if style.shown is Shown.DATE and 0 < value <= _LAST_DAY:
        early = 1 if value < 60 and base.year == 1899 else 0  # day 60 is one that never was
        return _written(base + timedelta(days=int(value) + early), file.date)
    if style.shown is Shown.PERCENT:
        value = value.scaleb(2)
    text = _plain(value)
    if style.digits and text.isdecimal():
        text = text.zfill(style.digits)
    return text.replace(".", file.decimal)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _dated(said: str, file: File) -> str:
    try:
        return _written(date.fromisoformat(said[:10]), file.date)
    except ValueError:
        return said


def _written(day: date, pattern: str) -> str:
    words = {"YYYY": f"{day.year:04}", "YY": f"{day.year % 100:02}"}
    words |= {"MM": f"{day.month:02}", "DD": f"{day.day:02}", "hh": "00", "mm": "00", "ss": "00"}
    return re.sub("YYYY|YY|MM|DD|hh|mm|ss", lambda found: words[found[0]], pattern)

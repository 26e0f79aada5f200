"""Workbooks: what a sheet shows is what is read; what is no value or no workbook is refused."""

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from formats.codec import Reading, Unreadable
from formats.guide import parse
from formats.model import Invoice
from formats.table import sheet_rows
from formats.table.plan import plan
from formats.table.read import READER, read
from formats.table.sheet_rows import sheet_streams
from tests.formats.guided_samples import SAMPLES

TOML = """
format = "xlsx"
rows = "invoices"
[columns]
"Nr" = "number"
"Date" = "issue_date"
"Due" = "totals.due"
"""
GUIDE = parse("book", TOML)
Fill = Callable[[Worksheet], None]


def book(*rows: list[Any], fill: Fill | None = None) -> bytes:
    """A workbook with a header and these rows."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["Nr", "Date", "Due"])
    for row in rows:
        sheet.append(row)
    if fill is not None:
        fill(sheet)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """The workbook with one part of it changed; without it, where `new` is empty."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            assert name != member or old in content
            if name != member or new:
                target.writestr(name, content.replace(old, new) if name == member else content)
    return buffer.getvalue()


def one(data: bytes) -> Reading:
    (reading,) = read(data, [GUIDE])
    return reading


def due(data: bytes) -> Decimal | None:
    document = one(data).document
    assert isinstance(document, Invoice)
    return document.totals.due if document.totals else None


SHEET = "xl/worksheets/sheet1.xml"
GOOD = book(["A", date(2026, 11, 20), 10.5])
AMOUNTS = {  # what a cell holds, and what is meant
    "binary arithmetic": (0.1 + 0.2, "0.3"),
    "seventeen digits": (19.989999999999998, "19.99"),
    "a large sum": (123456789012.34, "123456789012.34"),
    "a whole number": (1200, "1200"),
    "less than nothing": (-0.5, "-0.5"),
    "with exponent": (1e-7, "0.0000001"),
    "text": ("12.30", "12.30"),
}


@pytest.mark.parametrize("case", AMOUNTS)
def test_amounts_are_what_the_sheet_shows(case: str) -> None:
    value, meant = AMOUNTS[case]
    assert f"{due(book(['A', date(2026, 11, 20), value])):f}" == meant


def test_others_read_the_same() -> None:
    """Of the sample: openpyxl and calamine give floats and dates, equal to our texts."""
    file = next(SAMPLES.joinpath("table", "workbook").glob("in.*"))
    guide = parse("g", file.with_name("guide.toml").read_text("utf-8"))
    (stream,) = sheet_streams(file.read_bytes(), plan(guide))
    ours = [row for _, row in stream.rows()][1:]
    theirs = CalamineWorkbook.from_path(str(file)).get_sheet_by_name("Rechnungen").to_python()[2:]
    others = openpyxl.load_workbook(file, data_only=True)["Rechnungen"]
    rows = list(others.iter_rows(min_row=3, values_only=True))
    assert len(ours) == len(theirs) == len(rows) == 3
    for texts, cells, values in zip(ours, theirs, rows, strict=True):
        for text, cell, value in zip(texts, cells, values, strict=False):
            assert same(text, cell), (text, cell)
            assert same(text, value), (text, value)


def same(text: str, value: object) -> bool:
    match value:
        case date():
            return text == f"{value:%d.%m.%Y}"
        case int() | float():
            number = Decimal(text.replace(",", "."))
            return (
                float(number) in {value, round(value * 100, 9)}
                or abs(float(number) - value) < 1e-12
            )
        case _:
            return text == (value or "")


DATES: dict[str, tuple[Any, str, str]] = {  # a cell, its format, the date that is meant
    "a date": (date(2026, 11, 20), "DD.MM.YYYY", "2026-11-20"),
    "with time": (datetime(2026, 11, 20, 18, 30), "yyyy-mm-dd hh:mm", "2026-11-20"),  # noqa: DTZ001
    "in a language": (46346, "[$-407]d. mmmm yyyy;@", "2026-11-20"),
    "as text": ("2026-11-20", "@", "2026-11-20"),
    "before the day that never was": (59, "d/m/yyyy", "1900-02-28"),
    "after it": (61, "d/m/yyyy", "1900-03-01"),
}


@pytest.mark.parametrize("case", DATES)
def test_dates_are_what_the_sheet_shows(case: str) -> None:
    value, form, meant = DATES[case]

    def formatted(sheet: Worksheet) -> None:
        sheet["B2"].number_format = form

    assert str(one(book(["A", value, 1], fill=formatted)).document.issue_date) == meant


def test_a_workbook_may_count_from_1904() -> None:
    old = changed(GOOD, "xl/workbook.xml", b"<workbookPr/>", b'<workbookPr date1904="1"/>')
    assert str(one(old).document.issue_date) == "2030-11-21"


NO_VALUES = {  # what stands in the cell of the amount or the number, and what is said
    "an error": (lambda sheet: sheet.__setitem__("C2", "#N/A"), "#N/A", "C2"),
    "a formula without a value": (
        lambda sheet: sheet.__setitem__("C2", "=A1*2"),
        "#NOT CALCULATED",
        "C2",
    ),
    "an error where text stands": (lambda sheet: sheet.__setitem__("A2", "#REF!"), "#REF!", "A2"),
}


@pytest.mark.parametrize("case", NO_VALUES)
def test_what_is_no_value_is_told(case: str) -> None:
    fill, said, cell = NO_VALUES[case]
    (notice,) = one(book(["A", date(2026, 11, 20), 1], fill=fill)).notices
    assert (notice.rule, notice.value) == ("IN-CSV-VALUE", said)
    assert (notice.place or "").startswith(f"Sheet!{cell}, column ")


def test_a_formula_has_the_value_that_was_calculated_last() -> None:
    formula = b"<f>A1*2</f><v>7.25</v>"
    assert due(changed(GOOD, SHEET, b"<v>10.5</v>", formula)) == Decimal("7.25")


def test_comments_in_the_xml_say_nothing() -> None:
    commented = changed(GOOD, SHEET, b"<v>10.5</v>", b"<!-- x --><v> 7.25</v><?y z?>")
    assert due(commented) == Decimal("7.25")


def test_rows_of_a_large_sheet_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book(["A", date(2026, 11, 20), 1], ["B", date(2026, 11, 20), 2])
    kept = read(data, [GUIDE])
    monkeypatch.setattr(sheet_rows, "KEPT_CELLS", 4)
    assert read(data, [GUIDE]) == kept


def test_a_text_that_looks_like_a_formula_is_text() -> None:
    def as_text(sheet: Worksheet) -> None:
        sheet["A2"].value = "=1+1"
        sheet["A2"].data_type = "s"

    assert one(book(["", date(2026, 11, 20), 1], fill=as_text)).document.number == "=1+1"


ODS = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
WORD = BytesIO()
with zipfile.ZipFile(WORD, "w") as _archive:
    _archive.writestr("[Content_Types].xml", "<x/>")
    _archive.writestr("word/document.xml", "<x/>")
REFUSED = {  # a file, the rule, what is said
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "IN-XLSX-KIND", "old Excel file (.xls)"),
    "an OpenDocument": (ODS, "IN-XLSX-KIND", "OpenDocument file (.ods)"),
    "a letter": (WORD.getvalue(), "IN-XLSX-KIND", "no Excel workbook"),
    "cut off": (GOOD[: len(GOOD) // 2], "IN-ZIP", "cannot be read"),
    "a DOCTYPE": (
        changed(GOOD, SHEET, b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
        "IN-XLSX",
        "it has a DOCTYPE",
    ),
    "no XML": (changed(GOOD, SHEET, b"</row>", b"<row>"), "IN-XLSX", "cannot be read"),
    "too many columns": (changed(GOOD, SHEET, b'"C2"', b'"XFE2"'), "IN-XLSX", "16384 columns"),
    "no sheet of that name": (
        changed(GOOD, SHEET, b"", b""),
        "IN-CSV-GUIDE",
        "wants sheets of other names",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_workbook_or_harmful_is_refused(case: str) -> None:
    data, rule, message = REFUSED[case]
    assert READER.claims(data[:4096], "x.xlsx")
    for guides in ([GUIDE], [])[: 1 + (rule == "IN-XLSX-KIND")]:
        with pytest.raises(Unreadable, match=re.escape(message)) as caught:
            read(data, guides)
        assert caught.value.finding.rule == rule
        assert caught.value.finding.fix


def test_a_workbook_that_grows_too_large_is_refused() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", b"")
        archive.infolist()[0].file_size = 513 << 20  # what its directory says
    with pytest.raises(Unreadable, match="it would grow to more than 512 MB"):
        read(buffer.getvalue(), [GUIDE])


def test_two_sheets_are_joined_and_hidden_ones_named() -> None:
    def more(sheet: Worksheet) -> None:
        made = sheet.parent
        assert isinstance(made, openpyxl.Workbook)
        lines = made.create_sheet("Lines")
        for row in (["Nr", "Net"], ["A", 4], ["A", 6.5]):
            lines.append(row)
        made.create_sheet("Rates").sheet_state = "hidden"

    guide = parse(
        "two",
        """
    format = "xlsx"
    rows = "parts"
    key = "Nr"
    [part.heads]
    holds = "invoice"
    sheet = "Sheet"
    columns = { Nr = "number", Date = "issue_date", Due = "totals.due" }
    [part.lines]
    holds = "lines"
    sheet = "Lines"
    columns = { Nr = "number", Net = "lines[].net" }
    """,
    )
    (reading,) = read(book(["A", date(2026, 11, 20), 10.5], fill=more), [guide])
    assert isinstance(reading.document, Invoice)
    assert [str(line.net) for line in reading.document.lines] == ["4", "6.5"]
    assert reading.sources["lines[1].net"] == "Lines!B3, column Net"
    assert [notice.message for notice in reading.notices] == [
        "the hidden sheet `Rates` was not read"
    ]


def test_the_sample_is_a_workbook_for_everybody() -> None:
    assert Path(SAMPLES, "table", "workbook", "in.xlsx").read_bytes()[:2] == b"PK"

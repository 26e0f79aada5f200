"""Law: rows are read as they were written, in any dialect of CSV, fixed width, workbook or ZIP."""

import csv
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from random import Random
from typing import NamedTuple

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from formats.codec import Reading
from formats.guide import parse
from formats.model import Invoice, Item, Line
from formats.table.read import read
from tests.properties.examples import examples

TEXTS = st.text(
    st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=30
).filter(lambda text: text.strip() == text)
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
LINES = st.lists(st.tuples(TEXTS, AMOUNTS), min_size=1, max_size=4)
RUNS = st.lists(
    st.tuples(st.dates(date(2000, 1, 1), date(2099, 12, 31)), LINES), min_size=1, max_size=4
)
ROW = tuple[str, date, str, Decimal]
NAMES = ("Number", "Date", "Text", "Net")


class Dialect(NamedTuple):
    """How a CSV file is written."""

    delimiter: str
    quote: str
    decimal: str
    thousands: str
    date: str
    codec: str


DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(";,\t|"),
    quote=st.sampled_from("\"'"),
    decimal=st.sampled_from(".,"),
    thousands=st.sampled_from(["", "_", " "]),
    date=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%Y%m%d"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
DATE_WORDS = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD"}
COLUMNS = """
[columns]
"Number" = "number"
"Date" = "issue_date"
"Text" = "lines[].item.name"
"Net" = "lines[].net"
"""


def rows_of(run: Sequence[tuple[date, Sequence[tuple[str, Decimal]]]]) -> list[ROW]:
    return [
        (f"R{number}", day, text, net)
        for number, (day, lines) in enumerate(run)
        for text, net in lines
    ]


def invoices_of(run: Sequence[tuple[date, Sequence[tuple[str, Decimal]]]]) -> list[Invoice]:
    return [
        Invoice(
            number=f"R{number}",
            issue_date=day,
            lines=tuple(Line(net=net, item=Item(name=text)) for text, net in lines),
        )
        for number, (day, lines) in enumerate(run)
    ]


def read_back(data: bytes, toml: str) -> list[Invoice]:
    readings: tuple[Reading, ...] = read(data, [parse("law", toml)])
    assert [reading.notices for reading in readings] == [()] * len(readings)
    return [reading.document for reading in readings if isinstance(reading.document, Invoice)]


def pattern(text: str) -> str:
    for sign, word in DATE_WORDS.items():
        text = text.replace(sign, word)
    return text


def written(table: Sequence[Sequence[str]]) -> str:
    buffer = StringIO()
    csv.writer(buffer, delimiter=";").writerows(table)
    return buffer.getvalue()


def figure(value: Decimal, dialect: Dialect) -> str:
    return f"{value:,.2f}".translate({ord(","): dialect.thousands, ord("."): dialect.decimal})


@settings(max_examples=examples(15))
@given(RUNS, DIALECTS)
def test_csv_is_read_in_its_dialect(
    run: list[tuple[date, list[tuple[str, Decimal]]]], dialect: Dialect
) -> None:
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=dialect.delimiter, quotechar=dialect.quote)
    writer.writerow(NAMES)
    for number, day, text, net in rows_of(run):
        writer.writerow((number, day.strftime(dialect.date), text, figure(net, dialect)))
    data = buffer.getvalue().encode(dialect.codec, "replace")
    toml = f"""
    format = "csv"
    rows = "lines"
    key = "Number"
    [file]
    delimiter = {dialect.delimiter!r}
    quote = '''{dialect.quote}'''
    decimal = "{dialect.decimal}"
    thousands = "{dialect.thousands}"
    date = "{pattern(dialect.date)}"
    {COLUMNS}"""
    toml = toml.replace("'\\t'", '"\\t"')
    codec = dialect.codec
    kept = [
        (day, [(text.encode(codec, "replace").decode(codec), net) for text, net in lines])
        for day, lines in run
    ]
    assert read_back(data, toml) == invoices_of(kept)


@settings(max_examples=examples(10))
@given(RUNS)
def test_lines_of_a_fixed_width_say_the_same(
    run: list[tuple[date, list[tuple[str, Decimal]]]],
) -> None:
    lines = [
        f"{number:8}{day:%Y%m%d}{text:30}{abs(net) * 100:014.0f}{'-' if net < 0 else ' '}"
        for number, day, text, net in rows_of(run)
    ]
    toml = f"""
    format = "fixed_width"
    rows = "lines"
    key = "Number"
    [file]
    date = "YYYYMMDD"
    [positions]
    "Number" = [1, 8]
    "Date" = [9, 8]
    "Text" = [17, 30]
    "Net" = [47, 15]
    {COLUMNS}
    [notation."Net"]
    implied = 2
    """
    assert read_back("\r\n".join(lines).encode(), toml) == invoices_of(run)


@settings(max_examples=examples(4), deadline=None)
@given(RUNS)
def test_a_workbook_says_the_same(run: list[tuple[date, list[tuple[str, Decimal]]]]) -> None:
    """Numbers as Excel keeps them, in binary: equal in value, not in the digits behind."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(NAMES)
    for number, day, text, net in rows_of(run):
        sheet.append((number, day, "", float(net)))
        cell = sheet.cell(sheet.max_row, 3, text)
        cell.data_type = "s"
    buffer = BytesIO()
    book.save(buffer)
    toml = f"""
    format = "xlsx"
    rows = "lines"
    key = "Number"
    {COLUMNS}"""
    assert read_back(buffer.getvalue(), toml) == invoices_of(run)


@settings(max_examples=examples(8))
@given(RUNS, st.randoms(use_true_random=False))
def test_heads_and_lines_in_two_files_say_the_same(
    run: list[tuple[date, list[tuple[str, Decimal]]]], order: Random
) -> None:
    """In whatever order the lines of different invoices stand."""
    rows = rows_of(run)
    order.shuffle(rows)
    by_invoice: dict[str, list[tuple[str, Decimal]]] = {}
    for number, _, text, net in rows:
        by_invoice.setdefault(number, []).append((text, net))
    kept = [(day, by_invoice[f"R{number}"]) for number, (day, _) in enumerate(run)]
    heads = [("Number", "Date"), *((f"R{n}", f"{day}") for n, (day, _) in enumerate(run))]
    lines = [("Number", "Text", "Net"), *((n, text, f"{net}") for n, _, text, net in rows)]
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("heads.csv", written(heads))
        archive.writestr("lines.csv", written(lines))
    toml = """
    format = "csv"
    rows = "parts"
    key = "Number"
    [part.heads]
    holds = "invoice"
    file = "heads.csv"
    columns = { Number = "number", Date = "issue_date" }
    [part.lines]
    holds = "lines"
    file = "lines.csv"
    columns = { Number = "number", Text = "lines[].item.name", Net = "lines[].net" }
    """
    assert read_back(buffer.getvalue(), toml) == invoices_of(kept)

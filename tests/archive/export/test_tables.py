"""The tables of an export as other programs read them."""

import csv
import zipfile
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from archive.export import parquet, spreadsheet
from archive.export.tables import DOCUMENTS, TABLES, Kind, Sheet
from archive.export.z3 import write_index
from tests.archive.export.exporting import FACTS, exported, filled

DTD = Path(__file__).parent / "index.dtd"
NAME = '=HYPERLINK("x";"Müller & Söhne")'


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    with filled(folder / "root") as archive:
        return exported(archive, folder / "bag").path


def rows(bag: Path, name: str) -> list[dict[str, str]]:
    with (bag / f"tables/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";", strict=True))


def test_the_tables_say_what_was_filed(bag: Path) -> None:
    documents = rows(bag, "documents")
    assert [(row["document"], row["number"], row["entries"]) for row in documents] == [
        ("d1", "R-1", "4"),
        ("d2", "R-2", "2"),
    ]
    assert FACTS.items() - documents[0].items() == {("vat", FACTS["vat"])}
    assert [tuple(row.values()) for row in rows(bag, "vat_lines")[:2]] == [
        ("d1", "1", "S", "19", "1000.00", "190.00"),
        ("d1", "2", "E", "", "50.0000", "0"),
    ]
    (delivery,) = rows(bag, "deliveries")
    assert (delivery["document"], delivery["delivery"]) == ("d1", "del1")
    assert (delivery["channel"], delivery["state"], delivery["step"]) == (
        "email",
        "delivered",
        "../send",
    )
    assert [(row["subject"], row["kind"]) for row in rows(bag, "events")] == [("hold:1", "hold")]
    assert [row["position"] for row in rows(bag, "entries")] == ["0", "7", "10", "11", "8"]
    for row in rows(bag, "files"):
        assert (bag / row["file"]).stat().st_size == int(row["size_bytes"])
    data = (bag / "tables/documents.csv").read_bytes()
    assert data.count(b"\r\n") == 3
    assert b'"1190.00"' not in data
    assert NAME.replace('"', '""').encode() in data


def test_numbers_and_dates_that_are_none_stay_out(tmp_path: Path) -> None:
    with (tmp_path / "csv").open("w+b") as file:
        sheet = Sheet(table=DOCUMENTS, file=file)
        for total in ("1.5", "-3", "1e5", "NaN", "1,00", "=1+1", "0.1234567", "", "2026-02-30"):
            sheet.add({"document": "d", "total": total, "issue_date": total, "entries": 0})
        _, *found = sheet.read()
        columns = [column.name for column in DOCUMENTS.columns]
        assert [row[columns.index("total")] for row in found] == [
            *("1.5", "-3", "", "", "", "", "0.1234567", "", ""),
        ]
        assert {row[columns.index("issue_date")] for row in found} == {""}
        assert {row[columns.index("entries")] for row in found} == {"0"}
        index = write_index([sheet], supplier="a", comment="<b>\r\n")
    assert etree.fromstring(index).xpath("//Name[.='total']/../Numeric/Accuracy/text()") == ["7"]  # noqa: TID251


def test_the_description_is_as_the_standard_says(bag: Path) -> None:
    """By a DTD of our own that says the same as the official one, and that can be checked with."""
    data = (bag / "tables/index.xml").read_bytes()
    assert b'<!DOCTYPE DataSet SYSTEM "gdpdu-01-09-2004.dtd">' in data
    index = etree.fromstring(data)  # noqa: TID251
    with DTD.open("rb") as file:
        dtd = etree.DTD(file)
    assert dtd.validate(index), dtd.error_log
    assert [url.text for url in index.iter("URL")] == [f"{table.name}.csv" for table in TABLES]
    assert {each.text for each in index.iter("RecordDelimiter")} == {"\r\n"}
    for table in index.iter("Table"):
        path = bag / "tables" / str(table.findtext("URL"))
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file, delimiter=";"))
        columns = table.iter("VariablePrimaryKey", "VariableColumn")
        assert [column.findtext("Name") for column in columns] == header
        assert table.findtext("Range/From") == "2"
        table.remove(table[0])
    assert not dtd.validate(index)


def test_the_workbook_has_the_same_and_no_formula(bag: Path) -> None:
    book = openpyxl.load_workbook(bag / "spreadsheet/tables.xlsx")
    assert book.sheetnames == [table.name for table in TABLES]
    for name in book.sheetnames:
        with (bag / f"tables/{name}.csv").open(encoding="utf-8", newline="") as file:
            expected = list(csv.reader(file, delimiter=";"))
        found = [[cell.value or "" for cell in row] for row in book[name].iter_rows()]
        assert found == expected
        cells = [cell for row in book[name].iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
        assert {cell.number_format for cell in cells if cell.value} == {"@"}
    assert book["documents"]["J2"].value == NAME


@pytest.mark.skipif(not parquet.is_possible(), reason="needs pyarrow, the extra `parquet`")
def test_parquet_has_the_same_with_types(bag: Path) -> None:
    reader = import_module("pyarrow.parquet")
    for table in TABLES:
        found = reader.read_table(bag / f"tables/{table.name}.parquet").to_pylist()
        shown = [{n: "" if v is None else str(v) for n, v in row.items()} for row in found]
        expected = rows(bag, table.name)
        assert [row.keys() for row in shown] == [row.keys() for row in expected]
        numbers = {column.name for column in table.columns if column.kind is Kind.NUMBER}
        for one, other in zip(shown, expected, strict=True):
            for name in one:
                if name in numbers and one[name]:
                    assert Decimal(one[name]) == Decimal(other[name])
                else:
                    assert one[name] == other[name]


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\uff1d1",
    "_x0041_",
    "a\0b",
    "\ud800",
    "\n",
)


def test_no_text_becomes_a_formula_or_breaks_the_workbook(tmp_path: Path) -> None:
    with (tmp_path / "x.xlsx").open("wb") as file:
        spreadsheet.write_workbook(file, [("t", [["head"], *([text] for text in FORMULAS)])])
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["t"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)][:5] == list(FORMULAS[:5])
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
        assert book.testzip() is None
    etree.fromstring(xml.encode())  # noqa: TID251
    assert "<f>" not in xml
    for escaped in ("_x000D_=1", "_x005F_x0041_", "a_x0000_b", "_xD800_"):
        assert f">{escaped}<" in xml


def test_a_long_table_has_several_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "ROWS_MAX", 3)
    tables = [("a", [["h"], *([str(n)] for n in range(5))]), ("b", [["h"]])]
    with (tmp_path / "x.xlsx").open("wb") as file:
        spreadsheet.write_workbook(file, tables)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    shown = {name: [row[0].value for row in book[name].iter_rows()] for name in book.sheetnames}
    assert shown == {
        "a": ["h", "0", "1"],
        "a 2": ["h", "2", "3"],
        "a 3": ["h", "4"],
        "b": ["h"],
    }


def test_a_cell_that_is_too_long_says_so(tmp_path: Path) -> None:
    texts = ["x" * 32_767, "x" * 40_000]
    with (tmp_path / "x.xlsx").open("wb") as file:
        spreadsheet.write_workbook(file, [("t", [["h"], texts])])
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        xml = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: TID251
    *_, whole, cut = xml.itertext()
    assert whole == texts[0]
    assert (len(cut), cut[-3:]) == (32_767, "x …")

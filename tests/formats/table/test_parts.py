"""Rows of several kinds: records, totals, joined files and sheets."""

import re
import zipfile
from io import BytesIO

import pytest

from formats.codec import Reading, Unreadable
from formats.guide import parse, shipped
from formats.model import Invoice
from formats.table.read import read

TOML = """
format = "csv"
rows = "lines"
key = "Nr"
[columns]
"Nr" = "number"
"Net" = "lines[].net"
[part.total]
holds = "totals"
where = { "Nr" = "Total" }
rows = "Rows"
invoices = "Count"
[part.total.sums]
"Net" = "lines[].net"
[notation."Net"]
decimal = ","
"""
TOML = TOML.replace("[columns]", 'ignore = ["Rows", "Count"]\n[file]\ndecimal = ","\n[columns]')
FILE = "Nr;Net;Rows;Count\nA;1,50;;\nA;2,00;;\nB;-3,25;;\nTotal;0,25;3;2\n"


def read_text(text: str, toml: str = TOML) -> tuple[Reading, ...]:
    return read(text.encode(), [parse("shop", toml)])


def zipped(how: int = zipfile.ZIP_STORED, flags: int = 0, /, **files: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.csv", text)
            archive.infolist()[-1].flag_bits |= flags
    return buffer.getvalue()


def test_a_row_of_totals_is_no_invoice() -> None:
    documents = [reading.document for reading in read_text(FILE)]
    assert [(each.number, len(each.lines)) for each in documents if isinstance(each, Invoice)] == [
        ("A", 2),
        ("B", 1),
    ]


WRONG_TOTALS = {  # what is changed in the file, and what is said
    (
        "0,25;3;2",
        "0,26;3;2",
    ): "the file says the sum of lines[].net is 0,26, but its rows give 0.25",
    ("0,25;3;2", "0,25;4;2"): "the file says the number of rows is 4, but its rows give 3",
    ("0,25;3;2", "0,25;3;"): "the file says the number of invoices is nothing, but its rows give 2",
    ("A;2,00;;\n", ""): "the number of rows is 3, but its rows give 2",
    ("Total;0,25;3;2\n", ""): "the row with the totals (part `total` of guide `shop`) is missing",
}


@pytest.mark.parametrize("change", WRONG_TOTALS, ids=lambda change: change[1] or change[0])
def test_a_file_that_was_cut_off_is_refused(change: tuple[str, str]) -> None:
    old, new = change
    assert old in FILE
    with pytest.raises(Unreadable, match=re.escape(WRONG_TOTALS[change])) as caught:
        read_text(FILE.replace(old, new))
    assert caught.value.finding.rule == "IN-CSV-TOTALS"


def test_a_faulty_amount_is_told_itself_and_not_as_a_wrong_sum() -> None:
    first, second = read_text(FILE.replace("1,50", "1.50"))
    assert [notice.rule for notice in first.notices] == ["IN-CSV-VALUE"]
    assert second.notices == ()


RECORDS = """
format = "csv"
rows = "parts"
[file]
header = false
[part.head]
holds = "invoice"
where = { "kind" = "H" }
names = ["kind", "number", "date"]
[part.head.columns]
"number" = "number"
"date" = "issue_date"
[part.line]
holds = "lines"
where = { "kind" = "L" }
names = ["kind", "net"]
[part.line.columns]
"net" = "lines[].net"
[part.more]
continues = "invoice"
where = { "kind" = "M" }
names = ["kind", "date"]
[part.more.columns]
"date" = "issue_date"
"""
RECORD_FILE = "H;A;2026-11-20\nL;1\nL;2\nH;B;2026-11-21\nL;3\n"


def test_rows_without_a_key_belong_to_the_invoice_before_them() -> None:
    documents = [each.document for each in read_text(RECORD_FILE, RECORDS)]
    assert [[str(line.net) for line in d.lines] for d in documents if isinstance(d, Invoice)] == [
        ["1", "2"],
        ["3"],
    ]


STRAY = {  # a file, the rule, what is said
    "X;1\n" + RECORD_FILE: ("IN-CSV-GUIDE", "does not know the kind of the first row"),
    RECORD_FILE + "X;1\n": ("IN-CSV-RECORD", "this row is of no known kind"),
    "L;1\n" + RECORD_FILE: ("IN-CSV-RECORD", "this row comes before any invoice"),
}


@pytest.mark.parametrize("text", STRAY)
def test_a_row_that_belongs_nowhere_stops_the_file(text: str) -> None:
    rule, message = STRAY[text]
    with pytest.raises(Unreadable, match=message) as caught:
        read_text(text, RECORDS)
    assert caught.value.finding.rule == rule


def test_a_date_said_twice_must_be_the_same() -> None:
    same = RECORD_FILE.replace("H;B", "M;2026-11-20\nH;B")
    assert read_text(same, RECORDS)[0].notices == ()
    (notice,) = read_text(same.replace("M;2026-11-20", "M;2026-11-22"), RECORDS)[0].notices
    assert (notice.rule, notice.place, notice.value) == (
        "IN-CSV-TWICE",
        "row 4, column date",
        "2026-11-22",
    )


HEADS = "Invoice;Date;Customer;Net;VAT;Gross\nA;2026-11-20;X;1.00;0.19;1.19\n"
LINES = "Invoice;Line;Text;Quantity;Price;Line total;VAT rate;Clerk\nA;1;Drill;1;1.00;1.00;19;me\n"


def test_two_files_are_joined_by_the_shipped_guide() -> None:
    (reading,) = read(
        zipped(lines=LINES, heads=HEADS), [shipped("csv-example"), shipped("table-parts-example")]
    )
    assert isinstance(reading.document, Invoice)
    assert (reading.notices, len(reading.document.lines)) == ((), 1)
    assert reading.sources["lines[0].net"] == "lines.csv row 2, column Line total"
    assert reading.unmapped == {"lines.csv row 2, column Clerk": "me"}


BAD_ZIPS = {
    "a file is missing": (zipped(heads=HEADS), "IN-CSV-JOIN", "wants the files lines*.csv"),
    "a file is not known": (
        zipped(heads=HEADS, lines=LINES, more=""),
        "IN-CSV-JOIN",
        "does not know the file more.csv",
    ),
    "not a ZIP": (HEADS.encode(), "IN-CSV-GUIDE", "is for a ZIP of CSV files"),
    "files of others": (zipped(a=HEADS, b=LINES), "IN-CSV-GUIDE", "wants the files heads*.csv"),
    "cut off": (zipped(heads=HEADS, lines=LINES)[:150], "IN-ZIP", "cannot be read"),
    "encrypted": (
        zipped(zipfile.ZIP_STORED, 1, heads=HEADS, lines=LINES),
        "IN-ZIP",
        "it is encrypted",
    ),
    "packed in another way": (
        zipped(zipfile.ZIP_BZIP2, heads=HEADS, lines=LINES),
        "IN-ZIP",
        "compressed in another way",
    ),
    "too many files": (
        zipped(**{str(number): "" for number in range(2001)}),
        "IN-ZIP",
        "2001 files are in this ZIP file, 2000 may be",
    ),
    "spoilt": (
        zipped(heads=HEADS, lines=LINES).replace(b"Drill", b"Grill"),
        "IN-ZIP",
        "Bad CRC",
    ),
}


@pytest.mark.parametrize("case", BAD_ZIPS)
def test_a_zip_that_is_not_what_the_guide_says_is_refused(case: str) -> None:
    data, rule, message = BAD_ZIPS[case]
    with pytest.raises(Unreadable, match=re.escape(message)) as caught:
        read(data, [shipped("table-parts-example")])
    assert caught.value.finding.rule == rule


def test_what_programs_leave_in_a_zip_is_passed_by() -> None:
    buffer = BytesIO(zipped(heads=HEADS, lines=LINES))
    with zipfile.ZipFile(buffer, "a") as archive:
        for litter in ("__MACOSX/heads.csv", "x/.DS_Store", "Thumbs.db", "folder/"):
            archive.writestr(litter, b"?")
    assert len(read(buffer.getvalue(), [shipped("table-parts-example")])) == 1


def test_without_heads_lines_are_enough() -> None:
    toml = RECORDS.replace('holds = "invoice"', 'holds = "nothing"')
    toml = toml.replace('names = ["kind", "net"]', 'names = ["kind", "nr", "net"]\nkey = "nr"')
    toml = toml.replace('"net" = "lines[].net"', '"net" = "lines[].net"\n"nr" = "number"')
    (only,) = read_text("H;A;2026-11-20\nL;A;1\nL;A;2\n", toml)
    assert (only.document.number, only.notices) == ("A", ())


def test_each_head_may_come_once_and_its_lines_need_it() -> None:
    twice = HEADS + "A;2026-11-21;X;1.00;0.19;1.19\n"
    orphan = LINES + "B;1;Bit;1;1.00;1.00;19;\n"
    first, second = read(zipped(heads=twice, lines=orphan), [shipped("table-parts-example")])
    assert [(n.rule, n.place) for n in first.notices] == [
        ("IN-CSV-DIFFERS", "heads.csv row 3, column Date")
    ]
    assert [(n.rule, n.value) for n in second.notices] == [("IN-CSV-HEAD", "B")]


BAD_PARTS = {  # what is changed in the guide of records, and what is said about it
    ('"net" = "lines', '"no" = "lines'): "[part.line] `net` is neither in [columns] nor under",
    ('holds = "invoice"', ""): "[part.head] say what a row `holds`, or what it `continues`",
    ('holds = "lines"', 'holds = "liens"'): "Invoice has no field `liens`",
    ('names = ["kind", "net"]', ""): "[part.line] [match] width: give the number of columns",
    ('holds = "lines"', 'holds = "lines"\nsheet = "A"'): "[part.line] sheet: only a guide with",
    ('"net" = "lines[].net"', '"net" = "lines[].net"\n[part.line.notation.net]\nimplied = -1'): (
        "[part.line] [notation.net] implied: 0 to 12 digits"
    ),
    ('"lines[].net"', '"lines[0].net"'): "the row's own line is written `lines[].`",
}


@pytest.mark.parametrize("change", BAD_PARTS, ids=" to ".join)
def test_a_faulty_part_is_refused(change: tuple[str, str]) -> None:
    old, new = change
    assert old in RECORDS
    toml = RECORDS.replace(old, new, 1)
    if "liens" in new:
        toml = toml.replace("lines[].net", "liens[].net")
    with pytest.raises(Unreadable, match=re.escape(BAD_PARTS[change])) as caught:
        read_text(RECORD_FILE, toml)
    assert caught.value.finding.rule == "IN-GUIDE"


def test_lines_of_a_fixed_length_need_no_ends() -> None:
    toml = """
    format = "fixed_width"
    rows = "invoices"
    [file]
    length = 12
    [positions]
    "Nr" = [1, 4]
    "Net" = [5, 8]
    [columns]
    "Nr" = "number"
    "Net" = "totals.due"
    [notation.Net]
    implied = 2
    """
    documents = [each.document for each in read_text("A1  00001050A2  00000099", toml)]
    assert [
        str(each.totals and each.totals.due) for each in documents if isinstance(each, Invoice)
    ] == [
        "10.50",
        "0.99",
    ]

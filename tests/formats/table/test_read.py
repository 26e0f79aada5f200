import re
from pathlib import Path

import pytest
from msgspec.structs import asdict

from formats.codec import Guide, Reading, Unreadable
from formats.guide import parse
from formats.model import Invoice
from formats.table.read import READER, claims, read
from tests.formats.guided_samples import assert_read_as_told, fields_of, folders, readings_of
from tests.formats.table.guides import TOML

GOOD = """Nr;Date;Scheme;Address;Net;Unit;Memo
A1;20.11.2026;0204;04011;1.234,50;St;x
A1;20.11.2026;0204;04011;5,00-;St;
B2;21.11.2026;0204;04012;7,00;St;
"""


def guide(toml: str = TOML) -> Guide:
    return parse("shop", toml)


def read_text(text: str, toml: str = TOML) -> tuple[Reading, ...]:
    return read(text.encode(), [guide(toml)])


@pytest.mark.parametrize(
    "folder", [*folders("csv"), *folders("table")], ids=lambda folder: folder.name
)
def test_samples_read_as_told(folder: Path) -> None:
    readings = readings_of(folder, READER)
    assert_read_as_told(folder, readings)
    for reading in readings:
        summed = {path for path in fields_of(reading.document) if "vat_breakdown" in path}
        assert fields_of(reading.document) - summed == set(reading.sources) - summed


def test_every_value_says_its_row_and_column() -> None:
    first, second = read_text(GOOD)
    assert isinstance(first.document, Invoice)
    assert [str(line.net) for line in first.document.lines] == ["1234.50", "-5.00"]
    assert first.sources == {
        "number": "row 2, column Nr",
        "issue_date": "row 2, column Date",
        "buyer.electronic_address.scheme": "row 2, column Scheme",
        "buyer.electronic_address.value": "row 2, column Address",
        "currency": "guide shop",
        "lines[0].net": "row 2, column Net",
        "lines[0].unit": "row 2, column Unit",
        "lines[1].net": "row 3, column Net",
        "lines[1].unit": "row 3, column Unit",
    }
    assert first.unmapped == {"row 2, column Memo": "x"}
    assert second.sources["number"] == "row 4, column Nr"


FAULTS = {  # what is wrong with the first invoice: its file, and the notice's rule, place, value
    "no number": (GOOD.replace("1.234,50", "1.23"), "IN-CSV-VALUE", "row 2, column Net", "1.23"),
    "infinite": (GOOD.replace("1.234,50", "Inf"), "IN-CSV-VALUE", "row 2, column Net", "Inf"),
    "no date": (
        GOOD.replace("20.11.2026", "20.13.2026"),
        "IN-CSV-VALUE",
        "row 2, column Date",
        "20.13.2026",
    ),
    "unknown code": (
        GOOD.replace("St;x", "Krt;x"),
        "IN-CSV-VALUE",
        "row 2, column Unit",
        "Krt",
    ),
    "too few cells": (GOOD.replace("0204;04011;5,00-", "5,00-"), "IN-CSV-ROW", "row 3", "5"),
    "too many cells": (GOOD.replace("1.234,50", "1;234,50"), "IN-CSV-ROW", "row 2", "8"),
    "two dates": (
        GOOD.replace("20.11.2026;0204;04011;5", "22.11.2026;0204;04011;5"),
        "IN-CSV-DIFFERS",
        "row 3, column Date",
        "22.11.2026",
    ),
    "no key": (GOOD.replace("A1;", ";"), "IN-CSV-KEY", "row 2, column Nr", None),
    "half an address": (
        GOOD.replace("04011", ""),
        "IN-CSV-INCOMPLETE",
        None,
        None,
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_faulty_invoice_is_told_and_does_not_stop_the_next(case: str) -> None:
    text, rule, place, value = FAULTS[case]
    first, second = read_text(text)
    notice = first.notices[0]
    assert (notice.rule, notice.place, notice.value) == (rule, place, value)
    assert notice.fix
    assert second.document == read_text(GOOD)[1].document
    assert second.notices == ()


def test_what_was_left_out_has_no_place() -> None:
    sources = read_text(GOOD.replace("04011", ""))[0].sources
    assert "buyer.electronic_address.scheme" not in sources
    assert {"number", "currency", "lines[1].net"} <= set(sources)
    assert len(sources) == len(dict(sources)) == len(set(sources))
    with pytest.raises(KeyError):
        sources["buyer.electronic_address.scheme"]


def test_all_faults_of_an_invoice_are_told_at_once() -> None:
    text = GOOD.replace("1.234,50", "?").replace("5,00-", "-5,00-").replace("20.11", "00.11")
    assert [notice.place for notice in read_text(text)[0].notices] == [
        "row 2, column Date",
        "row 2, column Net",
        "row 3, column Net",
    ]


def test_cells_beyond_the_header_may_be_empty_and_rows_too() -> None:
    padded = GOOD.replace("\nA1;20.11.2026;0204;04011;5", "\nA1 ;20.11.2026;0204;04011;5")
    padded = padded.replace("\n", ";;\n").replace("\nB2", "\n;;;;;;;;\n\nB2")
    assert [each.document for each in read_text(padded)] == [
        each.document for each in read_text(GOOD)
    ]


UNREADABLE = {  # a file that cannot be read at all: its bytes, rule, what the message says
    "an unknown column": (
        GOOD.replace("Memo", "Secret").encode(),
        "IN-CSV-COLUMNS",
        "not in the guide: Secret",
    ),
    "a column twice": (
        GOOD.replace("Memo", "Net").encode(),
        "IN-CSV-COLUMNS",
        "twice in the file: Net",
    ),
    "a quote left open": (
        GOOD.replace("04012", '"04012').encode(),
        "IN-CSV-ROW",
        "unexpected end of data",
    ),
    "no text": (GOOD.encode() + b"\x81", "IN-CSV-ENCODING", "neither UTF-8 nor cp1252"),
    "another file": (b"a;b\n1;2\n", "IN-CSV-GUIDE", "guide `shop` wants the columns"),
    "no rows": (GOOD.partition("\n")[0].encode(), "IN-CSV-EMPTY", "but no rows"),
    "empty": (b"", "IN-CSV-GUIDE", "guide `shop` wants the columns"),
    "a million columns": (
        GOOD.replace("Memo", ";".join(map(str, range(10**6)))).encode(),
        "IN-CSV-COLUMNS",
        "and 999988 more",
    ),
    "two encodings in one file": (
        GOOD.replace("04011", "Süd").encode() + "C3;22.11.2026;0204;Süd;1;St;\n".encode("cp1252"),
        "IN-CSV-ENCODING",
        "the file is cp1252 only in parts",
    ),
    "UTF-16 behind UTF-8": (
        GOOD.encode() + "C3;22.11.2026;0204;Sud;1;St;\n".encode("utf-16-le"),
        "IN-CSV-ENCODING",
        "the file is utf-8 only in parts",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_unreadable_files_say_why(case: str) -> None:
    data, rule, message = UNREADABLE[case]
    with pytest.raises(Unreadable, match=re.escape(message)) as caught:
        read(data, [guide()])
    assert caught.value.finding.rule == rule
    assert caught.value.finding.fix


def test_a_missing_mapping_is_asked_for() -> None:
    with pytest.raises(Unreadable, match="the sender has none") as caught:
        read(GOOD.encode(), [])
    assert "csv-example.toml" in (caught.value.finding.fix or "")


def test_the_first_guide_that_fits_is_taken() -> None:
    other = parse("other", TOML.replace('"Nr"', '"No"'))
    assert read(GOOD.encode(), [other, guide()]) == read_text(GOOD)


def test_a_guide_in_whose_encoding_a_file_is_not_leaves_it_to_the_next() -> None:
    text = GOOD.replace("04011", "Süd")
    other = parse("other", TOML.replace('"Nr"', '"No"'))
    own = guide(TOML.replace("[file]", '[file]\nencoding = "cp850"'))
    assert read(text.encode("cp850"), [other, own]) == read_text(text)
    with pytest.raises(Unreadable, match="neither UTF-8 nor cp1252"):
        read(text.encode("cp850"), [other])


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_text_in_any_encoding(codec: str) -> None:
    data = GOOD.replace("04011", "Müller").encode(codec)
    assert claims(data[:4096], "")
    document = read(data, [guide()])[0].document
    assert isinstance(document, Invoice)
    assert document.buyer is not None
    assert document.buyer.electronic_address is not None
    assert document.buyer.electronic_address.value == "Müller"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<a>1;2;3;4\n1;2;3;4</a>", "a.csv"),
        (b"EDI_DC40  ;;;\n;;;", "a.csv"),
        (b"%PDF-1.7;;;\n;;;", ""),
        (b"\x00\x01;;;\n;;;", "a.csv"),
        (b"ISA*00*;;;\n;;;", "a.csv"),
        (b"Dear Sir; how are you?\nI am well.", "letter.txt"),
    ],
)
def test_other_files_are_not_claimed(head: bytes, name: str) -> None:
    assert not claims(head, name)


LINES_ONLY = """
format = "csv"
rows = "lines"
key = "Nr"
vat_breakdown = "from lines"
totals = "from lines"
line_ids = "by position"
optional = ["Paid"]
[columns]
"Nr" = "number"
"Net" = "lines[].net"
"Rate" = "lines[].vat_rate"
"Paid" = "totals.paid"
[constants]
"lines[].vat_category" = "S"
"""


def test_what_a_file_has_on_its_lines_only_is_summed_up() -> None:
    text = "Nr;Net;Rate;Paid\nA;100.00;20;20.00\nA;-50.00;10;\n"
    (reading,) = read_text(text, LINES_ONLY)
    document = reading.document
    assert isinstance(document, Invoice)
    assert document.totals is not None
    assert {name: str(value) for name, value in asdict(document.totals).items() if value} == {
        "lines": "50.00",
        "without_vat": "50.00",
        "vat": "15.00",
        "with_vat": "65.00",
        "paid": "20.00",
        "due": "45.00",
    }
    assert [line.id for line in document.lines] == ["1", "2"]
    assert reading.sources["totals.due"] == "sum of the lines and their VAT"
    assert reading.sources["totals.paid"] == "row 2, column Paid"
    assert reading.sources["lines[1].id"] == "position of the line"


PRICED = """
format = "csv"
rows = "lines"
key = "Nr"
line_nets = "from price"
optional = ["Net", "Per", "Off"]
[columns]
"Nr" = "number"
"Rate" = "lines[].vat_rate"
"Net" = "lines[].net"
"Qty" = "lines[].quantity"
"Price" = "lines[].price.net"
"Per" = "lines[].price.base_quantity"
"Off" = "lines[].allowances[0].amount"
"""
NETS = {
    "quantity times price": ("3;0.335;;;", "1.01"),
    "for a number of pieces": ("250;4.00;;100;", "10.00"),
    "less what is taken off": ("2;10.00;;;1.50", "18.50"),
    "as the file states it, where it does": ("2;10.00;19.99;;", "19.99"),
    "no price": ("2;;;;", "None"),
    "a price for no pieces": ("2;1.00;;0;", "None"),
}


@pytest.mark.parametrize("case", NETS)
def test_the_net_amount_of_a_line_is_worked_out_of_its_price(case: str) -> None:
    row, net = NETS[case]
    (reading,) = read_text(f"Nr;Rate;Qty;Price;Net;Per;Off\nA;20;{row}\n", PRICED)
    document = reading.document
    assert isinstance(document, Invoice)
    assert str(document.lines[0].net) == net
    if case == "quantity times price":
        assert reading.sources["lines[0].net"] == "quantity times price of the line"


def test_totals_are_summed_up_with_their_vat_or_not_at_all() -> None:
    with pytest.raises(Unreadable, match='"from lines" needs vat_breakdown = "from lines", or'):
        read_text("", LINES_ONLY.replace('vat_breakdown = "from lines"', ""))


OF_RATES = """
rows = "invoices"
format = "csv"
lines = "from vat_breakdown"
totals = "from lines"
[columns]
"Nr" = "number"
"Item" = "lines[].item.name"
"Net 19" = "vat_breakdown[rate=19].taxable"
"VAT 19" = "vat_breakdown[rate=19].tax"
"Net 7" = "vat_breakdown[rate=7].taxable"
"VAT 7" = "vat_breakdown[rate=7].tax"
[constants]
"vat_breakdown[rate=19].category" = "S"
"vat_breakdown[rate=7].category" = "S"
"""


@pytest.mark.parametrize(
    ("cells", "lines", "gross"),
    [
        ("100.00;19.00;50.00;3.50", [("19", "1", "100.00"), ("7", "1", "50.00")], "172.50"),
        (";;50.00;3.50", [("7", "1", "50.00")], "53.50"),
        ("0.00;0.00;-50.00;-3.50", [("7", "-1", "50.00")], "-53.50"),
    ],
    ids=["both", "one", "a credit"],
)
def test_each_rate_with_an_amount_in_columns_of_its_own_is_a_line(
    cells: str, lines: list[tuple[str, str, str]], gross: str
) -> None:
    (reading,) = read_text(f"Nr;Item;Net 19;VAT 19;Net 7;VAT 7\nA;Saw;{cells}\n", OF_RATES)
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    found = [
        (f"{e.vat_rate}", f"{e.quantity}", f"{e.price and e.price.net}") for e in invoice.lines
    ]
    assert found == lines
    assert {line.item and line.item.name for line in invoice.lines} == {"Saw"}
    assert [f"{row.rate}" for row in invoice.vat_breakdown] == [rate for rate, *_ in lines]
    assert f"{invoice.totals and invoice.totals.with_vat}" == gross
    last = len(lines) - 1
    assert reading.sources[f"lines[{last}].item.name"] == "row 2, column Item"
    assert reading.sources[f"lines[{last}].net"] == "row 2, column Net 7"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("vat_breakdown[rate=", "x[rate="), 'lines: "from vat_breakdown" needs columns'),
        (("lines =", 'vat_breakdown = "from lines"\nlines ='), "cannot be"),
    ],
)
def test_lines_come_of_rates_that_columns_state(change: tuple[str, str], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_text("", OF_RATES.replace(*change))


def test_what_looks_like_a_formula_is_text() -> None:
    (only,) = read_text(GOOD.partition("B2")[0].replace("04011", '"=HYPERLINK(""x"")"'))
    document = only.document
    assert isinstance(document, Invoice)
    assert document.buyer is not None
    assert document.buyer.electronic_address is not None
    assert document.buyer.electronic_address.value == '=HYPERLINK("x")'


DIALECTS = {  # another way to write the same file: changed in the guide, and in the file
    "tabs": ('";"', '"\\t"', ";", "\t"),
    "single quotes": ('delimiter = ";"', "delimiter = ';'\nquote = \"'\"", "St;x", "'St';x"),
    "no quotes": ('delimiter = ";"', 'delimiter = ";"\nquote = ""', "", ""),
    "spaces for thousands": ('thousands = "."', 'thousands = " "', "1.234", "1\u202f234"),
    "short years": ("DD.MM.YYYY", "DD.MM.YY", ".2026", ".26"),
    "times": ("DD.MM.YYYY", "DD.MM.YYYY hh:mm", ".2026", ".2026 00:00"),
}


@pytest.mark.parametrize("case", DIALECTS)
def test_a_guide_says_how_its_file_is_written(case: str) -> None:
    said, instead, text, other = DIALECTS[case]
    assert said in TOML
    readings = read_text(GOOD.replace(text, other), TOML.replace(said, instead, 1))
    assert [(each.document, each.notices) for each in readings] == [
        (each.document, each.notices) for each in read_text(GOOD)
    ]


def test_invoices_in_rows_have_their_lines_by_number() -> None:
    toml = """
    format = "csv"
    rows = "invoices"
    vat_breakdown = "from lines"
    [columns]
    A = "number"
    N2 = "lines[1].net"
    N1 = "lines[0].net"
    [constants]
    "lines[0].vat_category" = "S"
    "lines[0].vat_rate" = "19"
    "lines[1].vat_category" = "S"
    "lines[1].vat_rate" = "7"
    """
    both, first = (each.document for each in read_text("A;N2;N1\n1;-100.00;5.00\n2;;9.99\n", toml))
    assert isinstance(both, Invoice)
    assert isinstance(first, Invoice)
    assert [str(line.net) for line in both.lines] == ["5.00", "-100.00"]
    assert [(str(row.taxable), str(row.tax)) for row in both.vat_breakdown] == [
        ("5.00", "0.95"),
        ("-100.00", "-7.00"),
    ]
    assert [(str(row.taxable), str(row.tax)) for row in first.vat_breakdown] == [("9.99", "1.90")]

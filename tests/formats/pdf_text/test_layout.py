"""A layout is understood whole, or all that is wrong with it is said at once."""

from datetime import date
from decimal import Decimal

import pytest

from formats.codec import Unreadable
from formats.guide import parse, shipped
from formats.pdf_text.layout import layout

GOOD = """
format = "pdf_text"
anchors = ['Muster AG']
[text]
decimal = ","
thousands = "."
date = "DD. MM YYYY"
months = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
signs = ["EUR", "%"]
[fields]
number = 'Nr'
issue_date = 'Datum'
"totals.due" = { box = [10, 20.5, 30, 40], page = "last" }
[tables.lines]
start = '^Pos'
columns = { "id" = [10, 20], "net" = [20.25, 30], "unit" = [30, 40] }
optional = ["unit"]
[values."lines[].unit"]
Stk = "H87"
"""


def test_words_become_what_they_mean() -> None:
    made = layout(parse("good", GOOD))
    number, issued, due = made.fields
    assert number.read(" R-1") == " R-1"
    assert issued.read("3. mai 2026") == date(2026, 5, 3)
    assert due.read("EUR 1.234,50-") == Decimal("-1234.50")
    assert (due.box, due.page) == ((10_000, 20_500, 30_000, 40_000), -1)
    _, net, unit = made.tables[0].columns
    assert (net.left, net.right, net.optional) == (20_250, 30_000, False)
    assert (unit.read("Stk"), unit.optional) == ("H87", True)
    assert made.split is None


def test_the_shipped_example_is_understood() -> None:
    made = layout(shipped("pdf-example"))
    assert [table.items for table in made.tables] == ["lines", "vat_breakdown"]


FAULTS = {  # what is put in place of what, and what is said about it
    "no anchors": ("['Muster AG']", "[]", "anchors: name at least one text"),
    "broken pattern": ("'Muster AG'", "'('", r"anchors: pattern `\(`"),
    "unknown word": ("anchors =", "anker = 1\nanchors =", "unknown word `anker`"),
    "unknown word of a field": ("number = 'Nr'", "number = { lable = 'Nr' }", "`lable`"),
    "unknown field": ("number = 'Nr'", "nummer = 'Nr'", "has no field `nummer`; did you mean"),
    "field without a place": ("number = 'Nr'", "number = { page = 1 }", "a `label` or a `box`"),
    "page of another kind": ('"last"', '"first"', r"\[fields\] `totals.due`"),
    "edges that are no numbers": ("[10, 20]", '[10, "x"]', r"\[tables.lines\]: Invalid decimal"),
    "unknown column": ('"id"', '"idd"', "path `idd`: Line has no field `idd`"),
    "optional without column": ('["unit"]', '["price.net"]', "optional `price.net` is no column"),
    "no lines": ("[tables.lines]", "[tables.charges]", r"\[tables.lines\] is missing"),
    "unknown list": ("[tables.lines]", "[tables.notes]", r"\[tables.notes\]: a table fills one"),
    "no start": ("'^Pos'", "''", "start is empty"),
    "row with edges": ("start =", "row = '(.)'\nstart =", "edges in millimetres without it"),
    "names without row": ('{ "id"', '["id"] #', "edges in millimetres without it"),
    "groups and columns": (
        "columns = {",
        "row = '(.)'\ncolumns = ['id', 'net'] # {",
        "row has 1 groups for 2 columns",
    ),
    "more without edges": (
        "columns = {",
        "more = 'note'\nrow = '(.)'\ncolumns = ['unit'] # {",
        "`more` needs `more_edges`",
    ),
    "months": ('"Jan", ', "", "months: name all twelve"),
    "date": ('"DD. MM YYYY"', '"DD. MM"', "must hold"),
    "decimal": ('decimal = ","', 'decimal = "."', "decimal, thousands: one character each"),
    "meaning of nothing": ('"lines[].unit"', '"lines[].id2"', "`lines[].id2` is filled by nothing"),
    "constant of another kind": (
        "[fields]",
        '[constants]\nissue_date = "today"\n[fields]',
        "`today` is not a date as in YYYY-MM-DD",
    ),
    "two ways to split": (
        "[fields]",
        "[split]\nfirst = 'a'\npages = 2\n[fields]",
        "split: name one of first, changes, separator, pages, outline",
    ),
    "no way to split": ("[fields]", "[split]\nignore = 'a'\n[fields]", "split: name one of"),
    "pages of nothing": ("[fields]", "[split]\npages = 0\n[fields]", "split: Expected `int` >= 1"),
    "page without number": (
        "[fields]",
        "[split]\npages = 2\nnumbered = 'Page'\n[fields]",
        "numbered needs",
    ),
    "same as nothing": ("[fields]", '[same]\n"totals.x" = "number"\n[fields]', "path `totals.x`"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_fault_is_named(case: str) -> None:
    old, new, words = FAULTS[case]
    assert old in GOOD
    with pytest.raises(Unreadable, match=words.replace("[]", r"\[\]")) as caught:
        layout(parse("bad", GOOD.replace(old, new, 1)))
    assert caught.value.finding.rule == "IN-GUIDE"


def test_all_faults_are_named_at_once() -> None:
    bad = GOOD.replace("number =", "nummer =").replace("'^Pos'", "'('").replace("anchors", "ankers")
    with pytest.raises(Unreadable) as caught:
        layout(parse("bad", bad.replace("[fields]", "[more]\n[fields]")))
    message = str(caught.value)
    assert "unknown word `more`" in message
    assert "anchors" in message

"""Rows of a table become items, over pages; a row that is not understood is a fault."""

import pytest

from formats.guide import parse
from formats.pdf_text.layout import layout
from formats.pdf_text.pages import pages_of
from formats.pdf_text.places import Table
from formats.pdf_text.tables import harvest
from tests.formats.pdf_text.drawing import Text, drawn

EDGES = """
columns = { "id" = [18, 28], "item.name" = [28, 90], "quantity" = [90, 110], "net" = [110, 140] }
optional = ["quantity"]
more = "item.description"
"""
ROWS = """
row = '^(\\d+) (.+?)(?: (\\d+) pcs)? ([\\d.]+)$'
columns = ["id", "item.name", "quantity", "net"]
optional = ["quantity"]
more = "item.description"
more_edges = [28, 90]
"""
HEAD: list[Text] = [(20, 20, "Pos"), (40, 20, "Article"), (120, 20, "Amount")]
END: list[Text] = [(40, 80, "Sum"), (120, 80, "9.00")]


def table(words: str, more: str = "") -> Table:
    toml = f"""
    format = "pdf_text"
    anchors = ['x']
    fields = {{}}
    [tables.lines]
    start = '^Pos'
    end = '^Sum'
    skip = '^Carried'
    {more}
    {words}
    """
    return layout(parse("x", toml)).tables[0]


def item(down: float, number: str, name: str, quantity: str, net: str) -> list[Text]:
    texts: list[Text] = [(20, down, number), (30, down, name), (120, down, net)]
    return [*texts, (95, down, quantity)] if quantity else texts


def texts_of(made: Table, *pages: list[Text]) -> tuple[list[list[str]], list[str]]:
    crop = harvest(made, pages_of(drawn(*pages)))
    items = [
        [*(cell.text for cell in each.cells), *(row.text for row in each.more)]
        for each in crop.items
    ]
    return items, [fault.value or "" for fault in crop.faults]


NUTS = item(30, "1", "Steel nuts", "4 pcs", "5.00")
BOLTS = item(40, "2", "Bolts", "", "4.00")
STEEL = ["1", "Steel nuts", "4", "5.00"]
MORE: list[Text] = [(30, 35, "galvanised")]

SHAPES = {
    "item": ([*HEAD, *NUTS, *END], [STEEL], []),
    "two items": ([*HEAD, *NUTS, *BOLTS, *END], [STEEL, ["2", "Bolts", "4.00"]], []),
    "further text": ([*HEAD, *NUTS, *MORE, *END], [[*STEEL, "galvanised"]], []),
    "before the start": ([(20, 10, "x 1.00"), *HEAD, *NUTS, *END], [STEEL], []),
    "behind the end": ([*HEAD, *NUTS, *END, *item(90, "9", "no", "", "1.00")], [STEEL], []),
    "to be skipped": ([*HEAD, *NUTS, (30, 40, "Carried over 5.00"), *END], [STEEL], []),
    "no start": ([*NUTS, *END], [], []),
    "no end": ([*HEAD, *NUTS], [STEEL], []),
    "text before any item": ([*HEAD, (30, 28, "New!"), *NUTS, *END], [STEEL], ["New!"]),
    "text too far down": ([*HEAD, *NUTS, (30, 45, "Footer"), *END], [STEEL], ["Footer"]),
    "text at a strange place": (
        [*HEAD, *NUTS, (150, 35, "galvanised"), *END],
        [STEEL],
        ["galvanised"],
    ),
    "item without amount": (
        [*HEAD, *NUTS, (20, 40, "2"), (30, 40, "Bolts"), (95, 40, "4 pcs"), *END],
        [STEEL],
        ["2 Bolts 4 pcs"],
    ),
}


@pytest.mark.parametrize("case", SHAPES)
@pytest.mark.parametrize("words", [EDGES, ROWS])
def test_shape(case: str, words: str) -> None:
    page, items, strange = SHAPES[case]
    found, faults = texts_of(table(words), page)
    expected = [[*each] for each in items]
    if words is EDGES:
        expected = [[text if text != "4" else "4 pcs" for text in each] for each in items]
    assert (found, faults) == (expected, strange)


HEADED = [[*HEAD, *NUTS], [*HEAD, *BOLTS, *END]]
HEADLESS = [[*HEAD, *NUTS], [*BOLTS, *END]]
FRAMED = [[*HEAD, *NUTS, (20, 290, "Page 1")], [(20, 8, "Muster AG"), *HEAD, *BOLTS, *END]]
BREAKS = {
    "start on each page": (HEADED, "", 2, []),
    "start on the first page": (HEADLESS, "", 1, []),
    "goes on": (HEADLESS, "goes_on = true", 2, []),
    "foot inside": (FRAMED, "", 2, ["Page 1"]),
    "foot and head cut off": (FRAMED, "goes_on = true\ntop = 15\nbottom = 280", 2, []),
}


@pytest.mark.parametrize("case", BREAKS)
def test_page_break(case: str) -> None:
    pages, words, count, strange = BREAKS[case]
    found, faults = texts_of(table(ROWS, words), *pages)
    assert (len(found), faults) == (count, strange)


def test_one_text_fills_several_fields() -> None:
    edges = 'columns = { "id" = [18, 28], "note" = [18, 28], "item.name" = [28, 140] }'
    row = 'row = \'^(\\d+) (.+)$\'\ncolumns = [["id", "note"], "item.name"]'
    for words in (edges, row):
        (found,), _ = texts_of(table(words), [*HEAD, (20, 30, "1"), (30, 30, "Nuts"), *END])
        assert found == ["1", "1", "Nuts"]

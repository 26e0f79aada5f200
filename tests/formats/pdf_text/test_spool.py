"""A file of many invoices is parted as the layout says; what belongs to nobody is named."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf
import pytest

from formats.guide import parse
from formats.model import Invoice
from formats.pdf_text.read import read
from tests.formats.pdf_text.drawing import Text, drawn

LAYOUT = """
format = "pdf_text"
anchors = ['^Muster AG']
[split]
{split}
[fields]
number = {{ label = '^Invoice (\\S+)', page = 1 }}
"totals.with_vat" = '^Total'
[tables.lines]
start = '^Items'
end = '^Total'
row = '^(.+) ([\\d.]+)$'
columns = ["item.name", "net"]
"""


def page(number: str = "", of: str = "", amount: str = "5.50") -> list[Text]:
    """Return a page with its invoice's number; the sum only where it has an amount."""
    sums: list[Text] = [(20, 40, "Nuts 5.50"), (20, 50, f"Total {amount}")] if amount else []
    head: list[Text] = [(20, 10, "Muster AG"), (20, 20, f"Invoice {number}"), (120, 10, of)]
    return [*head, (20, 30, "Items"), *sums]


SHEET: list[Text] = [(20, 100, "* * * next * * *")]
COVER: list[Text] = [(20, 10, "Muster AG, print job 17")]
ONE_OF_TWO, TWO_OF_TWO = page("R-1", "Page 1/2", ""), page("R-1", "Page 2/2")

CASES: dict[str, tuple[str, Sequence[list[Text]], list[tuple[int, ...]], list[str]]] = {
    "text on the first page": (
        "first = 'Page 1/'",
        [ONE_OF_TWO, TWO_OF_TWO, page("R-2", "Page 1/1")],
        [(1, 2), (3,)],
        [],
    ),
    "another number": (
        "changes = '^Invoice (\\S+)'",
        [ONE_OF_TWO, TWO_OF_TWO, [], page("R-2"), page("R-3")],
        [(1, 2, 3), (4,), (5,)],
        [],
    ),
    "another number in a box": (
        "changes = '(\\S+)$'\nbox = [20, 15, 60, 25]",
        [page("R-1", "Page 1", ""), page("R-1", "Page 2"), page("R-2", "Page 1")],
        [(1, 2), (3,)],
        [],
    ),
    "sheets between, with empty backs": (
        "separator = 'next'",
        [ONE_OF_TWO, TWO_OF_TWO, SHEET, [], page("R-2"), SHEET, []],
        [(1, 2), (5,)],
        [],
    ),
    "count": ("pages = 2", [ONE_OF_TWO, TWO_OF_TWO, page("R-2"), []], [(1, 2), (3, 4)], []),
    "count, and the last is short": (
        "pages = 2",
        [ONE_OF_TWO, TWO_OF_TWO, page("R-2")],
        [(1, 2), (3,)],
        ["the last invoice is cut: it has 1 of 2 pages"],
    ),
    "pages of nobody": (
        "first = 'Page 1/'",
        [COVER, [], page("R-1", "Page 1/1")],
        [(1, 2), (3,)],
        ["pages 1 to 2 belong to no invoice"],
    ),
    "pages of nobody on purpose": (
        "first = 'Page 1/'\nignore = 'print job'",
        [COVER, page("R-1", "Page 1/1")],
        [(2,)],
        [],
    ),
    "cut": (
        "first = 'Page 1/'\nnumbered = 'Page (\\d+)/(\\d+)'",
        [page("R-1", "Page 1/2"), page("R-2", "Page 1/1")],
        [(1,), (2,)],
        ["page 1 on is cut: its pages are numbered 1, and it should have 2"],
    ),
    "in the wrong order": (
        "changes = 'Invoice (\\S+)'\nnumbered = 'Page (\\d+)'",
        [page("R-1", "Page 2", ""), page("R-1", "Page 1")],
        [(1, 2)],
        ["page 1 on is cut: its pages are numbered 2, 1, and it should have 2"],
    ),
    "the same number again": (
        "changes = 'Invoice (\\S+)'",
        [page("R-1"), page("R-2"), [*page("R-1"), (20, 80, "Order 3")]],
        [(1,), (2,), (3,)],
        [],
    ),
    "the same number, and it differs": (
        "first = '^Invoice'",
        [page("R-1"), page("R-1", amount="")],
        [(1,), (2,)],
        ["number R-1 stands on several invoices", "number R-1 stands on several invoices"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_parted(case: str) -> None:
    split, pages, expected, faults = CASES[case]
    readings = read(drawn(*pages), [parse("spool", LAYOUT.format(split=split))])
    assert [reading.pages for reading in readings] == expected
    said = [fault for each in readings for fault in each.notices if fault.rule in SPOOL]
    assert len(said) == len(faults)
    for fault, words in zip(said, faults, strict=True):
        assert words in fault.message
        assert fault.fix
    places = {place for each in readings for place in each.sources.values() if "page" in place}
    numbers = {int(place.split(",")[0].removeprefix("page ")) for place in places}
    assert numbers <= {number for own in expected for number in own}


SPOOL = {"IN-PDF-CUT", "IN-PDF-NOBODYS", "IN-PDF-TWICE", "IN-PDF-SPLIT"}


def test_parted_by_bookmarks() -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(drawn(COVER, ONE_OF_TWO, TWO_OF_TWO, page("R-2")))) as pdf:
        with pdf.open_outline() as outline:
            job = pikepdf.OutlineItem("Job", 0)
            job.children.extend(pikepdf.OutlineItem(f"R-{n}", n) for n in (1, 3))
            outline.root.append(job)
        pdf.save(out)
    toml = LAYOUT.format(split="outline = 2\nignore = 'print job'")
    first, second = read(out.getvalue(), [parse("spool", toml)])
    assert (first.pages, second.pages) == ((2, 3), (4,))
    assert isinstance(first.document, Invoice)
    assert (first.document.number, second.document.number) == ("R-1", "R-2")
    assert first.notices == second.notices == ()

"""A spool file: invoices of three pages, each of 20 lines in 260 words.

Of the real invoices that the tests read, nine pages in ten have fewer than 215 words, half fewer
than 115.
"""

from collections.abc import Iterator
from pathlib import Path

from bench.drops.drop import Drop
from tests.formats.pdf_text.drawing import Text, drawn

PAGES_AN_INVOICE = 3
_LINES_A_PAGE = 20
_LINES = PAGES_AN_INVOICE * _LINES_A_PAGE
_GUIDE = Path(__file__).with_suffix(".toml")


def spool(pages: int) -> Drop:
    """Return `pages` pages, three an invoice."""
    data = drawn(*(_page(*divmod(number, PAGES_AN_INVOICE)) for number in range(pages)))
    return Drop(files=[("spool.pdf", data)], guide=_GUIDE.read_text("utf-8"))


def _page(invoice: int, page: int) -> list[Text]:
    return [*_head(invoice, page), *_table(page), *_foot(page), *_imprint()]


def _head(invoice: int, page: int) -> Iterator[Text]:
    yield (20, 12, "Nordwind Werkzeuge GmbH, Hafenstraße 12, 28195 Bremen")
    yield (20, 20, f"Invoice R-{invoice:06}")
    yield (160, 20, f"Page {page + 1} of {PAGES_AN_INVOICE}")
    if page == 0:
        yield (20, 54, "Hansekontor Schiffsbedarf GmbH")
        yield (20, 59, "Kaistraße 40")
        yield (20, 64, "20457 Hamburg")
        rows = ("Date 20.11.2026", "Payable until 20.12.2026", f"Your order HK-{invoice}")
        yield from ((20, 30 + 5 * row, text) for row, text in enumerate(rows))


def _table(page: int) -> Iterator[Text]:
    columns = {20: "Pos", 31: "Article", 56: "Text", 121: "Quantity", 136: "Price", 161: "VAT"}
    yield from ((across, 74, text) for across, text in {**columns, 173: "Amount"}.items())
    for row in range(_LINES_A_PAGE):
        line, down = page * _LINES_A_PAGE + row + 1, 80 + 9 * row
        name = f"Combination pliers {160 + line} mm, insulated"
        cells = {20: f"{line}", 31: f"NW-{1000 + line}", 56: name, 121: "12", 136: "17.60"}
        yield from ((across, down, text) for across, text in cells.items())
        yield from [(161, down, "19"), (173, down, "211.20")]


def _foot(page: int) -> Iterator[Text]:
    net = _LINES * 21120
    vat = net * 19 // 100
    sums = {"Sum of lines": net, "VAT 19 %": vat, "Total": net + vat}
    if page < PAGES_AN_INVOICE - 1:
        sums = {"Carried forward": 21120 * _LINES_A_PAGE * (page + 1)}
    for row, (label, cents) in enumerate(sums.items()):
        yield (20, 262 + 5 * row, label)
        yield (173, 262 + 5 * row, f"{cents // 100:,}.{cents % 100:02}")


def _imprint() -> Iterator[Text]:
    yield (20, 282, "Beispielbank Bremen, IBAN DE89 3704 0044 0532 0130 00, BIC COBADEFFXXX")
    yield (20, 286, "VAT identifier DE123456789, Amtsgericht Bremen HRB 00000, phone 0421 000 000")

"""The VAT categories by name, and what of an invoice belongs to one of them, as contexts."""

from decimal import Decimal
from typing import NamedTuple

from formats.model import ZERO, AllowanceCharge, Invoice, Line, VatBreakdown
from formats.rules.engine import Context
from formats.rules.worksheet import Places, Worksheet

NAMES = {
    "S": "standard rated",
    "Z": "zero rated",
    "E": "exempt",
    "AE": "reverse charge",
    "K": "intra-community",
    "G": "export",
    "O": "not subject to VAT",
    "L": "IGIC",
    "M": "IPSI",
}


class Share(NamedTuple):
    """A row of the VAT breakdown beside what the lines, allowances and charges add up to."""

    row: VatBreakdown
    of_category: Decimal
    of_rate: Decimal | None
    """None where nothing in the invoice has this category and rate."""
    has_lines: bool


def _shares(sheet: Worksheet, category: str) -> Places[Share]:
    totals, has_lines = sheet.sums, bool(sheet.lines)
    of_category = totals.by_category.get(category, ZERO)
    return [
        (path, Share(row, of_category, totals.at_rate(category, row.rate), has_lines))
        for path, row in sheet.rows_of.get(category, [])
    ]


def _lines_of(category: str) -> Context[Line]:
    return Context(
        name=f"each line of category {category}",
        find=lambda sheet: sheet.lines_of.get(category, []),
    )


def _allowances_of(category: str) -> Context[AllowanceCharge]:
    return Context(
        name=f"each document level allowance of category {category}",
        find=lambda sheet: sheet.allowances_of.get(category, []),
    )


def _charges_of(category: str) -> Context[AllowanceCharge]:
    return Context(
        name=f"each document level charge of category {category}",
        find=lambda sheet: sheet.charges_of.get(category, []),
    )


def _shares_of(category: str) -> Context[Share]:
    return Context(
        name=f"each row of the VAT breakdown of category {category}",
        find=lambda sheet: _shares(sheet, category),
    )


def _invoice_with(places: str, category: str) -> Context[Invoice]:
    """Return the invoice as a context if it has e.g. `lines` of the category."""
    attribute = f"{places}_of"
    return Context(
        name=f"an invoice with {places} of category {category}",
        find=lambda sheet: [("", sheet.invoice)] if category in getattr(sheet, attribute) else [],
    )


EACH_LINE = {category: _lines_of(category) for category in NAMES}
EACH_ALLOWANCE = {category: _allowances_of(category) for category in NAMES}
EACH_CHARGE = {category: _charges_of(category) for category in NAMES}
EACH_SHARE = {category: _shares_of(category) for category in NAMES}
WITH_LINES = {category: _invoice_with("lines", category) for category in NAMES}
WITH_ALLOWANCES = {category: _invoice_with("allowances", category) for category in NAMES}
WITH_CHARGES = {category: _invoice_with("charges", category) for category in NAMES}
WITH_ROWS = {category: _invoice_with("rows", category) for category in NAMES}

"""A layout, and the pages of two invoices: the second does not add up."""

from formats.guide import parse
from tests.formats.pdf_text.drawing import Text

LAYOUT = parse(
    "spool",
    """
    format = "pdf_text"
    anchors = ['^Nordwind']
    split = { changes = '^Invoice (\\S+)' }
    [fields]
    number = '^Invoice (\\S+)'
    "totals.without_vat" = '^Net'
    "vat_breakdown[0].tax" = '^VAT'
    "totals.with_vat" = '^Total'
    [same]
    "vat_breakdown[0].taxable" = "totals.without_vat"
    "totals.lines" = "totals.without_vat"
    "totals.vat" = "vat_breakdown[0].tax"
    "totals.due" = "totals.with_vat"
    [tables.lines]
    start = '^Pos'
    end = '^Net'
    row = '^(\\d) (.+) ([\\d.]+)$'
    columns = ["id", "item.name", ["price.net", "net"]]
    [tables.lines.constants]
    quantity = "1"
    unit = "H87"
    vat_category = "S"
    vat_rate = "19"
    [constants]
    type_code = "380"
    currency = "EUR"
    issue_date = "2026-11-20"
    due_date = "2026-12-20"
    "buyer.name" = "Buyer"
    "buyer.address.country" = "DE"
    "vat_breakdown[0].category" = "S"
    "vat_breakdown[0].rate" = "19"
    """,
)
HEAD: list[Text] = [(20, 10, "Nordwind"), (20, 20, "Invoice R-1"), (20, 30, "Pos")]
FIRST: list[Text] = [*HEAD, (20, 40, "1 Nuts 60.00")]
SECOND: list[Text] = [
    *HEAD,
    (20, 40, "2 Bolts 40.00"),
    (20, 50, "Net 100.00"),
    (20, 60, "VAT 19.00"),
    (20, 70, "Total 119.00"),
]
OTHER = [(x, y, text.replace("R-1", "R-2")) for x, y, text in SECOND]
"""R-2 has one line of 40.00 and a total of 119.00."""

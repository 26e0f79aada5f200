"""A PDF of many invoices: each goes its way with its own pages; what is doubtful is shown."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from formats.codec import Confidence
from formats.guide import parse
from hub.engine.pool import Pool
from hub.pipeline.provenance import provenance_of
from hub.pipeline.receive import Arrival, receive
from hub.store import documents
from hub.store.database import Database
from hub.store.documents import DocumentState
from tests.formats.pdf_text.drawing import Text, drawn
from tests.hub.houses import Home, opened_house

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

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
RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [{ channel = "post", format = "facturx-en16931" }]
"""


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with opened_house(tmp_path, database, pool, RULES, {"erp": [LAYOUT]}) as made:
        yield made


def test_each_document_of_a_spool_file_has_its_own_pages(home: Home) -> None:
    data = drawn(FIRST, SECOND, OTHER)
    submission, _ = receive(
        home.house, Arrival(data=data, name="a.pdf", tenant="nordwind", sender="erp", door="api")
    )
    home.run()
    with home.house.database.transaction() as connection:
        good, bad = documents.of_submission(connection, submission.id)
    assert good.state is not DocumentState.PARKED, good.findings
    (parcel,) = home.post.sent
    assert pages(parcel.enclosures[0].data) == pages(data)[:2]
    assert provenance_of(home.house, good).pages == (1, 2)

    assert bad.state is DocumentState.PARKED
    doubt = provenance_of(home.house, bad)
    assert doubt.pages == (3,)
    assert {mark.page for mark in doubt.marks.values()} == {3}
    assert doubt.confidence["lines[0].net"] is Confidence.READ
    assert Confidence.DOUBTFUL in doubt.confidence.values()


def pages(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()

"""A PDF of many invoices: each goes its way with its own pages; what is doubtful is shown."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from formats.codec import Confidence
from hub.engine.pool import Pool
from hub.pipeline.provenance import own_pages, provenance_of
from hub.pipeline.receive import Arrival, receive
from hub.store import documents
from hub.store.database import Database
from hub.store.documents import DocumentState
from tests.formats.pdf_text.drawing import drawn
from tests.hub.houses import Home, opened_house
from tests.hub.spooled import FIRST, LAYOUT, OTHER, SECOND

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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
    with home.house.database.transaction() as connection:
        own = own_pages(home.house, connection, good)
    assert own is not None
    assert good.size_bytes == len(own) + len(home.house.archive.get(good.content_sha256))

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

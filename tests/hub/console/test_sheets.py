"""Pages of PDFs are shown with a box about each value, to those alone who may see the document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from hub.engine.pool import Pool
from hub.store import documents
from hub.store.database import Database
from tests.formats.pdf_text.drawing import drawn
from tests.hub.console.town import Person, drop, entered, house_of_two, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.spooled import FIRST, LAYOUT, OTHER, SECOND

pytestmark = on_sqlite


@dataclass(frozen=True)
class Shelf:
    """A house in which a spool file came, and a scanned page."""

    home: Home
    clerk: Person
    stranger: Person
    good: str
    bad: str
    scan: str


@pytest.fixture
def shelf(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Shelf]:
    with house_of_two(tmp_path, database, pool) as home:
        home.house = replace(home.house, guides={"erp": [LAYOUT]})
        submission = drop(home, drawn(FIRST, SECOND, OTHER), "spool.pdf")
        scan = drop(home, drawn([], []), "scan.pdf")
        with home.house.database.transaction() as connection:
            good, bad = documents.of_submission(connection, submission)
        app = served(home)
        clerk, stranger = entered(home, app, "*"), entered(home, app, "suedwind")
        yield Shelf(home, clerk, stranger, good.id, bad.id, scan)


def test_a_doubtful_document_is_shown_with_what_was_found(shelf: Shelf) -> None:
    page = shelf.clerk.get(f"/documents/{shelf.bad}").text
    assert re.findall(r'src="(/documents/[^"]+png)"', page) == [
        f"/documents/{shelf.bad}/pages/3.png"
    ]
    boxes = dict(re.findall(r'<a href="#(f-[^"]+)"><rect class="(\w+)"', page))
    assert boxes["f-totals-with_vat"] == "read"
    assert boxes["f-totals-lines"] == "doubtful"
    assert 'id="f-totals-with_vat"' in page
    assert 'href="#sheet-3"' in page
    assert page.index('id="pages"') < page.index('id="data"')


def test_each_document_shows_its_own_pages_only(shelf: Shelf) -> None:
    base = f"/documents/{shelf.good}/pages"
    for number, code in ((1, 200), (2, 200), (3, 404), (0, 404), (99, 404)):
        assert shelf.clerk.get(f"{base}/{number}.png").status_code == code
    answer = shelf.clerk.get(f"{base}/1.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert Image.open(BytesIO(answer.content)).width > 800
    assert shelf.clerk.get(f"{base}/1.png").content == answer.content


def test_strangers_see_no_page(shelf: Shelf) -> None:
    for path in (f"/documents/{shelf.good}/pages/1.png", f"/submissions/{shelf.scan}/pages/1.png"):
        assert shelf.clerk.get(path).status_code == 200
        assert shelf.stranger.get(path).status_code == 404


def test_a_parked_file_shows_its_pages(shelf: Shelf) -> None:
    page = shelf.clerk.get(f"/submissions/{shelf.scan}").text
    assert "pages 1 to 2 are pictures" in page
    assert f"/submissions/{shelf.scan}/pages/2.png" in page


def test_what_is_no_pdf_has_no_pages(shelf: Shelf) -> None:
    broken = drop(shelf.home, b"%PDF-1.7 broken", "broken.pdf")
    page = shelf.clerk.get(f"/submissions/{broken}").text
    assert "They cannot be shown" in page
    other = drop(shelf.home, b"neither", "x.pdf")
    assert shelf.clerk.get(f"/submissions/{other}/pages/1.png").status_code == 404

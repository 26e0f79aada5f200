from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from formats.model import PostalAddress
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.store import documents, recipients
from hub.store.database import Database
from hub.store.documents import DocumentState
from routing_rules.recipient import Recipient
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import CLEAN, ubl

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [
  { channel = "post", format = "xrechnung-ubl" },
  { channel = "second", format = "FORMAT" },
]
"""


def drop(home: Home, data: bytes) -> str:
    arrival = Arrival(data=data, name="a", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    return f"{submission.id}-1"


def test_what_breaks_the_rules_of_its_format_takes_the_next_road(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    with opened_house(tmp_path, database, pool, RULES.replace("FORMAT", "cii")) as home:
        document = drop(home, ubl(number="R 1/ä"))
        assert home.post.sent == []
        (parcel,) = home.second.sent
        assert (parcel.enclosures[0].name, parcel.labels["syntax"]) == ("R_1__.xml", "cii")
        (entry,) = (
            entry
            for entry in home.house.archive.entries(document=document)
            if entry.step == "render-failed"
        )
        (reason,) = (home.house.archive.get(item.sha256).decode() for item in entry.items)
        assert "cannot be written as xrechnung-ubl: BR-DE-" in reason
        assert "BR-DE-15 (BT-10): " in reason


def test_what_fits_no_road_is_parked_with_the_last_reason(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    with opened_house(tmp_path, database, pool, RULES.replace("FORMAT", "xrechnung-cii")) as home:
        document = drop(home, ubl())
        with database.transaction() as connection:
            row = documents.get(connection, document)
        assert row is not None
        assert row.state is DocumentState.PARKED
        (finding,) = row.findings
        assert finding.rule == "IN-UNDELIVERED"
        assert "cannot be written as xrechnung-cii: BR-DE-" in finding.message
        assert (home.post.sent, home.second.sent) == ([], [])


def test_a_letter_is_in_the_recipients_language_and_shows_his_address(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    address = PostalAddress(line_1="Rue Neuve 1", city="Lyon", post_code="69001", country="FR")
    buyer = Recipient(key="K1", name="Dupont SARL", language="fr", address=address)
    with opened_house(tmp_path, database, pool, RULES.replace("FORMAT", "letter-nf")) as home:
        with database.transaction() as connection:
            recipients.put(connection, "nordwind", [buyer], now=home.clock.now)
        drop(home, ubl(CLEAN))
        (parcel,) = home.second.sent
        assert parcel.destination.address_lines == (
            "Dupont SARL",
            "Rue Neuve 1",
            "69001 Lyon",
            "FRANCE",
        )
        assert (parcel.destination.country, parcel.destination.post_code) == ("FR", "69001")
        pdf = tmp_path / "letter.pdf"
        pdf.write_bytes(parcel.enclosures[0].data)
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "69001 Lyon\r\nFRANCE" in text
    assert "Facture" in text

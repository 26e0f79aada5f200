import json
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from msgspec.structs import replace

from formats import canonical
from formats.codec import Material
from formats.findings import Actor
from formats.model import Contact, Identifier, Party, PostalAddress
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.render import Rendition, write
from hub.store import documents, events, recipients
from hub.store.database import Database
from hub.store.documents import DocumentState
from outbound.channel import Refused
from routing_rules.recipient import Recipient
from tests.formats.rules.peppol_samples import BASES as PEPPOL
from tests.formats.rules.samples import change
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
        assert "cannot be written as xrechnung-ubl: it breaks BR-DE-" in reason
        assert '"rule":"BR-DE-15"' in reason


def test_a_format_is_refused_by_its_rules_of_the_day(database: Database) -> None:
    del database
    short = Identifier(value="1234567", scheme="0106")  # a KVK number has eight digits
    invoice = change(PEPPOL["belgian"], {"buyer.identifiers": (short,)})
    before, after = (
        write(canonical.encode(invoice), "peppol-bis-3", Material(), date(2027, 2, day))
        for day in (23, 24)
    )
    assert isinstance(before, Rendition)
    assert isinstance(after, tuple)
    assert [finding.rule for finding in after] == ["PEPPOL-COMMON-R054"]


def test_what_a_format_cannot_carry_is_said_and_filed(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    rules = RULES.replace("xrechnung-ubl", "facturx-basicwl").replace("FORMAT", "ubl")
    with opened_house(tmp_path, database, pool, rules) as home:
        document = drop(home, ubl(number="R-1"))
        entries = home.house.archive.entries(document=document)
        (entry,) = (entry for entry in entries if entry.step == "render")
        kept = {item.role: item.sha256 for item in entry.items}
        said = json.loads(home.house.archive.get(kept["losses"]))
        assert {"BT-131", "BT-153"} <= {loss["term"] for loss in said}
        with database.transaction() as connection:
            found = events.of_document(connection, document, document.rpartition("-")[0])
        lines = [event.text for event in found]
        (line,) = (line for line in lines if line.startswith("written as facturx-basicwl"))
        assert "BT-126" in line.partition("; has no place for ")[2]


CONTACT = Contact(name="Accounts", phone="+49 40 1", email="accounts@nordwind.example")
ADDRESS = Identifier(value="accounts@nordwind.example", scheme="EM")
GOOD: dict[str, Any] = {
    "seller": replace(CLEAN.seller or Party(), contact=CONTACT, electronic_address=ADDRESS),
    "buyer": replace(CLEAN.buyer or Party(), electronic_address=ADDRESS),
    "buyer_reference": "B-1",
}
SETTINGS = "in [tenant.nordwind] of facteur.toml and restart"
UNFIT: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "our contact": (
        {"seller": replace(GOOD["seller"], contact=None)},
        "BR-DE-2",
        "operator",
        f"set contact_name, phone and email {SETTINGS}, then resubmit",
    ),
    "our address": (
        {"seller": replace(GOOD["seller"], electronic_address=None)},
        "PEPPOL-EN16931-R020",
        "operator",
        f"set endpoint_scheme and endpoint {SETTINGS}, then resubmit",
    ),
    "the buyer's address": (
        {"buyer": replace(GOOD["buyer"], electronic_address=None)},
        "PEPPOL-EN16931-R010",
        "operator",
        "set endpoint_scheme and endpoint_id of K1 in the address book, then resubmit",
    ),
    "a contact that the ERP has begun": (
        {"seller": replace(GOOD["seller"], contact=replace(CONTACT, phone=None))},
        "BR-DE-6",
        "erp",
        "send the contact's telephone number",
    ),
    "what the customer must tell": (
        {"buyer_reference": None},
        "BR-DE-15",
        "customer",
        "send the Leitweg-ID, or what the buyer asked to be referred to by",
    ),
}
"""What is wrong: the rule that says so, who opens a road, and how."""


@pytest.mark.parametrize("case", UNFIT)
def test_what_fits_no_road_names_the_rules_and_who_mends_what(
    tmp_path: Path, database: Database, pool: Pool, case: str
) -> None:
    changes, rule, who, fix = UNFIT[case]
    with opened_house(tmp_path, database, pool, RULES.replace("FORMAT", "xrechnung-cii")) as home:
        document = drop(home, ubl(**GOOD | changes))
        with database.transaction() as connection:
            row = documents.get(connection, document)
        assert row is not None
        assert row.state is DocumentState.PARKED
        over_all, finding = row.findings
        assert (over_all.rule, over_all.actor, over_all.fix) == ("IN-UNDELIVERED", who, fix)
        assert over_all.message == (
            f"no road is left. post: cannot be written as xrechnung-ubl: it breaks {rule}; "
            f"second: cannot be written as xrechnung-cii: it breaks {rule}"
        )
        assert (finding.rule, finding.actor) == (rule, who)
        assert (home.post.sent, home.second.sent) == ([], [])


def test_whoever_opens_one_of_the_roads_is_enough(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    """One road is closed by the ERP, the other by its peer, who does not know the recipient."""
    with opened_house(tmp_path, database, pool, RULES.replace("FORMAT", "ubl")) as home:
        home.second.answers = [Refused("550 5.1.1 no such user")]
        document = drop(home, ubl())
        with database.transaction() as connection:
            row = documents.get(connection, document)
        assert row is not None
        first, *others = row.findings
        assert first.message.endswith("second: 550 5.1.1 no such user")
        assert len(first.message) < 300
        assert first.actor is Actor.OPERATOR
        assert first.fix == "correct the recipient in the address book, then resubmit"
        assert {"BR-DE-2", "BR-DE-15"} <= {finding.rule for finding in others}


def test_what_a_channel_lacks_of_ours_is_set_in_the_settings(
    tmp_path: Path, database: Database, pool: Pool
) -> None:
    with opened_house(
        tmp_path, database, pool, RULES.replace("xrechnung-ubl", "ubl").replace("FORMAT", "ubl")
    ) as home:
        lacking = Refused("the seller has no electronic address", lacks="seller.electronic_address")
        home.post.answers, home.second.answers = [lacking], [lacking]
        document = drop(home, ubl())
        with database.transaction() as connection:
            row = documents.get(connection, document)
        assert row is not None
        first, finding = row.findings
        assert first.fix == f"set endpoint_scheme and endpoint {SETTINGS}, then resubmit"
        assert (finding.rule, finding.place) == ("IN-LACKS", "[tenant.nordwind]")


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
            "69001 LYON",
            "FRANKREICH",
        )
        assert (parcel.destination.country, parcel.destination.post_code) == ("FR", "69001")
        pdf = tmp_path / "letter.pdf"
        pdf.write_bytes(parcel.enclosures[0].data)
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "69001 LYON\r\nFRANKREICH" in text
    assert "Facture" in text

import json
from typing import Any

import pytest

from archive.entry import Query
from formats import canonical
from formats.model import Identifier, Party, PostalAddress
from hub.pipeline.receive import Arrival, receive
from hub.store import documents, recipients
from hub.store.documents import DocumentRow, DocumentState
from routing_rules.recipient import Recipient
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def drop(home: Home, **changes: Any) -> DocumentRow:
    arrival = Arrival(data=ubl(**changes), name="a", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    with home.house.database.transaction() as connection:
        (row,) = documents.of_submission(connection, submission.id)
    return row


def filed(home: Home, row: DocumentRow) -> dict[str, Any]:
    (entry,) = (e for e in home.house.archive.entries(document=row.id) if e.step == "enrich")
    return {item.role: json.loads(home.house.archive.get(item.sha256)) for item in entry.items}


def test_what_was_added_is_kept_apart_from_what_was_said(home: Home) -> None:
    row = drop(home, buyer=Party(identifiers=(Identifier(value="K1"),)))
    said = canonical.decode(home.house.archive.get(row.content_sha256))
    assert (said.buyer, said.seller) == (Party(identifiers=(Identifier(value="K1"),)), CLEAN.seller)
    kept = filed(home, row)
    assert {one["path"]: one["source"] for one in kept["additions"]} == {
        "payment": "[tenant.nordwind]",
        "buyer.name": "address book K1",
    }
    assert kept["enriched"]["buyer"]["name"] == "Buyer"
    assert kept["recipient"]["email"] == "buyer@kunde.example"
    assert (row.customer, row.customer_name) == ("K1", "Buyer")


def test_an_unknown_recipient_is_no_obstacle(home: Home) -> None:
    stranger = Party(
        name="Stranger",
        identifiers=(Identifier(value="4711"),),
        address=PostalAddress(line_1="W 1", city="B", country="DE"),
    )
    row = drop(home, buyer=stranger)
    assert row.state is DocumentState.HANDED_OVER
    assert (row.customer, row.customer_name) == ("", "Stranger")
    assert home.post.sent[0].destination.address_lines == ("Stranger", "W 1", "B")
    assert filed(home, row)["recipient"]["known"] is False
    found = home.house.archive.find(Query(customer="4711"))
    assert {entry.document for entry in found} == {row.id}, "the number that the invoice gives"


def test_who_it_goes_to_is_settled_when_it_is_enriched(home: Home) -> None:
    """An address that is corrected while the letter waits is not half taken."""
    row = drop(home)
    with home.house.database.transaction() as connection:
        moved = Recipient(key="K1", name="Buyer", email="new@kunde.example")
        recipients.put(connection, "nordwind", [moved], now=home.clock.now)
    assert json.loads(row.recipient)["email"] == "buyer@kunde.example"
    assert home.post.sent[0].destination.email == "buyer@kunde.example"

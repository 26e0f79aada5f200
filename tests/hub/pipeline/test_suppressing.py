"""A dead address, or one whose owner complains, gets nothing more until a person acts."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec.structs import replace as changed

from archive.entry import Query
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.pipeline.suppressing import Lifting, NotSuppressed, lift
from hub.store import deliveries, documents, recipients, suppressions
from hub.store.deliveries import Delivery
from hub.store.suppressions import Suppression
from outbound.channel import AddressVerdict, DeliveryState, Event, Refused
from routing_rules.recipient import Recipient
from tests.hub.houses import Home
from tests.hub.invoices import ubl

ADDRESS = "buyer@kunde.example"
DEAD = Event(
    parcel_key=None,
    external_id=None,
    state=DeliveryState.REJECTED,
    reason="no such address: failed 5.1.1",
    address=AddressVerdict.DEAD,
    source="report-1",
)
COMPLAINT = replace(
    DEAD,
    state=DeliveryState.DELIVERED,
    strong=False,
    reason="complaint: feedback abuse",
    address=AddressVerdict.COMPLAINT,
)
TROUBLE = replace(DEAD, reason="the mailbox is full", address=AddressVerdict.TROUBLE)


@pytest.fixture(autouse=True)
def by_email(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first outbox send to email addresses."""
    monkeypatch.setattr(
        home.post, "address_of", lambda to: (to.email or "").casefold(), raising=False
    )


def drop(home: Home, number: str = "R-1") -> Delivery:
    """Let an invoice through the house; returns its delivery."""
    data = ubl(number=number)
    receive(home.house, Arrival(data=data, name=number, tenant="nordwind", sender="erp", door="a"))
    home.run()
    with home.house.database.transaction() as connection:
        [row] = documents.numbered(connection, number)
        [*_, delivery] = deliveries.of_documents(connection, [row.id])[row.id]
    return delivery


def report(home: Home, delivery: Delivery, event: Event) -> None:
    source = f"{event.source}-{len(home.post.reports)}"
    home.post.reports.append(replace(event, parcel_key=delivery.parcel_key, source=source))
    confirm(home.house, "post")
    home.run()


def suppressed(home: Home) -> list[Suppression]:
    with home.house.database.transaction() as connection:
        return suppressions.listed(connection, None)


def correct(home: Home, email: str) -> None:
    with home.house.database.transaction() as connection:
        known = recipients.get(connection, "nordwind", "K1")
        entry = changed(known or Recipient(), email=email)
        recipients.put(connection, "nordwind", [entry], now=home.clock.now)


@pytest.mark.parametrize("event", [DEAD, COMPLAINT], ids=["dead", "complaint"])
def test_next_parcel_to_the_address_takes_the_next_road(
    home: Home, event: Event, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    first = drop(home)
    report(home, first, event)
    [found] = suppressed(home)
    assert (found.address, found.verdict, found.delivery) == (ADDRESS, event.address, first.id)
    home.second.sent.clear()
    second = drop(home, "R-2")
    assert [parcel.labels["number"] for parcel in home.post.sent] == ["R-1"]
    assert [parcel.labels["number"] for parcel in home.second.sent] == ["R-2"]
    assert second.channel == "second"
    assert ADDRESS not in caplog.text
    with home.house.database.transaction() as connection:
        row = documents.get(connection, second.document)
    assert row is not None


def test_a_server_that_says_so_at_once_is_believed(home: Home) -> None:
    home.post.answers = [Refused("550 5.1.1 no such user", address=AddressVerdict.DEAD)]
    first = drop(home)
    assert first.channel == "second"
    assert [(found.address, found.delivery) for found in suppressed(home)] == [(ADDRESS, first.id)]


def test_the_refusal_says_since_when_and_who_mends_it(home: Home) -> None:
    report(home, drop(home), DEAD)
    delivery = drop(home, "R-2")
    [entry] = [e for e in home.house.archive.entries(subject=delivery.id) if "failed" in e.step]
    [item] = [item for item in entry.items if item.role == "reason"]
    said = home.house.archive.get(item.sha256).decode()
    for words in ("2026-11-20", "no such address", "address book", "facteur suppressed lift"):
        assert words in said
    assert ADDRESS not in said


def test_a_corrected_address_is_another(home: Home) -> None:
    report(home, drop(home), DEAD)
    correct(home, "new@kunde.example")
    assert drop(home, "R-2").channel == "post"
    assert home.post.sent[-1].destination.email == "new@kunde.example"


def test_a_late_report_says_nothing_of_an_address_corrected_since(home: Home) -> None:
    first = drop(home)
    home.second.answers = [Refused("no road")]
    report(home, first, replace(DEAD, address=None))
    correct(home, "new@kunde.example")
    resubmit(home.house, first.document, who="test")
    home.run()
    report(home, first, DEAD)
    assert suppressed(home) == []


def test_troubles_count_within_their_days(home: Home) -> None:
    for number in range(4):
        report(home, drop(home, f"R-{number}"), TROUBLE)
    home.clock.forward(days=31)
    for number in range(4, 8):
        delivery = drop(home, f"R-{number}")
        report(home, delivery, TROUBLE)
        report(home, delivery, TROUBLE)
    assert suppressed(home) == []
    report(home, drop(home, "R-8"), TROUBLE)
    assert [found.verdict for found in suppressed(home)] == [AddressVerdict.TROUBLE]
    assert drop(home, "R-9").channel == "second"


def test_lifting_is_filed_with_who_and_why(home: Home) -> None:
    report(home, drop(home), DEAD)
    lifting = Lifting(
        id="act-1",
        at=home.clock.now + timedelta(days=1),
        tenant="nordwind",
        address=ADDRESS.upper(),
        who="console session 1a2b3c4d",
        why="their server was moved",
    )
    lift(home.house.database, home.house.archive, lifting)
    assert suppressed(home) == []
    assert drop(home, "R-2").channel == "post"
    [entry] = home.house.archive.find(Query(tenant="nordwind", step="suppression-lifted"))
    [item] = entry.items
    act = home.house.archive.get(item.sha256).decode()
    for words in (lifting.who, lifting.why, ADDRESS, "5.1.1"):
        assert words in act
    assert ADDRESS not in str(entry.fields)
    with pytest.raises(NotSuppressed):
        lift(home.house.database, home.house.archive, lifting)

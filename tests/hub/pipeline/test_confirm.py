from collections.abc import Sequence
from dataclasses import replace

import pytest

from hub.pipeline.by_hand import decide_doubt
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries, documents, events
from hub.store.deliveries import Delivery
from hub.store.events import Event as Line
from outbound.channel import DeliveryState, Enclosure, Event, InDoubt, Parcel
from tests.hub.houses import Home, Outbox
from tests.hub.invoices import ubl

REPORT = Event(
    parcel_key=None,
    external_id=None,
    state=DeliveryState.DELIVERED,
    reason="delivered to mailbox",
    evidence=(Enclosure(name="dsn.eml", media_type="message/rfc822", data=b"raw report"),),
    source="report-1",
)


@pytest.fixture
def sent(home: Home) -> Delivery:
    drop(home)
    return only(home)


def drop(home: Home) -> None:
    receive(home.house, Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api"))
    home.run()


def only(home: Home) -> Delivery:
    with home.house.database.transaction() as connection:
        (delivery,) = deliveries.listed(connection)
    return delivery


def report(home: Home, event: Event) -> int:
    home.post.reports.append(event)
    taken = confirm(home.house, "post")
    home.run()
    return taken


@pytest.mark.parametrize("by", ["key", "external id"])
def test_a_report_moves_its_delivery_forward_and_is_kept_raw(
    home: Home, sent: Delivery, by: str
) -> None:
    named = (
        replace(REPORT, parcel_key=sent.parcel_key)
        if by == "key"
        else replace(REPORT, external_id=sent.external_id)
    )
    assert report(home, named) == 1
    assert only(home).state == DeliveryState.DELIVERED
    (entry,) = (e for e in home.house.archive.entries(subject=sent.id) if e.step == "confirm")
    kept = [home.house.archive.get(i.sha256) for i in entry.items if i.role == "evidence"]
    assert kept == [b"raw report"]
    with home.house.database.transaction() as connection:
        assert documents.counts(connection) == {"delivered": 1}


def test_the_same_report_is_believed_once(home: Home, sent: Delivery) -> None:
    rejected = replace(REPORT, parcel_key=sent.parcel_key, state=DeliveryState.REJECTED)
    assert report(home, rejected) == 1
    home.post.acknowledged.clear()
    assert report(home, rejected) == 0
    assert len(home.second.sent) == 1


def test_a_rejection_after_days_takes_the_next_road(home: Home, sent: Delivery) -> None:
    home.clock.forward(days=3)
    report(home, replace(REPORT, parcel_key=sent.parcel_key, state=DeliveryState.REJECTED))
    assert [parcel.key for parcel in home.second.sent] == [f"{sent.id}.1"]
    assert only(home).channel == "second"


@pytest.mark.parametrize("announces", [True, False])
def test_a_report_that_overtakes_the_answer_waits_for_it(home: Home, *, announces: bool) -> None:
    """The parcel has bounced before its room could write down that it left."""
    overtaking = []

    def bounce(parcel: Parcel) -> None:
        rejected = replace(REPORT, parcel_key=parcel.key, state=DeliveryState.REJECTED)
        home.post.reports.append(rejected)
        overtaking.append(confirm(home.house, "post"))

    home.post.announces_commit = announces
    home.post.meanwhile = bounce
    drop(home)
    assert (overtaking, home.post.acknowledged) == ([0], [])
    assert only(home).state == DeliveryState.HANDED_OVER
    assert confirm(home.house, "post") == 1
    home.run()
    assert len(home.second.sent) == 1
    assert (only(home).channel, only(home).state) == ("second", DeliveryState.HANDED_OVER)


def test_a_report_that_overtakes_the_answer_waits_in_another_channels_mailbox_too(
    home: Home,
) -> None:
    taken = []

    def bounce(parcel: Parcel) -> None:
        home.second.reports.append(replace(REPORT, external_id=f"id-{parcel.key}"))
        taken.append(confirm(home.house, "second"))

    home.post.meanwhile = bounce
    drop(home)
    assert (taken, home.second.acknowledged) == ([0], [])
    assert confirm(home.house, "second") == 1
    assert only(home).state == DeliveryState.DELIVERED


def test_what_a_person_says_arrived_is_found_by_a_report_that_names_it_by_the_peers_id(
    home: Home,
) -> None:
    home.post.answers = [InDoubt("the line went dead")]
    drop(home)
    doubtful = only(home)
    decide_doubt(home.house, doubtful.id, arrived=True, who="clerk")
    assert report(home, replace(REPORT, external_id=f"id-{doubtful.parcel_key}")) == 1
    assert only(home).state == DeliveryState.DELIVERED


def test_a_report_decides_a_doubt(home: Home) -> None:
    home.post.answers = [InDoubt("cut")]
    drop(home)
    named = replace(REPORT, parcel_key=only(home).parcel_key)
    assert report(home, named) == 1
    assert only(home).state == DeliveryState.DELIVERED


@pytest.mark.parametrize("by", ["key", "external id"])
def test_a_report_about_an_earlier_road_changes_nothing_and_is_kept(
    home: Home, sent: Delivery, by: str
) -> None:
    report(home, replace(REPORT, parcel_key=sent.parcel_key, state=DeliveryState.REJECTED))
    before = only(home)
    late = replace(REPORT, source="report-2")
    named = {"parcel_key": sent.parcel_key} if by == "key" else {"external_id": sent.external_id}
    assert report(home, replace(late, **named)) == 1
    assert only(home) == before
    entries = [e for e in home.house.archive.entries(subject=sent.id) if e.step == "confirm"]
    assert len(entries) == 2


@pytest.mark.parametrize(
    "event",
    [
        replace(REPORT, strong=False),
        replace(REPORT, state=DeliveryState.HANDED_OVER),
        replace(REPORT, parcel_key="sunknown-1-d0.0"),
    ],
    ids=["weak", "backwards", "of an unknown parcel"],
)
def test_what_proves_nothing_changes_no_state(home: Home, sent: Delivery, event: Event) -> None:
    report(home, replace(event, parcel_key=event.parcel_key or sent.parcel_key))
    assert only(home) == sent
    assert home.post.acknowledged == ["report-1"]


def test_reports_of_a_turn_are_settled_together_and_those_of_a_document_in_order(
    home: Home, sent: Delivery
) -> None:
    """The first moves it on, the second rejects it, by the third it is there after all."""
    states = [DeliveryState.DELIVERED, DeliveryState.REJECTED, DeliveryState.BUSINESS_ACCEPTED]
    home.post.reports += [
        replace(REPORT, parcel_key=sent.parcel_key, state=state, source=f"report-{n}")
        for n, state in enumerate(states)
    ]
    assert confirm(home.house, "post") == len(states)
    home.run()
    assert home.post.acknowledged == ["report-0", "report-1", "report-2"]
    assert (only(home).channel, only(home).state) == ("post", DeliveryState.BUSINESS_ACCEPTED)
    assert home.second.sent == []


def test_a_report_that_names_only_the_peers_id_waits_for_the_answer(home: Home) -> None:
    """Which parcel it means is known when the peer's answer has been written down."""
    overtaking = []

    def report_at_once(parcel: Parcel) -> None:
        home.post.reports.append(replace(REPORT, external_id=f"id-{parcel.key}"))
        overtaking.append(confirm(home.house, "post"))

    home.post.meanwhile = report_at_once
    drop(home)
    assert (overtaking, home.post.acknowledged) == ([0], [])
    assert confirm(home.house, "post") == 1
    assert only(home).state == DeliveryState.DELIVERED


def test_a_report_that_cannot_be_taken_is_in_no_others_way(home: Home, sent: Delivery) -> None:
    drop_other = ubl(number="RE-2")
    receive(
        home.house,
        Arrival(data=drop_other, name="b", tenant="nordwind", sender="erp", door="api"),
    )
    home.run()
    with home.house.database.transaction() as connection:
        (other,) = (d for d in deliveries.listed(connection) if d.id != sent.id)
    home.post.reports += [
        replace(REPORT, parcel_key=sent.parcel_key, source="unkeepable", evidence=(None,)),  # type: ignore[arg-type]
        replace(REPORT, parcel_key=other.parcel_key, source="good"),
    ]
    assert confirm(home.house, "post") == 1
    assert home.post.acknowledged == ["good"]


class Window(Outbox):
    """A channel that looks at its peer's what became of parcels."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Sequence[str]] = []

    def look(self, names: Sequence[str]) -> Sequence[Event]:
        self.asked.append(names)
        return [
            replace(REPORT, external_id=name, reason="taken away", source=f"pickup:{name}")
            for name in names
        ]


def test_a_channel_that_looks_is_told_what_has_left_on_it(home: Home) -> None:
    window = Window()
    house = replace(home.house, channels={**home.house.channels, "post": window})
    assert confirm(house, "post") == 0
    drop(home)
    name = only(home).external_id
    assert confirm(house, "post") == 1
    assert (only(home).state, only(home).reason) == (DeliveryState.DELIVERED, "taken away")
    assert confirm(house, "post") == 0
    assert confirm(house, "second") == 0
    assert window.asked == [[], [name], [name]]


def test_what_is_seen_of_a_road_that_was_left_is_kept_and_proves_nothing(home: Home) -> None:
    """A partner that refuses a file takes it away, too."""
    window = Window()
    home.house = replace(home.house, channels={**home.house.channels, "post": window})
    drop(home)
    sent = only(home)
    refused = replace(REPORT, external_id=sent.external_id, state=DeliveryState.REJECTED)
    window.look = lambda _names: [refused]  # type: ignore[method-assign,assignment]
    assert confirm(home.house, "post") == 1
    assert only(home).road == 1
    del window.look
    assert confirm(home.house, "post") == 1
    assert window.asked == [[sent.external_id]]
    home.run()
    assert [parcel.key for parcel in home.second.sent] == [f"{sent.id}.1"]
    assert "taken away" in str([line.text for line in timeline(home, sent)])


def timeline(home: Home, delivery: Delivery) -> list[Line]:
    with home.house.database.transaction() as connection:
        return events.of_document(connection, delivery.document, "")

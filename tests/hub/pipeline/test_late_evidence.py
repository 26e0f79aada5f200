"""Evidence that comes days later: every place that a delivery can be in, and every proof."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product

import pytest
from msgspec.structs import replace as changed

from hub.pipeline.confirm import confirm
from hub.pipeline.late_evidence import EARLIER_ROAD, PLACES, THIS_ROAD, Place, Proof, Then
from hub.store import deliveries, documents, events, work
from hub.store.deliveries import CANCELLED, GATHERED, Delivery
from hub.store.documents import DocumentRow
from outbound.channel import DeliveryState, Enclosure, Event, InDoubt, Refused
from tests.hub.houses import Home
from tests.hub.invoices import ubl
from tests.hub.pipeline.test_runner import drop, only

STATES = {
    Proof.PROGRESS: DeliveryState.ACCEPTED_BY_NETWORK,
    Proof.ARRIVAL: DeliveryState.DELIVERED,
    Proof.REFUSAL: DeliveryState.REJECTED,
}
ENDS = {
    Place.HOUSE: DeliveryState.WAITING,
    Place.LEAVING: DeliveryState.IN_DOUBT,
    Place.GONE: DeliveryState.HANDED_OVER,
    Place.PROVEN: DeliveryState.DELIVERED,
    Place.ENDED: DeliveryState.REJECTED,
    Place.STOPPED: CANCELLED,
}


def way(home: Home) -> Delivery:
    with home.house.database.transaction() as connection:
        (found,) = deliveries.listed(connection)
    return found


def row(home: Home) -> DocumentRow:
    with home.house.database.transaction() as connection:
        (found,) = documents.found(connection)
    return found


def placed(home: Home, place: Place, road: int = 0) -> Delivery:
    """Return a delivery in this place, on this one of its two roads."""
    only(home, drop(home, ubl()))
    with home.house.database.transaction() as connection:
        work.finish(connection, [way(home).id])
        deliveries.change(
            connection,
            way(home).id,
            road=road,
            channel=("post", "second")[road],
            state=ENDS[place],
        )
    home.post.sent.clear()
    home.second.sent.clear()
    return way(home)


def report(home: Home, key: str, *states: DeliveryState, source: str = "r") -> int:
    """Let the first road's channel report these states, one after the other."""
    home.post.reports += [
        Event(
            parcel_key=key,
            external_id=None,
            state=state,
            reason=f"said {state}",
            source=f"{source}{n}",
            evidence=(Enclosure(name="raw", media_type="text/plain", data=f"{n}".encode()),),
        )
        for n, state in enumerate(states)
    ]
    taken = confirm(home.house, "post")
    home.run()
    return taken


def copies(home: Home) -> Sequence[bool]:
    return [parcel.subject.startswith("Copy: ") for parcel in home.second.sent]


def test_the_tables_name_every_place_and_every_proof() -> None:
    assert set(THIS_ROAD) == set(product(Place, Proof))
    assert set(EARLIER_ROAD) <= set(product(Place, Proof))
    assert PLACES.keys() == {*DeliveryState, GATHERED, CANCELLED}
    assert Then.NEXT_ROAD not in EARLIER_ROAD.values()
    assert Then.NEXT_AS_COPY not in EARLIER_ROAD.values()


AFTER: Mapping[Then, Callable[[Delivery, str], tuple[str, str]]] = {
    Then.NOTE: lambda before, _state: (before.channel, before.state),
    Then.FORWARD: lambda before, state: (before.channel, state),
    Then.NEXT_ROAD: lambda _before, _state: ("second", "handed_over"),
    Then.NEXT_AS_COPY: lambda _before, _state: ("second", "handed_over"),
    Then.ARRIVED: lambda _before, state: ("post", state),
    Then.CALL: lambda before, _state: (before.channel, before.state),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("place", "proof"), THIS_ROAD)
def test_evidence_for_the_road_it_is_on(home: Home, place: Place, proof: Proof) -> None:
    before, then = placed(home, place), THIS_ROAD[place, proof]
    state = STATES[proof]
    assert report(home, before.parcel_key, state) == 1
    after = way(home)
    assert (after.channel, after.state) == AFTER[then](before, state)
    leaves = {Then.NEXT_ROAD: [False], Then.NEXT_AS_COPY: [True]}
    assert copies(home) == leaves.get(then, [])
    assert after.repeats == (before.parcel_key if then is Then.NEXT_AS_COPY else "")
    assert after.waits_for == ("contradicted" if then is Then.CALL else "")
    entries = home.house.archive.entries(subject=before.id)
    assert [e.step for e in entries if e.step == "confirm"] == ["confirm"], "it is filed, always"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("place", "proof"), list(product(Place, Proof)))
def test_evidence_for_a_road_that_was_left(home: Home, place: Place, proof: Proof) -> None:
    before = placed(home, place, road=1)
    then = EARLIER_ROAD.get((place, proof), Then.NOTE)
    assert report(home, f"{before.id}.0", STATES[proof]) == 1
    after = way(home)
    assert (after.channel, after.state) == AFTER[then](before, STATES[proof])
    assert home.second.sent == []
    assert after.waits_for == ("contradicted" if then is Then.CALL else "")


def test_twice_and_out_of_order(home: Home) -> None:
    """A bounce opens the second road; the proof of delivery, later and twice, comes too late."""
    key = placed(home, Place.GONE).parcel_key
    assert report(home, key, DeliveryState.REJECTED) == 1
    assert report(home, key, DeliveryState.REJECTED) == 0, "the same report"
    late = (DeliveryState.DELIVERED, DeliveryState.DELIVERED)
    assert report(home, key, *late, source="late") == 2
    assert (way(home).channel, way(home).state) == ("second", "handed_over")
    assert copies(home) == [False]


def test_a_bounce_days_after_it_was_delivered_sends_a_copy_and_no_second_original(
    home: Home,
) -> None:
    key = placed(home, Place.GONE).parcel_key
    report(home, key, DeliveryState.DELIVERED)
    home.clock.forward(days=3)
    report(home, key, DeliveryState.REJECTED, source="late")
    assert (way(home).repeats, copies(home)) == (key, [True])
    with home.house.database.transaction() as connection:
        lines = [line.text for line in events.of_document(connection, row(home).id, "")]
    assert any("reports delivered" in line for line in lines), "history stays as it was"


def test_no_road_left_and_then_it_is_there_after_all(home: Home) -> None:
    home.second.answers = [Refused("nobody there")]
    key = placed(home, Place.GONE).parcel_key
    report(home, key, DeliveryState.REJECTED)
    assert (row(home).state, row(home).findings[0].rule) == ("parked", "IN-UNDELIVERED")
    report(home, key, DeliveryState.DELIVERED, source="late")
    assert (row(home).state, row(home).findings) == ("delivered", ())
    assert (way(home).road, way(home).channel) == (0, "post")


def test_what_arrived_after_all_takes_nothing_back_that_may_have_left(home: Home) -> None:
    home.second.answers = [InDoubt("cut")]
    key = placed(home, Place.GONE).parcel_key
    report(home, key, DeliveryState.REJECTED)
    report(home, key, DeliveryState.DELIVERED, source="late")
    assert (way(home).channel, way(home).state) == ("second", "in_doubt")


def test_a_returned_letter_is_a_task_for_who_keeps_the_addresses(home: Home) -> None:
    """The document goes on by the next road at once, as a copy; the address waits for a person."""
    config = changed(home.house.config, channels={"post": {"kind": "print"}})
    home.house = replace(home.house, config=config)
    key = placed(home, Place.PROVEN).parcel_key
    report(home, key, DeliveryState.REJECTED)
    assert (way(home).waits_for, copies(home)) == ("address", [True])

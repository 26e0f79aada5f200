"""What evidence that comes later may change: a table for the road it is on, one for those before.

History is never edited: what a report proves is filed, then it moves the delivery on, opens the
next road, calls a person, or changes nothing. What may have arrived leaves again as a copy only,
never as a second original.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from hub.store.deliveries import CANCELLED, GATHERED, Delivery
from outbound.channel import DeliveryState, Event


class Place(StrEnum):
    """Where a delivery is when the evidence comes."""

    HOUSE = "in the house"
    LEAVING = "leaving, or in doubt"
    GONE = "handed over"
    PROVEN = "delivered or posted"
    ENDED = "refused, no road left"
    STOPPED = "cancelled"


class Proof(StrEnum):
    """What a report proves."""

    PROGRESS = "handed on"
    ARRIVAL = "arrived"
    REFUSAL = "refused, bounced or returned"


class Then(StrEnum):
    """What follows."""

    NOTE = "it is noted, and nothing changes"
    FORWARD = "the delivery moves on, if that is forward"
    NEXT_ROAD = "the road has ended: the next one opens"
    NEXT_AS_COPY = "the next road opens, for a copy: it may be there already"
    ARRIVED = "it is there by the earlier road: what has not left since is stopped"
    CALL = "it contradicts what we know: a person looks at it"


PLACES: Final[Mapping[str, Place]] = {
    DeliveryState.WAITING: Place.HOUSE,
    GATHERED: Place.HOUSE,
    DeliveryState.SENDING: Place.LEAVING,
    DeliveryState.IN_DOUBT: Place.LEAVING,
    DeliveryState.HANDED_OVER: Place.GONE,
    DeliveryState.ACCEPTED_BY_NETWORK: Place.GONE,
    DeliveryState.DELIVERED: Place.PROVEN,
    DeliveryState.BUSINESS_ACCEPTED: Place.PROVEN,
    DeliveryState.REJECTED: Place.ENDED,
    CANCELLED: Place.STOPPED,
}

PROOFS: Final[Mapping[DeliveryState, Proof]] = {
    DeliveryState.HANDED_OVER: Proof.PROGRESS,
    DeliveryState.ACCEPTED_BY_NETWORK: Proof.PROGRESS,
    DeliveryState.DELIVERED: Proof.ARRIVAL,
    DeliveryState.BUSINESS_ACCEPTED: Proof.ARRIVAL,
    DeliveryState.REJECTED: Proof.REFUSAL,
}
"""States that a report may name; others prove nothing."""

THIS_ROAD: Final[Mapping[tuple[Place, Proof], Then]] = {
    (Place.HOUSE, Proof.PROGRESS): Then.FORWARD,
    (Place.HOUSE, Proof.ARRIVAL): Then.FORWARD,
    (Place.HOUSE, Proof.REFUSAL): Then.NEXT_ROAD,
    (Place.LEAVING, Proof.PROGRESS): Then.FORWARD,
    (Place.LEAVING, Proof.ARRIVAL): Then.FORWARD,
    (Place.LEAVING, Proof.REFUSAL): Then.NEXT_ROAD,
    (Place.GONE, Proof.PROGRESS): Then.FORWARD,
    (Place.GONE, Proof.ARRIVAL): Then.FORWARD,
    (Place.GONE, Proof.REFUSAL): Then.NEXT_ROAD,
    (Place.PROVEN, Proof.PROGRESS): Then.NOTE,
    (Place.PROVEN, Proof.ARRIVAL): Then.FORWARD,
    (Place.PROVEN, Proof.REFUSAL): Then.NEXT_AS_COPY,
    (Place.ENDED, Proof.PROGRESS): Then.NOTE,
    (Place.ENDED, Proof.ARRIVAL): Then.ARRIVED,
    (Place.ENDED, Proof.REFUSAL): Then.NOTE,
    (Place.STOPPED, Proof.PROGRESS): Then.CALL,
    (Place.STOPPED, Proof.ARRIVAL): Then.CALL,
    (Place.STOPPED, Proof.REFUSAL): Then.NOTE,
}

EARLIER_ROAD: Final[Mapping[tuple[Place, Proof], Then]] = {
    (Place.HOUSE, Proof.ARRIVAL): Then.ARRIVED,
    (Place.ENDED, Proof.ARRIVAL): Then.ARRIVED,
    (Place.STOPPED, Proof.ARRIVAL): Then.CALL,
}
"""For all others the present road goes on, and the evidence is noted."""


def then_of(delivery: Delivery, event: Event) -> Then:
    """Return what follows from a report about a delivery; a hint proves nothing.

    Args:
        delivery: as it is now, perhaps on another road than the one that the report is about.
        event: names its parcel where the peer knows it.
    """
    proof = PROOFS.get(event.state)
    if proof is None or not event.strong:
        return Then.NOTE
    place = PLACES[delivery.state]
    if is_earlier(delivery, event):
        return EARLIER_ROAD.get((place, proof), Then.NOTE)
    return THIS_ROAD[place, proof]


def is_earlier(delivery: Delivery, event: Event) -> bool:
    """Whether a report is about a road, or a round, that the delivery has left."""
    return event.parcel_key is not None and event.parcel_key != delivery.parcel_key

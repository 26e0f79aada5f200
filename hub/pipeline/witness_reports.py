"""Reports on mails to witnesses: one that comes back has not told him."""

from dataclasses import replace

from hub.pipeline.house import House
from hub.store import witness_mails
from outbound.channel import DeliveryState, Event


def is_of_witness(house: House, event: Event) -> bool:
    """Say whether a report is of a mail to a witness; if it came back, that is noted."""
    with house.database.transaction() as connection:
        mail = witness_mails.named(connection, key=event.parcel_key, external_id=event.external_id)
        if mail is not None and event.state is DeliveryState.REJECTED:
            witness_mails.put(connection, replace(mail, state=event.state, words=event.reason))
    return mail is not None

"""Addresses that reports call dead, or that complain, get nothing more until a person acts.

The address is the one that the document was sent to; one that is corrected in the address book is
another, and nothing stands against it. Addresses stand in the table and in filed items alone, never
in a line of a log or timeline.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from archive.archive import Archive
from archive.entry import Draft, Entry
from hub.pipeline.evidence import json_item
from hub.pipeline.house import House, Outcome
from hub.store import suppressions
from hub.store.database import Connection, Database
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.suppressions import Suppression
from outbound.channel import (
    AddressingChannel,
    AddressVerdict,
    Channel,
    Event,
    Parcel,
    Refused,
)
from routing_rules.recipient import Recipient

_WHY = {
    AddressVerdict.DEAD: "it takes no mail",
    AddressVerdict.COMPLAINT: "its owner complained about our mail",
    AddressVerdict.TROUBLE: "it failed again and again",
}


class NotSuppressed(Exception):
    """Nothing stands against this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Somebody lets an address get mail again.

    Attributes:
        id: of this act.
        who: as evidence has it.
        why: in his own words.
    """

    id: str
    at: datetime
    tenant: str
    address: str
    who: str
    why: str


def note_verdict(
    house: House,
    connection: Connection,
    delivery: Delivery,
    row: DocumentRow,
    said: Event | Refused,
) -> None:
    """Note what a peer says of the address, in the transaction that believes it."""
    address = _sent_to(delivery, row)
    if said.address is None or not address:
        return
    trouble = said.address is AddressVerdict.TROUBLE
    if trouble and not _too_often(house, connection, delivery, address):
        return
    suppressions.suppress(
        connection,
        Suppression(
            tenant=delivery.tenant,
            address=address,
            verdict=said.address,
            reason=said.reason if isinstance(said, Event) else str(said),
            since=house.clock(),
            document=delivery.document,
            delivery=delivery.id,
        ),
    )


def with_verdict(
    house: House, outcome: Outcome, delivery: Delivery, row: DocumentRow, refusal: Refused
) -> Outcome:
    """Let the end of a road note, too, what its peer said of the address."""
    if refusal.address is None:
        return outcome

    def record(connection: Connection, entry: Entry | None) -> None:
        note_verdict(house, connection, delivery, row, refusal)
        outcome.record(connection, entry)

    return replace(outcome, record=record)


def refuse_suppressed(house: House, channel: Channel, parcel: Parcel, tenant: str) -> None:
    """Let no parcel leave for an address that gets nothing more.

    Raises:
        Refused: it does not; says why, since when, and who mends it.
    """
    if not isinstance(channel, AddressingChannel):
        return
    address = channel.address_of(parcel.destination)
    if not address:
        return
    with house.database.transaction() as connection:
        found = suppressions.get(connection, tenant, address)
    if found is not None:
        raise Refused(why(found))


def why(found: Suppression) -> str:
    """Return why an address is suppressed, and what mends it, without the address."""
    return (
        f"the recipient's email address is suppressed since {found.since:%Y-%m-%d}: "
        f"{_WHY[AddressVerdict(found.verdict)]} ({found.reason}); correct it in the address book, "
        "or lift it there or by `facteur suppressed lift`"
    )


def lift(database: Database, archive: Archive, lifting: Lifting) -> Suppression:
    """File that somebody lifts a suppression and why, then lift it.

    Raises:
        NotSuppressed: nothing stands against the address.
        ArchiveError: it cannot be filed; the suppression stays.
    """
    with database.transaction() as connection:
        found = suppressions.get(connection, lifting.tenant, lifting.address)
        if found is None:
            raise NotSuppressed("nothing stands against this address")
        archive.append([_draft(lifting, found)])
        suppressions.lift(connection, lifting.tenant, lifting.address)
    return found


def _too_often(house: House, connection: Connection, delivery: Delivery, address: str) -> bool:
    """Note a trouble; whether there were as many as the settings bear."""
    setting, now = house.config.suppression, house.clock()
    suppressions.note_trouble(connection, delivery.tenant, address, delivery=delivery.id, at=now)
    since = now - timedelta(days=setting.within_days)
    count = suppressions.troubles_since(connection, delivery.tenant, address, since)
    return 0 < setting.troubles <= count


def _sent_to(delivery: Delivery, row: DocumentRow) -> str:
    """Return the address that a delivery goes to; empty for one whose document went through anew.

    A report on such is about an address that may have been corrected since.
    """
    ours = f"{row.id}-r{row.round}-d" if row.round else f"{row.id}-d"
    if not delivery.id.startswith(ours):
        return ""
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    return suppressions.compared(recipient.email or "")


def _draft(lifting: Lifting, found: Suppression) -> Draft:
    act = {"who": lifting.who, "why": lifting.why, "lifted": found}
    return Draft(
        key=f"{lifting.id}/suppression-lifted",
        tenant=lifting.tenant,
        subject=lifting.id,
        document=found.document,
        kind="operator",
        step="suppression-lifted",
        fields={"who": lifting.who, "verdict": found.verdict},
        items=(json_item("act", act),),
    )

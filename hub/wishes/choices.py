"""Which roads a recipient may choose between: those that are possible for him, and lawful.

Judged by the rules themselves, on an invoice of his: each road is tried as if he wished it and
agreed to it. A road that a law requires is shown, and not to be chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec.structs import replace

from archive.entry import NotKept
from formats import canonical
from formats.model import Document
from hub.pipeline.facts import facts_of
from hub.pipeline.house import House
from hub.store import consents, documents, recipients
from hub.store.documents import DocumentRow
from hub.store.invitations import Invitation
from hub.wishes.proposals import Roads
from routing_rules.decide import decide
from routing_rules.decision import Facts
from routing_rules.recipient import Consent, Recipient

KINDS: Final = ("email", "print")
"""Of the channels that recipients choose between themselves."""
_ANY_EMAIL: Final = "to.be@named.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose.

    Attributes:
        entry: of the address book.
        seller: whose invoices these are.
        today: kind of the channel that his invoices take now; empty for none.
        channels: kind of a channel that he may choose to its name; none where a law decides.
    """

    entry: Recipient
    seller: str
    today: str
    channels: Mapping[str, str]


def choices(house: House, invitation: Invitation) -> Choices | None:
    """Return what somebody may choose; None where he, or his invoice, is not there any more."""
    with house.database.transaction() as connection:
        row = documents.get(connection, invitation.document)
        entry = recipients.get(connection, invitation.tenant, invitation.recipient)
        if row is None or entry is None:
            return None
        agreeing = consents.agreeing(connection, invitation.tenant, entry)
    try:
        document = canonical.decode(house.archive.get(row.enriched_sha256))
    except NotKept:
        return None
    return _judged(house, row, document, entry, agreeing)


def _judged(
    house: House, row: DocumentRow, document: Document, entry: Recipient, agreeing: Recipient
) -> Choices:
    named = msgspec.json.decode(row.recipient, type=Recipient).endpoint
    reached = replace(agreeing, endpoint=agreeing.endpoint or named)
    facts, roads = facts_of(house, row.tenant, row.sender), Roads.of(house.rules)
    today = decide(document, reached, facts, house.rules)
    found = {} if today.legal else _open(document, reached, facts, roads)
    return Choices(
        entry=entry,
        seller=house.config.tenants[row.tenant].name,
        today=roads.kinds.get(today.roads[0].channel, "") if today.roads else "",
        channels=found,
    )


def _open(document: Document, reached: Recipient, facts: Facts, roads: Roads) -> dict[str, str]:
    """Return the first channel of each kind that he would get his invoices by if he wished."""
    willing = replace(
        reached,
        email=reached.email or _ANY_EMAIL,
        consents=tuple({*reached.consents, Consent.EMAIL, Consent.PRINT}),
    )
    found: dict[str, str] = {}
    for channel, kind in roads.kinds.items():
        if kind in KINDS and kind not in found:
            decision = decide(document, wishing(willing, channel, roads), facts, roads.rules)
            if decision.roads and decision.roads[0].channel == channel:
                found[kind] = channel
    return found


def wishing(recipient: Recipient, channel: str, roads: Roads) -> Recipient:
    """Return somebody who wishes a channel first."""
    kind = roads.kinds[channel]
    others = tuple(wish for wish in recipient.wishes if wish not in (channel, kind))
    return replace(recipient, wishes=(channel, *others))

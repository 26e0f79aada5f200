"""Invitations in emails to choose how invoices come, and the addresses behind which one does."""

from datetime import datetime

from hub.pipeline.house import House
from hub.pipeline.tokens import derived, hash_of
from hub.store import invitations
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.invitations import Invitation
from outbound.channel import LinkingChannel
from routing_rules.recipient import Recipient

SELF_SERVICE_PATH = "/s/"
"""Below it lies what recipients must be able to reach to choose for themselves."""
CONFIRMATION_PATH = f"{SELF_SERVICE_PATH}c/"
"""Below it lies what a mail to a new address leads to."""
_KINDS = frozenset({"invoice", "credit_note"})


def invite(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    *,
    recipient: Recipient,
    language: str,
    made_at: datetime,
) -> str:
    """Write down an invitation and return its address; empty where nobody is invited.

    The same delivery on the same road always gives the same.
    """
    if house.links is None or not _is_invited(house, delivery, row, recipient):
        return ""
    token = derived(house.links.key, "invitation", delivery.parcel_key)
    invitation = Invitation(
        token_sha256=hash_of(token),
        tenant=row.tenant,
        recipient=recipient.key,
        document=row.id,
        language=language,
        made_at=made_at,
        expires_at=house.links.expires_at(made_at),
    )
    with house.database.transaction() as connection:
        invitations.put(connection, invitation)
    return f"{house.links.url}{SELF_SERVICE_PATH}{token}"


def _is_invited(house: House, delivery: Delivery, row: DocumentRow, recipient: Recipient) -> bool:
    """Whether a message is the invoice itself, to somebody of the address book."""
    return (
        house.config.tenants[row.tenant].self_service
        and row.kind in _KINDS
        and bool(recipient.key)
        and not delivery.is_copy
        and isinstance(house.channels[delivery.channel], LinkingChannel)
    )

"""Invitations to choose how invoices come, in emails and letters, and the addresses for that."""

import itertools
from datetime import datetime

from formats.codec import SelfService
from formats.letter.write import WRITERS as LETTERS
from hub.pipeline.house import House
from hub.pipeline.letter_codes import code_of, shown, token_of
from hub.pipeline.links import LinkMaker
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
_LETTERS = frozenset(writer.name for writer in LETTERS)


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
    if not isinstance(house.channels[delivery.channel], LinkingChannel):
        return ""
    token = derived(house.links.key, "invitation", delivery.parcel_key)
    made = _invitation(house.links, token, row, recipient.key, language=language, at=made_at)
    with house.database.transaction() as connection:
        invitations.put(connection, made)
    return f"{house.links.url}{SELF_SERVICE_PATH}{token}"


def invite_by_letter(
    house: House, delivery: Delivery, row: DocumentRow, *, recipient: Recipient, language: str
) -> SelfService | None:
    """Write down an invitation and return what a letter of ours says of it; None for no letter.

    The same delivery on the same road always gives the same.
    """
    links = house.links
    if links is None or delivery.format not in _LETTERS:
        return None
    if not _is_invited(house, delivery, row, recipient):
        return None
    code = _code_for(house, links, delivery, row, recipient.key, language=language)
    url = f"{links.url}{SELF_SERVICE_PATH}"
    return SelfService(
        url=url + token_of(links.key, code),
        place=url.partition("://")[2].rstrip("/"),
        code=shown(code),
    )


def _code_for(
    house: House,
    links: LinkMaker,
    delivery: Delivery,
    row: DocumentRow,
    recipient: str,
    *,
    language: str,
) -> str:
    """Write an invitation down under a code that no other document has by chance."""
    for turn in itertools.count():
        code = code_of(links.key, f"{delivery.parcel_key} {turn}")
        token = token_of(links.key, code)
        made = _invitation(links, token, row, recipient, language=language, at=row.received_at)
        with house.database.transaction() as connection:
            invitations.put(connection, made)
            there = invitations.get(connection, made.token_sha256)
        if there is not None and there.document == row.id:
            return code
    raise AssertionError("there are codes without end")


def _invitation(
    links: LinkMaker, token: str, row: DocumentRow, recipient: str, *, language: str, at: datetime
) -> Invitation:
    return Invitation(
        token_sha256=hash_of(token),
        tenant=row.tenant,
        recipient=recipient,
        document=row.id,
        language=language,
        made_at=at,
        expires_at=links.expires_at(at),
    )


def _is_invited(house: House, delivery: Delivery, row: DocumentRow, recipient: Recipient) -> bool:
    """Whether it is the invoice itself that goes to somebody of the address book."""
    return (
        house.config.tenants[row.tenant].self_service
        and row.kind in _KINDS
        and bool(recipient.key)
        and not delivery.is_copy
    )

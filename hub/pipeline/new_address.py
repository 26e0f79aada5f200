"""A letter came back with a new address: a person takes it into the book, and it goes again.

Only letters for which no other road was open are printed again; the others have taken it.
"""

from collections.abc import Iterable

import msgspec

from formats.model import PostalAddress
from hub.pipeline.by_hand import Statement, state
from hub.pipeline.house import House
from hub.pipeline.master_data import Change, change_recipients
from hub.pipeline.print_seen import see_to
from hub.pipeline.reprint import NotReprinted, reprint
from hub.store import deliveries, documents, print_pieces, recipients
from hub.store.documents import DocumentRow
from hub.store.print_pieces import PrintPiece
from outbound.print_mail.pieces import NewAddress
from routing_rules.recipient import Recipient

_ADDRESS = "address"
"""What a delivery calls a person for when its letter came back."""


def accept_address(house: House, subject: str, *, who: str, tenant: str | None = None) -> int:
    """Take the address of a piece, JOB#SEQUENCE, that came back; returns how many letters go again.

    Raises:
        NotReprinted: there is no such piece, it came without an address, or it is seen to.
        ArchiveError: it cannot be filed; nothing has changed.
    """
    with house.database.transaction() as connection:
        piece = print_pieces.at(connection, *print_pieces.place_of(subject))
        if piece is None or tenant not in (None, piece.tenant) or not piece.new_address:
            raise NotReprinted(f"{subject}: no piece that came back with a new address")
        if piece.seen_at is not None:
            raise NotReprinted(f"{subject}: somebody has seen to it already")
        ways = deliveries.many(connection, [key.split(".")[0] for key in piece.keys])
        rows = documents.many(connection, [way.document for way in ways.values()])
    moved = msgspec.json.decode(piece.new_address, type=NewAddress)
    _take(house, piece, rows.values(), moved, who)
    see_to(house, subject, who=who, reason=f"new address taken: {moved}")
    for way in ways.values():
        if way.waits_for == _ADDRESS:
            state(house, way.id, Statement(arrived=None, who=who, reason="new address taken"))
    try:
        return reprint(house, subject, who=who, reason=f"sent to its new address, {moved.city}")
    except NotReprinted:
        return 0


def _take(
    house: House, piece: PrintPiece, rows: Iterable[DocumentRow], moved: NewAddress, who: str
) -> None:
    """Change the book, and where the letters in hand go."""
    for row in rows:
        known = msgspec.json.decode(row.recipient, type=Recipient)
        with house.database.transaction() as connection:
            booked = recipients.get(connection, piece.tenant, known.key) if known.key else None
        if booked is not None:
            change = Change(
                id=house.new_id(),
                at=house.clock(),
                tenant=piece.tenant,
                who=who,
                entries=[_moved(booked, moved)],
            )
            change_recipients(house.database, house.archive, change)
        content = msgspec.json.encode(_moved(known, moved)).decode()
        with house.database.transaction() as connection:
            documents.change(connection, row.id, recipient=content)


def _moved(recipient: Recipient, moved: NewAddress) -> Recipient:
    before = recipient.address.country if recipient.address else recipient.country
    address = PostalAddress(
        line_1=moved.street,
        post_code=moved.post_code or None,
        city=moved.city,
        country=moved.country or before,
    )
    country = moved.country or recipient.country
    return msgspec.structs.replace(recipient, address=address, country=country)

"""Pieces that a person says were posted, where the partner's line is missing: filed, then believed.

What the partner writes later is held against it like against a line of his own.
"""

from archive.entry import Draft, Entry
from hub.pipeline.evidence import about_delivery, fields_of, json_item
from hub.pipeline.house import About, House, Outcome
from hub.pipeline.settling import settle
from hub.pipeline.standing import restate
from hub.store import deliveries, documents, print_pieces, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.print_pieces import PrintPiece
from outbound.channel import DeliveryState
from outbound.print_mail.pieces import PieceState, Verdict, verdict

_AWAY = frozenset({DeliveryState.HANDED_OVER, DeliveryState.ACCEPTED_BY_NETWORK})


class NotPosted(Exception):
    """It cannot be said of a piece that it was posted. Says why."""


def posted(house: House, subject: str, *, who: str, reason: str, tenant: str | None = None) -> int:
    """Let a piece, JOB#SEQUENCE, be posted by a person's word; returns how many letters were in it.

    Returns:
        0 if that was known.

    Raises:
        NotPosted: there is no such piece, it has ended otherwise, or nobody says how he knows.
    """
    if not reason.strip():
        raise NotPosted(f"{subject}: say how it is known that it was posted; it is filed")
    with house.database.transaction() as connection:
        piece = print_pieces.at(connection, *print_pieces.place_of(subject))
        if piece is None or tenant not in (None, piece.tenant):
            raise NotPosted(f"{subject}: no such piece; facteur print job JOB lists them")
        if piece.state is PieceState.POSTED:
            return 0
        if verdict(piece.state, PieceState.POSTED) is not Verdict.TAKEN:
            raise NotPosted(f"{subject}: it is {piece.state}: {piece.words}")
        found = deliveries.many(connection, [key.split(".")[0] for key in piece.keys])
        rows = documents.many(connection, [letter.document for letter in found.values()])
    words = f"{print_pieces.SAYS}{who}: {reason.strip()}"
    letters = [
        _outcome(house, piece, letter, rows[letter.document], words) for letter in found.values()
    ]
    settle(house, "by-hand", letters or [_alone(house, piece, words)])
    return len(piece.keys)


def _alone(house: House, piece: PrintPiece, words: str) -> Outcome:
    """Return what follows for a piece whose letters are kept no more: it has ended."""

    def record(connection: Connection, _entry: Entry | None) -> None:
        print_pieces.note_posted(connection, piece, words, house.clock())

    return Outcome(
        subject=f"{piece.subject}/posted",
        about=About(tenant=piece.tenant),
        line=f"{piece.subject} {words}",
        evidence=Draft(
            key=f"{piece.subject}/posted/{house.new_id()}",
            tenant=piece.tenant,
            subject=piece.subject,
            kind="operator",
            step="by-hand",
            items=(json_item("act", {"piece": piece.subject, "said": words}),),
        ),
        record=record,
    )


def _outcome(
    house: House, piece: PrintPiece, letter: Delivery, row: DocumentRow, words: str
) -> Outcome:
    """Return what follows for a letter: nothing but a line where it has gone on since."""
    key = next(key for key in piece.keys if key.split(".")[0] == letter.id)

    def record(connection: Connection, _entry: Entry | None) -> None:
        print_pieces.note_posted(connection, piece, words, house.clock())
        now = deliveries.locked(connection, letter.id)
        if now is None or now.parcel_key != key or now.state not in _AWAY:
            return
        work.finish(connection, [letter.id])
        deliveries.change(
            connection,
            letter.id,
            state=DeliveryState.DELIVERED,
            reason=words,
            waits_for="",
            changed_at=house.clock(),
        )
        restate(connection, row.id)

    fields = {"channel": letter.channel, "state": DeliveryState.DELIVERED.value}
    return Outcome(
        subject=f"{letter.id}/posted",
        about=about_delivery(letter, row),
        line=f"{piece.subject} {words}",
        evidence=Draft(
            key=f"{key}/by-hand/{house.new_id()}",
            tenant=letter.tenant,
            subject=letter.id,
            document=row.id,
            kind="operator",
            step="by-hand",
            fields=fields_of(row) | fields,
            items=(json_item("act", {"piece": piece.subject, "key": key, "said": words}),),
        ),
        record=record,
    )

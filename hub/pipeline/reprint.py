"""One piece of a print job made again: its letters leave once more, as copies, by the same road.

The documents keep their ids and numbers; no second original comes into being. It is done once,
however often it is asked for.
"""

from collections.abc import Mapping
from datetime import datetime

from archive.entry import Draft, Entry
from hub.pipeline.evidence import about_delivery, fields_of, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.lanes import lane_of
from hub.pipeline.settling import settle
from hub.pipeline.standing import restate
from hub.store import deliveries, documents, print_pieces, work
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.print_pieces import PrintPiece
from hub.store.work import Task
from outbound.channel import DeliveryState

_LEFT = frozenset(
    {
        DeliveryState.HANDED_OVER,
        DeliveryState.ACCEPTED_BY_NETWORK,
        DeliveryState.DELIVERED,
        DeliveryState.REJECTED,
    }
)


class NotReprinted(Exception):
    """A piece cannot be made again. Says why."""


def reprint(house: House, subject: str, *, who: str, reason: str, tenant: str | None = None) -> int:
    """Let the letters of a piece, JOB#SEQUENCE, leave again; returns how many.

    Returns:
        0 if that was done before.

    Raises:
        NotReprinted: there is no such piece, or its letters have taken another road since.
    """
    if not reason.strip():
        raise NotReprinted(f"{subject}: say why it is to be made again; it is filed")
    with house.database.transaction() as connection:
        piece = print_pieces.at(connection, *print_pieces.place_of(subject))
        if piece is None or tenant not in (None, piece.tenant):
            raise NotReprinted(f"{subject}: no such piece; facteur print job JOB lists them")
        found = _found(connection, piece)
        kept_back = all(_is_kept_back(letter, key) for key, letter in found.items())
        if piece.reprinted_at is not None and not kept_back:
            return 0
        letters = _letters(piece, found)
        rows = documents.many(connection, [letter.document for letter in letters])
    outcomes = [
        _again(house, piece, letter, rows[letter.document], f"{who}: {reason.strip()}")
        for letter in letters
    ]
    settle(house, "reprint", outcomes)
    return len(outcomes)


def _found(connection: Connection, piece: PrintPiece) -> dict[str, Delivery]:
    """Return the deliveries of a piece by the keys that they had in it."""
    ids = {key: key.split(".")[0] for key in piece.keys}
    found = deliveries.many(connection, list(ids.values()))
    return {key: found[id_] for key, id_ in ids.items() if id_ in found}


def _is_kept_back(letter: Delivery, key: str) -> bool:
    """Whether a copy was asked for and never left, as the first one had arrived after all."""
    is_same_road = key.startswith(f"{letter.id}.{letter.road}")
    never_left = letter.job is None and letter.external_id is None
    return letter.repeats == key and is_same_road and never_left and letter.state in _LEFT


def _letters(piece: PrintPiece, found: Mapping[str, Delivery]) -> list[Delivery]:
    still = {
        key: letter
        for key, letter in found.items()
        if (letter.parcel_key == key and letter.state in _LEFT) or _is_kept_back(letter, key)
    }
    gone = len(piece.keys) - len(still)
    if gone:
        raise NotReprinted(
            f"{piece.subject}: {gone} of its letters have gone on since, by another road or "
            "anew; see their documents"
        )
    return [still[key] for key in piece.keys]


def _again(
    house: House, piece: PrintPiece, letter: Delivery, row: DocumentRow, because: str
) -> Outcome:
    words = f"printed again as a copy, {piece.subject} being {piece.state}; {because}"

    def record(connection: Connection, _entry: Entry | None) -> None:
        _require_unchanged(connection, piece, letter)
        now = house.clock()
        print_pieces.note_reprint(connection, piece, now)
        work.finish(connection, [letter.id])
        _begin_anew(connection, letter, words, now)
        documents.change(connection, row.id, findings=())
        restate(connection, row.id)

    return Outcome(
        subject=letter.id,
        about=about_delivery(letter, row),
        line=words,
        evidence=_evidence(letter, row, words),
        record=record,
        tasks=(
            Task(
                subject=letter.id,
                room="render",
                lane=lane_of(row.priority),
                priority=row.priority,
                due_at=house.clock(),
            ),
        ),
    )


def _begin_anew(connection: Connection, letter: Delivery, words: str, now: datetime) -> None:
    """Let a letter wait again, as a copy of the one that it was."""
    deliveries.change(
        connection,
        letter.id,
        state=DeliveryState.WAITING,
        reason=words,
        round=letter.round + 1,
        repeats=letter.repeats if _is_kept_back(letter, letter.repeats) else letter.parcel_key,
        attempts=0,
        external_id=None,
        rendition_sha256="",
        job=None,
        waits_for="",
        unconfirmed_at=None,
        changed_at=now,
    )


def _evidence(letter: Delivery, row: DocumentRow, words: str) -> Draft:
    return Draft(
        key=f"{letter.parcel_key}/reprint",
        tenant=letter.tenant,
        subject=letter.id,
        document=row.id,
        kind="operator",
        step="reprint",
        fields=fields_of(row) | {"channel": letter.channel},
        items=(json_item("act", {"key": letter.parcel_key, "said": words}),),
    )


def _require_unchanged(connection: Connection, piece: PrintPiece, known: Delivery) -> None:
    now = deliveries.locked(connection, known.id)
    if now is None or (now.state, now.parcel_key) != (known.state, known.parcel_key):
        raise NotReprinted(f"{piece.subject}: something has happened to it meanwhile; look again")

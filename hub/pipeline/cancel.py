"""Stopping what is still in the house: filed with who and why, told to the sender, never undone.

What has left, or may have, cannot be stopped. Against the thread that sends exactly one wins: both
change the delivery's state on one condition, in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.entry import Draft, Entry
from formats.findings import Actor, Finding, Severity
from hub.pipeline.evidence import about_delivery, about_document, fields_of, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.settling import settle
from hub.pipeline.standing import restate
from hub.store import deliveries, documents, numbers, work
from hub.store.database import Connection
from hub.store.deliveries import CANCELLED, GATHERED, Delivery
from hub.store.documents import DocumentRow, DocumentState
from outbound.channel import DeliveryState

RULE = "IN-CANCELLED"
_STOPPABLE = frozenset({DeliveryState.WAITING, GATHERED})
_AT_REST = frozenset({DeliveryState.REJECTED, CANCELLED})
_IN_HOUSE = frozenset({DocumentState.WORKING, DocumentState.PARKED, DocumentState.SENDING})
_WHY = {
    DeliveryState.SENDING: "is leaving just now; ask again when its answer is there",
    DeliveryState.IN_DOUBT: "may have left: decide the doubt first",
    DeliveryState.REJECTED: "has come to rest: nothing of it is left to stop",
    CANCELLED: "is cancelled already",
}
"""State to why it cannot be stopped; all others have left."""


class NotStopped(Exception):
    """It cannot be cancelled. Says which delivery has left, or may have, by which channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """What somebody wants to be stopped.

    Attributes:
        way: one delivery of the document alone; None: the document with all of them.
    """

    row: DocumentRow
    way: Delivery | None
    who: str
    reason: str

    @property
    def subject(self) -> str:
        """Id of what is to be stopped."""
        return self.way.id if self.way else self.row.id


def cancel(house: House, subject: str, *, who: str, reason: str) -> None:
    """Stop a document, or one delivery, that is still in the house.

    The number of a document of which nothing ever left may be used again.

    Raises:
        NotStopped: there is no such thing, no reason is given, or it has left, or may have.
    """
    if not reason.strip():
        raise NotStopped(f"{subject}: say why it is cancelled")
    with house.database.transaction() as connection:
        way = deliveries.get(connection, subject)
        row = documents.get(connection, way.document if way else subject)
        if row is None:
            raise NotStopped(f"{subject}: no such document or delivery")
        asked = Cancelling(row=row, way=way, who=who, reason=reason.strip())
        _refuse(asked, row, _ways(connection, asked))
    settle(house, "cancel", [_outcome(house, asked)])


def is_stoppable(row: DocumentRow, ways: Sequence[Delivery]) -> bool:
    """Whether a document could be cancelled, as things stand."""
    try:
        _refuse(Cancelling(row=row, way=None, who="", reason=""), row, ways)
    except NotStopped:
        return False
    return True


def _ways(connection: Connection, asked: Cancelling) -> list[Delivery]:
    ways = deliveries.of_documents(connection, [asked.row.id])[asked.row.id]
    return [way for way in ways if asked.way is None or way.id == asked.way.id]


def _refuse(asked: Cancelling, row: DocumentRow, ways: Sequence[Delivery]) -> None:
    """Raise NotStopped if any of it has left, or nothing of it is in the house."""
    at_rest = frozenset() if asked.way else _AT_REST
    for way in ways:
        if way.state not in _STOPPABLE | at_rest:
            why = _WHY.get(way.state, f"has left by {way.channel}: {way.state}")
            raise NotStopped(f"{way.id}: it {why}")
    if asked.way is None and row.state not in _IN_HOUSE:
        raise NotStopped(f"{row.id}: it is {row.state}: nothing of it waits to leave")


def _outcome(house: House, asked: Cancelling) -> Outcome:
    row, way = asked.row, asked.way

    def record(connection: Connection, _entry: Entry | None) -> None:
        _stop(house, connection, asked)

    return Outcome(
        subject=f"{asked.subject}/cancel",
        about=about_delivery(way, row) if way else about_document(row),
        line=f"cancelled by {asked.who}: {asked.reason}",
        evidence=_draft(house, asked),
        record=record,
    )


def _draft(house: House, asked: Cancelling) -> Draft:
    act = {"act": "cancel", "who": asked.who, "said": asked.reason, "at": house.clock()}
    return Draft(
        key=f"{asked.subject}/cancel/{house.new_id()}",
        tenant=asked.row.tenant,
        subject=asked.subject,
        document=asked.row.id,
        kind="operator",
        step="cancel",
        fields=fields_of(asked.row),
        items=(json_item("act", act),),
    )


def _stop(house: House, connection: Connection, asked: Cancelling) -> None:
    """Stop all of it or, if the other side was faster, nothing."""
    row = documents.locked(connection, asked.row.id)
    assert row is not None
    ways = _ways(connection, asked)
    _refuse(asked, row, ways)
    reason = f"cancelled by {asked.who}: {asked.reason}"
    for way in ways:
        if way.state in _STOPPABLE and not deliveries.stop(
            connection, way.id, reason, house.clock()
        ):
            raise NotStopped(f"{way.id}: it {_WHY[DeliveryState.SENDING]}")
    work.finish(connection, [asked.subject, *(way.id for way in ways)])
    if asked.way is None and not any(way.road or way.external_id for way in ways):
        numbers.free(connection, row.id)
    if asked.way is None or not asked.way.copy_of:
        documents.change(connection, row.id, findings=(_finding(reason), *row.findings))
        _rest(connection, asked)


def _rest(connection: Connection, asked: Cancelling) -> None:
    if asked.way is None:
        documents.set_state(connection, asked.row.id, DocumentState.CANCELLED)
    else:
        restate(connection, asked.row.id)


def _finding(reason: str) -> Finding:
    return Finding(
        rule=RULE,
        message=reason,
        severity=Severity.WARNING,
        fix="nothing; send it in again if it is to go out after all",
        actor=Actor.ERP,
    )

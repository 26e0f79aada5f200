"""One number, one document: what happens to a second one, by its sender's policy.

The same content goes out once, whatever the policy. Other content under the same number stays
(`first`), waits for a person (`park`), or takes the place of what has not left the house
(`version`): nothing is ever sent twice. Beside a first one that is parked itself no other stays
unseen: it may be the correction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from formats import canonical
from formats.differences import Difference, differences
from formats.findings import Actor, Finding, Severity, is_fatal
from hub.pipeline.house import House
from hub.pipeline.parking import NUMBER_TAKEN
from hub.pipeline.replacing import withdraw
from hub.store import deliveries, documents, events, numbers
from hub.store.database import Connection
from hub.store.documents import DocumentRow, DocumentState
from hub.store.events import Event
from hub.store.numbers import Holder, Number

_NAMED = 6
"""Differences in a sentence; all of them stand in the finding's value."""
_LISTED = 100
_LEFT = "give the new document its own number, or correct the first one by a credit note"
_STUCK = (
    "if it corrects the first one, which is parked: cancel that one (on its page, or by `facteur"
    " cancel`), then resubmit this one; if it is another document, give it its own number"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clash:
    """A document and the one that has its number.

    Attributes:
        is_stuck: whether that one is parked, and never came to a channel.
    """

    document: DocumentRow
    holder: str
    is_stuck: bool
    differing: tuple[Difference, ...]


def judge_number(
    house: House,
    connection: Connection,
    document: DocumentRow,
    content: Callable[[], bytes],
) -> DocumentRow:
    """Give a document its number, or say why another keeps it.

    What another's number parks goes on to room 4, so that all its faults are said at once. One that
    could not be read right takes no number, but is told that another has it.

    Args:
        house: where the other one lies.
        connection: of the transaction that writes the document down.
        document: as it was read.
        content: gives its canonical JSON, if it is asked for.
    """
    document = replace(document, state=DocumentState.WORKING)
    if not document.number:
        return document
    faulty = is_fatal(document.findings)
    holder = (_held if faulty else _claim)(connection, document)
    if holder is None:
        return document
    if faulty and (holder.sha256 == document.content_sha256 or not _parks(house, document)):
        return document
    if holder.sha256 == document.content_sha256:
        return _rests(document, DocumentState.DUPLICATE, _same(document, holder.document))
    clash = _Clash(
        document=document,
        holder=holder.document,
        is_stuck=_is_stuck(connection, holder.document),
        differing=differences(
            canonical.decode(house.archive.get(holder.sha256)), canonical.decode(content())
        ),
    )
    return _parked(clash, "") if faulty else _settled(house, connection, clash)


def _parks(house: House, document: DocumentRow) -> bool:
    sender = house.config.senders.get(document.sender)
    return sender is None or sender.duplicates == "park"


def _settled(house: House, connection: Connection, clash: _Clash) -> DocumentRow:
    sender = house.config.senders.get(clash.document.sender)
    match sender.duplicates if sender else "park":
        case "first" if not clash.is_stuck:
            fix = "nothing, or a number of its own if it is another document"
            stays = _finding(clash, "IN-FIRST", "with other content; the first one stays", fix)
            return _rests(clash.document, DocumentState.DUPLICATE, stays)
        case "version":
            return _version(house, connection, clash)
        case _:
            return _parked(clash, "")


def _is_stuck(connection: Connection, holder: str) -> bool:
    row = documents.get(connection, holder)
    ways = deliveries.of_documents(connection, [holder])[holder]
    return row is not None and row.state is DocumentState.PARKED and not ways


def _version(house: House, connection: Connection, clash: _Clash) -> DocumentRow:
    """Let the new one take the place of the old one, if that has not left the house."""
    document = clash.document
    why = withdraw(connection, clash.holder, f"replaced by {document.id}", house.clock())
    if why:
        return _parked(clash, f"; {why}, so it is not replaced")
    numbers.free(connection, clash.holder)
    assert _claim(connection, document) is None, document.id
    events.add(connection, [_withdrawn(house, clash)])
    note = _finding(clash, "IN-VERSION", "which had not left and is replaced", "nothing")
    warning = structs.replace(note, severity=Severity.WARNING)
    return replace(document, findings=(*document.findings, warning))


def _parked(clash: _Clash, more: str) -> DocumentRow:
    finding = _finding(clash, NUMBER_TAKEN, f"with other content{more}", _LEFT)
    if clash.is_stuck:
        finding = structs.replace(finding, fix=_STUCK, actor=Actor.OPERATOR)
    return replace(clash.document, findings=(*clash.document.findings, finding))


def _rests(document: DocumentRow, state: DocumentState, finding: Finding) -> DocumentRow:
    return replace(document, state=state, findings=(*document.findings, finding))


def _held(connection: Connection, document: DocumentRow) -> Holder | None:
    return numbers.held(connection, _number(document), document.id)


def _claim(connection: Connection, document: DocumentRow) -> Holder | None:
    own = Holder(document.id, document.content_sha256)
    return numbers.claim(connection, _number(document), own)


def _number(document: DocumentRow) -> Number:
    return Number(document.tenant, document.kind, document.number)


def _same(document: DocumentRow, holder: str) -> Finding:
    return Finding(
        rule="IN-SAME",
        term="BT-1",
        value=document.number,
        message=f"{document.number} with the same content came before as {holder}",
        fix="nothing; it goes out once",
    )


def _finding(clash: _Clash, rule: str, what: str, fix: str) -> Finding:
    """Return a finding that puts the two side by side."""
    document = clash.document
    return Finding(
        rule=rule,
        term="BT-1",
        value="\n".join(map(_side_by_side, clash.differing[:_LISTED])),
        message=f"number {document.number} came before as {clash.holder} {what}"
        f"{_told(clash.differing)}",
        fix=fix,
    )


def _side_by_side(one: Difference) -> str:
    return f"{one.path}: {one.first} | {one.second}"


def _told(differing: Sequence[Difference]) -> str:
    if not differing:
        return ""
    named = [
        f"{one.term} {one.first or 'none'} there, {one.second or 'none'} here" for one in differing
    ]
    more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return f" ({'; '.join([*named[:_NAMED], *more])})"


def _withdrawn(house: House, clash: _Clash) -> Event:
    return Event(
        id=house.new_id(),
        at=house.clock(),
        tenant=clash.document.tenant,
        submission=clash.holder.rpartition("-")[0],
        document=clash.holder,
        room="read",
        text=f"replaced by {clash.document.id} before it left",
    )

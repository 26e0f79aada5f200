"""What a peer said when it took a parcel, filed with its proofs and written into the ledger."""

from collections.abc import Sequence
from functools import partial

from archive.entry import Entry, Item
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.standing import restate
from hub.store import deliveries
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from outbound.channel import Enclosure, Parcel, Receipt


def sent(
    house: House, delivery: Delivery, row: DocumentRow, receipt: Receipt, parcel: Parcel
) -> Outcome:
    """Return the outcome of a parcel that its peer has taken."""
    facts = {
        "key": parcel.key,
        "channel": delivery.channel,
        "state": receipt.state,
        "external_id": receipt.external_id,
        "text": receipt.text,
        "rendition": delivery.rendition_sha256,
    }
    items = (json_item("receipt", facts), *evidence_items(receipt.evidence))
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"{receipt.state} by {delivery.channel}: {receipt.text}",
        evidence=delivery_draft(delivery, row, "send", items, state=receipt.state),
        record=partial(_record_sent, house, delivery, receipt),
    )


def evidence_items(evidence: Sequence[Enclosure]) -> tuple[Item, ...]:
    """Return a peer's proofs as items to be kept."""
    return tuple(
        Item(role="evidence", name=e.name, media_type=e.media_type, data=e.data) for e in evidence
    )


def _record_sent(
    house: House, delivery: Delivery, receipt: Receipt, connection: Connection, _entry: Entry | None
) -> None:
    deliveries.change(
        connection,
        delivery.id,
        state=receipt.state,
        reason=receipt.text,
        external_id=receipt.external_id,
        changed_at=house.clock(),
    )
    restate(connection, delivery.document)

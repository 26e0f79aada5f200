"""How a room's result is filed: under which key, with which fields an auditor asks by."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from archive.entry import Draft, Entry, Item
from formats.findings import Finding
from hub.pipeline.house import About, House
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow


def filed(house: House, drafts: Sequence[Draft]) -> dict[str, Entry]:
    """Return what is already kept under the keys of these drafts."""
    entries: dict[str, Entry] = {}
    for tenant in {draft.tenant for draft in drafts}:
        keys = [draft.key for draft in drafts if draft.tenant == tenant]
        entries |= house.archive.kept(tenant, keys)
    return entries


def reading_keys(row: DocumentRow, file_round: int) -> list[str]:
    """Return under which keys room 2 may have filed a document, the newest reading last."""
    again = (f"{row.id}/read/{round_}" for round_ in range(1, row.round + 1))
    return [f"{row.submission}/read/{file_round}", *again]


def json_item(role: str, value: Any) -> Item:
    """Return a value as a kept JSON file."""
    return Item(
        role=role,
        name=f"{role}.json",
        media_type="application/json",
        data=msgspec.json.encode(value),
    )


def document_draft(
    row: DocumentRow, step: str, items: Sequence[Item], more: Mapping[str, str] | None = None
) -> Draft:
    """Return the evidence of a room about a document, one for each round."""
    return Draft(
        key=f"{row.id}/{step}/{row.round}",
        tenant=row.tenant,
        subject=row.id,
        document=row.id,
        kind="document",
        step=step,
        fields=fields_of(row) | dict(more or {}),
        items=tuple(items),
    )


def delivery_draft(
    delivery: Delivery, document: DocumentRow, step: str, items: Sequence[Item], *, state: str = ""
) -> Draft:
    """Return the evidence of a room about a delivery, one for each road and attempt."""
    fields = fields_of(document) | {"channel": delivery.channel}
    if state:
        fields["state"] = state
    return Draft(
        key=f"{delivery.parcel_key}/{step}/{delivery.attempts}",
        tenant=delivery.tenant,
        subject=delivery.id,
        document=delivery.document,
        kind="delivery",
        step=step,
        fields=fields,
        items=tuple(items),
    )


def findings_draft(
    about: About, subject: str, room: str, round_: int, findings: Sequence[Finding]
) -> Draft:
    """Return the evidence of a judgement that parks."""
    return Draft(
        key=f"{subject}/{room}/findings/{round_}",
        tenant=about.tenant,
        subject=subject,
        document=about.document,
        kind="document" if about.document else "submission",
        step=room,
        items=(json_item("findings", list(findings)),),
    )


def fields_of(row: DocumentRow) -> dict[str, str]:
    """Return what an auditor finds a document by; empty fields are left out."""
    fields = {
        "number": row.number,
        "kind": row.kind,
        "issue_date": row.issue_date,
        "currency": row.currency,
        "total": row.total,
        "customer": row.customer,
        "customer_name": row.customer_name,
        "sender": row.sender,
        "submission": row.submission,
    }
    return {name: value for name, value in fields.items() if value}


def about_document(row: DocumentRow) -> About:
    """Return whose timeline a document's line belongs to."""
    return About(tenant=row.tenant, submission=row.submission, document=row.id)


def about_delivery(delivery: Delivery, row: DocumentRow) -> About:
    """Return whose timeline a delivery's line belongs to."""
    return About(
        tenant=row.tenant, submission=row.submission, document=row.id, delivery=delivery.id
    )

"""Room 3: what we know and the sender did not say, with where it is from."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from archive.entry import Draft, Entry, Item
from formats import canonical
from formats.model import Document, Invoice
from hub.enrichment.additions import Addition
from hub.enrichment.address_book import add_buyer, find_recipient
from hub.enrichment.mentions import add_mentions
from hub.enrichment.seller import (
    add_bank,
    add_seller,
    add_specification,
    add_tax_regime,
    foreign_seller,
)
from hub.pipeline.deadlines import deadlines_of
from hub.pipeline.evidence import about_document, document_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.retaining import retention_fields, under_procedure
from hub.pipeline.searched import searched_fields
from hub.store import deadlines, documents
from hub.store.database import Connection
from hub.store.documents import DocumentRow
from hub.store.work import Task
from routing_rules.recipient import Recipient


def enrich(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Find each document's recipient and fill what the document lacks."""
    with house.database.transaction() as connection:
        rows = documents.many(connection, [task.subject for task in tasks])
        outcomes = [_outcome(house, connection, rows[task.subject], task) for task in tasks]
    return under_procedure(house, outcomes)


def _outcome(house: House, connection: Connection, row: DocumentRow, task: Task) -> Outcome:
    document = canonical.decode(house.archive.get(row.content_sha256))
    recipient = find_recipient(connection, row.tenant, document)
    enriched, additions = _enrich(house, row, document, recipient)
    ends = deadlines_of(house, row, enriched, recipient)
    found = _warned(house, row, document)

    def record(connection: Connection, entry: Entry | None) -> None:
        _record(house, found, recipient, connection, entry)
        deadlines.put(connection, row.id, ends)

    return Outcome(
        subject=row.id,
        about=about_document(row),
        line=_line(recipient, additions),
        evidence=_evidence(house, row, enriched, recipient, additions),
        record=record,
        tasks=(task.to("check"),),
    )


def _warned(house: House, row: DocumentRow, document: Document) -> DocumentRow:
    """Return the row with a warning more if another company issues this."""
    if not isinstance(document, Invoice):
        return row
    found = foreign_seller(document, house.config.tenants[row.tenant], row.tenant)
    return replace(row, findings=(*row.findings, *found))


def _enrich(
    house: House, row: DocumentRow, document: Document, recipient: Recipient
) -> tuple[Document, list[Addition]]:
    if not isinstance(document, Invoice):
        return document, []
    own = house.config.tenants[row.tenant]
    sender = house.config.senders.get(row.sender)
    invoice, additions = add_seller(document, own, row.tenant)
    for step in (
        add_specification,
        partial(add_tax_regime, tenant=own, key=row.tenant),
        partial(add_bank, tenant=own, key=row.tenant),
        partial(add_buyer, recipient=recipient),
        partial(add_mentions, tags=sender.tags if sender else ()),
    ):
        invoice, more = step(invoice)
        additions += more
    return invoice, additions


def _evidence(
    house: House,
    row: DocumentRow,
    document: Document,
    recipient: Recipient,
    additions: list[Addition],
) -> Draft:
    enriched = Item(
        role="enriched",
        name="enriched.json",
        media_type="application/json",
        data=canonical.encode(document),
    )
    items = (enriched, json_item("recipient", recipient), json_item("additions", additions))
    fields = {"customer": _customer_number(recipient), "customer_name": recipient.name}
    fields |= searched_fields(document) | retention_fields(house, row, document)
    return document_draft(row, "enrich", items, fields)


def _customer_number(recipient: Recipient) -> str:
    """Return the number by which the archive finds a customer; a stranger's stands on paper."""
    own = (identifier.value for identifier in recipient.identifiers if not identifier.scheme)
    return recipient.key or ("" if recipient.known else next(own, ""))


def _line(recipient: Recipient, additions: list[Addition]) -> str:
    who = f"recipient {recipient.key}" if recipient.known else "recipient not in the address book"
    return f"{who}; {len(additions)} fields added" if additions else who


def _record(
    house: House,
    row: DocumentRow,
    recipient: Recipient,
    connection: Connection,
    entry: Entry | None,
) -> None:
    assert entry is not None
    kept = {item.role: item.sha256 for item in entry.items}
    filed = house.archive.get(kept["recipient"])
    documents.change(
        connection,
        row.id,
        enriched_sha256=kept["enriched"],
        recipient=filed.decode(),
        customer=recipient.key or row.customer,
        customer_name=recipient.name or row.customer_name,
        findings=row.findings,
    )

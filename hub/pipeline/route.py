"""Room 5: which way. The document fans out into deliveries; no road parks it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import msgspec

from archive.entry import Draft, Entry, Item
from formats import canonical
from formats.findings import Actor, Finding
from hub.pipeline.evidence import about_document, document_draft, json_item
from hub.pipeline.evidence import filed as already_filed
from hub.pipeline.house import House, Outcome
from hub.pipeline.parking import park_document
from hub.store import deliveries, documents
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.work import Task
from routing_rules.decide import decide
from routing_rules.decision import Decision, Facts, Road
from routing_rules.recipient import Recipient


def route(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Decide for each document; its deliveries enter room 6."""
    with house.database.transaction() as connection:
        rows = documents.many(connection, [task.subject for task in tasks])
    filed = already_filed(house, [_draft(row) for row in rows.values()])
    return [
        _outcome(
            house, row, task, _filed(house, filed.get(_draft(row).key)) or decision_for(house, row)
        )
        for task, row in ((task, rows[task.subject]) for task in tasks)
    ]


def decision_for(house: House, row: DocumentRow) -> Decision:
    """Decide on the road of an enriched document, by today's rules."""
    document = canonical.decode(house.archive.get(row.enriched_sha256))
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    return decide(document, recipient, facts_of(house, row.tenant, row.sender), house.rules)


def facts_of(house: House, tenant: str, sender: str) -> Facts:
    """Return what rules may ask besides document and recipient, as of today."""
    known = house.config.senders.get(sender)
    tags = known.tags if known else ()
    return Facts(tenant=tenant, sender=sender, today=house.clock().date(), tags=tags)


def _draft(row: DocumentRow, *items: Item) -> Draft:
    return document_draft(row, "route", items)


def _filed(house: House, entry: Entry | None) -> Decision | None:
    """Return the decision that was filed before a crash: what was decided stays decided."""
    if entry is None:
        return None
    content = next(item.sha256 for item in entry.items if item.role == "decision")
    return msgspec.json.decode(house.archive.get(content), type=Decision)


def _outcome(house: House, row: DocumentRow, task: Task, decision: Decision) -> Outcome:
    if not decision.roads:
        return _stuck(row, decision)
    made = [
        _delivery(house, row, position, roads, copy=position > 0)
        for position, roads in enumerate([decision.roads, *((copy,) for copy in decision.copies)])
    ]
    return Outcome(
        subject=row.id,
        about=about_document(row),
        line=f"routed by {decision.rule}: {' > '.join(road.channel for road in decision.roads)}",
        evidence=_draft(row, json_item("decision", decision)),
        record=partial(_record, row, decision, made),
        tasks=tuple(
            Task(
                subject=delivery.id,
                room="render",
                lane=task.lane,
                priority=task.priority,
                due_at=house.clock(),
            )
            for delivery in made
        ),
    )


def _stuck(row: DocumentRow, decision: Decision) -> Outcome:
    """Park the document and keep the decision, which says of every road why it is closed."""
    parked = park_document(about_document(row), row.id, "route", row.round, [_no_road(decision)])
    assert parked.evidence is not None
    items = (*parked.evidence.items, json_item("decision", decision))

    def record(connection: Connection, entry: Entry | None) -> None:
        parked.record(connection, entry)
        documents.change(connection, row.id, decision=msgspec.json.encode(decision).decode())

    return replace(parked, evidence=replace(parked.evidence, items=items), record=record)


def _delivery(
    house: House, row: DocumentRow, position: int, roads: tuple[Road, ...], *, copy: bool
) -> Delivery:
    return Delivery(
        id=f"{row.id}-d{position}" if not row.round else f"{row.id}-r{row.round}-d{position}",
        document=row.id,
        tenant=row.tenant,
        copy_of=f"{row.id}-d0" if copy else None,
        roads=roads,
        channel=roads[0].channel,
        format=roads[0].format,
        changed_at=house.clock(),
    )


def _record(
    row: DocumentRow,
    decision: Decision,
    made: Sequence[Delivery],
    connection: Connection,
    _entry: Entry | None,
) -> None:
    documents.change(
        connection,
        row.id,
        decision=msgspec.json.encode(decision).decode(),
        state=DocumentState.SENDING,
    )
    for delivery in made:
        deliveries.add(connection, delivery)


def _no_road(decision: Decision) -> Finding:
    closed = "; ".join(f"{d.road.channel}: {d.reason}" for d in decision.dropped)
    why = f"rule {decision.rule} ({decision.because})" if decision.rule else "no rule matches"
    return Finding(
        rule="IN-NOROAD",
        message=f"no road is open: {why}. {closed}".strip(),
        fix="complete the recipient in the address book or add a rule, then resubmit",
        actor=Actor.OPERATOR,
    )

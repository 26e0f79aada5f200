"""Room 5: which way. The document fans out into deliveries; no road parks it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from archive.entry import Draft, Entry, Item
from formats import canonical
from formats.findings import Actor, Finding
from hub.pipeline.deadlines import due_by
from hub.pipeline.evidence import about_document, document_draft, findings_draft, json_item
from hub.pipeline.evidence import filed as already_filed
from hub.pipeline.facts import facts_of
from hub.pipeline.house import House, Outcome
from hub.pipeline.parking import park_document
from hub.store import calls, deliveries, documents
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow, DocumentState
from hub.store.work import Task
from routing_rules.decide import decide
from routing_rules.decision import Decision, Grounds, Road
from routing_rules.recipient import Recipient

_KEPT = ("decision", "grounds", "rules")
"""Roles of what is filed of a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """A decision, and the files it is kept as: itself, its grounds and its rules."""

    decision: Decision
    items: tuple[Item, ...]


def route(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Decide for each document; its deliveries enter room 6."""
    with house.database.transaction() as connection:
        rows = documents.many(connection, [task.subject for task in tasks])
    drafts = [draft for row in rows.values() for draft in (_draft(row), _parked(row))]
    filed = already_filed(house, drafts)
    outcomes = []
    for task in tasks:
        row = rows[task.subject]
        entry = filed.get(_draft(row).key) or filed.get(_parked(row).key)
        outcomes.append(_outcome(house, row, task, _filed(house, entry) or _decided(house, row)))
    return outcomes


def decision_for(house: House, row: DocumentRow) -> Decision:
    """Decide on the road of an enriched document, by today's rules."""
    document = canonical.decode(house.archive.get(row.enriched_sha256))
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    return decide(document, recipient, facts_of(house, row.tenant, row.sender), house.rules)


def _decided(house: House, row: DocumentRow) -> _Decided:
    decision = decision_for(house, row)
    grounds = Grounds(
        document=row.enriched_sha256,
        recipient=hashlib.sha256(row.recipient.encode()).hexdigest(),
        rules=house.rules.version,
        facts=facts_of(house, row.tenant, row.sender),
    )
    rules = Item(
        role="rules", name="rules.json", media_type="application/json", data=house.rules.kept
    )
    items = (json_item("decision", decision), json_item("grounds", grounds), rules)
    return _Decided(decision=decision, items=items)


def _draft(row: DocumentRow, *items: Item) -> Draft:
    return document_draft(row, "route", items)


def _parked(row: DocumentRow) -> Draft:
    return findings_draft(about_document(row), row.id, "route", row.round, [])


def _filed(house: House, entry: Entry | None) -> _Decided | None:
    """Return what was filed before a crash: what was decided stays decided, as does on what."""
    kept = [item for item in entry.items if item.role in _KEPT] if entry else []
    items = tuple(
        Item(role=k.role, name=k.name, media_type=k.media_type, data=house.archive.get(k.sha256))
        for k in kept
    )
    decision = next((house.archive.get(k.sha256) for k in kept if k.role == "decision"), None)
    if decision is None:
        return None
    return _Decided(decision=msgspec.json.decode(decision, type=Decision), items=items)


def _outcome(house: House, row: DocumentRow, task: Task, decided: _Decided) -> Outcome:
    decision = decided.decision
    if not decision.roads:
        return _stuck(row, decided)
    made = [
        _delivery(house, row, position, roads, copy=position > 0)
        for position, roads in enumerate([decision.roads, *((copy,) for copy in decision.copies)])
    ]
    return Outcome(
        subject=row.id,
        about=about_document(row),
        line=f"routed by {decision.rule}: {' > '.join(road.channel for road in decision.roads)}",
        evidence=_draft(row, *decided.items),
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


def _stuck(row: DocumentRow, decided: _Decided) -> Outcome:
    """Park the document and keep the decision, which says of every road why it is closed."""
    decision = decided.decision
    parked = park_document(about_document(row), row.id, "route", row.round, [_no_road(decision)])
    assert parked.evidence is not None
    items = (*parked.evidence.items, *decided.items)

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
    due = due_by(connection, row.id)
    repeats = _repeats(row, connection)
    calls.dismiss_all(connection, row.id)
    for delivery in made:
        own = delivery if delivery.copy_of else replace(delivery, due_by=due, repeats=repeats)
        deliveries.add(connection, own)


def _repeats(row: DocumentRow, connection: Connection) -> str:
    """Return the key of the parcel by which it may have arrived in an earlier round, if it may."""
    if not row.round:
        return ""
    earlier = deliveries.of_documents(connection, [row.id])[row.id]
    return next((way.repeats for way in reversed(earlier) if way.repeats), "")


def _no_road(decision: Decision) -> Finding:
    closed = "; ".join(f"{d.road.channel}: {d.reason}" for d in decision.dropped)
    why = f"rule {decision.rule} ({decision.because})" if decision.rule else "no rule matches"
    return Finding(
        rule="IN-NOROAD",
        message=f"no road is open: {why}. {closed}".strip(),
        fix="complete the recipient in the address book or add a rule, then resubmit",
        actor=Actor.OPERATOR,
    )

"""Room 6: the shape in which a document leaves by its road, judged by that shape's own rules."""

from collections.abc import Sequence
from datetime import date
from functools import partial

import msgspec

from archive.entry import Entry, Item
from formats import canonical
from formats.catalogue import WRITERS
from formats.certificate.dating import of_day
from formats.codec import Copy, Material
from formats.findings import Finding, Severity
from formats.letter.postal import address_lines
from formats.losses import losses
from formats.rules.engine import check
from hub.pipeline.dead_ends import broken
from hub.pipeline.evidence import about_delivery, delivery_draft, json_item
from hub.pipeline.house import House, Outcome
from hub.pipeline.invitations import invite_by_letter
from hub.pipeline.parcels import home_of
from hub.pipeline.provenance import PDF_READERS, own_pages
from hub.pipeline.standing import next_road
from hub.store import deliveries, documents, submissions
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.documents import DocumentRow
from hub.store.work import Task
from routing_rules.recipient import Recipient

_SHOWN = 6
"""Terms that a line names of those that a format has no place for."""


def render(house: House, tasks: Sequence[Task]) -> list[Outcome]:
    """Write each delivery's rendition; one that its format refuses takes the next road."""
    with house.database.transaction() as connection:
        found = deliveries.many(connection, [task.subject for task in tasks])
        rows = documents.many(connection, [d.document for d in found.values()])
        sources = {row.id: _source(house, connection, row) for row in rows.values()}
    pairs = [(task, found[task.subject]) for task in tasks]
    today = house.clock().date()
    calls = [
        (
            house.archive.get(rows[d.document].enriched_sha256),
            d.format,
            _material(house, d, rows[d.document], sources[d.document]),
            today,
        )
        for _, d in pairs
    ]
    results = house.pool.map(write, calls)
    return [
        _outcome(house, d, rows[d.document], task, result)
        for (task, d), result in zip(pairs, results, strict=True)
    ]


class Rendition(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is written in a format.

    Attributes:
        losses: a warning for each term of it that has no place there.
    """

    data: bytes
    losses: tuple[Finding, ...]


def write(
    content: bytes, form: str, material: Material, day: date
) -> Rendition | tuple[Finding, ...]:
    """Write a document in a format, or say which of that format's rules of the day it breaks.

    Runs in a child.
    """
    document = canonical.decode(content)
    writer = WRITERS[form]
    findings = tuple(
        finding
        for key in writer.rules
        if key != "en16931"
        for finding in check(writer.dress(document), of_day(key, day))
        if finding.severity is Severity.FATAL
    )
    if findings:
        return findings
    return Rendition(data=writer.write(document, material), losses=losses(document, form))


def _material(
    house: House, delivery: Delivery, row: DocumentRow, source_pdf: bytes | None
) -> Material:
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    tenant = house.config.tenants[row.tenant]
    language = recipient.language or tenant.language
    return Material(
        language=language,
        source_pdf=source_pdf,
        address_lines=address_lines(
            recipient.name, recipient.address, home=home_of(house, delivery, tenant)
        ),
        created=row.received_at.date(),
        copy=_copy(delivery),
        self_service=invite_by_letter(house, delivery, row, recipient=recipient, language=language),
    )


def _copy(delivery: Delivery) -> Copy | None:
    """Return why a delivery's rendition is marked; on each of its roads the same."""
    if not delivery.is_copy:
        return None
    return Copy.REPEAT if delivery.copy_of is None else Copy.COURTESY


def _source(house: House, connection: Connection, row: DocumentRow) -> bytes | None:
    """Return the ERP's own PDF: its pages of a spool file, or the file that held it alone."""
    if row.format not in PDF_READERS:
        return None
    own = own_pages(house, connection, row)
    if own is not None or len(documents.of_submission(connection, row.submission)) != 1:
        return own
    submission = submissions.get(connection, row.submission)
    return house.archive.get(submission.sha256) if submission else None


def _outcome(
    house: House,
    delivery: Delivery,
    row: DocumentRow,
    task: Task,
    result: Rendition | tuple[Finding, ...] | Exception,
) -> Outcome:
    if not isinstance(result, Rendition):
        findings = result if isinstance(result, tuple) else ()
        why = f"it breaks {broken(findings)}" if findings else result
        reason = f"cannot be written as {delivery.format}: {why}"
        return next_road(
            house, delivery, row, task, room="render", reason=reason, findings=findings
        )
    writer = WRITERS[delivery.format]
    name = file_name(row.number, writer.suffix, copy=delivery.is_copy)
    items = [Item(role="rendition", name=name, media_type=writer.media_type, data=result.data)]
    if result.losses:
        items.append(json_item("losses", result.losses))
    return Outcome(
        subject=delivery.id,
        about=about_delivery(delivery, row),
        line=f"written as {delivery.format}, {len(result.data)} bytes{_without(result.losses)}",
        evidence=delivery_draft(delivery, row, "render", items),
        record=partial(_record, delivery, name),
        tasks=(task.to("sign"),),
    )


def _without(lost: Sequence[Finding]) -> str:
    """Return what a line of the timeline says of losses.

    >>> _without([]), _without([Finding(rule="LOSS-BT-9", message="", term="BT-9")])
    ('', '; has no place for BT-9')
    """
    terms = [each.rule.removeprefix("LOSS-") for each in lost]
    more = f" and {len(terms) - _SHOWN} more" if len(terms) > _SHOWN else ""
    return f"; has no place for {', '.join(terms[:_SHOWN])}{more}" if terms else ""


def file_name(number: str, suffix: str, *, copy: bool = False) -> str:
    """Return a file name that is safe everywhere.

    >>> file_name("RE 2026/17", ".xml"), file_name("R-1", ".xml", copy=True)
    ('RE_2026_17.xml', 'R-1-copy.xml')
    """
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in number)
    return (safe or "document")[:80] + ("-copy" if copy else "") + suffix


def _record(delivery: Delivery, name: str, connection: Connection, entry: Entry | None) -> None:
    assert entry is not None
    deliveries.change(
        connection,
        delivery.id,
        rendition_sha256=entry.items[0].sha256,
        file_name=name,
        rendered_at=entry.at,
    )

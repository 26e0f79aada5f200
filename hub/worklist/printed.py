"""What print partners leave to a person: spoiled pieces, silence, and lines that fit nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.store import deliveries, documents, print_jobs, print_lines, print_pieces
from hub.store.database import Connection
from hub.store.print_pieces import PrintPiece
from hub.worklist.items import Item

_AT_ONCE = 1000

Found = Mapping[tuple[str, str], Sequence[Item]]


def of_partners(connection: Connection, now: datetime, tenant: str | None) -> Found:
    """Return items by kind and channel."""
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for piece in print_pieces.spoiled(connection, tenant, _AT_ONCE):
        found["spoiled", _channel(connection, piece)].append(_piece(connection, piece))
    for piece in print_pieces.moved(connection, tenant, _AT_ONCE):
        found["moved", _channel(connection, piece)].append(_piece(connection, piece))
    for late in print_pieces.overdue(connection, now, tenant):
        found["silent", late.channel].append(
            Item(
                subject=late.job,
                title=late.job,
                tenant=late.tenant,
                words=late.words,
                since=late.due_at,
                is_print=True,
            )
        )
    for line in print_lines.odd(connection, _AT_ONCE) if tenant is None else ():
        found["odd_line", line.channel].append(
            Item(
                subject=line.source,
                title=line.job or line.source.partition(":")[0],
                tenant="",
                words=line.words,
                since=line.taken_at,
                is_print=True,
            )
        )
    return found


def _channel(connection: Connection, piece: PrintPiece) -> str:
    job = print_jobs.get(connection, piece.job)
    return job.channel if job else ""


def _piece(connection: Connection, piece: PrintPiece) -> Item:
    way = deliveries.get(connection, piece.keys[0].split(".")[0])
    row = documents.get(connection, way.document) if way else None
    return Item(
        subject=piece.subject,
        document=row.id if row else "",
        title=row.number if row else piece.subject,
        tenant=piece.tenant,
        sender=row.sender if row else "",
        customer=(row.customer_name or row.customer) if row else "",
        words=f"{piece.subject}: {piece.words}"
        + (f"; lives at {piece.moved_to}" if piece.new_address else ""),
        since=piece.changed_at,
        is_print=True,
    )

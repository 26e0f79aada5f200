"""A job that was handed over, piece by piece: what is to come back, and until when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hub.pipeline.house import House
from hub.pipeline.parcels import posted_in
from hub.store import print_jobs, print_pieces
from hub.store.database import Connection
from hub.store.deliveries import Delivery
from hub.store.print_jobs import PrintJob
from hub.store.print_pieces import PrintPiece
from outbound.channel import (
    DeliveryState,
    PromisingChannel,
    Receipt,
)
from outbound.print_mail.manifest import piece_id
from outbound.print_mail.pieces import Promise
from routing_rules.time_limits import Calendar


def open_ledger(
    house: House,
    connection: Connection,
    *,
    job: PrintJob,
    letters: Sequence[Delivery],
    receipts: Mapping[str, Receipt],
) -> None:
    """Write down what a partner has taken; receipts come in the order of the pieces."""
    channel, now = house.channels[job.channel], house.clock()
    if not isinstance(channel, PromisingChannel):
        return
    tenants = {letter.parcel_key: letter.tenant for letter in letters}
    pieces = [
        PrintPiece(
            job=job.job,
            sequence=sequence,
            piece=piece_id(keys),
            tenant=tenants[keys[0]],
            changed_at=now,
        )
        for sequence, keys in enumerate(_pieces(receipts), 1)
    ]
    print_pieces.add(connection, pieces)
    receipt_due, posted_due = due(channel.promise, now, country=posted_in(channel))
    print_jobs.hand_over(
        connection,
        job.job,
        sha256=next((one.job_sha256 for one in receipts.values() if one.job_sha256), ""),
        receipt_due_at=receipt_due,
        posted_due_at=posted_due,
    )


def due(
    promise: Promise, handed_at: datetime, *, country: str = ""
) -> tuple[datetime | None, datetime | None]:
    """Return when a receipt, and the last line that says posted, must be there.

    Working days are those of the country that the partner posts in.

    >>> from datetime import UTC
    >>> friday = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    >>> [f"{each:%a %H:%M}" for each in due(Promise(receipt_hours=4, posted_days=1), friday)]
    ['Fri 21:00', 'Mon 23:59']
    """
    receipt = handed_at + timedelta(hours=promise.receipt_hours)
    calendar = Calendar(country=country)
    posted = calendar.end_of(calendar.working_day(handed_at.date(), promise.posted_days))
    return (
        receipt if promise.receipt_hours else None,
        posted if promise.posted_days else None,
    )


def _pieces(receipts: Mapping[str, Receipt]) -> list[list[str]]:
    """Return the keys in each piece that was taken."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, receipt in receipts.items():
        if receipt.state is not DeliveryState.REJECTED:
            found[receipt.external_id].append(key)
    return list(found.values())

"""What a print partner reports: lines of CSV, each saying what became of one piece of a job."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping

from outbound.channel import DeliveryState, Enclosure, Event
from outbound.print_mail.manifest import keys_of

_STATES = {
    "received": DeliveryState.HANDED_OVER,
    "printed": DeliveryState.ACCEPTED_BY_NETWORK,
    "posted": DeliveryState.DELIVERED,
    "rejected": DeliveryState.REJECTED,
    "spoiled": DeliveryState.REJECTED,
    "returned": DeliveryState.REJECTED,
}
"""`posted` is as far as a partner can see; `returned` may come days after it."""

PROGRESS = (
    DeliveryState.HANDED_OVER,
    DeliveryState.ACCEPTED_BY_NETWORK,
    DeliveryState.DELIVERED,
    DeliveryState.REJECTED,
)
"""In this order reports of one look are told, whatever their files are called."""

COLUMNS = ("job", "piece", "status", "reason", "at")


def read_returns(name: str, data: bytes) -> Iterator[Event]:
    """Yield an event for each letter in the piece of a line, a weak one for a line not understood.

    Args:
        name: of the file, for the event's source.
        data: CSV with a header line, comma or semicolon, UTF-8.
    """
    digest = hashlib.sha256(data).hexdigest()[:12]
    text = data.decode("utf-8-sig", "replace")
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    for number, row in enumerate(rows, 2):
        for place, key in enumerate(keys_of(str(row.get("piece") or ""))):
            letter = f".{place}" if place else ""
            yield _event(row, key, name=name, source=f"{name}:{digest}:{number}{letter}")


def source_file(event: Event) -> tuple[str, str]:
    """Return name and digest of the file an event came from."""
    name, digest, _ = event.source.rsplit(":", 2)
    return name, digest


def _event(row: Mapping[str | None, str | None], piece: str, *, name: str, source: str) -> Event:
    job, _, status, reason, at = (str(row.get(column) or "") for column in COLUMNS)
    state = _STATES.get(status)
    known = state is not None and bool(piece)
    line = "".join(f"{column}: {row.get(column) or ''}\n" for column in COLUMNS)
    return Event(
        parcel_key=piece or None,
        external_id=job or None,
        state=state if known and state else DeliveryState.HANDED_OVER,
        reason=f"{status} {reason} {at}".strip() if known else f"not understood in {name}: {line}",
        strong=known,
        evidence=(Enclosure(name="return.txt", media_type="text/plain", data=line.encode()),),
        source=source,
    )

"""Delivery reports out of a mailbox: RFC 3464 reports in a maildir, told apart from other mail.

The report says what became of one parcel, and the address it was sent to says of which: the text
of a report is written by strangers and decides nothing but the reason that is shown.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from pathlib import Path

from outbound.channel import DeliveryState
from outbound.xtext import from_xtext

_ACTIONS = {
    "failed": (DeliveryState.REJECTED, True),
    "delayed": (DeliveryState.HANDED_OVER, False),
    "relayed": (DeliveryState.HANDED_OVER, True),
    "expanded": (DeliveryState.HANDED_OVER, True),
    "delivered": (DeliveryState.DELIVERED, True),
}
"""RFC 3464 section 2.3.3: state, and whether the sender of the report has done with it.

What was relayed to a server that sends no reports is not delivered.
"""

_CLASSES = {
    "5": (DeliveryState.REJECTED, True),
    "4": (DeliveryState.HANDED_OVER, False),
    "2": (DeliveryState.HANDED_OVER, True),
}
"""RFC 3463 section 2: the same for reports without a known action."""

_GRAVITY = (DeliveryState.HANDED_OVER, DeliveryState.DELIVERED, DeliveryState.REJECTED)
_ADDRESSED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_REPORT_BYTES_MAX = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A delivery status notification.

    Attributes:
        addressed_to: every address it was sent to, as its headers say.
        envelope_id: the ENVID the message was sent with, decoded, or None.
        state: of the gravest recipient in it.
        final: whether the sending server has given up or succeeded; false while it still tries.
        reason: action, status and diagnostic text of that recipient, one line.
    """

    addressed_to: tuple[str, ...]
    envelope_id: str | None
    state: DeliveryState
    final: bool
    reason: str


def read_report(data: bytes) -> Report | None:
    """Return the report in a message, None if it holds none: an auto-reply, a person's answer.

    Source:
        RFC 3464 section 2; the action counts before the status, because servers that give up
        after a temporary failure write `Action: failed` with a status of class 4.
    """
    message = message_from_bytes(data[:_REPORT_BYTES_MAX])
    blocks = [block for part in _status_parts(message) for block in _blocks(part)]
    verdicts = [verdict for block in blocks if (verdict := _verdict(block)) is not None]
    if not verdicts:
        return None
    state, final, reason = max(verdicts, key=lambda verdict: _GRAVITY.index(verdict[0]))
    envelope_ids = (_text(block, "Original-Envelope-Id") for block in blocks)
    return Report(
        addressed_to=_addresses(message),
        envelope_id=next((from_xtext(found) for found in envelope_ids if found), None),
        state=state,
        final=final,
        reason=reason,
    )


def waiting(maildir: Path) -> Iterator[Path]:
    """Yield the messages nobody has put away yet, oldest first."""
    fresh = maildir / "new"
    if fresh.is_dir():
        yield from sorted(fresh.iterdir())


def put_away(maildir: Path, name: str, *, seen: bool = True) -> None:
    """Move a message out of the way, harmless when repeated; unseen ones are for a person."""
    current = maildir / "cur"
    current.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        (maildir / "new" / name).replace(current / f"{name}:2,{'S' if seen else ''}")


def _status_parts(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() in {
            "message/delivery-status",
            "message/global-delivery-status",
        }:
            yield part


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    return [message_from_string(str(payload))]


def _verdict(block: Message) -> tuple[DeliveryState, bool, str] | None:
    action = _text(block, "Action").partition(" ")[0].lower()
    status = _text(block, "Status")
    meaning = _ACTIONS.get(action) or _CLASSES.get(status[:1])
    if meaning is None:
        return None
    words = (action, status, _text(block, "Diagnostic-Code"))
    return *meaning, " ".join(word for word in words if word)


def _text(block: Message, name: str) -> str:
    """A field's value on one line; reports hold all sorts of bytes."""
    return " ".join(str(block.get(name, "")).split())[:400]


def _addresses(message: Message) -> tuple[str, ...]:
    values = (str(value) for name in _ADDRESSED_TO for value in message.get_all(name, ()))
    found = (
        match for value in values for match in re.findall(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+", value)
    )
    return tuple(dict.fromkeys(found))

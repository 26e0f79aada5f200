"""What a message that came back says, whatever form it has."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of message came back.

    HARD and SOFT both say that this message will not arrive, if the report is final; they differ
    in what they say of the next one to the same address.
    """

    HARD = "hard bounce"
    SOFT = "soft bounce"
    DELAYED = "delayed"
    RELAYED = "relayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    AUTO_REPLY = "automatic reply"
    READ_RECEIPT = "read receipt"
    CHALLENGE = "challenge"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a message was not taken, in the terms that decide what follows."""

    ADDRESS = "no such address"
    DOMAIN = "the domain takes no mail"
    MOVED = "the address has moved"
    DISABLED = "the mailbox is closed"
    FULL = "the mailbox is full"
    SIZE = "the message is too large"
    NETWORK = "no connection in time"
    SYSTEM = "a fault of the mail system"
    CONTENT = "the content is not taken"
    POLICY = "refused by policy"
    OTHER = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One message that came back.

    Attributes:
        form: the standard or the manner by which it was read: `RFC 3464`, `its words`.
        is_final: whether its sender has done with the message, one way or the other; only then
            does it prove something.
        status: RFC 3463 code, or empty.
        words: what the peer says, one line.
        addressed_to: every address it was sent to, as its headers say.
        envelope_id: the ENVID the message was sent with, decoded, or None.
    """

    kind: Kind
    form: str
    is_final: bool = False
    reason: Reason = Reason.OTHER
    status: str = ""
    words: str = ""
    addressed_to: tuple[str, ...] = ()
    envelope_id: str | None = None

"""Notice: what became of one document, for the system that sent it; Form: how it is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from formats.findings import Finding


class State(StrEnum):
    """Where a document is, in the words that every form translates."""

    ACCEPTED = "accepted"
    PARKED = "parked"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of state of one document, or of a file that gave none.

    Attributes:
        id: stable; whoever gets it twice knows it by this.
        at: when it was noted; aware, UTC.
        file: as the sender called it.
        document: empty for a file that could not be read.
        reference: the sender's own id of this message: an IDoc number, an EDIFACT message number.
        envelope: what his envelope said and an answer repeats, by the envelope's own field names.
        words: the state as a sentence.
        channel: the road it is on.
        channel_state: how far it is on that road, as delivery states are called.
        reason: the last words about it, the peer's own where it has spoken.
        findings: all that is wrong with it.
    """

    id: str
    at: datetime
    tenant: str
    sender: str
    submission: str
    file: str
    document: str = ""
    reference: str = ""
    envelope: Mapping[str, str] = {}
    format: str = ""
    kind: str = ""
    number: str = ""
    issue_date: str = ""
    currency: str = ""
    total: str = ""
    customer: str = ""
    customer_name: str = ""
    state: State
    words: str
    channel: str = ""
    channel_state: str = ""
    reason: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What a file of notices says of itself.

    Attributes:
        serial: counts the files to this receiver, from 1.
        made_at: aware, UTC.
        company: the name of the tenant.
        company_identifier: its VAT identifier, or empty.
    """

    serial: int
    made_at: datetime
    company: str
    company_identifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How notices are written into a file.

    Attributes:
        most: how many go into one file.
        fits: whether this form can carry a notice at all.
        write: deterministic; the same notices and cover give the same bytes.
    """

    name: str
    words: str
    suffix: str
    media_type: str
    most: int
    write: Callable[[Sequence[Notice], Cover], bytes]
    fits: Callable[[Notice], bool] = lambda _notice: True

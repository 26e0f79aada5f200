"""The whole contract of a channel: Parcel, Receipt, Event, states, and three ways to fail.

DeliveryError
├── Refused     it will never leave this way: take the next road
├── Deferred    it did not leave and may later: keep it and try again
└── InDoubt     it may have left: ask `resolve` before anything else, never fall back
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from outbound.print_mail.pieces import Line, Promise
from outbound.print_mail.stationery import Stationery


class DeliveryState(StrEnum):
    """What became of a delivery, the same words for every channel.

    HANDED_OVER is a technical proof that somebody else is responsible; it is not DELIVERED.
    """

    WAITING = "waiting"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    HANDED_OVER = "handed_over"
    ACCEPTED_BY_NETWORK = "accepted_by_network"
    DELIVERED = "delivered"
    BUSINESS_ACCEPTED = "business_accepted"
    REJECTED = "rejected_permanent"


class AddressVerdict(StrEnum):
    """What a report says of the address itself, beyond the one parcel."""

    DEAD = "dead"
    COMPLAINT = "complaint"
    TROUBLE = "trouble"


class DeliveryError(Exception):
    """A parcel did not leave, or perhaps did. The subclass says what to do next.

    The message names the endpoint and what it answered; never a secret or a document.
    """


class Refused(DeliveryError):
    """It will never leave this way: take the next road.

    Attributes:
        lacks: path of the document's field without which the channel cannot do, if it is that.
        address: what follows for the next parcel to the same address, if anything does.
    """

    def __init__(
        self, message: str, *, lacks: str = "", address: AddressVerdict | None = None
    ) -> None:
        super().__init__(message)
        self.lacks = lacks
        self.address = address


class Deferred(DeliveryError):
    """It did not leave and may later: keep it and try again.

    Attributes:
        retry_after_seconds: the peer's own wish, where it gave one.
        endpoint_down: the fault is the endpoint's, so other parcels for it need not be tried.
        slow_down: the endpoint works and wants less of us for now.
        beyond: either is said of the endpoint beyond the channel's server (see RelayingChannel).
        stranger: whoever answers is not the peer we know: an attack, or a mistake. Nothing takes
            another road by itself; a person decides.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: int | None = None,
        endpoint_down: bool = False,
        slow_down: bool = False,
        beyond: bool = False,
        stranger: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.endpoint_down = endpoint_down
        self.slow_down = slow_down
        self.beyond = beyond
        self.stranger = stranger


class InDoubt(DeliveryError):
    """It may have left: the line went dead after the last byte and before the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """One file in a parcel."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """All the ways to reach somebody; a channel takes what it needs and refuses if it is missing.

    Attributes:
        name: of the party.
        email: RFC 5322 addr-spec.
        endpoint: (scheme, id) in the EAS list, for networks: ("0204", "991-01234-44").
        address_lines: as printed on the envelope, at most six.
        post_code: as in the address lines, for sorting letters.
        country: ISO 3166-1 alpha-2.
        folder: subfolder on an SFTP partner's side.
        language: BCP 47 primary tag.
        smime_certificate: base64 of the DER of the certificate that emails are encrypted to.
    """

    name: str
    email: str | None = None
    endpoint: tuple[str, str] | None = None
    address_lines: tuple[str, ...] = ()
    post_code: str | None = None
    country: str | None = None
    folder: str | None = None
    language: str = "en"
    smime_certificate: str | None = None


def _unnoted() -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is to leave.

    Attributes:
        key: stable id of this delivery on this road; the same key is never delivered twice.
        destination: where to.
        enclosures: the files, the document itself first.
        subject: one line for people.
        text: plain-text message for channels that have one.
        html: the same as HTML, or None.
        labels: facts about the document for envelopes and manifests: `number`, `kind`,
            `issue_date`, `tenant`, `seller_name`, `seller_endpoint_scheme`,
            `seller_endpoint`, `seller_country`, `specification` (BT-24), `process` (BT-23),
            `syntax`, `document_id`, `copy` (`copy` or `original`), `repeats` (the key of the parcel
            that is sent again, or empty), and where it corrects another: `replies_to`, the peer's
            id of the parcel that carried that.
        created: when the parcel was made, aware UTC; goes into headers, so that a repeat is equal.
        committing: called by a channel that announces its commit, right before the byte after
            which the parcel may have arrived; durably noted on return. What it raises stops the
            parcel from leaving.
    """

    key: str
    destination: Destination
    enclosures: tuple[Enclosure, ...]
    subject: str = ""
    text: str = ""
    html: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    created: datetime
    committing: Callable[[], None] = field(default=_unnoted, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the peer said when it took the parcel, or when it was asked.

    Attributes:
        state: how far the parcel has come.
        external_id: the peer's own id, for later events: Message-ID, flow id, file name, job id.
        text: the peer's own words, one line.
        evidence: raw bytes that prove it (a transcript, a signed receipt), to be archived.
        job_sha256: of the PDF that a print partner got, the same for all letters of the job.
    """

    state: DeliveryState
    external_id: str
    text: str
    evidence: tuple[Enclosure, ...] = ()
    job_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a peer reported later: a bounce, a receipt, a line in a print partner's file.

    Attributes:
        parcel_key: which parcel, or None where the peer names only its own id.
        external_id: the peer's id, or None.
        state: the normalized meaning.
        reason: the peer's own words.
        strong: whether this proves it, or merely hints (a read receipt).
        address: what follows for the next parcel to the same address, if anything does.
        evidence: the raw bytes.
        source: stable id of the report, so that it is not taken twice.
        line: what a print partner says of a piece; one for all the letters in it.
    """

    parcel_key: str | None
    external_id: str | None
    state: DeliveryState
    reason: str
    strong: bool = True
    address: AddressVerdict | None = None
    evidence: tuple[Enclosure, ...] = ()
    source: str
    line: Line | None = None


class Channel(Protocol):
    """A road out of the house. Methods may block; they are called from worker threads."""

    @property
    def endpoint(self) -> str:
        """Whom it talks to, for messages and for stopping early: `smtp://mx.example:25`."""
        ...

    @property
    def announces_commit(self) -> bool:
        """Whether `send` calls `parcel.committing`; before that, surely nothing has arrived.

        For a channel whose peer cannot be asked later: it makes the window of doubt small.
        """
        ...

    def send(self, parcel: Parcel) -> Receipt:
        """Hand the parcel over; the same `parcel.key` is never delivered twice.

        Raises:
            Refused, Deferred, InDoubt.
        """
        ...

    def resolve(self, parcel: Parcel) -> Receipt | None:
        """Ask what became of a parcel: a Receipt if it arrived, None if it did not.

        May be asked about any parcel, not only one in doubt; the receipt says how far it has come
        by now.

        Raises:
            Refused: it arrived, and the peer has given it up for good: take the next road.
            InDoubt: the channel cannot tell.
            Deferred: ask again later.
        """
        ...

    def events(self) -> Sequence[Event]:
        """Return reports not yet acknowledged; empty for a channel that reports nothing.

        A report may come again after a restart, acknowledged or not: `Event.source` tells.

        Raises:
            Deferred: the place where reports lie cannot be reached now.
        """
        ...

    def acknowledge(self, event: Event) -> None:
        """Put the report away at its source: it is kept here now. Harmless when repeated."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...


@runtime_checkable
class NamingChannel(Protocol):
    """A channel that makes the peer's id of a parcel from its key."""

    def name_of(self, key: str) -> str:
        """Return what `Receipt.external_id` is, or would have been, for a parcel of this key."""
        ...


@runtime_checkable
class AddressingChannel(Protocol):
    """A channel whose reports may say that an address is no good for any parcel."""

    def address_of(self, destination: Destination) -> str:
        """Return the address that parcels to this destination go to; empty for none."""
        ...


@runtime_checkable
class RelayingChannel(Protocol):
    """A channel whose one server passes on to many others: a smart host to recipients' domains."""

    def endpoint_of(self, destination: Destination) -> str:
        """Return who stands beyond the server for this destination; empty for nobody."""
        ...


@runtime_checkable
class WatchingChannel(Protocol):
    """A channel that looks what became of parcels which it is told the names of."""

    def look(self, names: Sequence[str]) -> Sequence[Event]:
        """Return what there is to report of parcels that left under these `external_id`s.

        Raises:
            Deferred: the peer cannot be reached.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A message that came back and that a person must read.

    Attributes:
        place: where it lies: a file, or a message of a folder.
        author: masked.
        sent: as its author says; None if he does not.
    """

    place: str
    author: str
    subject: str
    sent: datetime | None


@runtime_checkable
class StrayingChannel(Protocol):
    """A channel that gets messages back of which some are for a person."""

    def strays(self, *, here: bool = False) -> Sequence[Stray]:
        """Return those that nobody has seen; with `here`, only what lies on this machine.

        Raises:
            Deferred: a mailbox cannot be reached now.
        """
        ...


@runtime_checkable
class ExaminedChannel(Protocol):
    """A channel that can say how it stands with its peer, without sending anything."""

    @property
    def notes(self) -> Sequence[str]:
        """What an operator should mend soon, as far as was seen by now."""
        ...

    def examine(self) -> str:
        """Go to the peer and say how it was.

        Raises:
            Refused, Deferred: it cannot be used; the message says what to do.
        """
        ...


@runtime_checkable
class LinkingChannel(Protocol):
    """A channel of messages to people: files that are too large may stay behind a link in one."""

    @property
    def attachment_bytes_max(self) -> int:
        """What files may weigh together, as they are sent, to go along."""
        ...


@runtime_checkable
class GatheringChannel(Protocol):
    """A channel that takes many parcels as one job at a cut-off: a print partner."""

    @property
    def stationery(self) -> Stationery | None:
        """What letters are printed on and put into; None: they are taken as they come."""
        ...

    def send_job(
        self, job: str, parcels: Sequence[Parcel], order: str = ""
    ) -> Mapping[str, Receipt]:
        """Hand over one job; `job` is stable, a repeat replaces nothing and adds nothing.

        `order` says how the letters are made and which of them share an envelope: a
        `print_mail.batches.Batch` as JSON, the same for each repeat; empty: each alone.

        Returns:
            parcel key to receipt, one for each parcel. A parcel that cannot be part of the job
            (no address, not a PDF) has a receipt in state REJECTED that says why; the others
            leave without it.

        Raises:
            Refused, Deferred, InDoubt: for the whole job.
        """
        ...

    def resolve_job(
        self, job: str, parcels: Sequence[Parcel], order: str = ""
    ) -> Mapping[str, Receipt] | None:
        """Ask what became of a job in doubt; None if it did not arrive.

        Raises:
            Refused: another job has that name.
            InDoubt: the channel cannot tell.
            Deferred: ask again later.
        """
        ...


@runtime_checkable
class PromisingChannel(Protocol):
    """A print partner who reports on each piece, by a time that was agreed."""

    @property
    def promise(self) -> Promise:
        """Until when he answers."""
        ...

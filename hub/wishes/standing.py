"""What is known of a recipient when a better road is looked for."""

from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from formats.model import Document, Identifier
from outbound.channel import DeliveryState
from routing_rules.decision import Facts
from routing_rules.recipient import Recipient

_ARRIVED: Final = frozenset(
    {
        DeliveryState.ACCEPTED_BY_NETWORK,
        DeliveryState.DELIVERED,
        DeliveryState.BUSINESS_ACCEPTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many documents of a year went to somebody on a channel, and ended in a state."""

    channel: str
    state: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a recipient.

    Attributes:
        recipient: of the address book, with what he agrees to.
        document: his last invoice.
        named: the electronic address that it names (BT-49, or a Leitweg-ID in BT-10).
        seller_country: where it is sent from.
        sent: documents of the last year.
        suppressed: whether his email address gets nothing more.
        declined: channels that were declined for him of late.
    """

    tenant: str
    recipient: Recipient
    document: Document
    facts: Facts
    named: Identifier | None = None
    seller_country: str | None = None
    sent: tuple[Tally, ...] = ()
    suppressed: bool = False
    declined: frozenset[str] = frozenset()

    @property
    def reached(self) -> Recipient:
        """The recipient as his documents are routed today: with the address that they name."""
        return replace(self.recipient, endpoint=self.recipient.endpoint or self.named)

    def counted(self, channels: frozenset[str], *, arrived: bool = False) -> int:
        """Return how many documents went on one of these channels, or arrived there."""
        return sum(
            tally.count
            for tally in self.sent
            if tally.channel in channels and (not arrived or tally.state in _ARRIVED)
        )

    def refused(self, channels: frozenset[str]) -> int:
        """Return how many came back for good."""
        return sum(
            tally.count
            for tally in self.sent
            if tally.channel in channels and tally.state == DeliveryState.REJECTED
        )

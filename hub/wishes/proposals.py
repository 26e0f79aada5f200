"""A better road for a recipient: from paper to email to a network, as he becomes able to take it.

Pure: what is known of a recipient goes in, at most one proposal comes out. It is judged by the
rules themselves: his last invoice is routed again as if he wished the other road, so that nothing
is proposed that a law, a closed road or a lacking consent would stop.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from msgspec.structs import replace

from formats.model import Identifier
from hub.wishes.standing import Standing
from routing_rules.consent import agrees
from routing_rules.decide import decide
from routing_rules.recipient import Consent, Recipient
from routing_rules.rule import Rules
from routing_rules.tariff import Price, Way, cost

STEPS: Final = ("print", "email", "peppol")
"""Kinds of channels, the better the later."""
_CONSENT: Final = "his consent to invoices by email; enter it first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A road that a recipient could take instead.

    Attributes:
        road: channel that his invoices take today.
        channel: that is proposed.
        why: how we know that he can, for people.
        documents: of the last year, on today's channel.
        saves: what the other would have cost less, by currency; None where today's price is not
            known.
        unpriced: whether the other's price is not known, and counted as nothing.
        lacks: what must be there first, or nothing.
        entry: of the address book, as it would be.
    """

    tenant: str
    key: str
    name: str
    road: str
    channel: str
    why: tuple[str, ...]
    documents: int
    saves: Mapping[str, Decimal] | None
    unpriced: bool
    lacks: str
    entry: Recipient

    @property
    def id(self) -> str:
        """Names recipient and road, so that another proposal is not accepted in its place."""
        text = f"{self.tenant}\0{self.key}\0{self.channel}"
        return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """What there is to propose.

    Attributes:
        kinds: channel to its kind, in the order in which the rules name them.
    """

    rules: Rules
    prices: Sequence[Price] = ()
    kinds: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @staticmethod
    def of(rules: Rules, prices: Sequence[Price] = ()) -> "Roads":
        """Return those of a set of rules; a channel that no rule names cannot be proposed."""
        kinds = {
            lane.road.channel: lane.kind
            for rule in rules.rules
            for lane in rule.lanes
            if lane.closed is None
        }
        return Roads(rules=rules, prices=prices, kinds=kinds)

    def of_kind(self, kind: str) -> frozenset[str]:
        """Return the channels of a kind."""
        return frozenset(name for name, own in self.kinds.items() if own == kind)


def propose(standing: Standing, roads: Roads) -> Proposal | None:
    """Return the best road that a recipient could take instead of today's, if there is one."""
    today = decide(standing.document, standing.reached, standing.facts, roads.rules)
    if not today.roads or today.legal:
        return None
    road = today.roads[0].channel
    kind = roads.kinds.get(road, "")
    if kind not in STEPS:
        return None
    for better in reversed(STEPS[STEPS.index(kind) + 1 :]):
        able = [name for name in roads.kinds if roads.kinds[name] == better]
        for channel in able:
            if channel not in standing.declined and (found := _tried(standing, roads, channel)):
                return _proposal(standing, roads, road, found)
    return None


class _Better(NamedTuple):
    """A channel, the entry that leads to it, why he can take it, and what is lacking."""

    channel: str
    entry: Recipient
    why: tuple[str, ...]
    lacks: str


def _tried(standing: Standing, roads: Roads, channel: str) -> _Better | None:
    kind = roads.kinds[channel]
    why = tuple(_able(standing, roads, kind))
    if not why:
        return None
    entry = _wishing(standing, roads, channel)
    if _leads(standing, roads, entry, channel):
        return _Better(channel, entry, why, "")
    agreeing = replace(entry, consents=(*entry.consents, Consent.EMAIL))
    if not agrees(entry) and _leads(standing, roads, agreeing, channel):
        return _Better(channel, entry, why, _CONSENT)
    return None


def _leads(standing: Standing, roads: Roads, entry: Recipient, channel: str) -> bool:
    decision = decide(standing.document, entry, standing.facts, roads.rules)
    return bool(decision.roads) and decision.roads[0].channel == channel


def _able(standing: Standing, roads: Roads, kind: str) -> Iterator[str]:
    """Yield how we know that he can take a kind of road; nothing if he cannot."""
    recipient, channels = standing.recipient, roads.of_kind(kind)
    arrived = standing.counted(channels, arrived=True)
    if standing.refused(channels) and not arrived:
        return
    if kind == "email":
        if recipient.email and not standing.suppressed:
            yield "the address book has his email address"
    elif recipient.endpoint:
        yield f"the address book has his network address {_shown(recipient.endpoint)}"
    elif standing.named:
        yield f"his last invoice names the electronic address {_shown(standing.named)}"
    if recipient.capabilities and kind != "email":
        yield f"he takes {', '.join(recipient.capabilities)}"
    if arrived:
        yield f"{arrived} documents of the last year arrived there"


def _wishing(standing: Standing, roads: Roads, channel: str) -> Recipient:
    """Return the entry of a recipient who wishes this channel first, and is reached there."""
    recipient = standing.recipient
    kind = roads.kinds[channel]
    others = tuple(wish for wish in recipient.wishes if wish not in (channel, kind))
    endpoint = recipient.endpoint or (standing.named if kind == "peppol" else None)
    return replace(recipient, wishes=(channel, *others), endpoint=endpoint)


def _proposal(standing: Standing, roads: Roads, road: str, better: _Better) -> Proposal:
    documents = standing.counted(frozenset({road}))
    before, after = (_price(standing, roads, one) for one in (road, better.channel))
    return Proposal(
        tenant=standing.tenant,
        key=better.entry.key,
        name=better.entry.name,
        road=road,
        channel=better.channel,
        why=better.why,
        documents=documents,
        saves=None if before is None else _less(before, after or {}, documents),
        unpriced=after is None,
        lacks=better.lacks,
        entry=replace(better.entry, consents=()),
    )


def _less(
    before: Mapping[str, Decimal], after: Mapping[str, Decimal], documents: int
) -> Mapping[str, Decimal]:
    """Return what the documents of a year would have cost less, by the prices of today."""
    nothing = Decimal(0)
    return {
        currency: (before.get(currency, nothing) - after.get(currency, nothing)) * documents
        for currency in dict.fromkeys((*before, *after))
    }


def _price(standing: Standing, roads: Roads, channel: str) -> Mapping[str, Decimal] | None:
    recipient = standing.recipient
    way = Way(
        channel=channel,
        kind=roads.kinds[channel],
        day=standing.facts.today,
        seller_country=standing.seller_country,
        country=(recipient.address and recipient.address.country) or recipient.country,
    )
    return cost(roads.prices, way)


def _shown(address: Identifier) -> str:
    return f"{address.scheme}:{address.value}" if address.scheme else address.value

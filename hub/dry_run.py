"""Other routing rules tried on documents that were decided: what would have gone otherwise."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import msgspec

from archive.archive import Archive
from archive.entry import NotKept
from formats import canonical
from formats.model import Document
from hub.config.config import Config
from hub.pipeline.replay import grounds_of
from hub.store import documents
from hub.store.database import Database
from hub.store.documents import DocumentRow
from routing_rules.decide import decide
from routing_rules.decision import Decision, Facts, Road
from routing_rules.difference import is_other
from routing_rules.guard import strays
from routing_rules.recipient import Recipient
from routing_rules.rule import Rules
from routing_rules.tariff import Price, Way, cost

_AT_ONCE = 200
NOWHERE = "(no road)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried.

    Attributes:
        rules: the other rules.
        laws: the rules of law that ship with us, whatever `rules` has of them.
        kinds: channel to its kind.
        on: the day to decide as of; None for the day of each decision.
    """

    rules: Rules
    laws: Rules
    kinds: Mapping[str, str]
    prices: Sequence[Price]
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One document: as it was decided, and as the other rules decide.

    Attributes:
        costs: before and after, by road; None where no price is known.
        breach: the rule of law that would no longer be followed, or empty.
    """

    row: DocumentRow
    old: Decision
    new: Decision
    costs: tuple[Mapping[Road, Mapping[str, Decimal] | None], ...]
    breach: str

    @property
    def is_other(self) -> bool:
        """Whether it would go otherwise."""
        return is_other(self.old, self.new)


@dataclass(slots=True, kw_only=True)
class Side:
    """Before or after: documents by the channel that is taken first, and what all of it costs.

    Attributes:
        unpriced: channel to parcels whose price is not known, counted as 0.00.
    """

    documents: Counter[str] = field(default_factory=Counter)
    costs: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    unpriced: Counter[str] = field(default_factory=Counter)

    def add(self, decision: Decision, costs: Mapping[Road, Mapping[str, Decimal] | None]) -> None:
        """Count one document in."""
        self.documents[decision.roads[0].channel if decision.roads else NOWHERE] += 1
        for road, known in costs.items():
            self.unpriced[road.channel] += known is None
            for currency, each in (known or {}).items():
                key = (road.channel, currency)
                self.costs[key] = self.costs.get(key, Decimal(0)) + each


def dry_run(
    database: Database,
    archive: Archive,
    config: Config,
    trial: Trial,
    *,
    since: datetime,
    tenant: str | None = None,
    at_once: int = _AT_ONCE,
) -> Iterator[Judged | DocumentRow]:
    """Yield each document that was decided since then, newest first, `at_once` in memory.

    A document whose content is no longer kept comes as its row alone.
    """
    after: DocumentRow | None = None
    while True:
        with database.transaction() as connection:
            rows = documents.found(connection, tenant=tenant, limit=at_once, after=after)
        for row in rows:
            if row.received_at < since:
                return
            if row.decision and row.enriched_sha256:
                yield _judged(archive, config, trial, row)
        if len(rows) < at_once:
            return
        after = rows[-1]


def _judged(
    archive: Archive, config: Config, trial: Trial, row: DocumentRow
) -> Judged | DocumentRow:
    try:
        facts = _facts(archive, config, trial, row)
        document = canonical.decode(archive.get(row.enriched_sha256))
    except NotKept:
        return row
    recipient = msgspec.json.decode(row.recipient, type=Recipient)
    old = msgspec.json.decode(row.decision, type=Decision)
    new = decide(document, recipient, facts, trial.rules)
    law = decide(document, recipient, facts, trial.laws)
    costs = tuple(_costs(trial, one, document, recipient, facts.today) for one in (old, new))
    return Judged(row=row, old=old, new=new, costs=costs, breach=_breach(trial, law, new))


def _facts(archive: Archive, config: Config, trial: Trial, row: DocumentRow) -> Facts:
    """Return the facts of then; of a decision before they were kept, what is known of them."""
    grounds = grounds_of(archive, row)
    if grounds is not None:
        facts = grounds.facts
    else:
        sender = config.senders.get(row.sender)
        day, tags = row.received_at.date(), sender.tags if sender else ()
        facts = Facts(tenant=row.tenant, sender=row.sender, today=day, tags=tags)
    return msgspec.structs.replace(facts, today=trial.on) if trial.on else facts


def _breach(trial: Trial, law: Decision, new: Decision) -> str:
    """Return the rule of law that holds and that the rule followed would replace."""
    if law.rule is None or law.rule == new.rule or not new.roads:
        return ""
    (bound,) = (rule for rule in trial.laws.rules if rule.name == law.rule)
    (taken,) = (rule for rule in trial.rules.rules if rule.name == new.rule)
    return bound.name if strays(taken, bound) else ""


def _costs(
    trial: Trial, decision: Decision, document: Document, recipient: Recipient, day: date
) -> Mapping[Road, Mapping[str, Decimal] | None]:
    """Return the price of the road that is taken first and of the copies."""
    seller = document.seller.address if document.seller else None
    country = (recipient.address and recipient.address.country) or recipient.country
    return {
        road: cost(
            trial.prices,
            Way(
                channel=road.channel,
                kind=trial.kinds.get(road.channel, ""),
                day=day,
                seller_country=seller.country if seller else None,
                country=country,
            ),
        )
        for road in (*decision.roads[:1], *decision.copies)
    }

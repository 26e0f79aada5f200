"""Proposals out of the address book, what went out in the last year, and today's rules."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

import msgspec

from archive.entry import NotKept
from formats import canonical
from formats.model import Document
from hub.pipeline.facts import facts_of
from hub.pipeline.house import House
from hub.runs.postage import prices_of
from hub.store import consents, documents, recipients, sent, suppressions, wish_changes
from hub.store.documents import DocumentRow
from hub.store.sent import Count
from hub.wishes.proposals import STEPS, Proposal, Roads, propose
from hub.wishes.standing import Standing, Tally
from routing_rules.recipient import Recipient

LOOKED_AT: Final = 5000
"""Recipients of a company that are judged at once: those who get most."""
LOOK_BACK: Final = timedelta(days=365)
REST: Final = timedelta(days=180)
"""For which a declined road is not proposed again."""
_AT_ONCE: Final = 500


def proposals(house: House, tenants: Iterable[str], *, keys: Sequence[str] = ()) -> list[Proposal]:
    """Return what is proposed for all recipients of some companies, or for these alone.

    The greatest saving comes first.
    """
    roads = Roads.of(house.rules, prices_of(house.config))
    found = [each for tenant in tenants for each in _of_company(house, tenant, roads, keys)]
    return sorted(found, key=_rank)


def _rank(proposal: Proposal) -> tuple[bool, Decimal, int, str]:
    saved = max((proposal.saves or {}).values(), default=Decimal(0))
    return (bool(proposal.lacks), -saved, -proposal.documents, proposal.key)


def _of_company(house: House, tenant: str, roads: Roads, keys: Sequence[str]) -> Iterator[Proposal]:
    now = house.clock()
    with house.database.transaction() as connection:
        counted = sent.counts(connection, tenant, since=now - LOOK_BACK, customers=keys)
        rested = wish_changes.declined_since(connection, tenant, now - REST)
    tallies = _candidates(counted, roads)
    for start in range(0, len(tallies), _AT_ONCE):
        some = dict(tallies[start : start + _AT_ONCE])
        for standing in _standings(house, tenant, some, rested):
            if found := propose(standing, roads):
                yield found


def _candidates(counted: Iterable[Count], roads: Roads) -> list[tuple[str, tuple[Tally, ...]]]:
    """Return who gets documents on a road that can be bettered, those who get most first."""
    of: defaultdict[str, list[Tally]] = defaultdict(list)
    for each in counted:
        of[each.customer].append(
            Tally(channel=each.channel, state=each.state, count=each.documents)
        )
    able = [
        (customer, tuple(tallies))
        for customer, tallies in of.items()
        if any(roads.kinds.get(tally.channel) in STEPS[:-1] for tally in tallies)
    ]
    able.sort(key=lambda each: -sum(tally.count for tally in each[1]))
    return able[:LOOKED_AT]


def _standings(
    house: House,
    tenant: str,
    tallies: Mapping[str, tuple[Tally, ...]],
    rested: Mapping[str, frozenset[str]],
) -> Iterator[Standing]:
    keys = list(tallies)
    with house.database.transaction() as connection:
        known = recipients.many(connection, tenant, keys)
        entries = consents.all_agreeing(connection, tenant, list(known.values()))
        last = sent.last_invoices(connection, tenant, keys, since=house.clock() - LOOK_BACK)
        rows = documents.many(connection, list(last.values()))
        dead = suppressions.among(connection, tenant, [each.email or "" for each in entries])
    for entry in entries:
        if (row := rows.get(last.get(entry.key, ""))) and (document := _kept(house, row)):
            yield Standing(
                tenant=tenant,
                recipient=entry,
                document=document,
                facts=facts_of(house, tenant, row.sender),
                named=msgspec.json.decode(row.recipient, type=Recipient).endpoint,
                seller_country=house.config.tenants[tenant].country or None,
                sent=tallies[entry.key],
                suppressed=suppressions.compared(entry.email or "") in dead,
                declined=rested.get(entry.key, frozenset()),
            )


def _kept(house: House, row: DocumentRow) -> Document | None:
    """Return an invoice as it was routed; None if its keeping has ended."""
    try:
        return canonical.decode(house.archive.get(row.enriched_sha256))
    except NotKept:
        return None

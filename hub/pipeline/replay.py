"""A past decision made again: by the rules, the recipient and the clock of then."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from archive.archive import Archive
from archive.entry import ArchiveError, KeptItem
from formats import canonical
from hub.store.documents import DocumentRow
from routing_rules import grammar
from routing_rules.decide import decide
from routing_rules.decision import Decision, Grounds
from routing_rules.recipient import Recipient
from routing_rules.rule import Rules
from routing_rules.rule_set import RuleSet


class Unrepeatable(Exception):
    """A decision cannot be made again; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A decision as it was made, and as it comes out now on the same grounds.

    Attributes:
        differing: names of the parts in which the two are not the same; none, if all is well.
    """

    made: Decision
    again: Decision
    grounds: Grounds
    differing: tuple[str, ...]


def replay(archive: Archive, row: DocumentRow) -> Replay:
    """Make the decision of `row` again out of what the archive holds.

    Raises:
        Unrepeatable: its grounds were not kept, are gone, or its rules can no longer be read.
    """
    grounds = grounds_of(archive, row)
    if grounds is None:
        raise Unrepeatable(f"{row.id}: it was decided before grounds of decisions were kept")
    try:
        document = canonical.decode(archive.get(grounds.document))
        recipient = msgspec.json.decode(archive.get(grounds.recipient), type=Recipient)
        rules = rules_kept(archive.get(grounds.rules))
    except ArchiveError as error:
        raise Unrepeatable(f"{row.id}: {error}") from error
    except grammar.UnusableRules as error:
        raise Unrepeatable(f"{row.id}: its rules are no longer understood: {error}") from error
    made = msgspec.json.decode(row.decision, type=Decision)
    again = decide(document, recipient, grounds.facts, rules)
    return Replay(made=made, again=again, grounds=grounds, differing=differing(made, again))


def differing(made: Decision, again: Decision) -> tuple[str, ...]:
    """Return the names of the fields in which two decisions are not the same.

    >>> differing(Decision(rule="a"), Decision(rule="b", legal=True))
    ('rule', 'legal')
    """
    names = Decision.__struct_fields__
    return tuple(name for name in names if getattr(made, name) != getattr(again, name))


def grounds_of(archive: Archive, row: DocumentRow) -> Grounds | None:
    """Return on what `row` was decided; None if that was not kept.

    Where the row's decision is none of those that were filed, those of the newest filed one.
    """
    decision = hashlib.sha256(row.decision.encode()).hexdigest()
    filed = list(_filed(archive, row))
    chosen = next((kept for kept in filed if kept["decision"].sha256 == decision), None)
    chosen = chosen or next(iter(filed), None)
    if chosen is None:
        return None
    return msgspec.json.decode(archive.get(chosen["grounds"].sha256), type=Grounds)


def _filed(archive: Archive, row: DocumentRow) -> Iterator[dict[str, KeptItem]]:
    """Yield what was kept with each decision on a document, the newest first."""
    for entry in reversed(archive.entries(subject=row.id)):
        kept = {item.role: item for item in entry.items}
        if entry.step == "route" and {"decision", "grounds"} <= kept.keys():
            yield kept


@lru_cache(maxsize=8)
def rules_kept(kept: bytes) -> Rules:
    """Return the rules of a rule set that was kept.

    Raises:
        UnusableRules: today's grammar no longer understands them.
    """
    rule_set = RuleSet.read(kept)
    return grammar.load(rule_set.files, rule_set.vocabulary)

"""Until when a document is kept, by which law, and what holds it beyond that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.law.holds import holds_of
from archive.law.retention import Rule
from archive.law.standing import standing_of
from hub.auditor.kept import KeptDocument
from hub.pipeline.house import House
from hub.pipeline.retaining import policy_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long a document stays.

    Attributes:
        rule: that asks for the longest time.
        held: holds in force beyond that, by their ids.
    """

    until: date
    rule: Rule
    held: Sequence[str]


def keeping_of(house: House, document: KeptDocument) -> Keeping:
    """Return how long a document stays."""
    archive, tenant = house.archive, document.tenant
    own = [entry for entry in document.trail if entry.document == document.id]
    holds = holds_of(archive, tenant)
    standing = standing_of(document.id, own, holds, policy_of(house.config, tenant))
    return Keeping(
        until=standing.until,
        rule=standing.longest.winner,
        held=[hold.id for hold in standing.held_by(house.clock().date())],
    )

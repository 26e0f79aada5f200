"""Standing: until when a document must stay as things are today, and everything that says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from archive.entry import Entry
from archive.law.holds import Hold, covering
from archive.law.retention import Policy, Promise, promises_in

_FACTS: Final = ("number", "issue_date", "customer", "customer_name", "submission")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of how long a document must stay.

    Attributes:
        document: id; of a file that nobody could read, its submission's.
        facts: number, issue date, customer… as filed last.
        promises: as filed with it, each with the id of its entry, the first one first.
        today: what the table of today and the company's own rule ask for.
        holds: all that it is in, also those that are over.
    """

    document: str
    facts: Mapping[str, str]
    promises: Sequence[tuple[str, Promise]]
    today: Promise
    holds: Sequence[Hold]

    @property
    def longest(self) -> Promise:
        """What asks for the longest time: the promises, or the table of today."""
        return max([*(promise for _, promise in self.promises), self.today], key=_until)

    @property
    def until(self) -> date:
        """The last day on which it must be there, extensions included."""
        extended = [hold.until for hold in self.holds if hold.until and not hold.restricts]
        return max([self.longest.until, *extended])

    def held_by(self, day: date) -> list[Hold]:
        """Return the holds that keep it on a day, besides extensions."""
        return [hold for hold in self.holds if not hold.until and hold.is_in_force(day)]

    def restrictions(self) -> list[Hold]:
        """Return what restricts its use."""
        return [hold for hold in self.holds if hold.restricts]

    def obstacles(self, day: date) -> list[str]:
        """Return why it may not be disposed of on a day; empty if it may."""
        found = [str(hold) for hold in self.held_by(day)]
        if day <= self.until:
            winner = self.longest.winner
            law = f"{winner.rule or 'elsewhere'}, {winner.source}"
            found.append(f"must be kept until {self.until} ({law})")
        return found


def standing_of(
    document: str, entries: Sequence[Entry], holds: Iterable[Hold], policy: Policy
) -> Standing:
    """Return how a document stands by its entries, which are some; in the order of filing."""
    facts = facts_of(entries)
    filed = promises_in(entries)
    if filed:
        today = max((policy.today(promise) for _, promise in filed), key=_until)
    else:
        today = policy.promise(_date(facts.get("issue_date", "")), entries[0].at.date())
    return Standing(
        document=document,
        facts=facts,
        promises=[(entry.id, promise) for entry, promise in filed],
        today=today,
        holds=covering(holds, document, facts),
    )


def facts_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what was filed last of each fact."""
    return {
        name: entry.fields[name] for entry in entries for name in _FACTS if entry.fields.get(name)
    }


def _until(promise: Promise) -> date:
    return promise.until


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

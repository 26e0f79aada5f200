"""Promise: until when a document is kept, by which rules; filed with it, and never shortened.

A promise is written into the manifest of the document's entry as two fields. What stands there
counts for ever: a later table, another setting or another country can only add to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import msgspec

from archive.entry import Entry
from archive.law.periods import (
    YEAR_END,
    Closing,
    Start,
    ends_on,
    period_of,
    starts_after,
)

UNTIL: Final = "retention_until"
RULES: Final = "retention_rules"
COMPANY: Final = "company"
"""Name of a company's own rule, where a country's code stands otherwise."""
_AHEAD: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why a rule applies to a document.

    Attributes:
        rule: ISO 3166-1 alpha-2 of the country, or `company`.
        why: for people: whose country it is.
        years: of the company's own rule.
        source: of the company's own rule.
    """

    rule: str
    why: str
    years: int = 0
    source: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule as it was applied to one document.

    Attributes:
        rule: as in Ground.
        why: it applies.
        start: what the period runs from, in words.
        starts: the day after which it runs.
        until: last day on which the document must be there by this rule.
        source: the law.
    """

    rule: str
    why: str
    years: int
    start: Start
    starts: date
    until: date
    source: str


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """Until when a document is kept; the longest rule wins.

    Attributes:
        counted_from: the issue date (BT-2), or the day of filing where that says nothing.
        closing: month and day on which the company's fiscal year ends.
        rules: all that apply, never none.
    """

    counted_from: date
    closing: Closing
    rules: tuple[Rule, ...]

    @property
    def winner(self) -> Rule:
        """The rule that asks for the longest time."""
        return max(self.rules, key=lambda rule: rule.until)

    @property
    def until(self) -> date:
        """The last day on which the document must be there."""
        return self.winner.until


def promised(
    issued: date | None, grounds: Sequence[Ground], *, filed: date, closing: Closing = YEAR_END
) -> Promise:
    """Return until when a document is to be kept.

    Args:
        issued: issue date (BT-2). One that is not known, or so long ago that the document would
            not have to be kept at all, gives way to the day of filing; one beyond a year ahead to
            that year.
        grounds: why which rules apply; none at all counts as an unknown country.
        filed: day of filing.
        closing: month and day of the seller's closing.

    >>> promised(date(2025, 3, 31), [Ground(rule="DE", why="seller")], filed=date(2025, 4, 1)).until
    datetime.date(2033, 12, 31)
    """
    asked = list(grounds) or [Ground(rule="", why="no country is known")]
    counted = min(issued or filed, filed + _AHEAD)
    promise = _counted(counted, asked, closing)
    return promise if promise.until >= filed else _counted(filed, asked, closing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a company asks for today, for what was filed without a word, and on top of promises.

    Attributes:
        grounds: its country's and its own rule.
        closing: month and day on which its fiscal year ends.
    """

    grounds: tuple[Ground, ...]
    closing: Closing = YEAR_END

    def promise(self, issued: date | None, filed: date) -> Promise:
        """Return until when a document is to be kept of which nothing else is known."""
        return promised(issued, self.grounds, filed=filed, closing=self.closing)

    def today(self, promise: Promise) -> Promise:
        """Return a promise by the table of today, on the same grounds, and by its own rule now."""
        grounds = [
            Ground(rule=each.rule, why=each.why, years=each.years, source=each.source)
            for each in promise.rules
        ]
        own = [each for each in self.grounds if each.rule == COMPANY and each not in grounds]
        return _counted(promise.counted_from, [*grounds, *own], promise.closing)


def fields_of(promise: Promise) -> dict[str, str]:
    """Return a promise as the fields of a manifest."""
    return {UNTIL: promise.until.isoformat(), RULES: msgspec.json.encode(promise).decode()}


def promises_in(entries: Iterable[Entry]) -> list[tuple[Entry, Promise]]:
    """Return the promises that stand in entries, in their order.

    Raises:
        msgspec.DecodeError: one was not written by `fields_of`.
    """
    return [
        (entry, msgspec.json.decode(entry.fields[RULES], type=Promise))
        for entry in entries
        if RULES in entry.fields
    ]


def _counted(counted: date, grounds: Sequence[Ground], closing: Closing) -> Promise:
    rules = tuple(_rule(counted, ground, closing) for ground in grounds)
    return Promise(counted_from=counted, closing=closing, rules=rules)


def _rule(counted: date, ground: Ground, closing: Closing) -> Rule:
    if ground.rule == COMPANY:
        years, start, source = ground.years, Start.CALENDAR_YEAR, ground.source
    else:
        period = period_of(ground.rule)
        years, start, source = period.years, period.start, period.source
    starts = starts_after(counted, start, closing)
    return Rule(
        rule=ground.rule,
        why=ground.why,
        years=years,
        start=start,
        starts=starts,
        until=ends_on(starts, years),
        source=source,
    )

"""How long one document must be kept, for command line, console and auditor."""

from collections.abc import Iterator
from datetime import date

from archive.archive import Archive
from archive.law.cases import entries_of
from archive.law.holds import holds_of
from archive.law.register import Refused
from archive.law.retention import Promise
from archive.law.standing import Standing, standing_of
from hub.config.config import Config
from hub.pipeline.retaining import policy_of


def retention_of(archive: Archive, config: Config, tenant: str, document: str) -> Standing:
    """Return how a document stands.

    Raises:
        Refused: nothing is kept of it in this company's archive.
    """
    entries = entries_of(archive, tenant, document)
    if not entries:
        raise Refused(f"{document}: nothing is kept of it in the archive of {tenant}")
    return standing_of(document, entries, holds_of(archive, tenant), policy_of(config, tenant))


def explained(standing: Standing, today: date) -> Iterator[str]:
    """Yield why a document must be kept, and until when, as lines for people."""
    yield f"must be kept until {standing.until}"
    for entry, promise in standing.promises:
        yield f"promised in entry {entry[:16]}, counted from {promise.counted_from}:"
        yield from _rules(promise)
    if not standing.promises:
        yield "filed without a promise; by the table of today:"
        yield from _rules(standing.today)
    elif standing.today.until > max(promise.until for _, promise in standing.promises):
        yield "the table of today, or the company's own rule, asks for longer; so that counts:"
        yield from _rules(standing.today)
    for hold in standing.holds:
        state = "restricts its use" if hold.restricts else _state(hold.is_in_force(today))
        yield f"{hold} ({state})"
    obstacles = standing.obstacles(today)
    yield "may be disposed of" if not obstacles else f"may not be disposed of: {obstacles[0]}"


def _state(in_force: bool) -> str:  # noqa: FBT001
    return "in force" if in_force else "over"


def _rules(promise: Promise) -> Iterator[str]:
    for rule in promise.rules:
        wins = "  wins" if rule == promise.winner else ""
        yield (
            f"  {rule.rule or 'elsewhere'}: {rule.years} years from {rule.starts} ({rule.start}),"
            f" until {rule.until}; {rule.source}; {rule.why}{wins}"
        )

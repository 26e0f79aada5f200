"""Which versions of one standard judge on a day, and what is to be said of those that end."""

from collections.abc import Sequence
from datetime import date

from formats.findings import Actor, Finding, Severity
from formats.rules.catalogue import NEWER, RULESETS
from formats.rules.engine import RuleSet


def in_force(ruleset: RuleSet, day: date) -> bool:
    """Whether documents issued on that day are judged by this set."""
    begun = ruleset.valid_from is None or ruleset.valid_from <= day
    return begun and not ended(ruleset, day)


def ended(ruleset: RuleSet, day: date) -> bool:
    """Whether a set was in force before that day only."""
    return ruleset.valid_until is not None and ruleset.valid_until < day


def for_day(versions: Sequence[RuleSet], day: date) -> Sequence[RuleSet]:
    """Return the versions that judge on a day: those in force, or the last that was.

    Args:
        versions: of one standard, newer ones after older ones.
        day: of issue.
    """
    judging = [each for each in versions if in_force(each, day)]
    return judging or [each for each in versions if ended(each, day)][-1:]


def of_day(key: str, day: date) -> RuleSet:
    """Return the version that judges on a day of the standard that a key stands for.

    >>> [of_day("peppol-bis-3", date(2027, 2, n)).version for n in (23, 24)]
    ['3.0.21', '3.0.22']
    """
    versions = [RULESETS[each] for each in (key, *NEWER.get(key, ()))]
    return next(iter(for_day(versions, day)), versions[0])


def outlived(ruleset: RuleSet, day: date) -> Finding:
    """Return the warning that a set judges although it has ended."""
    return Finding(
        rule="IN-RULES",
        term="BT-24",
        path="specification",
        severity=Severity.WARNING,
        message=f"{ruleset.key} {ruleset.version} was in force until {ruleset.valid_until}: what a"
        f" newer release asks for on {day} has not been judged",
        fix="update this software, or have the newer rules checked elsewhere",
        actor=Actor.OPERATOR,
    )


def ending(ruleset: RuleSet) -> str:
    """Return what to know of a set that will be replaced by one that is not here."""
    return (
        f"{ruleset.key} {ruleset.version} is in force until {ruleset.valid_until}; then a newer"
        " release takes force, which is not here yet"
    )

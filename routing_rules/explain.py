"""A decision for people: explanation() for the console and JSON, explain() as text."""

from collections.abc import Iterable
from itertools import groupby

import msgspec

from routing_rules.decision import Decision, Road, Trial


class RuleTried(msgspec.Struct, frozen=True, kw_only=True):
    """One rule that was tried, up to the first clause that did not hold."""

    name: str
    matched: bool
    clauses: tuple[Trial, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a clerk asks: where to, why, what else was tried, what was closed.

    `msgspec.json.encode` makes JSON of it.
    """

    verdict: str
    because: str
    roads: tuple[str, ...]
    copies: tuple[str, ...]
    remarks: tuple[str, ...]
    closed: tuple[str, ...]
    tried: tuple[RuleTried, ...]
    rules_version: str


def explanation(decision: Decision) -> Explanation:
    """Return `decision` in sentences and rows."""
    return Explanation(
        verdict=_verdict(decision),
        because=decision.because,
        roads=tuple(_road(road) for road in decision.roads),
        copies=tuple(_road(road) for road in decision.copies),
        remarks=decision.remarks,
        closed=tuple(f"{_road(one.road)}: {one.reason}" for one in decision.dropped),
        tried=_tried(decision),
        rules_version=decision.rules_version,
    )


def explain(decision: Decision) -> str:
    """Return `decision` as text, every clause that was tried included.

    >>> print(explain(Decision(rule="last-resort", because="nothing else applied",
    ...                        roads=(Road(channel="mail", format="letter"),))))
    Goes by mail as letter.
    Rule last-resort: nothing else applied
    <BLANKLINE>
    Tried
      yes  last-resort
             always
    """
    told = explanation(decision)
    head = [told.verdict, f"Rule {decision.rule}: {told.because}" if decision.rule else ""]
    parts = [
        [line for line in head if line],
        _list("If that fails for good, then in turn", told.roads[1:]),
        _list("Besides, as a copy", told.copies),
        _list("Also", told.remarks),
        _list("Closed", told.closed),
        ["Tried", *(line for rule in told.tried for line in _rule_lines(rule))],
        [f"Rules {told.rules_version[:12]}"] if told.rules_version else [],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _verdict(decision: Decision) -> str:
    if decision.roads:
        return f"Goes by {_road(decision.roads[0])}." + (
            " The law requires it." if decision.legal else ""
        )
    if decision.rule is None:
        return "Goes nowhere: no rule matches. A person must decide."
    if decision.legal:
        return "Goes nowhere: the road that the law requires is closed, and no other may be taken."
    return "Goes nowhere: every road of the rule is closed. A person must decide."


def _road(road: Road) -> str:
    signed = f", signed {road.signature}" if road.signature else ""
    return f"{road.channel} as {road.format}{signed}"


def _tried(decision: Decision) -> tuple[RuleTried, ...]:
    groups = [
        (name, tuple(clauses)) for name, clauses in groupby(decision.trials, lambda one: one.rule)
    ]
    if decision.rule and decision.rule not in {name for name, _ in groups}:
        groups.append((decision.rule, ()))
    return tuple(
        RuleTried(name=name, matched=name == decision.rule, clauses=clauses)
        for name, clauses in groups
    )


def _rule_lines(rule: RuleTried) -> Iterable[str]:
    yield f"  {'yes' if rule.matched else 'no '}  {rule.name}"
    if not rule.clauses:
        yield "         always"
    for clause in rule.clauses:
        mark = "+" if clause.held else "-"
        yield f"       {mark} {clause.clause} = {clause.wanted}: found {clause.found}"


def _list(title: str, lines: Iterable[str]) -> list[str]:
    rows = [f"  {line}" for line in lines]
    return [title, *rows] if rows else []

"""What another rule set would have done otherwise with one document, and which clause decides."""

from collections.abc import Iterable

from routing_rules.decision import Decision, Dropped, Road, Trial


def is_other(old: Decision, new: Decision) -> bool:
    """Whether the document would go otherwise: other roads, another order, other copies.

    >>> is_other(Decision(rule="a", because="x"), Decision(rule="b"))
    False
    """
    return (old.roads, old.copies, old.legal) != (new.roads, new.copies, new.legal)


def ways(decision: Decision) -> str:
    """Return the roads in turn, then the copies.

    >>> ways(Decision(rule="a", roads=(Road(channel="ap", format="ubl"),)))
    'ap as ubl'
    >>> ways(Decision(rule="a"))
    'nowhere'
    """
    turns = " > ".join(_road(road) for road in decision.roads) or "nowhere"
    copies = ", ".join(_road(road) for road in decision.copies)
    return f"{turns}, copy by {copies}" if copies else turns


def why_other(old: Decision, new: Decision) -> str:
    """Return the clause, or what else, on which the two part ways."""
    if new.rule == old.rule:
        return _same_rule(old, new)
    lost = next((one for one in new.trials if one.rule == old.rule and not one.held), None)
    parts = [
        f"rule `{old.rule}` does not hold: {_clause(lost)}, found {lost.found}" if lost else "",
        f"rule `{new.rule}` holds: {_clauses(new)}" if new.rule else "no rule holds",
        *new.remarks,
        *(_dropped(one) for one in new.dropped if not new.roads),
    ]
    return "; ".join(part for part in parts if part)


def _same_rule(old: Decision, new: Decision) -> str:
    closed = [one for one in new.dropped if one.road in (*old.roads, *old.copies)]
    opened = [one for one in old.dropped if one.road in (*new.roads, *new.copies)]
    said = [f"closed: {_dropped(one)}" for one in closed]
    said += [f"open: {_road(one.road)}" for one in opened]
    if not said and old.legal != new.legal:
        said = [f"rule `{new.rule}` is {'now' if new.legal else 'no longer'} marked as law"]
    return "; ".join(said) or f"rule `{new.rule}` names other roads"


def _clauses(decision: Decision) -> str:
    held: Iterable[Trial] = (one for one in decision.trials if one.rule == decision.rule)
    return ", ".join(_clause(one) for one in held) or "always"


def _clause(trial: Trial) -> str:
    return f"{trial.clause} = {trial.wanted}"


def _dropped(one: Dropped) -> str:
    return f"{_road(one.road)}: {one.reason}"


def _road(road: Road) -> str:
    signed = f", signed {road.signature}" if road.signature else ""
    return f"{road.channel} as {road.format}{signed}"

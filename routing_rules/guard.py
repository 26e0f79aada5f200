"""The legal guard: a road that the law requires is not replaced by a rule that stands before."""

from collections.abc import Iterable

from formats.model import DocumentKind
from routing_rules.rule import Lane, Rule


def strays(rule: Rule, law: Rule) -> tuple[Lane, ...]:
    """Return the lanes of `rule` that `law` does not allow: other channels, and letters."""
    kinds = {lane.kind for lane in law.lanes}.union(law.allows)
    return tuple(lane for lane in rule.lanes if lane.kind not in kinds or _is_letter(lane))


def laws_beside(rule: Rule, later: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rules of law among `later` that `rule` would replace without saying so."""
    if rule.legal:
        return ()
    return tuple(
        law for law in later if law.legal and law.name not in rule.instead_of and strays(rule, law)
    )


def _is_letter(lane: Lane) -> bool:
    """Whether a format is for people's eyes: no structured format carries a reminder."""
    return DocumentKind.REMINDER in lane.carries

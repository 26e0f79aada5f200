"""Several rule sets as one: each rule once, under the set that answers for it."""

from dataclasses import replace
from functools import cache

from formats.rules.catalogue import RULESETS
from formats.rules.engine import Rule, RuleSet


@cache
def parts(keys: tuple[str, ...]) -> tuple[RuleSet, ...]:
    """Return what `keys` name and stack on, each flat, so that every rule is judged once.

    A set that only judges otherwise what the set below it has stands for both. Where two sets have
    the same rule, that of the set named last counts, unless it only came along from below.
    """
    rules: dict[str, Rule] = {}
    owners: dict[str, RuleSet] = {}
    unjudged: dict[str, tuple[RuleSet, str]] = {}
    for key in keys:
        top = RULESETS[key]
        for layer in _layers(top):
            owner = top if _is_variant(top) else layer
            for rule in layer.rules:
                if rule.id not in rules or layer is top:
                    rules[rule.id], owners[rule.id] = rule, owner
            for rule_id, why in layer.unjudged.items():
                unjudged.setdefault(rule_id, (owner, why))
    return tuple(
        replace(
            owner,
            extends=(),
            rules=tuple(rule for rule in rules.values() if owners[rule.id] is owner),
            unjudged={
                rule_id: why
                for rule_id, (of, why) in unjudged.items()
                if of is owner and rule_id not in rules
            },
        )
        for owner in dict.fromkeys(owners.values())
    )


def _layers(ruleset: RuleSet) -> list[RuleSet]:
    """Return a set and all below it, the lowest first."""
    below = [layer for each in ruleset.extends for layer in _layers(each)]
    return [*dict.fromkeys(below), ruleset]


def _is_variant(ruleset: RuleSet) -> bool:
    """Whether a set has no rule that the set below does not have."""
    below = {rule.id for each in ruleset.extends for rule in each}
    return bool(ruleset.extends) and all(rule.id in below for rule in ruleset.rules)

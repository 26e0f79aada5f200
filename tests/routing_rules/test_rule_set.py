from dataclasses import replace

from routing_rules.grammar import load, shipped
from routing_rules.roads import Vocabulary
from routing_rules.rule_set import RuleSet


def test_a_kept_set_says_all_that_its_rules_depend_on(house: Vocabulary) -> None:
    rules = load(shipped(), house)
    again = RuleSet.read(rules.kept)
    assert (again.vocabulary, again.version) == (house, rules.version)
    assert [rule.name for rule in load(again.files, again.vocabulary).rules] == [
        rule.name for rule in rules.rules
    ]


def test_the_version_changes_with_each_thing_a_decision_depends_on(house: Vocabulary) -> None:
    others = [
        replace(house, channels=dict(reversed([*house.channels.items()]))),
        replace(house, formats={**house.formats, "letter-nf": frozenset()}),
        replace(house, signatures=frozenset()),
    ]
    versions = {load(shipped(), one).version for one in (house, *others)}
    assert len(versions) == 4

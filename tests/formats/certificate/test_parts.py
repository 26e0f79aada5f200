from itertools import chain

import pytest

from formats.certificate.parts import parts
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check, outcome
from tests.hub.invoices import CLEAN

STACKS = [(key,) for key in RULESETS] + [
    ("en16931", key) for key in RULESETS if key not in {"en16931", "en16931-cii", "claims"}
]


@pytest.mark.parametrize("keys", STACKS, ids="+".join)
def test_each_rule_of_a_stack_is_in_one_part_once(keys: tuple[str, ...]) -> None:
    flat = parts(keys)
    ids = [rule.id for part in flat for rule in part.rules]
    assert len(ids) == len(set(ids))
    assert set(ids) == {rule.id for key in keys for rule in RULESETS[key]}
    assert all(not part.extends for part in flat)
    unjudged = [rule for part in flat for rule in part.unjudged]
    assert len(unjudged) == len(set(unjudged))
    whole = set(chain.from_iterable(RULESETS[key].all_unjudged() for key in keys))
    assert set(unjudged) == whole - set(ids)


@pytest.mark.parametrize("key", RULESETS)
def test_parts_find_what_the_stack_finds(key: str) -> None:
    whole = {finding.rule for finding in check(CLEAN, RULESETS[key])}
    found = {f.rule for part in parts((key,)) for f in outcome(CLEAN, part).findings}
    assert found == whole


def test_a_set_that_judges_the_same_rules_otherwise_stands_for_both() -> None:
    assert [part.key for part in parts(("en16931-cii",))] == ["en16931-cii"]
    assert [part.key for part in parts(("xrechnung-3.0",))] == ["en16931", "xrechnung-3.0"]
    stacked = parts(("en16931-cii", "xrechnung-3.0"))
    assert [part.key for part in stacked] == ["en16931-cii", "xrechnung-3.0"]

import pytest
from msgspec.structs import replace

from routing_rules.decision import Decision, Dropped, Road, Trial
from routing_rules.difference import is_other, ways, why_other

AP = Road(channel="ap", format="ubl")
MAIL = Road(channel="mail", format="facturx-en16931", signature="pades-b-b")
HELD = Trial(rule="vip", clause="group", wanted="key", found="key", held=True)
NOT_HELD = Trial(rule="old", clause="country", wanted="DE", found="FR", held=False)
OLD = Decision(rule="old", roads=(AP, MAIL))
CASES = {  # the decision by the new rules, and what is said
    "another rule before": (
        Decision(rule="vip", roads=(MAIL,), trials=(HELD,)),
        "rule `vip` holds: group = key",
    ),
    "the old rule narrowed": (
        Decision(rule="vip", roads=(MAIL,), trials=(NOT_HELD, HELD)),
        "rule `old` does not hold: country = DE, found FR; rule `vip` holds: group = key",
    ),
    "a last resort": (Decision(rule="last", roads=(MAIL,)), "rule `last` holds: always"),
    "no rule": (
        Decision(rule=None, trials=(NOT_HELD,)),
        "rule `old` does not hold: country = DE, found FR; no rule holds",
    ),
    "other roads": (replace(OLD, roads=(MAIL,)), "rule `old` names other roads"),
    "a closed road": (
        replace(OLD, roads=(MAIL,), dropped=(Dropped(road=AP, reason="no such channel"),)),
        "closed: ap as ubl: no such channel",
    ),
    "law": (replace(OLD, legal=True), "rule `old` is now marked as law"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_clause_on_which_two_decisions_part(case: str) -> None:
    new, said = CASES[case]
    assert is_other(OLD, new)
    assert why_other(OLD, new) == said


def test_roads_are_said_in_turn_and_copies_named_as_such() -> None:
    both = replace(OLD, copies=(AP,))
    assert ways(both) == (
        "ap as ubl > mail as facturx-en16931, signed pades-b-b, copy by ap as ubl"
    )
    assert is_other(OLD, both)

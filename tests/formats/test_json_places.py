"""A fault of a JSON file is named with its line."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats import catalogue
from formats.codec import Unreadable
from formats.json_places import line_of

FILE = """{
  "kind": "invoice",
  "totals": {"due":
    "1E+9999"},
  "lines": [
    {"net": "1.00"},
    {"item": {"name": "a \\" , [ {"},
     "net": 2.5,
     "prize": 1}
  ]
}"""
FAULTS = {
    "of another kind": (FILE.replace('"1.00"', "[]"), "IN-JSON-2", "$.lines[0].net (line 6)"),
    "unknown": (FILE.replace("2.5", '"2"'), "IN-JSON-2", "$.lines[1].prize (line 9)"),
    "no amount": (
        FILE.replace("2.5", '"2"').replace('"prize": 1', '"id": "1"'),
        "IN-JSON-3",
        "$.totals.due (line 4)",
    ),
    "not JSON": (FILE.replace("2.5,", "2.5"), "IN-JSON-1", "line 9, column 6"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_has_its_line(case: str) -> None:
    text, rule, place = FAULTS[case]
    with pytest.raises(Unreadable) as refusal:
        catalogue.read(text.encode(), "a.json")
    assert (refusal.value.finding.rule, refusal.value.finding.place) == (rule, place)


KEYS = st.text("abc", min_size=1, max_size=2)
TREES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=4) | st.lists(inner, max_size=4),
    max_leaves=12,
)


def paths(tree: object, path: str = "") -> list[str]:
    found = [path] if path else []
    if isinstance(tree, dict):
        for key, inner in tree.items():
            found += paths(inner, f"{path}.{key}" if path else key)
    if isinstance(tree, list):
        for number, inner in enumerate(tree):
            found += paths(inner, f"{path}[{number}]")
    return found


@given(tree=st.dictionaries(KEYS, TREES, max_size=4))
@settings(max_examples=40, deadline=None)
def test_each_path_has_the_line_where_it_is_written(tree: dict[str, object]) -> None:
    """One value a line: what opens and closes has lines of its own, in the order of the paths."""
    text = json.dumps(tree, indent=1)
    numbers = [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip().rstrip(",") not in {"}", "]"}
    ]
    assert [line_of(text.encode(), path) for path in paths(tree)] == numbers[1:]

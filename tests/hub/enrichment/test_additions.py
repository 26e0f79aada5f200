import pytest

from formats.model import Contact, Identifier, Invoice, Party, PostalAddress
from formats.model.group import Group
from hub.enrichment.additions import fill

BERLIN = PostalAddress(city="Berlin", country="DE")
CASES: dict[str, tuple[Group, dict[str, object], Group, list[tuple[str, str]]]] = {
    "what is missing is added": (
        Party(),
        {"name": "ACME", "identifiers": (Identifier(value="7"),)},
        Party(name="ACME", identifiers=(Identifier(value="7"),)),
        [("buyer.name", "ACME"), ("buyer.identifiers", '[{"value":"7"}]')],
    ),
    "what is there stays": (
        Party(name="ACME", identifiers=(Identifier(value="1"),)),
        {"name": "Other", "identifiers": (Identifier(value="7"),)},
        Party(name="ACME", identifiers=(Identifier(value="1"),)),
        [],
    ),
    "nothing adds nothing": (
        Party(),
        {"name": "", "address": PostalAddress(), "contact": None, "identifiers": ()},
        Party(),
        [],
    ),
    "an empty group is as good as none": (
        Party(name="", address=PostalAddress(line_1=""), contact=Contact()),
        {"name": "ACME", "address": BERLIN},
        Party(name="ACME", address=BERLIN, contact=Contact()),
        [("buyer.name", "ACME"), ("buyer.address", '{"city":"Berlin","country":"DE"}')],
    ),
    "a group is added whole or not at all": (
        Party(address=PostalAddress(country="FR")),
        {"address": BERLIN},
        Party(address=PostalAddress(country="FR")),
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_only_what_is_empty_is_filled_and_all_that_was_is_told(case: str) -> None:
    group, values, expected, told = CASES[case]
    filled, added = fill(group, values, path="buyer", source="address book 7")
    assert filled == expected
    assert [(one.path, one.value) for one in added] == told
    assert {one.source for one in added} <= {"address book 7"}


def test_a_field_of_the_document_itself_has_no_path_before_it() -> None:
    _, (added,) = fill(Invoice(), {"specification": "urn:x"}, path="", source="law")
    assert added.path == "specification"

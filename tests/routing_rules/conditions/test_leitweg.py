import pytest

from routing_rules.conditions.leitweg import is_leitweg_id

IDS = {
    "04011000-1234512345-06": True,  # example of the format specification
    "992-90009-96": True,
    "09564000-NUE0001-49": True,
    "04011000-900X999-08": True,
    "04011000-900x999-08": True,
    "992-90009-69": False,
    "9-90009-96": False,
    "992--96": False,
    "992-90009-9": False,
    "٩٩٢-90009-96": False,
    "4500012345": False,
    "": False,
}


@pytest.mark.parametrize("text", IDS)
def test_shape_and_check_digits(text: str) -> None:
    assert is_leitweg_id(text) is IDS[text]

import pytest

from routing_rules.conditions.catalogue import CONDITIONS, find, holds


def test_every_word_has_an_example_in_its_function() -> None:
    for word, condition in CONDITIONS.items():
        docstring = condition.finds.__doc__ or ""
        assert ">>> holds('''" in docstring, word


def test_not_turns_a_word_round() -> None:
    assert find("not_country") == (CONDITIONS["country"], True)
    assert find("not_not_country") is None
    assert [holds("known = true"), holds("not_known = true")] == [True, False]


def test_unknown_word_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown word `contry`"):
        holds('contry = "DE"')

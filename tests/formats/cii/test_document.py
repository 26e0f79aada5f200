from formats.cii.read import read_cii
from formats.model.terms import TERMS
from tests.formats.reading import SAMPLES, places_of_terms


def test_every_term_is_read_from_where_the_binding_says() -> None:
    reading = read_cii((SAMPLES / "cii/every-term/in.xml").read_bytes())
    expected = {number: term.cii for number, term in TERMS.items() if term.path and term.cii}
    del expected["BT-7"]  # excludes BT-8
    del expected["BG-13"]  # a group only in the model: CII has its terms in two elements
    found: dict[str, set[str]] = {}
    for number, place in places_of_terms(reading):
        found.setdefault(number, set()).add(place)
    assert set(found) == set(expected)
    assert {
        number: places for number, places in found.items() if expected[number] not in places
    } == {}
    two_ways = {number for number, places in found.items() if len(places) > 1}
    assert two_ways == {"BT-29", "BT-84"}  # with and without scheme; IBAN or not

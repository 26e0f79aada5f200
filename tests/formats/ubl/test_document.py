from formats.model.terms import TERMS
from formats.ubl.read import read_ubl
from tests.formats.reading import SAMPLES, places_of_terms


def test_every_term_is_read_from_where_the_binding_says() -> None:
    folder = SAMPLES / "ubl"
    invoice = read_ubl((folder / "every-term/in.xml").read_bytes())
    credit_note = read_ubl((folder / "credit-note/in.xml").read_bytes())
    expected = {number: {term.ubl} for number, term in TERMS.items() if term.path and term.ubl}
    del expected["BT-7"]  # excludes BT-8, so it is in the credit note
    del expected["BG-19"]  # has no place of its own: its terms are in three
    found: dict[str, set[str | None]] = {}
    for number, place in places_of_terms(invoice):
        found.setdefault(number, set()).add(place)
    assert found == expected
    places = set(places_of_terms(credit_note))
    differing = {(number, term.credit_note) for number, term in TERMS.items() if term.credit_note}
    assert differing | {("BT-7", "/CreditNote/cbc:TaxPointDate")} <= places

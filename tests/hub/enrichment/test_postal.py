import pytest

from formats.model import PostalAddress
from hub.enrichment.postal import address_lines

BERLIN = PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE")
LONDON = PostalAddress(line_1="1 Way", city="London", post_code="N1 1AA", country="GB")
ADDRESSES: dict[str, tuple[PostalAddress | None, tuple[str, ...]]] = {
    "at home": (BERLIN, ("ACME", "Weg 1", "10115 Berlin")),
    "abroad, code behind the city": (
        LONDON,
        ("ACME", "1 Way", "London N1 1AA", "UNITED KINGDOM"),
    ),
    "a country without a name here": (
        PostalAddress(line_1="Gata 1", city="Oslo", country="NO"),
        ("ACME", "Gata 1", "Oslo", "NO"),
    ),
    "no country": (PostalAddress(line_1="Weg 1", city="Kiel"), ("ACME", "Weg 1", "Kiel")),
    "six lines at most, country last": (
        PostalAddress(line_1="Haus A", line_2="Weg 1", line_3="c/o B", city="Wien", country="AT"),
        ("ACME", "Haus A", "Weg 1", "c/o B", "Wien", "AUSTRIA"),
    ),
    "no street": (PostalAddress(city="Berlin", post_code="10115", country="DE"), ()),
    "no city": (PostalAddress(line_1="Weg 1", country="DE"), ()),
    "none": (None, ()),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_an_address_as_it_stands_on_the_envelope(case: str) -> None:
    address, lines = ADDRESSES[case]
    assert address_lines("ACME", address, home="DE") == lines


def test_a_recipient_without_name_has_no_empty_line() -> None:
    assert address_lines("", BERLIN, home="DE") == ("Weg 1", "10115 Berlin")

"""Addresses as they stand on the envelope: our own table, then the cases of address-formatting."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from formats.letter.postal import LINES_MAX, address_lines, customs, place_lines
from formats.model import PostalAddress

BERLIN = PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE")


def at(country: str, city: str, code: str = "", area: str | None = None) -> PostalAddress:
    return PostalAddress(
        line_1="Weg 1", city=city, post_code=code, subdivision=area, country=country
    )


ADDRESSES: dict[str, tuple[PostalAddress | None, tuple[str, ...]]] = {
    "at home": (BERLIN, ("Weg 1", "10115 Berlin")),
    "post code on its own line": (
        at("GB", "London", "ec1m5rf"),
        ("Weg 1", "LONDON", "EC1M 5RF", "VEREINIGTES KÖNIGREICH"),
    ),
    "state by name": (
        at("US", "St. Louis", "63101", "Missouri"),
        ("Weg 1", "ST LOUIS MO 63101", "VEREINIGTE STAATEN VON AMERIKA"),
    ),
    "state by its code": (
        at("US", "Palo Alto", "94303", "US-CA"),
        ("Weg 1", "PALO ALTO CA 94303", "VEREINIGTE STAATEN VON AMERIKA"),
    ),
    "province": (at("IT", "Roma", "00184", "RM"), ("Weg 1", "00184 ROMA RM", "ITALIEN")),
    "county and code": (
        at("IE", "Tralee", "V92X2P8", "Co. Kerry"),
        ("Weg 1", "Tralee", "Co. Kerry", "V92 X2P8", "IRLAND"),
    ),
    "two blanks": (at("NL", "Amsterdam", "1012ab"), ("Weg 1", "1012 AB  AMSTERDAM", "NIEDERLANDE")),
    "hyphen": (at("PL", "Warszawa", "00950"), ("Weg 1", "00-950 Warszawa", "POLEN")),
    "no post code": (at("LV", "Rīga"), ("Weg 1", "Rīga", "LETTLAND")),
    "no punctuation in France": (
        PostalAddress(
            line_1="12, rue de l'Église", city="Saint-Denis", post_code="93200", country="FR"
        ),
        ("12 rue de l'Église", "93200 SAINT-DENIS", "FRANKREICH"),
    ),
    "a country without a name here": (
        at("XK", "Pristina", "10000"),
        ("Weg 1", "10000 Pristina", "XK"),
    ),
    "no country": (PostalAddress(line_1="Weg 1", city="Kiel"), ("Weg 1", "Kiel")),
    "blanks and lines within": (
        PostalAddress(line_1="Weg\n 1", city="Kiel", country="DE"),
        ("Weg 1", "Kiel"),
    ),
    "six lines at most, country last": (
        PostalAddress(line_1="Haus A", line_2="Weg 1", line_3="c/o B", city="Wien", country="AT"),
        ("Haus A", "Weg 1", "c/o B", "Wien", "ÖSTERREICH"),
    ),
    "more than six: the shortest two in one line": (
        PostalAddress(
            line_1="Carter House",
            line_2="1 Way",
            line_3="Soho",
            city="London",
            post_code="N1 1AA",
            country="GB",
        ),
        ("Carter House", "1 Way, Soho", "LONDON", "N1 1AA", "VEREINIGTES KÖNIGREICH"),
    ),
}
NOWHERE: dict[str, PostalAddress | None] = {
    "no street": PostalAddress(city="Berlin", post_code="10115", country="DE"),
    "no city": PostalAddress(line_1="Weg 1", country="DE"),
    "none": None,
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_an_address_as_it_stands_on_the_envelope(case: str) -> None:
    address, lines = ADDRESSES[case]
    assert address_lines("ACME  GmbH", address, home="DE") == ("ACME GmbH", *lines)


@pytest.mark.parametrize("case", NOWHERE)
def test_a_letter_without_street_or_city_goes_nowhere(case: str) -> None:
    assert address_lines("ACME", NOWHERE[case], home="DE") == ()


def test_a_recipient_without_name_has_no_empty_line() -> None:
    assert address_lines("", BERLIN, home="DE") == ("Weg 1", "10115 Berlin")


ABROAD = {"DE": "SCHWEIZ", "AT": "SCHWEIZ", "FR": "SUISSE", "IE": "SWITZERLAND", "PL": "SUISSE"}


@pytest.mark.parametrize("home", ABROAD)
def test_the_country_is_named_as_at_home_or_in_french(home: str) -> None:
    assert address_lines("A", at("CH", "Bern", "3011"), home=home)[-1] == ABROAD[home]


DELIVERED = (
    "AT",
    "BE",
    "BG",
    "CH",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GB",
    "GR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
    "US",
)
"""The Union, Switzerland, the United Kingdom, Norway and the United States."""


def test_every_country_we_deliver_in_has_its_custom_and_names() -> None:
    assert set(DELIVERED) <= customs().keys()
    assert all(custom.name.keys() == {"de", "en", "fr"} for custom in customs().values())


TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


@given(
    name=TEXT,
    address=st.builds(
        PostalAddress,
        line_1=TEXT,
        line_2=st.none() | TEXT,
        line_3=st.none() | TEXT,
        city=TEXT,
        post_code=st.none() | TEXT,
        subdivision=st.none() | TEXT,
        country=st.sampled_from([*DELIVERED, "XX"]),
    ),
)
def test_an_envelope_has_at_most_six_lines_and_none_is_empty(
    name: str, address: PostalAddress
) -> None:
    lines = address_lines(name, address, home="DE")
    assert len(lines) <= LINES_MAX
    assert all(line.strip() == line and line for line in lines)
    assert all(len(line.splitlines()) == 1 for line in lines)


CORPUS = (
    Path(os.environ.get("FACTEUR_CORPORA", Path(__file__).parents[4] / "shared" / "corpora"))
    / "addresses"
    / "address-formatting"
    / "testcases"
    / "countries"
)
TOWN = (
    "postal_city",
    "city",
    "town",
    "village",
    "hamlet",
    "municipality",
    "county",
    "state",
    "suburb",
)
AREA = {"US": ("state_code", "state"), "IT": ("county_code",), "IE": ("county",)}


OTHERWISE = {
    ("DE", "DS Smith Paper Deutschland GmbH"): "three post codes at once: a map's, no address",
    ("FR", "Mulhouse"): "two post codes at once",
    ("FR", "15 Avenue Charles Floquet"): "the arrondissement is in the town's name",
    ("GB", "121 Abbotsford Drive"): "the town is called `City of Nottingham`",
    ("NL", "Jan Erasmusstraat 14"): "Curaçao, a country of its own",
    ("US", "175 Varick Street"): "no town is given, only a county",
    ("US", "Washington, DC 20500"): "no town is given, only a state; twice",
    ("US", "4 Lakeville Lane"): "the town is called `Town of Oyster Bay`",
}
"""Country and first line of the cases in which our place is not theirs, and why."""


def cases() -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """Yield country, parts and lines of the cases that are whole addresses where we deliver."""
    for country in DELIVERED:
        file = CORPUS / f"{country.lower()}.yaml"
        for case in yaml.safe_load_all(file.read_text("utf-8")) if file.exists() else ():
            if case and "postcode" in case["components"] and set(TOWN) & case["components"].keys():
                yield country, case["components"], case["expected"].strip().splitlines()


def place_of(country: str, parts: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield our place lines with each part that may be the town, as templates choose among them."""
    area = next((str(parts[part]) for part in AREA.get(country, ()) if part in parts), None)
    for town in TOWN:
        if town in parts:
            address = at(country, str(parts[town]), str(parts["postcode"]), area)
            yield place_lines(address, customs()[country])


def alike(lines: list[str] | tuple[str, ...]) -> list[str]:
    """Return lines as far as they mean the same: the corpus shows maps, not envelopes."""
    return [re.sub(r"[\W_]+", " ", line).strip().casefold() for line in lines]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of addresses here")
def test_places_are_written_as_in_every_usable_case_of_the_corpus() -> None:
    found = list(cases())
    wrong = {}
    for country, parts, lines in found:
        ours = [alike(place) for place in place_of(country, parts)]
        theirs = alike(lines[:-1])
        if not any(theirs[-len(place) :] == place for place in ours):
            wrong[country, lines[0]] = parts["postcode"]
    assert (len(found), len(wrong)) == (78, len(OTHERWISE))
    assert wrong.keys() == OTHERWISE.keys()

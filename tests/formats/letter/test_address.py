"""Addresses as the post of the recipient's country reads them, in at most six lines."""

import pytest

from formats.letter.address import in_capitals, postal_lines
from formats.model import Contact, Party, PostalAddress

STREET = {"line_1": "1 High Street", "city": "Sampleton", "post_code": "AB1 2CD"}
ADDRESSES = {
    "at home": (
        Party(name="A", address=PostalAddress(**STREET, country="DE")),
        ("A", "1 High Street", "AB1 2CD Sampleton"),
    ),
    "post code below": (
        Party(name="A", address=PostalAddress(**STREET, country="GB")),
        ("A", "1 High Street", "SAMPLETON", "AB1 2CD", "VEREINIGTES KÖNIGREICH"),
    ),
    "post code behind": (
        Party(name="A", address=PostalAddress(**STREET, subdivision="NY", country="US")),
        ("A", "1 High Street", "SAMPLETON NY AB1 2CD", "VEREINIGTE STAATEN VON AMERIKA"),
    ),
    "country without a name here": (
        Party(name="A", address=PostalAddress(city="B", country="ZZ")),
        ("A", "B", "ZZ"),
    ),
    "seven lines: the contact goes": (
        Party(
            name="A",
            trading_name="B",
            contact=Contact(name="C"),
            address=PostalAddress(line_1="D", line_2="E", line_3="F", city="G", country="DE"),
        ),
        ("A", "B", "D", "E", "F", "G"),
    ),
    "nine lines: only what the post needs": (
        Party(
            name="A",
            trading_name="B",
            contact=Contact(name="C"),
            address=PostalAddress(**STREET, line_2="E", line_3="F", country="GB"),
        ),
        ("A", "1 High Street", "E", "SAMPLETON", "AB1 2CD", "VEREINIGTES KÖNIGREICH"),
    ),
    "name twice": (Party(name="A", trading_name="A"), ("A",)),
    "nobody": (Party(), ()),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_address_is_printed_as(case: str) -> None:
    party, expected = ADDRESSES[case]
    assert postal_lines(party, sender_country="DE") == expected


def test_capitals_leave_the_name_alone() -> None:
    assert in_capitals(("Dupont, S.A.",)) == ("Dupont, S.A.",)
    assert in_capitals(()) == ()

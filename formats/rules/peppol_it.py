"""IT-R-*: what Peppol asks of Italian sellers."""

import re

from formats.model import Party, PostalAddress
from formats.rules.countries import of_seller
from formats.rules.engine import Rule
from formats.rules.worksheet import Worksheet, the_seller

TAX_REGISTRATION = re.compile("[A-Z0-9]{11,16}")


def _italian(sheet: Worksheet) -> bool:
    return of_seller(sheet.invoice) == "IT"


the_italian_seller = the_seller.where("who is Italian", _italian)


def _address(party: Party) -> PostalAddress:
    return party.address or PostalAddress()


RULES: tuple[Rule, ...] = (
    the_italian_seller(
        "IT-R-001",
        "BT-32",
        "an Italian tax registration has 11 to 16 capitals or digits",
        lambda seller: (
            None
            if seller.tax_registration is None
            else TAX_REGISTRATION.fullmatch(seller.tax_registration) is not None
        ),
        at="tax_registration",
        private=True,
        fix="send the codice fiscale",
    ),
    the_italian_seller(
        "IT-R-002",
        "BT-35",
        "an Italian seller's address has a first line",
        lambda seller: _address(seller).line_1 is not None,
        at="address.line_1",
        fix="send street and number",
    ),
    the_italian_seller(
        "IT-R-003",
        "BT-37",
        "an Italian seller's address has a city",
        lambda seller: _address(seller).city is not None,
        at="address.city",
        fix="send the city",
    ),
    the_italian_seller(
        "IT-R-004",
        "BT-38",
        "an Italian seller's address has a post code",
        lambda seller: _address(seller).post_code is not None,
        at="address.post_code",
        fix="send the post code",
    ),
)

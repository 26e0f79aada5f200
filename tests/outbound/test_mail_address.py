"""Whatever a book holds as an email address is one address, or refused."""

import pytest

from outbound.channel import Refused
from outbound.mail_address import envelope_address

ADDRESSES = {
    "anna@kunde.example": "anna@kunde.example",
    "anna+rechnung@kunde.example": "anna+rechnung@kunde.example",
    "anna@bücher.example": "anna@xn--bcher-kva.example",
    "ännä@kunde.example": "ännä@kunde.example",
    "anna@straße.example": "anna@xn--strae-oqa.example",
    "anna@BÜCHER.example": "anna@xn--bcher-kva.example",
    "anna@bü\u202ecb.example": None,
    "an\u200bna@kunde.example": None,
    "anna@-ü-.example": None,
    "anna@ü..example": None,
    "": None,
    "anna": None,
    "@kunde.example": None,
    "anna@": None,
    "anna@@kunde.example": None,
    "anna @kunde.example": None,
    "anna@kunde.example>\r\nRCPT TO:<eve@evil.example": None,
    "anna@kunde.example,eve@evil.example": None,
    "<anna@kunde.example>": None,
    "anna..b@kunde.example": None,
    "a" * 250 + "@kunde.example": None,
}


@pytest.mark.parametrize("email", ADDRESSES)
def test_address_is_one_address_or_refused(email: str) -> None:
    wanted = ADDRESSES[email]
    if wanted is None:
        with pytest.raises(Refused):
            envelope_address(email)
    else:
        assert envelope_address(email) == wanted

import pytest

from formats.model import Identifier, PostalAddress
from routing_rules.recipient import Recipient
from routing_rules.roads import KINDS, Vocabulary

STREET = PostalAddress(line_1="Musterweg 1", post_code="12345", city="Musterstadt", country="DE")
ISLAND = PostalAddress(line_1="1 Harbour Road", city="Hong Kong", country="HK")

REACHED = {  # kind and recipient, and what is missing
    "email": ("email", Recipient(email="a@muster.example"), None),
    "no email": ("email", Recipient(), "no email address is known"),
    "endpoint": ("peppol", Recipient(endpoint=Identifier(value="1", scheme="0088")), None),
    "no endpoint": ("peppol", Recipient(), "no electronic address on the network is known"),
    "letter": ("print", Recipient(name="Muster GmbH", address=STREET), None),
    "letter without post code": ("print", Recipient(name="Muster Ltd", address=ISLAND), None),
    "no address": ("print", Recipient(name="Muster GmbH"), "no postal address is known"),
    "half an address": (
        "print",
        Recipient(address=PostalAddress(line_1="Musterweg 1", country="DE")),
        "the postal address lacks name, city, post code",
    ),
    "partner": ("sftp", Recipient(), None),
    "printer in the house": ("ipp", Recipient(), None),
}


@pytest.mark.parametrize("case", REACHED)
def test_what_is_missing_to_reach_somebody(case: str) -> None:
    kind, recipient, missing = REACHED[case]
    assert KINDS[kind].missing(recipient) == missing


def test_channel_of_an_unknown_kind_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="channel `fax`: unknown kind `telefax`"):
        Vocabulary(channels={"fax": "telefax"}, formats={})

from msgspec.structs import replace

from hub.runs.plan import House, buyer
from routing_rules.recipient import Recipient


def test_buyer_is_the_customer_of_the_address_book(recipients: dict[str, Recipient]) -> None:
    party = buyer(recipients["4711"])
    assert (party.name, party.vat_identifier) == ("Kunde 4711 GmbH", "DE123456789")
    assert [one.scheme for one in party.identifiers] == ["0088"]
    assert party.contact is not None
    assert party.contact.email == "k4711@kunde.example"
    assert buyer(Recipient(key="1")).name is None


def test_remittance_is_the_messages_number_unless_given(house: House) -> None:
    paid = house.pay("MA-1")
    assert paid is not None
    assert paid.remittance == "MA-1"
    own = House(tenant="t", seller=house.seller, payment=replace(paid, remittance="always"))
    assert own.pay("MA-1") == own.payment
    assert House(tenant="t", seller=house.seller).pay("MA-1") is None

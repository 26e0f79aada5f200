"""A house whose first channel lets files stay behind links, and one document that left so."""

from dataclasses import replace

import msgspec

from formats.model import PostalAddress
from hub.pipeline.links import LinkMaker
from hub.pipeline.receive import Arrival, receive
from hub.store import recipients
from hub.store.links import Asks
from outbound.channel import Parcel
from routing_rules.recipient import Recipient
from tests.hub.houses import START, Home, Outbox
from tests.hub.invoices import ubl

URL = "https://post.nordwind.example"
MAKER = LinkMaker(url=URL, key=bytes(32), valid_days=90)
BUYER = Recipient(
    key="K1",
    name="Buyer",
    country="DE",
    language="de",
    email="buyer@kunde.example",
    address=PostalAddress(city="Berlin", post_code="10115", country="DE"),
)


class Mailbox(Outbox):
    """An outbox of messages to people."""

    attachment_bytes_max = 100


def linked(home: Home, *, asks: Asks = "", buyer: Recipient = BUYER) -> Parcel:
    """Send one invoice by a house that makes links, and return the parcel."""
    home.post = Mailbox()
    maker = replace(MAKER, asks=asks)
    settings = msgspec.structs.replace(
        home.house.config,
        links=msgspec.structs.replace(home.house.config.links, tries_a_minute=1000),
    )
    home.house = replace(
        home.house,
        config=settings,
        links=maker,
        channels={"post": home.post, "second": home.second},
    )
    with home.house.database.transaction() as connection:
        recipients.put(connection, "nordwind", [buyer], now=START)
    arrival = Arrival(data=ubl(), name="a", tenant="nordwind", sender="erp", door="api")
    receive(home.house, arrival)
    home.run()
    [parcel] = home.post.sent
    return parcel


def token_in(parcel: Parcel) -> str:
    """Return the token of the link that a message holds."""
    [address] = {word for word in parcel.text.split() if word.startswith(URL)}
    return address.removeprefix(f"{URL}/l/")

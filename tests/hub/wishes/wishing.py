"""A house that posts, mails and reaches a network, and customers who still get paper."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from formats.catalogue import WRITERS
from formats.model import Identifier, Party, PostalAddress
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.store import recipients
from hub.store.database import Database
from routing_rules import grammar
from routing_rules.recipient import Recipient
from routing_rules.roads import Vocabulary
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl

RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [{ channel = "post", format = "ubl" }, { channel = "second", format = "ubl" }]
"""
ADDRESS = PostalAddress(line_1="Weg 1", post_code="10115", city="Berlin", country="DE")
PAPER = Recipient(
    key="K1", name="Buyer", country="DE", email="buyer@kunde.example", address=ADDRESS
)
OTHER = Recipient(key="K2", name="Söhne", country="DE", email="b@kunde.example", address=ADDRESS)
MUTE = Recipient(key="K3", name="No email", country="DE", address=ADDRESS)


@contextmanager
def paper_house(folder: Path, database: Database, pool: Pool) -> Iterator[Home]:
    """Open a house whose `post` prints and whose `second` mails."""
    vocabulary = Vocabulary(
        channels={"post": "print", "second": "email"},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
    )
    with opened_house(folder, database, pool) as home:
        home.house = replace(home.house, rules=grammar.load([("t.toml", RULES)], vocabulary))
        with database.transaction() as connection:
            recipients.put(connection, "nordwind", [PAPER, OTHER, MUTE], now=home.clock.now)
        yield home


def invoice(home: Home, key: str, number: str, endpoint: Identifier | None = None) -> None:
    """Send an invoice to a customer through the house."""
    name = {"K1": "Buyer", "K2": "Söhne", "K3": "No email"}.get(key, "Stranger")
    buyer = Party(
        name=name,
        identifiers=(Identifier(value=key),),
        address=ADDRESS,
        electronic_address=endpoint,
    )
    data = ubl(number=number, buyer=buyer)
    receive(
        home.house, Arrival(data=data, name="a.xml", tenant="nordwind", sender="erp", door="api")
    )
    home.run()

"""What would become of a file that nobody has sent yet: the routing decision of its documents."""

from argparse import Namespace
from pathlib import Path

from formats import catalogue
from formats.model import Document, Invoice
from hub.cli.traffic import house_of, sender_of
from hub.enrichment.address_book import add_buyer, find_recipient
from hub.pipeline.facts import facts_of
from hub.pipeline.house import House
from routing_rules.decide import decide
from routing_rules.decision import Decision


def decisions_of(options: Namespace) -> list[Decision]:
    """Return the decision on each document of a file, by today's rules and address book."""
    path = Path(options.subject)
    with house_of(options) as house:
        key = options.sender or next(iter(house.config.senders), "")
        sender_of(house, key)
        _, readings = catalogue.read(path.read_bytes(), path.name, house.guides[key])
        return [_decide(house, reading.document, key) for reading in readings]


def _decide(house: House, document: Document, sender: str) -> Decision:
    tenant = house.config.senders[sender].tenant
    with house.database.transaction() as connection:
        recipient = find_recipient(connection, tenant, document)
    if isinstance(document, Invoice):
        document, _ = add_buyer(document, recipient)
    return decide(document, recipient, facts_of(house, tenant, sender), house.rules)

"""A house whose first road is email and whose second is an outbox, and what became of a parcel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec.structs import replace

from formats.model import Identifier
from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries, documents, recipients
from hub.store.database import Database
from outbound.channel import Channel
from outbound.email import Email, Settings
from routing_rules.recipient import Recipient
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import CLEAN, ubl

ENDS = {
    "waits": ("post", "waiting"),
    "in doubt": ("post", "in_doubt"),
    "handed over": ("post", "handed_over"),
    "delivered": ("post", "delivered"),
    "by the next road": ("second", "handed_over"),
}
"""How a delivery may end: the channel it is on, and its state."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a delivery.

    Attributes:
        heard: what its peers reported of it, one text.
    """

    end: tuple[str, str]
    heard: str


@dataclass(kw_only=True)
class Post:
    """The house, with an email channel as its first road."""

    home: Home
    _documents: dict[str, str] = field(default_factory=dict)

    def submit(self, address: str) -> None:
        """Submit an invoice to a recipient with this address; nothing is sent yet."""
        house, key = self.home.house, f"K-{address}"
        entry = Recipient(key=key, name="Buyer", country="DE", email=address)
        with house.database.transaction() as connection:
            recipients.put(connection, "nordwind", [entry], now=house.clock())
        buyer = replace(CLEAN.buyer, identifiers=(Identifier(value=key),)) if CLEAN.buyer else None
        data = ubl(number=f"R-{address}", buyer=buyer)
        arrival = Arrival(data=data, name=address, tenant="nordwind", sender="erp", door="api")
        receive(house, arrival)

    def work(self) -> None:
        """Take the reports that have come, and do all work that is due."""
        self.home.run()
        confirm(self.home.house, "post")
        self.home.run()

    def fate(self, address: str) -> Fate:
        """Return what became of the invoice to this address."""
        house = self.home.house
        with house.database.transaction() as connection:
            [row] = documents.numbered(connection, f"R-{address}")
            [delivery] = deliveries.of_documents(connection, [row.id])[row.id]
        items = [
            item
            for entry in house.archive.entries(subject=delivery.id)
            if entry.kind == "event"
            for item in entry.items
            if item.role == "event"
        ]
        facts = [msgspec.json.decode(house.archive.get(item.sha256)) for item in items]
        said = "; ".join(f"{fact['reason']}{'' if fact['strong'] else ' (hint)'}" for fact in facts)
        return Fate(end=(delivery.channel, delivery.state), heard=said)

    def by_the_next_road(self, address: str) -> int:
        """Return how often the invoice left by the second road."""
        return sum(each.labels["number"] == f"R-{address}" for each in self.home.second.sent)


@contextmanager
def post(folder: Path, pool: Pool, **settings: Any) -> Iterator[Post]:
    """Open the house; `settings` are those of the email channel."""
    database = Database(f"sqlite:///{folder / 'facteur.db'}")
    database.migrate()
    known: dict[str, Any] = {
        "host": "127.0.0.1",
        "tls": "none",
        "sender": "rechnung@nordlicht.example",
        "bounce_domain": "post.nordlicht.example",
        "bounce_secret": "key-of-the-tokens",
        "connect_timeout_seconds": 1,
        "reply_timeout_seconds": 1,
        "final_timeout_seconds": 1,
    }
    with opened_house(folder, database, pool) as home:
        channel = Email(Settings(**(known | settings)), clock=home.clock)
        cast("dict[str, Channel]", home.house.channels)["post"] = channel
        try:
            yield Post(home=home)
        finally:
            channel.close()
            database.close()

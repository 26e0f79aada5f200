"""A house whose channel `post` is a smart host: it relays to the recipients' domains."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from msgspec.structs import replace as change

from formats.model import Identifier
from hub.config.traffic import Limits, Traffic
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries, endpoints, recipients, work
from hub.store.endpoints import Endpoint
from hub.store.work import INVOICES_FIRST
from outbound.channel import Destination, Parcel, Receipt
from outbound.smtp_trouble import domain_of
from routing_rules.recipient import Recipient
from tests.hub.houses import Home, Outbox
from tests.hub.invoices import CLEAN, ubl


class Relay(Outbox):
    """A smart host; `domains` says what it answers for one."""

    def __init__(self) -> None:
        super().__init__()
        self.domains: dict[str, Exception] = {}
        self.tried: list[str] = []

    def endpoint_of(self, destination: Destination) -> str:
        return domain_of(destination.email)

    def send(self, parcel: Parcel) -> Receipt:
        domain = domain_of(parcel.destination.email)
        with self._guard:
            self.tried.append(domain)
        if domain in self.domains:
            raise self.domains[domain]
        return super().send(parcel)


def relaying(home: Home, limits: Limits | None = None, **traffic: Any) -> Relay:
    """Let the house's first channel be a relay, with these settings."""
    relay = Relay()
    settings = Traffic(limits=limits or Limits(), **traffic)
    config = change(home.house.config, traffic={"post": settings})
    home.house = replace(home.house, config=config, channels={"post": relay, "second": home.second})
    home.post = relay
    return relay


def drop(home: Home, domain: str, *numbers: str, priority: int = INVOICES_FIRST) -> None:
    """Receive invoices for a customer at a domain; they are not run."""
    with home.house.database.transaction() as connection:
        known = Recipient(key=domain, name="Buyer", country="DE", email=f"ar@{domain}")
        recipients.put(connection, "nordwind", [known], now=home.clock.now)
    for number in numbers:
        assert CLEAN.buyer is not None
        buyer = change(CLEAN.buyer, identifiers=(Identifier(value=domain),))
        arrival = Arrival(
            data=ubl(number=number, buyer=buyer),
            name=number,
            tenant="nordwind",
            sender="erp",
            door="api",
            priority=priority,
        )
        receive(home.house, arrival)


def rows(home: Home) -> Mapping[str, Endpoint]:
    with home.house.database.transaction() as connection:
        return {each.name: each for each in endpoints.listed(connection, "post")}


def states(home: Home) -> dict[str, int]:
    with home.house.database.transaction() as connection:
        counted = deliveries.counts(connection)
    return {state: count for (_, state), count in counted.items()}


def attempts(home: Home) -> list[int]:
    """Return how often each waiting delivery was tried."""
    with home.house.database.transaction() as connection:
        return sorted(row.attempts for row in connection.execute(work.work.select()))

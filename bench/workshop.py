"""A hub to measure in: everything real, but with a peer that only counts where none is named."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from msgspec.structs import replace as change

from bench.traffic import customers
from hub.config.loading import load
from hub.config.traffic import Traffic
from hub.engine.durable import Engine
from hub.keys import create_log_key, create_seal
from hub.pipeline.house import House
from hub.pipeline.lanes import lanes
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.runner import run_batch
from hub.store import recipients, work
from hub.wiring.building import build, close
from hub.wiring.clock import new_id, now
from outbound.channel import DeliveryState, Event, Parcel, Receipt

TENANT = "nordwind"
POLL_SECONDS = 0.05
CALLERS = 8
"""Requests that the API has in hand at the same time."""
SETTINGS = """
[hub]
data = "data"
min_free_mb = 0
[tenant.nordwind]
name = "Nordwind Werkzeuge GmbH"
vat_identifier = "DE123456789"
street = "Hafenstraße 1"
city = "Hamburg"
post_code = "20457"
country = "DE"
contact_name = "Rechnungsstelle"
phone = "+49 40 1"
email = "ar@nordwind.example"
iban = "DE02120300000000202051"
endpoint_scheme = "9930"
endpoint = "DE123456789"
seal_key = "keys/nordwind.p12"
seal_password_file = "keys/nordwind.password"
[sender.erp]
tenant = "nordwind"
[channel.email]
kind = "email"
host = "127.0.0.1"
port = {mail_port}
tls = "none"
sender = "ar@nordwind.example"
bounce_domain = "bounce.nordwind.example"
bounce_secret = "only a benchmark"
[channel.sink]
kind = "email"
host = "127.0.0.1"
sender = "ar@nordwind.example"
bounce_domain = "bounce.nordwind.example"
bounce_secret = "only a benchmark"
[routing]
shipped = false
rules = ["rules.toml"]
"""
RULES = """
[[rule]]
name = "all"
because = "benchmark"
source = "benchmark"
roads = [{road}]
"""


@dataclass
class Sink:
    """Takes everything at once, keeps the keys, and reports each as delivered when asked."""

    endpoint: str = "sink://counts:0"
    announces_commit: bool = False
    taken: list[str] = field(default_factory=list)

    def send(self, parcel: Parcel) -> Receipt:
        self.taken.append(parcel.key)
        return Receipt(state=DeliveryState.HANDED_OVER, external_id=parcel.key, text="counted")

    def resolve(self, parcel: Parcel) -> Receipt | None:  # noqa: ARG002
        return None

    def events(self) -> Sequence[Event]:
        return [
            Event(
                parcel_key=key,
                external_id=None,
                state=DeliveryState.DELIVERED,
                reason="counted",
                source=f"sink-{key}",
            )
            for key in self.taken
        ]

    def acknowledge(self, event: Event) -> None:
        """Nothing is kept of them."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """A hub, its engine, which is not started yet, and the sink behind the channel `sink`."""

    house: House
    engine: Engine
    sink: Sink


@contextmanager
def workshop(
    folder: Path,
    *,
    road: str,
    children: int,
    known: int = 1,
    mail_port: int = 0,
    sink: Sink | None = None,
    traffic: Mapping[str, Traffic] | None = None,
) -> Iterator[Workshop]:
    """Open a hub in an empty folder.

    Args:
        road: the only one, as rules write it: `{ channel = "sink", format = "ubl" }`.
        children: processes in its pool; they are up.
        known: customers in the address book.
        mail_port: of a mail server on loopback, for the channel `email`.
        sink: another than one that takes all at once.
        traffic: how fast and when channels may send.
    """
    settings = folder / "facteur.toml"
    settings.write_text(SETTINGS.format(mail_port=mail_port), encoding="utf-8")
    (folder / "rules.toml").write_text(RULES.format(road=road), encoding="utf-8")
    _make_keys(folder / "keys")
    nudged, sink = threading.Event(), sink or Sink()
    config = change(load(settings), traffic=traffic or {})
    built = build(config, children=children, nudge=nudged.set)
    house = replace(built, channels={**built.channels, "sink": sink})
    with house.database.transaction() as connection:
        recipients.put(connection, TENANT, customers(known), now=now())
    engine = Engine(
        house.database,
        lanes=lanes(house),
        run=lambda lane, batch: run_batch(house, lane, batch),
        worker="bench",
        lock_file=str(house.config.data / "engine.lock"),
        clock=now,
        new_id=new_id,
        nudged=nudged,
    )
    house.pool.map(time.sleep, [(POLL_SECONDS,)] * children)
    try:
        yield Workshop(house=house, engine=engine, sink=sink)
    finally:
        close(house)


def feed(house: House, files: Iterable[tuple[str, bytes]]) -> None:
    """Receive files as the API does, several at a time."""

    waiting, turn = iter(files), threading.Lock()

    def take() -> None:
        while True:
            with turn:
                name, data = next(waiting, ("", b""))
            if not name:
                return
            receive(house, Arrival(data=data, name=name, tenant=TENANT, sender="erp", door="api"))

    with ThreadPoolExecutor(CALLERS) as threads:
        for caller in [threads.submit(take) for _ in range(CALLERS)]:
            caller.result()


def drain(house: House) -> None:
    """Wait until nothing is in the rooms any more."""
    while _waiting(house):
        time.sleep(POLL_SECONDS)


def _waiting(house: House) -> int:
    with house.database.transaction() as connection:
        return work.count(connection)


def _make_keys(folder: Path) -> None:
    folder.mkdir()
    (folder / "nordwind.password").write_text("bench", encoding="utf-8")
    create_seal(folder / "nordwind.p12", password=b"bench", name="Nordwind", valid_from=now())
    create_log_key(folder / "archive.key")

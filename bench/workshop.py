"""A hub for measuring: everything real but the last channel, which only counts."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hub import wiring
from hub.config import load
from hub.engine.durable import Engine
from hub.pipeline.house import House
from hub.pipeline.lanes import lanes
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.runner import run_batch
from hub.store import recipients, work
from outbound.channel import DeliveryState, Event, Parcel, Receipt
from routing_rules.recipient import Recipient

SETTINGS = """
[hub]
data = "data"
database = "{database}"
children = {children}
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
[channel.sink]
kind = "sftp"
host = "127.0.0.1"
port = 1
host_key = "SHA256:none"
user = "none"
password = "none"
[routing]
shipped = false
rules = ["rules.toml"]
"""
RULES = """
[[rule]]
name = "sink"
because = "benchmark"
source = "benchmark"
roads = [{{ channel = "sink", format = "{format}"{signature} }}]
"""


class Sink:
    """Takes everything and keeps nothing but the count."""

    endpoint = "sink://counts:0"

    def __init__(self) -> None:
        self.taken = 0
        self._guard = threading.Lock()

    def send(self, parcel: Parcel) -> Receipt:
        with self._guard:
            self.taken += 1
        return Receipt(state=DeliveryState.HANDED_OVER, external_id=parcel.key, text="counted")

    def resolve(self, _parcel: Parcel) -> Receipt | None:
        return None

    def events(self) -> Sequence[Event]:
        return ()

    def acknowledge(self, event: Event) -> None:
        """There are none."""

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def hub(
    folder: Path, *, form: str, signature: str = "", children: int = 2, database: str = ""
) -> Iterator[tuple[House, Sink, Engine]]:
    """Open a hub whose only road ends in the sink; the engine is not started yet."""
    folder.mkdir(parents=True)
    settings = folder / "facteur.toml"
    settings.write_text(SETTINGS.format(database=database, children=children), encoding="utf-8")
    signed = f', signature = "{signature}"' if signature else ""
    rules = RULES.format(format=form, signature=signed)
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    _keys(folder)
    sink = Sink()
    config = load(settings)
    nudged = threading.Event()
    house = wiring.build(config, children=children, nudge=nudged.set)
    house = replace(house, channels={"sink": sink})
    with house.database.transaction() as connection:
        entry = Recipient(key="*", name="Nobody")
        recipients.put(connection, "nordwind", [entry], now=wiring.now())
    engine = Engine(
        house.database,
        lanes=lanes(house.channels),
        run=lambda lane, batch: run_batch(house, lane, batch),
        worker="bench",
        lock_file=str(config.data / "engine.lock"),
        clock=wiring.now,
        new_id=wiring.new_id,
        nudged=nudged,
    )
    try:
        yield house, sink, engine
    finally:
        wiring.close(house)


def feed(house: House, files: Iterator[tuple[str, bytes]]) -> int:
    """Receive files as the doors do; returns how many."""
    count = 0
    for name, data in files:
        receive(
            house, Arrival(data=data, name=name, tenant="nordwind", sender="erp", door="api")
        )
        count += 1
    return count


def drain(house: House) -> None:
    """Wait until nothing is in the rooms any more."""
    while True:
        with house.database.transaction() as connection:
            if work.count(connection) == 0:
                return
        time.sleep(0.05)


def _keys(folder: Path) -> None:
    from hub.keys import create_log_key, create_seal

    keys = folder / "keys"
    keys.mkdir()
    (keys / "nordwind.password").write_text("bench", encoding="utf-8")
    create_seal(
        keys / "nordwind.p12", password=b"bench", name="Nordwind", valid_from=wiring.now()
    )
    create_log_key(keys / "archive.key")

"""A whole house in a temporary folder, its channels replaced by outboxes that answer as told."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.archive import Archive
from formats.catalogue import WRITERS
from formats.codec import Guide
from hub.config.loading import load
from hub.endpoints.lanes import ChannelLanes
from hub.engine.lane import Lane
from hub.engine.pool import Pool
from hub.pipeline.house import House
from hub.pipeline.lanes import lanes
from hub.pipeline.runner import run_batch
from hub.store import recipients, work
from hub.store.database import Database
from outbound.channel import DeliveryState, Event, Parcel, Receipt
from routing_rules import grammar
from routing_rules.recipient import Recipient
from routing_rules.roads import Vocabulary

SETTINGS = """
[hub]
data = "data"
max_file_mb = 1
min_free_mb = 0
[tenant.nordwind]
name = "Nordwind Werkzeuge GmbH"
vat_identifier = "DE123456789"
street = "Hafenstraße 1"
city = "Hamburg"
post_code = "20457"
country = "DE"
iban = "DE02120300000000202051"
[sender.erp]
tenant = "nordwind"
folder = "in"
[sender.shop]
tenant = "nordwind"
"""
RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [
  { channel = "post", format = "ubl" },
  { channel = "second", format = "ubl" },
]
"""
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

Answer = Callable[[Parcel], Receipt]


class Killed(BaseException):
    """The process died here."""


class Outbox:
    """A channel that keeps what it is given, once its `answers` are used up."""

    def __init__(self) -> None:
        self.announces_commit = False
        self.dies: Literal["", "before the commit", "after the commit"] = ""
        self.meanwhile: Callable[[Parcel], None] = lambda _parcel: None
        self.sent: list[Parcel] = []
        self.answers: list[Exception | None] = []
        self.bugs: set[str] = set()
        self.known: dict[str, Receipt | Exception | None] = {}
        self.reports: list[Event] = []
        self.acknowledged: list[str] = []
        self._guard = threading.Lock()

    @property
    def endpoint(self) -> str:
        return "test://outbox:1"

    def send(self, parcel: Parcel) -> Receipt:
        if parcel.labels["number"] in self.bugs:
            raise ZeroDivisionError("a bug of ours")
        if self.dies == "before the commit":
            raise Killed
        if self.announces_commit:
            parcel.committing()
        with self._guard:
            answer = self.answers.pop(0) if self.answers else None
            if answer is not None:
                raise answer
            self.sent.append(parcel)
        self.meanwhile(parcel)
        if self.dies == "after the commit":
            raise Killed
        return receipt(parcel.key)

    def resolve(self, parcel: Parcel) -> Receipt | None:
        known = self.known.get(parcel.key)
        if isinstance(known, Exception):
            raise known
        return known

    def name_of(self, key: str) -> str:
        return receipt(key).external_id

    def events(self) -> Sequence[Event]:
        return [event for event in self.reports if event.source not in self.acknowledged]

    def acknowledge(self, event: Event) -> None:
        self.acknowledged.append(event.source)

    def close(self) -> None:
        pass


def receipt(key: str) -> Receipt:
    return Receipt(state=DeliveryState.HANDED_OVER, external_id=f"id-{key}", text="taken")


class Clock:
    """A clock that moves when it is told, and by a step at each look."""

    def __init__(self) -> None:
        self.now = START
        self.step = timedelta()

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now

    def forward(self, **parts: float) -> None:
        self.now += timedelta(**parts)


class Home:
    """A house, its clock and its outboxes."""

    def __init__(self, house: House, clock: Clock, outboxes: Mapping[str, Outbox]) -> None:
        self.house = house
        self.clock = clock
        self.post = outboxes["post"]
        self.second = outboxes["second"]

    def run(self) -> None:
        """Run all work that is due, lane by lane, until nothing is."""
        while self.run_open(lanes(self.house)):
            pass

    def run_open(self, known: ChannelLanes) -> int:
        """Run one batch of each lane that is open; returns how many subjects were in them."""
        with self.house.database.transaction() as connection:
            found = known.open(connection, ())
        return sum(self._run_one(name, lane) for name, lane in found.items())

    def run_lane(self, name: str) -> None:
        """Run all that is due in one lane."""
        while self._run_one(name, Lane(batch_size=50, batches=1)):
            pass

    def _run_one(self, name: str, lane: Lane) -> int:
        batch = f"t|{name}|{self.house.new_id()}"
        with self.house.database.transaction() as connection:
            lane.sort(connection)
            count = work.claim(
                connection,
                lane=name,
                batch=batch,
                now=self.clock.now,
                limit=lane.batch_size,
                skip_locked=False,
                each=lane.each,
                only=lane.only,
            )
            if count:
                lane.claimed(connection, count)
        if count:
            run_batch(self.house, name, batch)
        return count

    def restart(self) -> None:
        """Do as after a crash: run the batches that were under way again, then all that is due."""
        with self.house.database.transaction() as connection:
            left = work.batches(connection)
        for lane, batch in left:
            run_batch(self.house, lane, batch)
        self.run()


def raised(house: House, **limits: int) -> House:
    """Return a house with other limits in `[hub]`."""
    change = msgspec.structs.replace
    return replace(house, config=change(house.config, hub=change(house.config.hub, **limits)))


@contextmanager
def opened_house(
    folder: Path,
    database: Database,
    pool: Pool,
    rules: str = RULES,
    guides: Mapping[str, Sequence[Guide]] = MappingProxyType({}),
) -> Iterator[Home]:
    settings = folder / "facteur.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    config = load(settings)
    config.data.mkdir(exist_ok=True)
    clock = Clock()
    outboxes = {"post": Outbox(), "second": Outbox()}
    ids = (f"{n:08d}" for n in count())
    vocabulary = Vocabulary(
        channels={"post": "sftp", "second": "sftp"},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
    )
    archive = Archive(
        config.archive_root,
        origin="test.example/archive",
        key=Ed25519PrivateKey.from_private_bytes(bytes(32)),
        clock=clock,
        random_bytes=bytes,
    )
    house = House(
        config=config,
        database=database,
        archive=archive,
        pool=pool,
        rules=grammar.load([("test.toml", rules)], vocabulary),
        channels=outboxes,
        guides=guides,
        seals={},
        clock=clock,
        new_id=lambda: next(ids),
    )
    with database.transaction() as connection:
        recipients.put(
            connection,
            "nordwind",
            [Recipient(key="K1", name="Buyer", country="DE", email="buyer@kunde.example")],
            now=clock.now,
        )
    try:
        yield Home(house, clock, outboxes)
    finally:
        archive.close()

"""What a backlog for one endpoint costs the others of its channel.

python -m bench.backlog            50,000 parcels for one domain; kept in bench/backlog.json
python -m bench.backlog --quick    2,000 parcels, to see that it works; nothing is kept

The channel is a smart host that answers for most domains within milliseconds; for one it runs into
a time-out (dead) or takes long for each parcel (slow). Parcels for other domains come when the
backlog is there. Then reminders wait under a rate, and invoices come among them.
"""

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock

import msgspec

from bench.likes import Likes
from bench.workshop import Sink, workshop
from hub.config.traffic import Limits, Traffic
from hub.store.work import RUNS_LAST
from hub.wiring.clock import now
from outbound.channel import Deferred, Destination, Parcel, Receipt
from outbound.smtp_trouble import domain_of

RESULTS = Path(__file__).with_suffix(".json")
TARGET = 1.10
"""What the others may take, beside what they take alone."""
_ROAD = '{ channel = "sink", format = "ubl" }'
_BAD = "bad.example"
_ANSWER_SECONDS = 0.005
_TIME_OUT_SECONDS = 5
_SLOW_SECONDS = 12
_DOMAINS = 200
_RATE = 600
_BETWEEN_INVOICES_SECONDS = 0.7


@dataclass
class SmartHost(Sink):
    """A sink for many domains, one of which is dead or slow.

    Attributes:
        over: set when nothing is measured any more; nobody waits longer.
        tried: how often it was, with that one.
        names: how many were taken, by what comes before their number's hyphen.
    """

    bad: Callable[[Event], None] | None = None
    tried: int = 0
    names: Counter[str] = field(default_factory=Counter)
    over: Event = field(default_factory=Event)
    guard: Lock = field(default_factory=Lock)

    def endpoint_of(self, destination: Destination) -> str:
        return domain_of(destination.email)

    def send(self, parcel: Parcel) -> Receipt:
        if self.bad is not None and domain_of(parcel.destination.email) == _BAD:
            with self.guard:
                self.tried += 1
            self.bad(self.over)
        time.sleep(_ANSWER_SECONDS)
        receipt = super().send(parcel)
        with self.guard:
            self.names[parcel.labels["number"].partition("-")[0]] += 1
        return receipt

    def count(self, name: str) -> int:
        return self.names[name]


def dead(over: Event) -> None:
    over.wait(_TIME_OUT_SECONDS)
    raise Deferred(f"mx.{_BAD}: timed out", endpoint_down=True, beyond=True)


def slow(over: Event) -> None:
    over.wait(_SLOW_SECONDS)


class Result(msgspec.Struct, kw_only=True):
    """What was measured, in seconds.

    Attributes:
        load: of the machine, before.
        alone, beside_dead, beside_slow: until all parcels for the other domains were taken; alone
            as the mean of before and after, as the machine may do other things meanwhile.
        tried_dead: parcels that the dead domain was tried with meanwhile.
        invoice_median, invoice_longest: from an invoice's coming until it is taken, while
            reminders wait on the same channel under a rate.
    """

    measured_at: str
    load: float
    backlog: int
    others: int
    alone: float
    beside_dead: float
    beside_slow: float
    tried_dead: int
    reminders: int
    invoice_median: float
    invoice_longest: float

    @property
    def verdict(self) -> str:
        worst = max(self.beside_dead, self.beside_slow) / self.alone
        return (
            f"bench: beside {self.backlog:,} parcels for one dead or slow domain others take "
            f"{(worst - 1) * 100:+.1f} % (at most {(TARGET - 1) * 100:+.0f} %); an invoice waits "
            f"{self.invoice_longest:.1f} s at most among {self.reminders:,} reminders at "
            f"{_RATE} a minute"
        )


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description="what a backlog for one endpoint costs others")
    parser.add_argument("--quick", action="store_true", help="a few parcels; nothing is kept")
    options = parser.parse_args()
    backlog, others, reminders = (2_000, 400, 500) if options.quick else (50_000, 3_000, 10_000)
    load = os.getloadavg()[0]
    before, _ = _others_taken(None, 0, others)
    beside_dead, tried = _others_taken(dead, backlog, others)
    beside_slow, _ = _others_taken(slow, backlog, others)
    after, _ = _others_taken(None, 0, others)
    waits = _invoices_among(reminders, 20)
    result = Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        backlog=backlog,
        others=others,
        alone=(before + after) / 2,
        beside_dead=beside_dead,
        beside_slow=beside_slow,
        tried_dead=tried,
        reminders=reminders,
        invoice_median=statistics.median(waits),
        invoice_longest=max(waits),
    )
    print(msgspec.json.format(msgspec.json.encode(result)).decode())
    print(result.verdict)
    if not options.quick:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
    return 0


def _others_taken(
    bad: Callable[[Event], None] | None, backlog: int, others: int
) -> tuple[float, int]:
    """Return how long the others take, and how often the bad domain was tried."""
    host = SmartHost(bad=bad)
    with _opened(host, Limits()) as likes:
        likes.wait("bad", [_BAD] * backlog)
        began = time.monotonic()
        likes.wait("other", [f"kunde-{n % _DOMAINS}.example" for n in range(others)])
        while host.count("other") < others:
            time.sleep(0.02)
        return time.monotonic() - began, host.tried


def _invoices_among(reminders: int, invoices: int) -> list[float]:
    """Return how long each invoice waits that comes while reminders do."""
    host = SmartHost()
    waits = []
    with _opened(host, Limits(per_minute=_RATE)) as likes:
        domains = [f"kunde-{n % _DOMAINS}.example" for n in range(reminders)]
        likes.wait("reminder", domains, priority=RUNS_LAST)
        for turn in range(invoices):
            time.sleep(_BETWEEN_INVOICES_SECONDS)
            began, name = time.monotonic(), f"invoice{turn}"
            likes.wait(name, ["kunde-1.example"])
            while not host.count(name):
                time.sleep(0.01)
            waits.append(time.monotonic() - began)
        assert host.count("reminder") < reminders, "reminders were waiting all the time"
    return waits


@contextmanager
def _opened(host: SmartHost, limits: Limits) -> Iterator[Likes]:
    traffic = {"sink": Traffic(limits=limits)}
    with (
        TemporaryDirectory() as folder,
        workshop(Path(folder), road=_ROAD, children=1, sink=host, traffic=traffic) as shop,
    ):
        shop.engine.start()
        try:
            yield Likes(shop)
        finally:
            host.over.set()
            shop.engine.stop()


if __name__ == "__main__":
    sys.exit(main())

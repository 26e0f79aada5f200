"""Emails a second to a mail server on loopback, with the evidence of each kept.

python -m bench.mail [--emails 10000] [--dkim] [--quick]

One invoice goes through all rooms and is written as Factur-X; its delivery is then copied as often
as is asked, to five recipients a domain. What is measured is the way from there: the engine claims,
the parcel is composed with texts in German and the PDF, read back, sent by SMTP to a sink in a
process of its own, and message and transcript are filed in the archive before the tables change. At
the end each message that the sink has taken must be the one that the archive keeps, and each
delivery must have left once. Kept in bench/mail.json.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.measure import Cost, metered
from bench.traffic import idocs
from bench.workshop import Workshop, feed, workshop
from hub.engine.garbage import collect_seldom
from hub.pipeline.house import House
from hub.pipeline.lanes import DOCUMENTS
from hub.pipeline.runner import run_batch
from hub.store import deliveries, documents, work
from hub.wiring.clock import now
from outbound.channel import Channel
from outbound.email import Email, Settings

RESULTS = Path(__file__).with_suffix(".json")
TARGET_A_SECOND = 150
ROAD = '{ channel = "email", format = "facturx-en16931" }'
_EMAILS_A_DOMAIN = 5
_AT_ONCE = 500
_LOOK_SECONDS = 0.5
_TABLES = (documents.documents, deliveries.deliveries, work.work)

Row = dict[str, Any]


class Result(msgspec.Struct, kw_only=True):
    """What a run gave.

    Attributes:
        message_bytes: of one message.
        load: of the machine, before.
    """

    measured_at: str
    load: float
    emails: int
    dkim: bool
    message_bytes: int
    a_second: float
    cost: Cost


def main() -> int:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description="emails a second")
    parser.add_argument("--emails", type=int, default=10_000)
    parser.add_argument("--dkim", action="store_true", help="sign each by a 2,048 bit RSA key")
    parser.add_argument("--quick", action="store_true", help="100 emails; nothing is kept")
    options = parser.parse_args()
    emails, load = 100 if options.quick else options.emails, os.getloadavg()[0]
    collect_seldom()
    with TemporaryDirectory(prefix="facteur-bench-") as folder:
        result = measure(Path(folder), emails, load, dkim=options.dkim)
    if not options.quick:
        RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    print(
        f"{result.emails:,} emails of {result.message_bytes:,} bytes"
        f"{', signed by DKIM' if result.dkim else ''}: {result.a_second:.0f} a second (target "
        f"{TARGET_A_SECOND}), {result.cost.own_cpu_seconds * 1000 / emails:.1f} ms CPU each in the "
        f"hub; load {load:.1f}"
    )
    return 0 if result.a_second >= TARGET_A_SECOND else 1


def measure(folder: Path, emails: int, load: float, *, dkim: bool) -> Result:
    """Send so many emails and hold what arrived against what is kept."""
    with sink() as (port, taken), _shop(folder, port, dkim=dkim) as shop:
        feed(shop.house, idocs(1))
        _walk(shop.house)
        names = _copied(shop.house, emails)
        with metered(shop.house.pool) as cost:
            shop.engine.start()
            _drain(shop.house)
        shop.engine.stop()
        size = _judged(shop.house, names, taken())
    return Result(
        measured_at=now().isoformat(timespec="seconds"),
        load=load,
        emails=emails,
        dkim=dkim,
        message_bytes=size,
        a_second=emails / cost.seconds,
        cost=cost,
    )


def _drain(house: House) -> None:
    """Wait until nothing waits; asked seldom, for to ask is work, too."""
    waiting = True
    while waiting:
        time.sleep(_LOOK_SECONDS)
        with house.database.transaction() as connection:
            waiting = bool(work.count(connection))


@contextmanager
def sink() -> Iterator[tuple[int, Any]]:
    """Run the sink; yields its port, and what ends it and returns what it has taken."""
    command = [sys.executable, "-m", "bench.mail_sink"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline()), lambda: json.loads(process.communicate()[0])


@contextmanager
def _shop(folder: Path, port: int, *, dkim: bool) -> Iterator[Workshop]:
    """Open a hub whose channel for email signs by an RSA key, or does not."""
    with workshop(folder, road=ROAD, children=1, mail_port=port) as shop:
        if not dkim:
            yield shop
            return
        key = rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        table = shop.house.config.channels["email"]
        told = {name: value for name, value in table.items() if name != "kind"}
        signing = Settings(**told, dkim_selector="bench", dkim_key=key.decode())
        shop.house.channels["email"].close()
        cast("dict[str, Channel]", shop.house.channels)["email"] = Email(signing, clock=now)
        yield shop


def _walk(house: House) -> None:
    """Take the one document through all rooms before the last."""
    for number in count():
        batch = f"bench|{DOCUMENTS}|{number}"
        with house.database.transaction() as connection:
            claimed = work.claim(
                connection,
                lane=DOCUMENTS,
                batch=batch,
                now=now(),
                limit=50,
                skip_locked=False,
            )
        if not claimed:
            return
        run_batch(house, DOCUMENTS, batch)


def _copied(house: House, emails: int) -> list[str]:
    """Copy the delivery that waits, and its document; returns the ids of all deliveries."""
    with house.database.transaction() as connection:
        originals = [dict(connection.execute(t.select()).mappings().one()) for t in _TABLES]
        for table in reversed(_TABLES):
            connection.execute(table.delete())
    for start in range(0, emails, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, emails))
        copies = [_copy(originals, n, emails // _EMAILS_A_DOMAIN + 1) for n in numbers]
        with house.database.transaction() as connection:
            for table, *rows in zip(_TABLES, *copies, strict=True):
                connection.execute(table.insert(), rows)
    return [f"d{n:06}-d0" for n in range(emails)]


def _copy(originals: Sequence[Row], number: int, domains: int) -> list[Row]:
    document, delivery, task = originals
    name, domain = f"d{number:06}", f"kunde-{number % domains}.example"
    address = f"ar{number}@{domain}"
    recipient = json.loads(document["recipient"]) | {"email": address}
    changed = {
        "id": name,
        "position": number,
        "number": f"R-{number}",
        "recipient": json.dumps(recipient),
    }
    return [
        document | changed,
        delivery | {"id": f"{name}-d0", "document": name},
        task | {"subject": f"{name}-d0", "endpoint": domain},
    ]


def _judged(house: House, names: Sequence[str], taken: Sequence[tuple[str, str]]) -> int:
    """Hold what arrived against the evidence; returns the size of a message."""
    arrived = dict(taken)
    assert len(taken) == len(arrived) == len(names), "each email has arrived once"
    with house.database.transaction() as connection:
        found = deliveries.many(connection, names[:100]) | deliveries.many(connection, names[-100:])
    sizes = set()
    for name, delivery in found.items():
        [entry] = [e for e in house.archive.entries(subject=name) if e.step == "send"]
        [message] = [item for item in entry.items if item.name == "message.eml"]
        assert arrived[delivery.external_id or ""] == message.sha256, "what is kept is what arrived"
        sizes.add(message.size_bytes)
    return max(sizes)


if __name__ == "__main__":
    sys.exit(main())

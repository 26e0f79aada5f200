"""A house of two companies with a document in every state, and people who look at it."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from msgspec.structs import replace as changed

from formats.model import Identifier, Party, PostalAddress
from hub.api import app as api
from hub.auditor import looking
from hub.config.companies import Sender
from hub.console import app as console
from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.runs.running import run_claims
from hub.store import access, documents, recipients
from hub.store.database import Database
from outbound.channel import Deferred, DeliveryState, Enclosure, Event, InDoubt, Refused
from routing_rules.recipient import Recipient
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import CLEAN, ubl, wrong_sum

RULES = """
[[rule]]
name = "letters"
because = "France takes paper"
source = "test"
when.country = "FR"
roads = [{ channel = "second", format = "letter-nf" }]

[[rule]]
name = "all"
because = "test"
source = "test"
roads = [
  { channel = "post", format = "ubl" },
  { channel = "second", format = "ubl" },
]
"""
PARIS = PostalAddress(line_1="1 rue Fictive", city="Paris", post_code="75001", country="FR")
OPEN_ITEMS = b"""\
customer,number,issue_date,due_date,currency,amount,open,description,disputed
F1,A-1,2026-09-01,2026-10-01,EUR,1284.60,1284.60,,
F1,A-2,2026-09-15,2026-10-15,EUR,200.00,100.00,,
"""
assert CLEAN.buyer is not None
OTHER = changed(CLEAN.buyer, identifiers=(Identifier(value="S9"),))
"""A customer of the other company alone."""
HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Marks a test of a quiet house that is not about the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A house with traffic; the names of `documents` say what became of them.

    Attributes:
        clerk: sees all companies.
        stranger: sees the second company only.
        garbage: a file that nobody can read.
    """

    home: Home
    app: FastAPI
    clerk: "Person"
    stranger: "Person"
    documents: Mapping[str, str]
    garbage: str


class Person:
    """Somebody with a browser; follows no redirect, keeps cookies."""

    def __init__(self, app: FastAPI) -> None:
        self.transport = httpx.ASGITransport(app=app)
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self.transport, base_url="http://console.example", cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(call())

    def get(self, path: str) -> httpx.Response:
        return self.ask("GET", path)

    def post(self, path: str, files: Any = None, **fields: str) -> httpx.Response:
        """Send a form with the token that all forms of the session have."""
        return self.ask("POST", path, data={"token": self.token()} | fields, files=files)

    def token(self) -> str:
        return self.get("/recipient/new").text.split('name="token" value="')[1].split('"')[0]


def link(home: Home, tenant: str, secret: str, **life: float) -> str:
    """Make a one-time link as `facteur login` does; returns its path."""
    with home.house.database.transaction() as connection:
        access.add_login(
            connection,
            secret=secret,
            kind="link",
            tenant=tenant,
            expires_at=home.clock.now + timedelta(**(life or {"hours": 24})),
        )
    return f"/login/{secret}"


def drop(
    home: Home, data: bytes, name: str = "in.xml", sender: str = "erp", tenant: str = "nordwind"
) -> str:
    """Send a file in and work on it until it is at rest; returns the submission."""
    arrival = Arrival(data=data, name=name, tenant=tenant, sender=sender, door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    return submission.id


def named(buyer: str, key: str = "K1", **changes: Any) -> bytes:
    """Return an invoice to a buyer of this name and number."""
    party = Party(name=buyer, identifiers=(Identifier(value=key),), address=PARIS)
    return ubl(buyer=party, **changes)


@contextmanager
def house_of_two(folder: Path, database: Database, pool: Pool) -> Iterator[Home]:
    """Open a house of the companies nordwind and suedwind."""
    with opened_house(folder, database, pool, RULES) as made:
        config = made.house.config
        second = changed(config.tenants["nordwind"], name="Südwind AG")
        made.house = replace(
            made.house,
            config=changed(
                config,
                tenants={**config.tenants, "suedwind": second},
                senders={**config.senders, "sap": Sender(tenant="suedwind")},
                channels={"post": {"kind": "email"}, "second": {"kind": "print"}},
            ),
        )
        yield made


def served(home: Home) -> FastAPI:
    """Return the application as `facteur serve` puts it together."""
    app = api.create(home.house)
    looking.mount(app, home.house)
    console.mount(app, home.house)
    return app


def entered(home: Home, app: FastAPI, tenant: str) -> Person:
    """Return somebody who has come in by a link of this tenant."""
    person = Person(app)
    answer = person.ask("POST", link(home, tenant, secrets.token_hex()))
    assert answer.status_code == 303
    return person


def fill(home: Home) -> Town:
    """Let a file or document come to rest in every state, hostile names among them."""
    with home.house.database.transaction() as connection:
        book = [
            Recipient(key="F1", name="Société Fictive", country="FR", email="f@client.example"),
            Recipient(key="H1", name=HOSTILE, country="DE"),
        ]
        recipients.put(connection, "nordwind", book, now=home.clock.now)
    made = {
        "handed_over": drop(home, ubl()),
        "duplicate": drop(home, ubl() + b"\n"),
        "wrong": drop(home, wrong_sum("R-2")),
        "broken": drop(home, ubl(number="R-3").replace(b">2026-11-20<", b">20th of November<")),
    }
    made["letter"] = drop(home, named("Société Fictive", "F1", number="R-4"))
    home.post.answers = [InDoubt("the line went dead after the last byte")]
    made["in_doubt"] = drop(home, ubl(number="R-5"))
    made["delivered"] = drop(home, ubl(number="R-6"))
    _report(home, made["delivered"])
    home.post.answers = [Deferred("450 4.2.1 the mailbox is busy")]
    made["waiting"] = drop(home, ubl(number="R-7"))
    home.post.answers = [Refused(f"550 {HOSTILE}")]
    home.second.answers = [Refused("the post office is closed")]
    made["undelivered"] = drop(home, ubl(number="R-8"))
    made["hostile"] = drop(home, named(HOSTILE, "H1", number=HOSTILE), name=f"{HOSTILE}.xml")
    made["long"] = drop(home, named("W" * 180, "L1", number="9" * 120))
    made["other"] = drop(home, ubl(number="S-1", buyer=OTHER), sender="sap", tenant="suedwind")
    garbage = drop(home, b"\x00\x01garbage", name=f"../{HOSTILE}.dat")
    run_claims(
        home.house,
        "reminders",
        tenant="nordwind",
        as_of=home.clock.now.date(),
        items=OPEN_ITEMS,
        dry_run=False,
        say=lambda *_: None,
    )
    home.run()
    with home.house.database.transaction() as connection:
        reminder = documents.found(connection, words="MA-2026-11-20-F1")[0].id
    app = served(home)
    return Town(
        home=home,
        app=app,
        clerk=entered(home, app, "*"),
        stranger=entered(home, app, "suedwind"),
        documents={name: f"{file}-1" for name, file in made.items()} | {"reminder": reminder},
        garbage=garbage,
    )


def _report(home: Home, submission: str) -> None:
    home.post.reports.append(
        Event(
            parcel_key=f"{submission}-1-d0.0",
            external_id=None,
            state=DeliveryState.DELIVERED,
            reason="250 delivered to mailbox",
            evidence=(
                Enclosure(name="report.html", media_type="text/html", data=HOSTILE.encode()),
            ),
            source="report-1",
        )
    )
    confirm(home.house, "post")

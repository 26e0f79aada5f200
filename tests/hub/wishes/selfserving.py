"""A house that invites its recipients to choose, and mails by a real simulator."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import msgspec

from hub.engine.pool import Pool
from hub.pipeline.links import LinkMaker
from hub.store import recipients
from hub.store.database import Database
from outbound.catalogue import CHANNELS
from outbound.channel import Channel
from routing_rules.recipient import Recipient
from tests.hub.houses import Home
from tests.hub.served import served
from tests.hub.wishes.wishing import PAPER, paper_house
from tests.servers.simulators import Peer

URL = "https://post.nordwind.example"
BUYER = msgspec.structs.replace(PAPER, language="de", wishes=("second",))


@contextmanager
def inviting_house(folder: Path, database: Database, pool: Pool, peer: Peer) -> Iterator[Home]:
    """Open a house whose `post` prints and whose `second` mails to `peer`."""
    with paper_house(folder, database, pool) as home:
        channel = email(home, peer)
        config = home.house.config
        company = msgspec.structs.replace(config.tenants["nordwind"], self_service=True)
        config = msgspec.structs.replace(
            config,
            tenants={"nordwind": company},
            links=msgspec.structs.replace(config.links, tries_a_minute=1000),
        )
        home.house = replace(
            home.house,
            config=config,
            links=LinkMaker(url=URL, key=bytes(32), valid_days=90),
            channels={"post": home.post, "second": channel},
        )
        change_entry(home, BUYER)
        yield home
        channel.close()


def email(home: Home, peer: Peer) -> Channel:
    settings_class, channel_class = CHANNELS["email"]
    settings = settings_class(
        host="127.0.0.1",
        port=peer.port,
        tls="none",
        sender="rechnung@nordwind.example",
        bounce_domain="post.nordwind.example",
        bounce_secret="key-of-the-tokens",
    )
    return channel_class(settings, clock=home.clock)


def change_entry(home: Home, entry: Recipient) -> None:
    with home.house.database.transaction() as connection:
        recipients.put(connection, "nordwind", [entry], now=home.clock.now)


def arrived(peer: Peer, address: str) -> list[EmailMessage]:
    """Return the messages that the mail server has for an address."""
    found = []
    for path in sorted((peer.folder / "maildir" / "new").iterdir()):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        if address in str(message["To"]):
            found.append(message)
    return found


def path_in(message: EmailMessage) -> str:
    """Return the path of the one page of ours that a message leads to."""
    body = message.get_body(("plain",))
    assert body is not None
    [url] = re.findall(rf"{URL}(/s/\S+)", body.get_content())
    return str(url)


def asked(home: Home, how: str, path: str, **form: str) -> httpx.Response:
    """Send one request, with nobody's key."""
    [answer] = asked_in_turn(home, path, how, **form)
    return answer


def asked_in_turn(home: Home, path: str, *hows: str, **form: str) -> list[httpx.Response]:
    """Send requests to one and the same hub, which has been asked by all of this house before."""

    async def call() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=served(home.house), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return [await client.request(how, path, data=form or None) for how in hows]

    return asyncio.run(call())

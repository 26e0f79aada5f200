"""A recipient fetches a document by its link: only what he does on purpose counts."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest
from lxml import html

from hub.links.fetching import withdraw
from hub.store import deliveries, links
from hub.store.deliveries import Delivery
from hub.store.links import Link
from outbound.channel import DeliveryState, InDoubt
from tests.hub.houses import Home
from tests.hub.linked import BUYER, linked, token_in
from tests.hub.served import served

GET: tuple[str, dict[str, Any]] = ("GET", {})
POST: tuple[str, dict[str, Any]] = ("POST", {})


def asked(home: Home, token: str, *requests: tuple[str, dict[str, Any]]) -> list[httpx.Response]:
    """Send requests to one and the same hub, with nobody's key."""

    async def call() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=served(home.house), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return [await client.request(how, f"/l/{token}", **more) for how, more in requests]

    return asyncio.run(call())


def only(home: Home) -> tuple[Delivery, Link]:
    with home.house.database.transaction() as connection:
        [delivery] = deliveries.listed(connection)
        [link] = links.of_deliveries(connection, [delivery.id])[delivery.id]
    return delivery, link


def evidence(home: Home) -> list[bytes]:
    entries = home.house.archive.entries(subject=only(home)[0].id)
    items = [item for entry in entries if entry.step == "confirm" for item in entry.items]
    return [home.house.archive.get(item.sha256) for item in items if item.role == "evidence"]


def test_looking_proves_nothing_and_fetching_does(home: Home) -> None:
    parcel = linked(home)
    assert parcel.enclosures == ()
    token = token_in(parcel)
    seen, head = asked(home, token, GET, ("HEAD", {}))
    assert (seen.status_code, head.status_code) == (200, 200)
    delivery, link = only(home)
    assert (delivery.state, link.opened_at) == (DeliveryState.HANDED_OVER, None)
    first, second = asked(home, token, POST, POST)
    kept = home.house.archive.get(delivery.rendition_sha256)
    assert first.content == second.content == kept
    assert first.headers["content-type"] == "application/xml"
    assert delivery.file_name in first.headers["content-disposition"]
    delivery, link = only(home)
    assert (delivery.state, link.fetched) == (DeliveryState.DELIVERED, 2)
    assert delivery.reason == "opened: the document was fetched by whoever has the link"
    [proof] = evidence(home)
    facts = msgspec.json.decode(proof)
    assert facts["file_sha256"] == delivery.rendition_sha256
    assert link.opened_at == home.clock.now


def test_page_is_in_the_recipients_language_and_says_nothing_personal(home: Home) -> None:
    [page] = asked(home, token_in(linked(home)), GET)
    shown = html.fromstring(page.content)
    text = " ".join("".join(map(str, shown.itertext())).split())
    assert shown.get("lang") == "de"
    assert "Nordwind Werkzeuge GmbH" in text
    for personal in ("Buyer", "Berlin", "10115", "buyer@", "EUR", "€", "119"):
        assert personal not in text
    assert not shown.xpath("//script | //link | //img | //@src | //@href | //@onclick")
    assert page.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_token_is_in_no_table(home: Home) -> None:
    token = token_in(linked(home))
    with home.house.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM links").all()
    assert len(token) == 43
    assert token not in str(rows)


def _expire(home: Home) -> None:
    home.clock.forward(days=91)


def _withdraw(home: Home) -> None:
    assert withdraw(home.house, only(home)[0].id, who="test") == 1
    assert withdraw(home.house, only(home)[0].id, who="test") == 0


ENDS: dict[str, tuple[Callable[[Home], None], str, int]] = {
    "expired": (_expire, "", 410),
    "withdrawn": (_withdraw, "", 410),
    "never was": (lambda _home: None, "x" * 43, 404),
    "no token at all": (lambda _home: None, "x", 404),
}


@pytest.mark.parametrize("case", ENDS)
def test_what_is_not_there_any_more_and_what_never_was_look_the_same(home: Home, case: str) -> None:
    end, other, status = ENDS[case]
    token = other or token_in(linked(home))
    end(home)
    german = {"headers": {"accept-language": "de-DE, en;q=0.5"}}
    seen, posted, wanted = asked(home, token, GET, POST, ("GET", german))
    assert {seen.status_code, posted.status_code, wanted.status_code} == {status}
    assert "Dieses Dokument liegt hier nicht mehr" in wanted.text
    assert html.fromstring(seen.content).get("lang") == ("en" if status == 404 else "de")
    assert not html.fromstring(seen.content).xpath("//form")


QUESTIONS = {  # what is asked, and which answers are right
    "post_code": {"10115": True, " 101 15 ": True, "10116": False, "": False},
    "customer": {"K1": True, "k1": True, "K2": False},
}


@pytest.mark.parametrize("asks", ["post_code", "customer"])
def test_what_is_asked_must_be_known(home: Home, asks: Any) -> None:
    parcel = linked(home, asks=asks)
    [page] = asked(home, token_in(parcel), GET)
    assert parcel.labels["number"] not in "".join(
        map(str, html.fromstring(page.content).itertext())
    )
    for answer, right in QUESTIONS[asks].items():
        [given] = asked(home, token_in(parcel), ("POST", {"data": {"answer": answer}}))
        assert given.status_code == (200 if right else 403), answer
        assert ("Unterlagen überein" in given.text) is not right
    assert "knows the" in only(home)[0].reason


def test_nothing_is_asked_that_the_book_does_not_know(home: Home) -> None:
    parcel = linked(home, asks="post_code", buyer=msgspec.structs.replace(BUYER, address=None))
    [given] = asked(home, token_in(parcel), POST)
    assert given.status_code == 200


def test_who_guesses_has_to_wait(home: Home) -> None:
    parcel = linked(home, asks="post_code")
    wrong = ("POST", {"data": {"answer": "0"}})
    right = ("POST", {"data": {"answer": "10115"}})
    *guesses, late = asked(home, token_in(parcel), *[wrong] * 11, right)
    assert [guess.status_code for guess in guesses] == [403] * 10 + [429]
    assert (late.status_code, late.headers["retry-after"]) == (429, "60")
    assert only(home)[0].state == DeliveryState.HANDED_OVER


def test_who_asks_too_often_has_to_wait(home: Home) -> None:
    linked(home)
    few = msgspec.structs.replace(home.house.config.links, tries_a_minute=3)
    config = msgspec.structs.replace(home.house.config, links=few)
    home.house = replace(home.house, config=config)
    answers = asked(home, "x" * 43, GET, POST, GET, GET, POST)
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]


def test_body_beyond_the_forms_is_no_answer(home: Home) -> None:
    parcel = linked(home, asks="post_code")
    [given] = asked(home, token_in(parcel), ("POST", {"content": b"answer=10115&x=" + b"x" * 5000}))
    assert given.status_code == 403


def test_fetching_resolves_a_doubt(home: Home) -> None:
    home.post.answers = [InDoubt("no answer after the last byte")]
    parcel = linked(home)
    [given] = asked(home, token_in(parcel), POST)
    assert given.status_code == 200
    assert only(home)[0].state == DeliveryState.DELIVERED

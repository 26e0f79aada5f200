"""Who gets letters chooses, too: by the code to scan on them, or by the short one that is typed."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from formats.catalogue import WRITERS
from hub.engine.pool import Pool
from hub.store import deliveries
from hub.store.database import Database
from hub.wishes.consenting import Act
from hub.wishes.self_service import revoke
from routing_rules import grammar
from routing_rules.roads import Vocabulary
from tests.hub.houses import Home
from tests.hub.wishes.selfserving import (
    BUYER,
    URL,
    arrived,
    asked,
    asked_in_turn,
    change_entry,
    inviting_house,
    path_in,
)
from tests.hub.wishes.wishing import RULES, invoice
from tests.servers.simulators import Peer, simulator

NEW = "neu@kunde.example"
VOCABULARY = Vocabulary(
    channels={"post": "print", "second": "email"},
    formats={name: writer.kinds for name, writer in WRITERS.items()},
)
LETTERS = grammar.load([("t.toml", RULES.replace('"ubl"', '"letter-din5008"', 1))], VOCABULARY)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    with simulator("mail", tmp_path / "mail") as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool, peer: Peer) -> Iterator[Home]:
    with inviting_house(tmp_path, database, pool, peer) as made:
        made.house = replace(made.house, rules=LETTERS)
        change_entry(made, msgspec.structs.replace(BUYER, wishes=("post",)))
        yield made


def letter(home: Home, number: str) -> bytes:
    """Send an invoice by post, and return the letter."""
    invoice(home, "K1", number)
    with home.house.database.transaction() as connection:
        listed = deliveries.listed(connection, limit=100)
        [made] = [one for one in listed if one.file_name.startswith(number)]
    assert made.channel == "post"
    return home.house.archive.get(made.rendition_sha256)


def seen(pdf: bytes) -> tuple[list[str], str]:
    """Return what can be scanned and what can be read on the last page of a letter."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        page = document[len(document) - 1]
        codes = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
        text = page.get_textpage().get_text_range()
    return [code.text for code in codes], " ".join(text.split())


def printed(pdf: bytes) -> tuple[str, str]:
    """Return the path to scan and the code to type that stand on a letter."""
    scanned, text = seen(pdf)
    [url] = [each for each in scanned if each.startswith(URL)]
    [(place, code)] = re.findall(r"öffnen Sie (\S+) und geben Sie (\S+) ein", text)
    assert URL.endswith(f"//{place.removesuffix('/s')}")
    return url.removeprefix(URL), code


def test_from_the_letter_to_the_next_invoice_by_email(home: Home, peer: Peer) -> None:
    path, code = printed(letter(home, "R-1"))
    for entry in ("/s", "/s/"):
        assert "Code from your letter" in asked(home, "GET", entry).text
        led = asked(home, "POST", entry, answer=code.lower().replace("-", " "))
        assert (led.status_code, led.headers["location"]) == (303, path)
    assert "per E-Mail" in asked(home, "GET", path).text
    asked(home, "POST", path, choice="email", answer=NEW)
    home.run()
    [mail] = arrived(peer, NEW)
    assert asked(home, "POST", path_in(mail)).status_code == 200
    invoice(home, "K1", "R-2")
    assert [str(mail["Subject"]) for mail in arrived(peer, NEW) if "R-2" in str(mail["Subject"])]


def test_the_same_letter_has_the_same_code_and_another_another(home: Home) -> None:
    first, second = printed(letter(home, "R-1")), printed(letter(home, "R-2"))
    assert first != second


def ended(home: Home) -> None:
    act = Act(id="act", at=home.clock.now, tenant="nordwind", who="Anna")
    assert revoke(home.house.database, home.house.archive, act, "K1") == 1


@pytest.mark.parametrize("typed", ["", "ABCD", "0000-0000", "x" * 900, "\0", "ÄÖÜ"])
def test_a_wrong_code_leads_nowhere(home: Home, typed: str) -> None:
    letter(home, "R-1")
    assert asked(home, "POST", "/s/", answer=typed).status_code == 422


def test_a_code_that_has_ended_looks_like_one_that_never_was(home: Home) -> None:
    _, code = printed(letter(home, "R-1"))
    never = asked(home, "POST", "/s/", answer="0000-0000")
    ended(home)
    assert asked(home, "POST", "/s/", answer=code).text == never.text


def test_after_a_hundred_wrong_codes_none_is_taken(home: Home) -> None:
    _, code = printed(letter(home, "R-1"))
    wrong = asked_in_turn(home, "/s/", *["POST"] * 101, answer="0000-0000")
    assert [answer.status_code for answer in wrong] == [422] * 100 + [429]
    home.house = replace(home.house)
    assert asked(home, "POST", "/s/", answer=code).status_code == 303, "a hub that was not asked"


def test_nobody_is_invited_where_the_company_does_not_want_it(home: Home) -> None:
    config = home.house.config
    company = msgspec.structs.replace(config.tenants["nordwind"], self_service=False)
    config = msgspec.structs.replace(config, tenants={"nordwind": company})
    home.house = replace(home.house, config=config)
    scanned, text = seen(letter(home, "R-1"))
    assert not [each for each in scanned if each.startswith(URL)]
    assert "geben Sie" not in text

"""The console in real headless Chromium: it is laid out, nothing sticks out, buttons work."""

import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from tests.hub.console.browser import Browser, available, browser
from tests.hub.console.test_app import LISTS
from tests.hub.console.town import Town, drop, link, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.invoices import ubl, wrong_sum
from tests.servers.waiting import wait_for

pytestmark = [
    pytest.mark.scenario,
    pytest.mark.skipif(not available(), reason="Chromium is not installed"),
]

LAID_OUT = ("letter", "in_doubt", "undelivered", "wrong", "hostile", "long", "reminder")
STICKS_OUT = """
  [...document.querySelectorAll("body *")]
    .filter(e => !e.closest(".scroll, pre, .hidden, .skip"))
    .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 80))
"""


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve an application on loopback as `facteur serve` does; yields its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as made:
        yield made


def log_in(window: Browser, home: Home, address: str) -> None:
    window.open(address + link(home, "*", secrets.token_hex()))
    window.click("main button")
    assert window.script("location.pathname") == "/"


def test_every_page_fits_a_desktop_and_a_telephone(town: Town, window: Browser) -> None:
    looked_at = [*LISTS, "/recipient/new", f"/submissions/{town.garbage}", "/nothing"]
    looked_at += [f"/documents/{town.documents[name]}" for name in LAID_OUT]
    entry = town.home.house.archive.entries(document=town.documents["long"])[-1]
    looked_at.append(f"/archive/{entry.id}")
    with serving(town.app) as address:
        window.size(1280)
        log_in(window, town.home, address)
        for width in (1280, 390):
            window.size(width)
            for page in looked_at:
                window.open(address + page)
                assert window.script(STICKS_OUT) == [], (width, page)
                assert window.script("document.documentElement.scrollWidth") <= width, page
                assert window.script("document.querySelectorAll('h1').length") == 1, page
        assert window.script("document.styleSheets[0].cssRules.length") > 50


def test_what_a_person_reads_is_what_came_to_pass(town: Town, window: Browser) -> None:
    with serving(town.app) as address:
        window.size(1280)
        log_in(window, town.home, address)
        window.script("document.querySelector('#find').value = 'R-6'")
        window.click(".find button")
        window.click("tbody th a")
        text = " ".join(window.script("document.querySelector('main').innerText").split())
        assert "Delivered The recipient's mail server has confirmed that it arrived." in text
        assert "Said 250 delivered to mailbox Proof proof of delivery" in text
        window.open(f"{address}/documents/{town.documents['letter']}")
        wait_for(lambda: all(pixels_of_pages(window)))


def pixels_of_pages(window: Browser) -> list[int]:
    """Return how wide each picture of a page has come; 0 while it has not."""
    window.script("document.querySelector('.sheet img').scrollIntoView()")
    widths = "[...document.querySelectorAll('.sheet img')].map(each => each.naturalWidth)"
    found: list[int] = window.script(widths)
    return found


@on_sqlite
def test_buttons_do_what_they_say_without_any_script(
    home: Home, window: Browser, tmp_path: Path
) -> None:
    document = f"{drop(home, wrong_sum())}-1"
    with serving(served(home)) as address:
        window.size(390)
        log_in(window, home, address)
        window.open(f"{address}/documents/{document}")
        window.click(f"form[action='/parked/{document}/again'] button")
        home.run()
        window.open(f"{address}/documents/{document}")
        timeline = window.script("document.querySelector('.timeline').innerText")
        assert "resubmitted by console session" in timeline
        right = tmp_path / "right.xml"
        right.write_bytes(ubl())
        window.choose("input[type=file]", right)
        window.click(f"form[action='/parked/{document}/file'] button")
        home.run()
        window.click(".brand")
        assert "1\nhanded over" in window.script("document.querySelector('main').innerText")
        window.click(".leave button")
        assert window.script("location.pathname") == "/login"

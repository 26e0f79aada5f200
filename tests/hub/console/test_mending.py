"""Somebody who has not read the manual mends what is parked, in real headless Chromium."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from formats.guide import parse
from formats.model import Identifier, Party
from hub.answers.files import tell_by_file
from hub.answers.gathering import gather_all
from hub.answers.receivers import receivers_of
from hub.config.companies import Answer
from hub.store import documents
from tests.hub.console.browser import Browser, available, browser
from tests.hub.console.test_browser import STICKS_OUT, log_in, serving
from tests.hub.console.town import drop, on_sqlite, served
from tests.hub.houses import Home
from tests.hub.invoices import ubl

pytestmark = [
    on_sqlite,
    pytest.mark.scenario,
    pytest.mark.skipif(not available(), reason="Chromium is not installed"),
]

SAMPLES = Path(__file__).parents[2] / "samples"
IDOCS = (SAMPLES / "idoc/two-in-one-xml/in.xml").read_text("utf-8")
STRICT = 'format = "idoc"\ntaxed_category = ""\n'
MENDED = f'{STRICT}[codes.vat_category]\nZX = "S"\n'
GUIDE = """
format = "csv"
rows = "lines"
key = "Nr"
vat_breakdown = "from lines"
[file]
delimiter = ";"
decimal = ","
date = "DD.MM.YYYY"
[columns]
"Nr" = "number"
"Datum" = "issue_date"
"Faellig" = "due_date"
"Kunde" = "buyer.identifiers[0].value"
"Name" = "buyer.name"
"Strasse" = "buyer.address.line_1"
"Ort" = "buyer.address.city"
"Land" = "buyer.address.country"
"Netto" = ["totals.lines", "totals.without_vat"]
"MwSt" = "totals.vat"
"Brutto" = ["totals.with_vat", "totals.due"]
"Pos" = "lines[].id"
"Artikel" = "lines[].item.name"
"Menge" = "lines[].quantity"
"Preis" = "lines[].price.net"
"Betrag" = "lines[].net"
"Satz" = "lines[].vat_rate"
[constants]
type_code = "380"
currency = "EUR"
"lines[].unit" = "C62"
"lines[].vat_category" = "S"
"""
COLUMNS = re.findall(r'^"(\w+)" = ', GUIDE.split("[constants]", maxsplit=1)[0], re.MULTILINE)
ROW = "RE-{n};20.11.2026;20.12.2026;K1;Buyer;Weg 1;Berlin;DE;{net};{tax};{sum};{line}"
LINES = ("1;Hammer;10;10,00;100,00;19", "2;Zange;5;20,00;100,00;19")
PICTURES = os.environ.get("FACTEUR_PICTURES", "")
"""A folder for pictures of what a person sees, for whoever works on the pages."""


def table(number: int, total: str) -> bytes:
    """Return an invoice of two lines as CSV, with this total."""
    rows = [ROW.format(n=number, net="200,00", tax="38,00", sum=total, line=own) for own in LINES]
    return "\n".join([";".join(COLUMNS), *rows, ""]).encode()


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as made:
        yield made


def use(home: Home, toml: str) -> None:
    home.house = replace(home.house, guides={"erp": [parse("own.toml", toml)]})


def states(home: Home) -> dict[str, str]:
    with home.house.database.transaction() as connection:
        return {row.number: row.state for row in documents.found(connection)}


def text(window: Browser, selector: str = "main") -> str:
    """Return what a person reads there, in one line."""
    found = window.script(f"document.querySelector({selector!r}).innerText")
    return " ".join(found.split())


def look(window: Browser, name: str) -> None:
    """See that the page fits a desktop and a telephone, by day and by night."""
    for width in (390, 1280):
        for dark in (False, True):
            window.size(width, dark=dark)
            assert window.script(STICKS_OUT) == [], (name, width)
            if PICTURES:
                scheme = "dark" if dark else "light"
                window.picture(Path(PICTURES) / f"{name}-{width}-{scheme}.png")
    window.size(1280)


def target(window: Browser, link: str) -> str:
    """Follow a link inside of the page; return the text that is marked then."""
    return str(
        window.script(
            f"location.hash = document.querySelector({link!r}).hash;"
            "document.querySelector(':target').innerText"
        )
    )


def test_an_address_is_missing_in_the_address_book(home: Home, window: Browser) -> None:
    buyer = Party(name="Buyer", identifiers=(Identifier(value="K1"),))
    for number in ("R-1", "R-2"):
        drop(home, ubl(number=number, buyer=buyer))
    with serving(served(home)) as address:
        log_in(window, home, address)
        window.open(f"{address}/parked")
        look(window, "parked-address")
        window.click("section.cause tbody th a")
        assert "Complete the address book" in text(window, ".steps")
        look(window, "document-address")
        window.click(".steps a.button")
        assert window.script("document.activeElement.name") == "line_1"
        look(window, "recipient-address")
        for field, value in (("line_1", "Weg 1"), ("city", "Berlin"), ("post_code", "10115")):
            window.script(f"document.querySelector('#{field}').value = {value!r}")
        window.click(".form button.strong")
        assert "Resubmit all 2 of this cause" in text(window, ".note")
        look(window, "recipient-saved")
        window.click(".note form[action='/parked/causes'] button")
        home.run()
        window.open(f"{address}/parked")
        assert "Nothing needs a person." in text(window)
        look(window, "parked-empty")
    assert states(home) == {"R-1": "handed_over", "R-2": "handed_over"}


def test_a_sum_in_a_table_is_wrong(home: Home, window: Browser, tmp_path: Path) -> None:
    use(home, GUIDE)
    document = f"{drop(home, table(1, '239,00'), 'export.csv')}-1"
    with serving(served(home)) as address:
        log_in(window, home, address)
        window.open(f"{address}/documents/{document}")
        assert text(window, ".source .faulty") == "239,00"
        assert "BR-CO-15" in text(window, ".source .why")
        look(window, "document-table")
        assert "239,00" in target(window, ".findings .facts a")
        assert "RE-1" in target(window, ".source a")
        assert "no answer is configured" in text(window, ".steps")
        right = tmp_path / "right.csv"
        right.write_bytes(table(1, "238,00"))
        window.choose(".steps input[type=file]", right)
        window.click(f".steps form[action='/parked/{document}/file'] button")
        home.run()
    with home.house.database.transaction() as connection:
        found = [(row.number, row.state) for row in documents.found(connection)]
    assert sorted(found) == [("RE-1", "handed_over"), ("RE-1", "superseded")]


def test_a_guide_does_not_know_a_tax_code(home: Home, window: Browser, tmp_path: Path) -> None:
    use(home, STRICT)
    spoilt = re.sub(r"<MWSKZ>[^<]*", "<MWSKZ>ZX", IDOCS)
    answer = Answer(sender="erp", form="csv", folder=str(tmp_path / "status"))
    home.house = replace(home.house, config=changed(home.house.config, answers={"sap": answer}))
    drop(home, spoilt.encode(), "idoc.xml")
    receivers = receivers_of(home.house.config)
    gather_all(home.house, receivers)
    tell_by_file(home.house, receivers["sap"])
    with serving(served(home)) as address:
        log_in(window, home, address)
        window.open(f"{address}/parked")
        look(window, "parked-idoc")
        window.click("section.cause tbody th a")
        red = "[...document.querySelectorAll('.source .faulty')].map(e => e.innerText)"
        assert "ZX" in window.script(red)
        assert "erp has been told" in text(window, ".steps")
        look(window, "document-idoc")
        window.click(".came p a")
        look(window, "source-idoc")
        use(home, MENDED)
    with serving(served(home)) as address:
        window.open(f"{address}/parked")
        log_in(window, home, address)
        window.open(f"{address}/parked")
        window.click("form[action='/parked/causes'] button")
        home.run()
    assert [*states(home).values()] == ["handed_over"] * 2

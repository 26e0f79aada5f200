"""Letters on their way to print: looked at, mended or sent back with all faults, and batched."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from formats.catalogue import WRITERS
from formats.model import PostalAddress
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.runs.print_batches import print_now
from hub.store import deliveries, documents, print_letters, recipients
from hub.store.database import Database
from hub.store.deliveries import Delivery
from outbound.channel import Parcel
from outbound.print_mail.batches import Batch
from outbound.print_mail.stationery import Insert, Stationery
from routing_rules import grammar
from routing_rules.recipient import Recipient
from routing_rules.roads import Vocabulary
from routing_rules.rule import Rules
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl
from tests.hub.runs.test_print_batches import Mailroom

RULES = """
[[rule]]
name = "letters"
because = "test"
source = "test"
roads = [
  { channel = "post", format = "letter-din5008", print = { inserts = ["flyer"], together = true } },
  { channel = "second", format = "ubl" },
]
"""
BUYER = Recipient(
    key="K1",
    name="Buyer",
    country="DE",
    address=PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE"),
)
FLYER = Insert(name="flyer", weight_mg=31, station=1)
FITTING = Stationery(inserts=(FLYER,))


class Partner(Mailroom):
    """Keeps the parcels that it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.parcels: list[Parcel] = []

    def send_job(self, job: str, parcels: Any, order: str = "") -> Any:
        self.parcels += parcels
        return super().send_job(job, parcels, order)


def rules_of(text: str) -> Rules:
    vocabulary = Vocabulary(
        channels={"post": "print", "second": "sftp"},
        formats={name: writer.kinds for name, writer in WRITERS.items()},
    )
    return grammar.load([("test.toml", text)], vocabulary)


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def home(tmp_path: Path, sqlite_database: Database, pool: Pool, partner: Partner) -> Iterator[Home]:
    with opened_house(tmp_path, sqlite_database, pool) as made:
        made.house = replace(
            made.house,
            channels={"post": partner, "second": made.second},
            rules=rules_of(RULES),
        )
        with sqlite_database.transaction() as connection:
            recipients.put(connection, "nordwind", [BUYER], now=made.clock.now)
        yield made


def drop(home: Home, *numbers: str) -> list[Delivery]:
    for number in numbers:
        arrival = Arrival(
            data=ubl(number=number), name=number, tenant="nordwind", sender="erp", door="api"
        )
        receive(home.house, arrival)
    home.run()
    with home.house.database.transaction() as connection:
        return sorted(deliveries.listed(connection), key=lambda one: one.id)


def text(data: bytes, page: int) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return " / ".join(document[page].get_textpage().get_text_range().splitlines())
    finally:
        document.close()


def test_letters_to_one_address_leave_in_one_envelope(home: Home, partner: Partner) -> None:
    partner.stationery = FITTING
    waiting = drop(home, "R-1", "R-2")
    assert [(one.state, one.reason) for one in waiting] == [
        ("gathered", "waits for the cut-off")
    ] * 2
    assert print_now(home.house) == 2
    [order] = partner.orders
    batch = msgspec.json.decode(order, type=Batch)
    assert batch.pieces == (tuple(one.parcel_key for one in waiting),)
    make = batch.make
    assert (make.envelope, make.inserts, make.zone) == ("DL", ("flyer",), "home")
    assert (make.product, make.price) == ("Standardbrief", "0.95")
    assert [parcel.enclosures[0].data[:5] for parcel in partner.parcels] == [b"%PDF-"] * 2


def test_a_letter_for_another_window_leaves_behind_an_address_sheet(
    home: Home, partner: Partner
) -> None:
    partner.stationery = replace(FITTING, window="nf-right")
    [waiting] = drop(home, "R-1")
    with home.house.database.transaction() as connection:
        found = print_letters.many(connection, [waiting.parcel_key])[waiting.parcel_key]
    assert found.repairs == "an address sheet lies before it"
    assert found.letter.pages == 3
    assert print_now(home.house) == 1
    [parcel] = partner.parcels
    printed = parcel.enclosures[0].data
    assert text(printed, 0).endswith("Buyer / Weg 1 / 10115 Berlin")
    assert text(printed, 1) == ""
    assert "R-1" in text(printed, 2)
    kept = home.house.archive.entries(subject=waiting.id)
    items = [item for entry in kept for item in entry.items if item.role == "print"]
    assert [item.sha256 for item in items] == [found.letter.sha256]
    assert home.house.archive.get(items[0].sha256) == printed


def test_a_letter_names_its_country_where_it_is_not_posted(home: Home, partner: Partner) -> None:
    partner.stationery = replace(FITTING, posted_in="FR")
    drop(home, "R-1")
    assert print_now(home.house) == 1
    [parcel] = partner.parcels
    assert parcel.destination.address_lines[-1] == "ALLEMAGNE"
    assert "10115 Berlin / ALLEMAGNE" in text(parcel.enclosures[0].data, 0)
    assert msgspec.json.decode(partner.orders[0], type=Batch).make.zone == "abroad"


def test_an_address_sheet_has_a_back_only_where_both_sides_are_printed(
    home: Home, partner: Partner
) -> None:
    partner.stationery = replace(FITTING, window="nf-right")
    home.house = replace(
        home.house, rules=rules_of(RULES.replace("{ ins", '{ plex = "simplex", ins'))
    )
    [waiting] = drop(home, "R-1")
    with home.house.database.transaction() as connection:
        found = print_letters.many(connection, [waiting.parcel_key])[waiting.parcel_key]
    assert (found.letter.pages, found.letter.plex) == (2, "simplex")


def test_what_cannot_be_printed_takes_the_next_road_with_all_its_faults(
    home: Home, partner: Partner
) -> None:
    partner.stationery = Stationery(window="nf-right", cover=False, edge_mm=30)
    [gone] = drop(home, "R-1")
    assert (gone.channel, gone.format) == ("second", "ubl")
    assert [parcel.labels["number"] for parcel in home.second.sent] == ["R-1"]
    ends = [
        item
        for entry in home.house.archive.entries(subject=gone.id)
        for item in entry.items
        if item.role == "reason"
    ]
    said = msgspec.json.decode(home.house.archive.get(ends[0].sha256))
    rules = {finding["rule"] for finding in said["findings"]}
    assert rules == {"PM-WINDOW", "PM-WINDOW-OTHER", "PM-EDGE", "PM-INSERT"}
    edges = [finding for finding in said["findings"] if finding["rule"] == "PM-EDGE"]
    assert {edge["message"].split()[5] for edge in edges} >= {"upper", "left", "lower"}
    assert all(edge["place"].startswith("page 1, box ") for edge in edges)
    assert {finding["actor"] for finding in said["findings"]} == {"operator"}


def test_a_letter_that_no_road_takes_is_parked_with_every_fault(
    home: Home, partner: Partner
) -> None:
    partner.stationery = FITTING
    alone = RULES.replace('  { channel = "second", format = "ubl" },\n', "").replace(
        "flyer", "leaflet"
    )
    home.house = replace(home.house, rules=rules_of(alone))
    [gone] = drop(home, "R-1")
    with home.house.database.transaction() as connection:
        row = documents.get(connection, gone.document)
    assert row is not None
    assert row.state == "parked"
    assert [finding.rule for finding in row.findings] == ["IN-UNDELIVERED", "PM-INSERT"]


def test_a_broken_file_takes_only_itself_with_it(home: Home, partner: Partner) -> None:
    partner.stationery = replace(FITTING, preflight=False)
    [waiting] = drop(home, "R-1")
    with home.house.database.transaction() as connection:
        found = print_letters.many(connection, [waiting.parcel_key])[waiting.parcel_key]
    assert (found.repairs, found.letter.pages) == ("", 1)
    with pikepdf.open(BytesIO(home.house.archive.get(found.letter.sha256))) as letter:
        assert len(letter.pages) == 1

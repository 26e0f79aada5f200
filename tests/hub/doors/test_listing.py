"""What an ERP reads back from its folder: every file, once, and where its documents are."""

import csv

import pytest

from hub.doors.folder import FolderDoor
from hub.doors.listing import Listing
from hub.pipeline.by_hand import decide_doubt
from outbound.channel import InDoubt
from tests.hub.houses import START, Home
from tests.hub.invoices import ubl, wrong_sum
from tests.hub.packing import zipped

DAY = f"listing-{START.date()}.csv"


class Erp:
    """A folder, its door and its listing."""

    def __init__(self, home: Home) -> None:
        self.home = home
        erp = home.house.config.senders["erp"]
        self.now = 0.0
        self.door = FolderDoor(home.house, "erp", erp, monotonic=lambda: self.now)
        self.folder = home.house.config.path("in")
        self.listing = self.opened()

    def opened(self) -> Listing:
        return Listing(self.home.house, "erp", door="folder", folder=self.folder)

    def drop(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)
        self.door.look()
        self.now += 10
        self.door.look()

    def rows(self, name: str) -> list[dict[str, str]]:
        path = self.folder / name
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def erp(home: Home) -> Erp:
    return Erp(home)


def test_without_drops_nothing_is_written(erp: Erp) -> None:
    assert erp.listing.look() == 0
    assert [path.name for path in erp.folder.rglob("*") if path.is_file()] == []


def test_each_file_and_document_is_listed_as_it_stands(erp: Erp) -> None:
    erp.home.post.answers = [None, InDoubt("lost")]
    packed = zipped(("a.xml", ubl(number="R-1")), ("b.xml", ubl(number="R-2")), ("c", b"noise"))
    for name, content in (
        ("run.zip", packed),
        ("again.xml", ubl(number="R-1")),
        ("bad;\n.xml", wrong_sum("R-3")),
        ("empty.xml", b""),
    ):
        erp.drop(name, content)
    assert erp.listing.look() == 5
    assert {row["state"] for row in erp.rows(f"processed/{DAY}")} == {"reading"}
    erp.home.run()
    assert erp.listing.look() == 4
    shown = {row["name"]: row for row in erp.rows(f"processed/{DAY}")}
    assert sorted(shown) == ["again.xml", "bad;_.xml", "run.zip"]
    run, bad = shown["run.zip"], shown["bad;_.xml"]
    assert (run["state"], run["documents"], run["reason"][:10]) == ("unreadable", "2", "IN-FORMAT:")
    assert int(run["delivered"]) + int(run["in_work"]) == 2
    assert (bad["state"], bad["parked"], bad["again"]) == ("parked", "1", "")
    (status,) = erp.rows("processed/bad;_.xml.status.csv")
    assert (status["number"], status["state"]) == ("R-3", "parked")
    assert "BR-CO-15" in status["reason"]
    inside = erp.rows("processed/run.zip.status.csv")
    assert sorted(row["number"] for row in inside) == ["", "R-1", "R-2"]
    (noise,) = (row for row in inside if not row["number"])
    assert (noise["state"], noise["reason"][:10]) == ("unreadable", "IN-FORMAT:")
    (refused,) = erp.rows(f"error/{DAY}")
    assert (refused["name"], "empty" in refused["reason"]) == ("empty.xml", True)


def test_only_what_has_changed_is_written_anew_also_after_a_start(erp: Erp) -> None:
    erp.drop("a.xml", ubl())
    erp.home.run()
    assert erp.listing.look() == 2
    assert [erp.listing.look() for _ in range(3)] == [0, 0, 0]
    assert erp.opened().look() == 0
    erp.drop("again.xml", ubl())
    assert erp.listing.look() == 2
    assert [row["again"] for row in erp.rows(f"processed/{DAY}")] == ["", "yes"]


def test_what_changes_days_later_is_written_on_its_day(erp: Erp) -> None:
    erp.home.post.answers = [InDoubt("lost")]
    erp.drop("a.xml", ubl())
    erp.home.run()
    erp.listing.look()
    (before,) = erp.rows(f"processed/{DAY}")
    assert (before["state"], before["delivered"]) == ("in_work", "0")
    erp.home.clock.forward(days=3)
    assert erp.listing.look() == 0
    decide_doubt(erp.home.house, f"{before['submission']}-1-d0", arrived=True, who="test")
    assert erp.listing.look() == 2
    (after,) = erp.rows(f"processed/{DAY}")
    assert (after["state"], after["delivered"]) == ("done", "1")
    assert not list(erp.folder.rglob(".*.part"))

"""A copy is one by its name, its pages and its label, and by no road does it become an original."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from formats.catalogue import WRITERS
from formats.codec import Copy, Material
from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.resubmit import resubmit
from hub.store import deliveries
from hub.store.database import Database
from hub.store.deliveries import Delivery
from outbound.channel import DeliveryState, Event, Parcel, Refused
from outbound.print_mail.preflight import Fitted, fit
from outbound.print_mail.stationery import Stationery
from tests.formats.letter.cases import CASES, load
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [
  { channel = "post", format = "ORIGINAL" },
  { channel = "post", format = "letter-din5008" },
]
copies = [{ channel = "second", format = "COPY" }]
"""
FORMS = {"ubl": "xml", "cii": "xml", "facturx-en16931": "pdf", "letter-nf": "pdf"}


@pytest.fixture
def form(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "letter-nf"))


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool, form: str) -> Iterator[Home]:
    rules = RULES.replace("ORIGINAL", form).replace("COPY", form)
    with opened_house(tmp_path, database, pool, rules) as made:
        yield made


def drop(home: Home) -> str:
    arrival = Arrival(data=ubl(number="R-1"), name="a", tenant="nordwind", sender="erp", door="api")
    submission, _ = receive(home.house, arrival)
    home.run()
    return f"{submission.id}-1"


def told(parcel: Parcel) -> tuple[str, str, bool, bool | None]:
    """Return name and label, whether the subject tells a copy, and whether each page does."""
    (file,) = parcel.enclosures
    pages = None
    if file.media_type == "application/pdf":
        opened = pypdfium2.PdfDocument(file.data)
        pages = all("Copy" in page.get_textpage().get_text_range() for page in opened)
        opened.close()
    return file.name, parcel.labels["copy"], parcel.subject.startswith("Copy"), pages


def says(form: str, *, copy: bool) -> tuple[str, str, bool, bool | None]:
    pages = copy if FORMS[form] == "pdf" else None
    if copy:
        return f"R-1-copy.{FORMS[form]}", "copy", True, pages
    return f"R-1.{FORMS[form]}", "original", False, pages


@pytest.mark.parametrize("form", FORMS, indirect=True)
@SQLITE
def test_a_courtesy_says_so_and_the_original_does_not(home: Home, form: str) -> None:
    document = drop(home)
    assert [told(parcel) for parcel in home.post.sent] == [says(form, copy=False)]
    assert [told(parcel) for parcel in home.second.sent] == [says(form, copy=True)]
    original, copy = deliveries_of(home, document)
    assert original.rendition_sha256 != copy.rendition_sha256 or form in {"ubl", "cii"}
    kept = home.house.archive.get(original.rendition_sha256)
    assert kept == home.post.sent[0].enclosures[0].data, "the original's bytes stay as they are"


@SQLITE
def test_what_follows_an_original_that_is_refused_is_the_original(home: Home) -> None:
    home.post.answers = [Refused("nobody there")]
    drop(home)
    assert [told(parcel)[1] for parcel in home.post.sent] == ["original"]
    assert [told(parcel)[1] for parcel in home.second.sent] == ["copy"]


@SQLITE
def test_a_copy_that_is_refused_and_sent_again_is_a_copy(home: Home) -> None:
    home.second.answers = [Refused("nobody there")]
    document = drop(home)
    assert home.second.sent == []
    (_, copy) = deliveries_of(home, document)
    assert copy.waits_for == "copy"
    resubmit(home.house, copy.id, who="op")
    home.run()
    assert [told(parcel) for parcel in home.second.sent] == [says("letter-nf", copy=True)]
    assert [told(parcel)[1] for parcel in home.post.sent] == ["original"]


@pytest.mark.parametrize("refused", [1, 2])
@SQLITE
def test_what_may_have_arrived_goes_again_as_a_copy_on_each_road_and_in_each_round(
    home: Home, refused: int
) -> None:
    document = drop(home)
    (way, _) = deliveries_of(home, document)
    home.post.sent.clear()
    home.post.answers = [Refused("nobody there")] * (refused - 1)
    report(home, way, DeliveryState.DELIVERED, DeliveryState.REJECTED)
    if refused == 2:
        assert home.post.sent == []
        resubmit(home.house, document, who="op")
        home.run()
    assert [told(parcel)[1] for parcel in home.post.sent] == ["copy"]
    assert [told(parcel) for parcel in home.post.sent] == [says("letter-nf", copy=True)]


def report(home: Home, way: Delivery, *states: DeliveryState) -> None:
    for state in states:
        home.post.reports.append(
            Event(
                parcel_key=way.parcel_key,
                external_id=None,
                state=state,
                reason="said",
                source=f"r-{state}",
            )
        )
        confirm(home.house, "post")
        home.run()


@pytest.mark.parametrize("case", ["invoice-long-de", "reverse-charge-fr"])
def test_a_marked_letter_of_ours_can_be_printed(case: str) -> None:
    known = next(each for each in CASES if each.name == case)
    window = {"din5008": "din5008-b", "nf": "nf-right"}[known.window]
    material = Material(language=known.language, address_lines=("Muster AG", "Weg 1", "20457 HH"))
    original, copy = (
        WRITERS[f"letter-{known.window}"].write(load(known.sample), replace(material, copy=why))
        for why in (None, Copy.REPEAT)
    )
    stationery = Stationery(window=window)
    fitted = Fitted(pages=1)
    assert fit(original, material.address_lines, stationery) == fitted
    assert fit(copy, material.address_lines, stationery) == fitted


def deliveries_of(home: Home, document: str) -> list[Delivery]:
    with home.house.database.transaction() as connection:
        return deliveries.of_documents(connection, [document])[document]

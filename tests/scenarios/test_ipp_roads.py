"""Printing in the house through CUPS: each job ends as it stands here, judged by what came out."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest

from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries
from hub.store.database import Database
from outbound.channel import Deferred, DeliveryState, Enclosure, Event, InDoubt, Refused
from outbound.ipp import Ipp, Settings
from outbound.print_mail.page_text import Line, lines_of
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl
from tests.outbound.print_mail.test_preflight import BODY, RETURN, drawn
from tests.outbound.rigs import NOON, parcel
from tests.servers import cups
from tests.servers.cups import Cups
from tests.servers.ipp_cutter import cutter
from tests.servers.waiting import wait_for

pytestmark = pytest.mark.scenario

ARRIVED, PRINTED, REJECTED = (
    DeliveryState.HANDED_OVER,
    DeliveryState.DELIVERED,
    DeliveryState.REJECTED,
)
WAITING, IN_DOUBT = DeliveryState.WAITING, DeliveryState.IN_DOUBT
RULES = """
[[rule]]
name = "all"
because = "test"
source = "test"
roads = [
  { channel = "post", format = "letter-din5008" },
  { channel = "second", format = "ubl" },
]
"""
Road = Callable[..., Ipp]


@pytest.fixture(scope="module")
def server() -> Iterator[Cups]:
    if not cups.available():
        pytest.skip("CUPS cannot be started: Debian packages cups and cups-client, and root")
    with cups.cups() as made:
        yield made


@pytest.fixture
def road(server: Cups) -> Iterator[Road]:
    """Return what makes a channel to the queue, which is enabled and empty."""
    server.run("cancel", "-a", "office")
    server.run("cupsenable", "office")
    server.run("cupsaccept", "office")
    wait_for(lambda: not server.run("lpstat", "-o", "office"))
    server.sheets.clear()
    with ExitStack() as stack:

        def make(**changes: Any) -> Ipp:
            told = {"uri": server.uri, "keeps_jobs": True, "timeout_seconds": 10}
            made = Ipp(Settings(**{**told, **changes}), clock=lambda: NOON)
            stack.callback(made.close)
            return made

        yield make


def ended(channel: Ipp, name: str) -> Event:
    """Wait for the end of a job."""
    [event] = wait_for(lambda: channel.look([name]))
    return event


def test_printed_once_and_on_both_sides(server: Cups, road: Road) -> None:
    channel = road(sides="two-sided-long-edge", media="iso_a4_210x297mm", colour="monochrome")
    assert "takes jobs" in channel.examine()
    receipt = channel.send(parcel("once"))
    assert receipt.state is ARRIVED
    assert channel.send(parcel("once")).external_id == receipt.external_id
    event = ended(channel, receipt.external_id)
    assert (event.parcel_key, event.state, event.strong) == ("once", PRINTED, True)
    again = channel.send(parcel("once"))
    assert (again.state, again.external_id) == (PRINTED, receipt.external_id)
    [sheet] = server.sheets
    assert b"%PDF" in sheet
    [page] = [line for line in server.pages if " once " in line]
    assert page.endswith("once iso_a4_210x297mm two-sided-long-edge")


def test_a_letter_comes_out_as_large_as_it_was_made(server: Cups, road: Road) -> None:
    letter = drawn(BODY, RETURN)
    pdf = Enclosure(name="letter.pdf", media_type="application/pdf", data=letter)
    channel = road()
    ended(channel, channel.send(parcel("large", pdf)).external_id)
    [sheet] = server.sheets
    made, printed = (_lines(data) for data in (letter, sheet[sheet.index(b"%PDF") :]))
    assert [line.text for line in printed] == [line.text for line in made]
    edges = zip(
        (e for one in made for e in one.box), (e for o in printed for e in o.box), strict=True
    )
    assert max(abs(one - other) for one, other in edges) < 0.5


def _lines(data: bytes) -> list[Line]:
    document = pypdfium2.PdfDocument(data)
    try:
        return lines_of(document[0])
    finally:
        document.close()


def test_paper_comes_from_the_tray_that_was_asked_for(server: Cups, road: Road) -> None:
    channel = road(media="iso_a5_148x210mm", tray="2-tray")
    ended(channel, channel.send(parcel("tray")).external_id)
    [sheet] = server.sheets
    assert b"@PJL SET TRAY = Tray2" in sheet
    assert b"@PJL SET FITTOPAGESIZE=A5" in sheet


WRONG = {
    "paper": {"media": "iso_a2_420x594mm"},
    "tray": {"media": "iso_a4_210x297mm", "tray": "9-tray"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_the_printer_does_not_have_is_refused(server: Cups, road: Road, wrong: str) -> None:
    with pytest.raises(Refused, match="cannot do"):
        road(**WRONG[wrong]).send(parcel(f"no-{wrong}"))
    assert server.run("lpstat", "-o", "office") == ""
    assert server.sheets == []


def test_a_printer_that_is_stopped_waits_and_goes_on(server: Cups, road: Road) -> None:
    channel = road()
    server.run("cupsdisable", "office")
    with pytest.raises(Deferred, match="is stopped") as caught:
        channel.send(parcel("stopped"))
    assert caught.value.endpoint_down
    server.run("cupsenable", "office")
    server.run("cupsreject", "office")
    with pytest.raises(Deferred, match="takes no jobs"):
        channel.send(parcel("stopped"))
    server.run("cupsaccept", "office")
    assert server.sheets == []
    assert ended(channel, channel.send(parcel("stopped")).external_id).state is PRINTED
    assert len(server.sheets) == 1


def test_a_job_that_is_cancelled_at_the_printer_takes_the_next_road(
    server: Cups, road: Road
) -> None:
    channel = road()
    with holding(server):
        receipt = channel.send(parcel("cancelled")).external_id
    server.run("cancel", f"office-{receipt.rpartition('#')[2]}")
    event = ended(channel, receipt)
    assert (event.parcel_key, event.state, event.strong) == ("cancelled", REJECTED, True)
    for act in channel.resolve, channel.send:
        with pytest.raises(Refused, match="cancelled"):
            act(parcel("cancelled"))
    server.run("cupsenable", "office")
    assert ended(channel, channel.send(parcel("after")).external_id).state is PRINTED
    assert len(server.sheets) == 1


@contextmanager
def holding(server: Cups) -> Iterator[None]:
    """Let jobs that arrive meanwhile lie in the queue."""
    server.run("lpadmin", "-p", "office", "-o", "job-hold-until-default=indefinite")
    try:
        yield
    finally:
        server.run("lpadmin", "-p", "office", "-o", "job-hold-until-default=no-hold")


def test_an_answer_that_is_lost_is_found_and_not_printed_again(server: Cups, road: Road) -> None:
    with cutter(server.port, in_file=False) as port:
        through = road(uri=f"ipp://127.0.0.1:{port}/printers/office", timeout_seconds=2)
        with pytest.raises(InDoubt, match="did not answer"):
            through.send(parcel("doubt"))
    channel = road()
    receipt = wait_for(lambda: channel.resolve(parcel("doubt")))
    assert receipt is not None
    assert ended(channel, receipt.external_id).parcel_key == "doubt"
    assert channel.send(parcel("doubt")).external_id == receipt.external_id
    assert len(server.sheets) == 1


def test_what_was_cut_in_its_middle_never_was_a_job(server: Cups, road: Road) -> None:
    with cutter(server.port, in_file=True) as port:
        through = road(uri=f"ipp://127.0.0.1:{port}/printers/office", timeout_seconds=2)
        with pytest.raises(InDoubt):
            through.send(parcel("half"))
    channel = road()
    assert channel.resolve(parcel("half")) is None
    assert ended(channel, channel.send(parcel("half")).external_id).state is PRINTED
    assert len(server.sheets) == 1


@pytest.fixture
def home(tmp_path: Path, pool: Pool) -> Iterator[Home]:
    database = Database(f"sqlite:///{tmp_path / 'facteur.db'}")
    database.migrate()
    with opened_house(tmp_path, database, pool, RULES) as made:
        yield made
    database.close()


def work(home: Home, road: Ipp) -> DeliveryState:
    """Let the house work with a printer for an hour; returns where its one delivery stands."""
    home.clock.forward(hours=1)
    home.house = replace(home.house, channels={**home.house.channels, "post": road})
    home.run()
    confirm(home.house, "post")
    resolve_doubts(home.house)
    home.run()
    with home.house.database.transaction() as connection:
        [delivery] = deliveries.listed(connection)
    return DeliveryState(delivery.state)


def drop(home: Home, number: str) -> None:
    arrival = Arrival(
        data=ubl(number=number), name="a", tenant="nordwind", sender="erp", door="api"
    )
    receive(home.house, arrival)


def test_a_house_waits_for_its_printer(server: Cups, road: Road, home: Home) -> None:
    channel = road()
    drop(home, "H1")
    server.run("cupsdisable", "office")
    assert [work(home, channel) for _ in range(2)] == [WAITING, WAITING]
    server.run("cupsenable", "office")
    wait_for(lambda: work(home, channel) is PRINTED)
    assert (len(server.sheets), home.second.sent) == (1, [])


def test_a_house_takes_the_next_road_for_what_is_cancelled(
    server: Cups, road: Road, home: Home
) -> None:
    channel = road()
    drop(home, "H2")
    with holding(server):
        assert work(home, channel) is ARRIVED
    server.run("cancel", "-a", "office")
    wait_for(lambda: work(home, channel) and home.second.sent)
    assert (len(server.sheets), len(home.second.sent)) == (0, 1)


def test_a_house_prints_once_what_it_lost_the_answer_to(
    server: Cups, road: Road, home: Home
) -> None:
    drop(home, "H3")
    with cutter(server.port, in_file=False) as port:
        through = road(uri=f"ipp://127.0.0.1:{port}/printers/office", timeout_seconds=2)
        home.house = replace(home.house, channels={**home.house.channels, "post": through})
        home.run()
        with home.house.database.transaction() as connection:
            assert [each.state for each in deliveries.listed(connection)] == [IN_DOUBT]
    wait_for(lambda: work(home, road()) is PRINTED)
    assert (len(server.sheets), home.second.sent) == (1, [])

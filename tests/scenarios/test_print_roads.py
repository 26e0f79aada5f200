"""Letters to a print partner behind OpenSSH: each piece ends as written here, in both books.

The house makes the job and hands it over; the partner's machine reads the marks off the rendered
pages, fills envelopes, and reports with a fault on order. Then our ledger is held against what he
knows to have happened.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest

from formats.model import PostalAddress
from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.receive import Arrival, receive
from hub.pipeline.reprint import reprint
from hub.runs.print_batches import print_now
from hub.simulators.inserter import CAN_READ_MARKS
from hub.simulators.print_house import FAULTS, Partner
from hub.simulators.process import Faults, Log
from hub.store import deliveries, documents, print_jobs, print_lines, print_pieces, recipients
from hub.store.database import Database
from hub.worklist.gathering import worklist
from outbound.print_house import PrintHouse, Settings
from outbound.print_mail.marks import Mark
from outbound.print_mail.pieces import Promise
from outbound.print_mail.stationery import Stationery
from routing_rules.recipient import Recipient
from tests.hub.houses import RULES, Home, opened_house
from tests.hub.invoices import ubl
from tests.servers import openssh
from tests.servers.openssh import OpenSsh
from tests.servers.waiting import wait_for

pytestmark = pytest.mark.scenario

LETTERS = RULES.replace(
    'channel = "post", format = "ubl"', 'channel = "post", format = "letter-din5008"'
)
FOLDERS = ("incoming", "return", "jobs")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault of piece 2 of three, or of the job, and where it ends.

    Attributes:
        ours: state in our ledger; `theirs`: what the partner knows of the piece.
        letter: state of its delivery.
        odd: verdicts on lines that were not taken, in order.
        silent: what is missing nine days later.
        call: what calls a person, of pieces.
    """

    do: str = ""
    at: str = "piece"
    ours: str = "posted"
    theirs: str = "posted"
    letter: str = "delivered"
    odd: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    mark: Mark = field(default_factory=Mark)


CASES = {
    "all goes well": Case(),
    "dashes instead of squares": Case(mark=Mark(kind="omr")),
    "rejected": Case(do="reject", ours="rejected", theirs="rejected", letter="handed_over"),
    "spoiled": Case(
        do="spoil", ours="spoiled", theirs="spoiled", letter="handed_over", call=("spoiled",)
    ),
    "spoiled and made again": Case(do="remake"),
    "came back": Case(do="return", ours="returned", theirs="returned", letter="handed_over"),
    "came back with an address": Case(
        do="move", ours="returned", theirs="returned", letter="handed_over", call=("moved",)
    ),
    "lost": Case(
        do="lose", ours="received", theirs="lost", letter="handed_over", silent=("posted",)
    ),
    "posted and not said": Case(
        do="silent", ours="printed", letter="accepted_by_network", silent=("posted",)
    ),
    "said twice": Case(do="duplicate", odd=("again",)),
    "said otherwise": Case(do="contradict", odd=("contradicts",)),
    "said out of order": Case(do="disorder", odd=("late",)),
    "said late": Case(do="late"),
    "wrong hash": Case(do="wrong-hash", at="receipt", odd=("contradicts",)),
    "wrong count": Case(do="miscount", at="receipt", odd=("contradicts",)),
    "no receipt": Case(do="lose", at="receipt"),
    "a file that is none": Case(do="garbage", at="report", odd=("unknown",)),
}


@pytest.fixture(scope="module")
def server() -> Iterator[OpenSsh]:
    if not openssh.available():
        pytest.skip("OpenSSH is not installed (Debian package openssh-server)")
    with openssh.openssh() as running:
        yield running


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    made = Pool(1, preload=("hub.pipeline.render", "hub.pipeline.printable"))
    yield made
    made.close()


def partner_of(folder: Path, own: Path, fault: dict[str, Any] | None) -> Partner:
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return Partner(
        incoming=folder / "incoming",
        returns=folder / "return",
        reports=folder / "jobs",
        faults=Faults([fault] if fault else [], FAULTS),
        log=Log(own),
    )


def channel_of(server: OpenSsh, folder: str, home: Home, mark: Mark) -> PrintHouse:
    settings = Settings(
        host="127.0.0.1",
        port=server.port,
        username=server.user,
        private_key=server.private_key,
        host_key=server.host_key,
        jobs=f"{folder}/incoming",
        returns=f"{folder}/return",
        processed=f"{folder}/processed",
        keeps_files=True,
        promise=Promise(receipt_hours=24, posted_days=3),
        stationery=Stationery(mark=mark),
    )
    return PrintHouse(settings, clock=home.clock)


def drop(home: Home, *numbers: str) -> None:
    lives = PostalAddress(line_1="Ofenweg 3", post_code="12345", city="Musterstadt", country="DE")
    buyer = Recipient(key="K1", name="Buyer", country="DE", address=lives)
    with home.house.database.transaction() as connection:
        recipients.put(connection, "nordwind", [buyer], now=home.clock.now)
    for number in numbers:
        arrival = Arrival(
            data=ubl(number=number), name=number, tenant="nordwind", sender="erp", door="api"
        )
        receive(home.house, arrival)
    home.run()


def said_all(partner: Partner) -> bool:
    partner.write_due()
    return not partner.held


def look(home: Home) -> None:
    """Read the reports: a file is whole once a second look finds it the same."""
    for _ in range(2):
        confirm(home.house, "post")


def settle(home: Home, partner: Partner) -> None:
    """Let the partner say all he has to say, and the house read it in the order it comes."""
    for job in list(partner.waiting()):
        partner.handle(job)
    look(home)
    wait_for(lambda: said_all(partner))
    look(home)
    home.run()


@pytest.mark.skipif(not CAN_READ_MARKS, reason="neither zxing-cpp nor dmtxread is installed")
@pytest.mark.parametrize("name", CASES)
def test_each_piece_ends_as_written_on_both_sides(
    server: OpenSsh, tmp_path: Path, pool: Pool, name: str
) -> None:
    case, folder = CASES[name], f"case-{list(CASES).index(name)}"
    match = "R-2" if case.at == "piece" else "*"
    fault = {"do": case.do, "at": case.at, "match": match, "after_seconds": 0.2}
    with printing(server, tmp_path, pool, folder, fault=fault, mark=case.mark) as (home, partner):
        drop(home, "R-1", "R-2", "R-3")
        assert print_now(home.house) == 3
        settle(home, partner)
        judge(home, partner, case)


def test_a_piece_is_printed_again_as_a_copy_that_says_so(
    server: OpenSsh, tmp_path: Path, pool: Pool
) -> None:
    fault = {"do": "spoil", "at": "piece", "match": "R-1", "times": 1}
    with printing(server, tmp_path, pool, "again", fault=fault, mark=Mark()) as (home, partner):
        drop(home, "R-1")
        assert print_now(home.house) == 1
        settle(home, partner)
        with home.house.database.transaction() as connection:
            [first] = print_jobs.listed(connection, 2)
        done = [
            reprint(home.house, f"{first.job}#1", who="a clerk", reason="spoiled") for _ in range(2)
        ]
        assert done == [1, 0]
        home.run()
        assert print_now(home.house) == 1
        settle(home, partner)
        with home.house.database.transaction() as connection:
            again, _ = print_jobs.listed(connection, 2)
            [piece] = print_pieces.of_job(connection, again.job)
            assert _way(connection, piece.keys[0]).state == "delivered"
        assert piece.state == "posted"
        pages = [text_of(partner.incoming / f"{job}.pdf") for job in (first.job, again.job)]
        assert ["Copy" in text for text in pages] == [False, True]
        assert ["R-1" in text for text in pages] == [True, True]


@contextmanager
def printing(
    server: OpenSsh,
    own: Path,
    pool: Pool,
    folder: str,
    *,
    fault: dict[str, Any],
    mark: Mark,
) -> Iterator[tuple[Home, Partner]]:
    """A house and the partner to whom it prints, in a folder of the server."""
    (server.files / folder).mkdir()
    partner = partner_of(server.files / folder, own / "log", fault if fault["do"] else None)
    database = Database(f"sqlite:///{own / 'facteur.db'}")
    database.migrate()
    with opened_house(own, database, pool, rules=LETTERS) as home:
        channel = channel_of(server, folder, home, mark)
        home.house = replace(home.house, channels={"post": channel, "second": home.second})
        yield home, partner
        channel.close()
    database.close()


def text_of(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    try:
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


def judge(home: Home, partner: Partner, case: Case) -> None:
    later = home.clock.now + timedelta(days=9)
    with home.house.database.transaction() as connection:
        [job] = print_jobs.listed(connection, 2)
        pieces = print_pieces.of_job(connection, job.job)
        lines = print_lines.of_job(connection, job.job)
        odd = print_lines.odd(connection, 9)
        silent = print_pieces.overdue(connection, later)
        ways = {piece.sequence: _way(connection, piece.keys[0]) for piece in pieces}
    report = json.loads((partner.reports / f"{job.job}.json").read_text())
    struck = next((n for n, way in ways.items() if _number(home, way) == "R-2"), 0)
    assert report["faults"] == []
    assert (
        report["marks_read"]
        == report["marks_expected"]
        == sum(p["sheets"] for p in report["pieces"])
    )
    assert len(pieces) == len(report["pieces"]) == 3
    for piece in pieces:
        is_struck = piece.sequence == struck and case.at == "piece"
        assert piece.state == (case.ours if is_struck else "posted"), piece.subject
        assert report["ends"][piece.piece] == (case.theirs if is_struck else "posted")
        assert ways[piece.sequence].state == (case.letter if is_struck else "delivered")
    assert tuple(line.verdict for line in odd) == case.odd
    assert len({line.source for line in lines}) == len(lines)
    assert tuple(one.what for one in silent) == case.silent
    calls = {group.kind for group in worklist(home.house)}
    assert calls & {"spoiled", "moved"} == set(case.call)
    assert ("odd_line" in calls) == bool(case.odd)
    assert not list(partner.returns.iterdir()), "every report is put away"


def _way(connection: Any, key: str) -> Any:
    way = deliveries.get(connection, key.partition(".")[0])
    assert way is not None
    return way


def _number(home: Home, way: Any) -> str:
    with home.house.database.transaction() as connection:
        row = documents.get(connection, way.document)
    return row.number if row else ""

"""A whole house with a real road to a faulty peer: where each document ends, in both sets of books.

The house runs, the peer fails once as ordered, the clock goes on, the house asks and tries again;
then its deliveries are compared with what lies in the peer's folder. The road behind the faulty one
tells whether a document fell back, which it must only where it has surely not arrived.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from formats.model import Identifier
from hub.engine.pool import Pool
from hub.pipeline.confirm import confirm
from hub.pipeline.doubts import resolve_doubts
from hub.pipeline.receive import Arrival, receive
from hub.store import deliveries, recipients
from hub.store.database import Database
from hub.store.deliveries import Delivery
from outbound.catalogue import CHANNELS
from outbound.channel import Channel, DeliveryState
from outbound.sftp_answers import Answers
from routing_rules.recipient import Recipient
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl
from tests.outbound.rigs import NOON, SECRET
from tests.servers.simulators import Peer, simulator
from tests.servers.waiting import wait_for

pytestmark = pytest.mark.scenario

WAITING, IN_DOUBT = DeliveryState.WAITING, DeliveryState.IN_DOUBT
GONE, ARRIVED = DeliveryState.HANDED_OVER, DeliveryState.DELIVERED


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault and where it ends.

    Attributes:
        first: state when the house has run once.
        last: state when it has asked and tried again, on the road that it then is on.
        there: how many documents or files the peer has in the end.
        second: how many have left on the other road.
        filed: how many reports of the peer the archive holds of it, where that is judged.
        settings: of the channel, where they differ.
    """

    fault: Mapping[str, Any]
    first: DeliveryState
    last: DeliveryState
    there: int = 1
    second: int = 0
    filed: int | None = None
    settings: Mapping[str, Any] | None = None


def once(do: str, at: str, **more: Any) -> dict[str, Any]:
    return {"do": do, "at": at, "times": 1, **more}


ACCESS_POINT: dict[str, Case] = {
    "refused": Case(fault=once("refuse", "document"), first=GONE, last=GONE, there=0, second=1),
    "busy": Case(fault=once("defer", "document"), first=WAITING, last=ARRIVED),
    "too many": Case(fault=once("defer", "rate"), first=WAITING, last=ARRIVED),
    "silent, sent": Case(fault=once("hang", "sent"), first=IN_DOUBT, last=ARRIVED),
    "silent, not sent": Case(fault=once("hang", "document"), first=IN_DOUBT, last=ARRIVED),
    "cut, sent": Case(fault=once("cut", "sent"), first=IN_DOUBT, last=ARRIVED),
    "cut, not sent": Case(fault=once("cut", "document"), first=IN_DOUBT, last=ARRIVED),
    "cut in the answer": Case(fault=once("cut", "answer"), first=IN_DOUBT, last=ARRIVED),
    "failed": Case(fault=once("error", "document"), first=WAITING, last=ARRIVED),
    "failed, sent": Case(fault=once("error", "sent"), first=ARRIVED, last=ARRIVED),
    "late answer": Case(fault=once("late", "sent", after_seconds=0.5), first=GONE, last=ARRIVED),
    "sends it later": Case(fault=once("retry", "document"), first=GONE, last=ARRIVED),
    "gives up": Case(fault=once("give-up", "document"), first=GONE, last=GONE, second=1),
    "wrong digest": Case(fault=once("wrong-digest", "document"), first=GONE, last=GONE, second=1),
    "rejected": Case(fault=once("reject", "report"), first=GONE, last=GONE, second=1),
    "rejected late": Case(
        fault=once("reject", "report", after_seconds=0.5), first=GONE, last=GONE, second=1
    ),
    "accepted late": Case(
        fault=once("late", "report", after_seconds=0.5), first=GONE, last=ARRIVED
    ),
    "told twice": Case(fault=once("duplicate", "report"), first=GONE, last=ARRIVED, filed=1),
    "accepted, not confirmed": Case(
        fault=once("unconfirmed", "report"), first=GONE, last=GONE, filed=1
    ),
    "nothing said": Case(fault=once("silent", "report"), first=GONE, last=GONE),
}

TAKES: dict[str, Any] = {"keeps_files": False}
ANSWERS = {"answers": Answers(folder="answers", lists="*.csv", processed="done")}
SFTP: dict[str, Case] = {
    "no permission": Case(fault=once("refuse", "open"), first=GONE, last=GONE, there=0, second=1),
    "no such folder": Case(
        fault=once("refuse", "folder"), first=GONE, last=GONE, there=0, second=1
    ),
    "disk full": Case(fault=once("defer", "write"), first=WAITING, last=GONE),
    "quota": Case(fault=once("defer", "close"), first=WAITING, last=GONE),
    "silent in the data": Case(fault=once("hang", "write"), first=WAITING, last=GONE),
    "cut in the data": Case(fault=once("cut", "write"), first=WAITING, last=GONE),
    "cut before its name": Case(fault=once("cut", "before-rename"), first=IN_DOUBT, last=GONE),
    "cut after its name": Case(fault=once("cut", "after-rename"), first=IN_DOUBT, last=GONE),
    "silent before its name": Case(fault=once("hang", "before-rename"), first=IN_DOUBT, last=GONE),
    "silent after its name": Case(fault=once("hang", "after-rename"), first=IN_DOUBT, last=GONE),
    "rename lost": Case(fault=once("lose", "rename"), first=WAITING, last=GONE),
    "kept short": Case(fault=once("short", "write"), first=WAITING, last=GONE),
    "kept otherwise": Case(fault=once("spoil", "write"), first=WAITING, last=GONE),
    "a clock that jumps": Case(fault=once("clock", "rename"), first=GONE, last=GONE),
    "cut before its name, files are taken": Case(
        fault=once("cut", "before-rename"), first=IN_DOUBT, last=GONE, settings=TAKES
    ),
    "cut after its name, files are taken": Case(
        fault=once("cut", "after-rename"), first=IN_DOUBT, last=GONE, settings=TAKES
    ),
    "taken": Case(
        fault=once("take", "file", after_seconds=0.5),
        first=GONE,
        last=ARRIVED,
        there=0,
        settings=TAKES | {"pickup": "delivered"},
    ),
    "taken, a hint": Case(
        fault=once("take", "file", after_seconds=0.5),
        first=GONE,
        last=GONE,
        there=0,
        filed=1,
        settings=TAKES | {"pickup": "hint"},
    ),
    "a stranger's host key": Case(
        fault={"do": "clock"},
        first=WAITING,
        last=WAITING,
        there=0,
        settings={"host_key": f"SHA256:{'A' * 43}"},
    ),
    "accepted": Case(fault=once("accept", "file"), first=GONE, last=ARRIVED, settings=ANSWERS),
    "accepted in a list": Case(
        fault=once("accept", "csv"), first=GONE, last=ARRIVED, settings=ANSWERS
    ),
    "rejected": Case(
        fault=once("reject", "file", after_seconds=0.5),
        first=GONE,
        last=GONE,
        second=1,
        settings=ANSWERS,
    ),
}


@pytest.fixture
def home(tmp_path: Path, pool: Pool) -> Iterator[Home]:
    database = Database(f"sqlite:///{tmp_path / 'facteur.db'}")
    database.migrate()
    with opened_house(tmp_path, database, pool) as made:
        yield made
    database.close()


def number_of(cases: Mapping[str, Case], name: str) -> str:
    """Return the number of a case's invoice, which is its receiver's address, too."""
    return f"N{list(cases).index(name):02d}"


def ordered(cases: Mapping[str, Case], match: str) -> list[dict[str, Any]]:
    """Return the faults of all cases, each for its own invoice."""
    return [
        {**case.fault, "match": match.format(number_of(cases, name))}
        for name, case in cases.items()
    ]


def run(home: Home, road: Channel, case: Case, number: str) -> tuple[DeliveryState, DeliveryState]:
    """Drop one invoice, let the house work; returns where it stands at first and in the end."""
    home.house = replace(home.house, channels={**home.house.channels, "post": road})
    endpoint = Identifier(scheme="0204", value=number)
    buyer = Recipient(key="K1", name="Buyer", country="DE", endpoint=endpoint)
    with home.house.database.transaction() as connection:
        recipients.put(connection, "nordwind", [buyer], now=home.clock.now)
    data = ubl(number=number)
    receive(home.house, Arrival(data=data, name="a", tenant="nordwind", sender="erp", door="api"))
    home.run()
    first = only(home).state

    def settled() -> bool:
        home.clock.forward(hours=1)
        home.run()
        confirm(home.house, "post")
        resolve_doubts(home.house)
        home.run()
        ended = only(home).state == case.last and len(home.second.sent) == case.second
        return ended and (case.filed is None or filed(home) == case.filed)

    wait_for(settled)
    settled()
    return DeliveryState(first), DeliveryState(only(home).state)


def only(home: Home) -> Delivery:
    with home.house.database.transaction() as connection:
        (delivery,) = deliveries.listed(connection)
    return delivery


def filed(home: Home) -> int:
    entries = home.house.archive.entries(subject=only(home).id)
    return sum(entry.step == "confirm" for entry in entries)


def judge(home: Home, case: Case, states: tuple[DeliveryState, DeliveryState]) -> None:
    assert states == (case.first, case.last)
    assert case.filed is None or filed(home) == case.filed
    assert len(home.second.sent) == case.second
    assert only(home).channel == ("second" if case.second else "post")


def channel(kind: str, **settings: Any) -> Channel:
    settings_class, made = CHANNELS[kind]
    return made(settings_class(**settings), clock=lambda: NOON)


@pytest.fixture(scope="module")
def access_point(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder, faults = tmp_path_factory.mktemp("access-point"), ordered(ACCESS_POINT, "0204:{}")
    with simulator("access_point", folder, "--token", SECRET, faults=faults) as peer:
        yield peer


@pytest.mark.parametrize("name", ACCESS_POINT)
def test_a_document_by_an_access_point(home: Home, access_point: Peer, name: str) -> None:
    case, number = ACCESS_POINT[name], number_of(ACCESS_POINT, name)
    road = channel(
        "peppol",
        base_url=f"http://127.0.0.1:{access_point.port}",
        token=SECRET,
        sender="9930:DE000000000",
        timeout_seconds=1,
    )
    judge(home, case, run(home, road, case, number))
    road.close()
    files = (access_point.folder / "transactions").glob("*.json")
    rows = [row for file in files if number in (row := json.loads(file.read_text()))["receiverID"]]
    documents = access_point.folder / "documents"
    for row in rows:
        assert number.encode() in (documents / f"{row['sbdhInstanceID']}.xml").read_bytes()
    submitted = [row for row in access_point.log("submitted") if number in row["receiver"]]
    assert len(rows) == case.there
    assert [row["duplicate"] for row in submitted] == [False] * case.there


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder, faults = tmp_path_factory.mktemp("partner"), ordered(SFTP, "{}-*")
    with simulator(
        "sftp_partner", folder, "--password", f"facteur:{SECRET}", faults=faults
    ) as peer:
        yield peer


@pytest.mark.parametrize("name", SFTP)
def test_a_document_by_sftp(home: Home, partner: Peer, name: str) -> None:
    case, number = SFTP[name], number_of(SFTP, name)
    host_key = (partner.folder / "host_key.fingerprint").read_text()
    settings = {"keeps_files": True, "host_key": host_key, **(case.settings or {})}
    road = channel(
        "sftp",
        host="127.0.0.1",
        port=partner.port,
        username="facteur",
        password=SECRET,
        timeout_seconds=1,
        **settings,
    )
    judge(home, case, run(home, road, case, number))
    road.close()
    there = list((partner.folder / "files").glob(f"{number}-*"))
    arrived = [row for row in partner.log("arrived") if row["path"].startswith(f"{number}-")]
    assert len(there) == case.there, there
    assert len({row["path"] for row in arrived}) == len(arrived) <= 1
    for path in there:
        assert number.encode() in path.read_bytes()
        assert path.stat().st_size == arrived[0]["size_bytes"]

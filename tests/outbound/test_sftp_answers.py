"""What a partner puts back, and what it means that he has taken a file away."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outbound.channel import DeliveryState, Event
from outbound.sftp import Sftp
from outbound.sftp_answers import Answers
from tests.outbound import rigs
from tests.outbound.rigs import SECRET, Rig, parcel
from tests.servers.simulators import Peer, simulator
from tests.servers.waiting import wait_for

DELIVERED, REJECTED = DeliveryState.DELIVERED, DeliveryState.REJECTED
FAULTS: list[dict[str, Any]] = [
    {"do": "accept", "at": "file", "match": "yes*"},
    {"do": "reject", "at": "file", "match": "no*"},
    {"do": "accept", "at": "csv", "match": "list-yes*"},
    {"do": "reject", "at": "csv", "match": "list-no*"},
    {"do": "accept", "at": "file", "match": "twice*"},
    {"do": "duplicate", "match": "twice*"},
    {"do": "take", "match": "gone*"},
    {"do": "clock", "match": "clock*"},
]
ANSWERS = Answers(folder="answers", lists="*.csv", processed="answers/done")


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("answering")
    with simulator("sftp_partner", folder, "--password", f"facteur:{SECRET}", faults=FAULTS) as it:
        yield it


@pytest.fixture
def rig(partner: Peer, dead_port: int) -> Iterator[Rig]:
    made = rigs.sftp_rig(partner, dead_port)
    yield made
    for channel in made.made:
        channel.close()


def channel(rig: Rig, **changes: Any) -> Sftp:
    made = rig.channel(keeps_files=False, **changes)
    assert isinstance(made, Sftp)
    return made


CASES: dict[str, list[tuple[DeliveryState, bool, str]]] = {
    "yes": [(DELIVERED, True, "booked")],
    "no": [(REJECTED, True, "ordered: the order number is unknown")],
    "list-yes": [(DELIVERED, True, "booked")],
    "list-no": [(REJECTED, True, "ordered: the order number is unknown")],
    "twice": [(DELIVERED, True, "booked")],
    "silent": [],
    "clock": [],
}


@pytest.mark.parametrize("key", CASES)
def test_an_answer_is_read_once_with_its_bytes_and_put_away(
    rig: Rig, partner: Peer, key: str
) -> None:
    road = channel(rig, answers=ANSWERS)
    name = road.send(parcel(key)).external_id
    if CASES[key]:
        wait_for(lambda: any(row["name"] == name for row in partner.log("answered")))
    assert road.look([name]) == []
    events = road.look([name, "another-another.pdf"])
    assert [(event.state, event.strong, event.reason) for event in events] == CASES[key]
    for event in events:
        assert event.external_id == name
        answer = event.evidence[0]
        assert not (partner.folder / "files" / "answers" / "done" / answer.name).exists()
        road.acknowledge(event)
        road.acknowledge(event)
        put_away = partner.folder / "files" / "answers" / "done" / answer.name
        assert put_away.read_bytes() == answer.data
    assert road.look([name]) == []
    assert channel(rig, answers=ANSWERS).look([name]) == []


@pytest.mark.parametrize(("pickup", "strong"), [("delivered", True), ("hint", False)])
def test_a_file_that_is_gone_was_taken(rig: Rig, pickup: str, strong: bool) -> None:  # noqa: FBT001
    road = channel(rig, pickup=pickup)
    gone = road.send(parcel(f"gone-{pickup}")).external_id
    stays = road.send(parcel(f"stays-{pickup}")).external_id
    events: list[Event] = []

    def looked() -> bool:
        events[:] = road.look([gone, stays])
        return bool(events)

    wait_for(looked)
    assert [(e.external_id, e.state, e.strong) for e in events[:1]] == [(gone, DELIVERED, strong)]
    assert gone.encode() in events[0].evidence[0].data
    road.acknowledge(events[0])
    assert road.look([gone, stays]) == []
    assert [event.source for event in channel(rig, pickup=pickup).look([gone, stays])] == [
        events[0].source
    ]


def test_a_folder_that_is_not_there_says_nothing_of_its_files(rig: Rig) -> None:
    assert channel(rig, pickup="delivered").look(["unmounted/a.pdf"]) == []


def test_who_agreed_on_nothing_is_not_asked(rig: Rig) -> None:
    assert channel(rig, **rig.unreachable).look(["a.pdf"]) == ()


ROWS = {
    "file;status;reason\r\n/out/a.pdf;OK;\r\nb.pdf;ERROR;no such order\r\nc.pdf;ok;\n": [
        ("a.pdf", DELIVERED, "OK"),
        ("b.pdf", REJECTED, "no such order"),
    ],
    "\ufefffile,status\na.pdf,queued\nb.pdf,rejected\n": [("b.pdf", REJECTED, "rejected")],
    "file\tstatus\treason\nb.pdf\taccepted\tx\x1b[2J\x00y\n": [("b.pdf", DELIVERED, "x [2J y")],
    "name;state\na.pdf;ok\n": [],
    "": [],
    'file;status\n"a.pdf;ok\n': [],
}


@pytest.mark.parametrize("text", ROWS)
def test_lists_are_read_as_far_as_they_name_our_files(rig: Rig, partner: Peer, text: str) -> None:
    folder = partner.folder / "files" / "lists"
    folder.mkdir(exist_ok=True)
    Path(folder / "day.csv").write_bytes(text.encode())
    road = channel(rig, answers=Answers(folder="lists", lists="*.csv"))
    assert road.look(["a.pdf", "b.pdf"]) == []
    found = [(e.external_id, e.state, e.reason) for e in road.look(["a.pdf", "b.pdf"])]
    assert found == ROWS[text]


def test_answers_need_names_that_say_which_file() -> None:
    for wrong in ("all.ok", "{key}.ok", "{name}.err"):
        with pytest.raises(ValueError, match="answers"):
            Answers(folder="x", accepted=wrong)
    assert Answers(folder="x", rejected="").rejected == ""

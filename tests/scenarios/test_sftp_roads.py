"""SFTP roads against OpenSSH and a faulty partner: each fault ends in the state that stands here.

Judged from the partner's folder: under its name a file is whole or not there, once, and no `.part`
is left where it has arrived.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from outbound.channel import (
    Channel,
    Deferred,
    DeliveryError,
    DeliveryState,
    Enclosure,
    InDoubt,
    Parcel,
    Refused,
)
from outbound.sftp_upload import RESUMED_BYTES_MIN
from tests.outbound import rigs
from tests.outbound.rigs import SECRET, parcel
from tests.servers import openssh
from tests.servers.openssh import INTERNAL, THROUGH_CUTTER, OpenSsh
from tests.servers.simulators import Peer, simulator

pytestmark = pytest.mark.scenario

OPEN, CLOSE, READ, WRITE, STAT, RENAME, EXTENDED = 3, 4, 5, 6, 17, 18, 200
NO_FILE, DENIED, FAILURE, UNSUPPORTED = 2, 3, 4, 8
DATA = bytes(range(256)) * 1_600
ARRIVED = DeliveryState.HANDED_OVER
Outcome = type[DeliveryError] | DeliveryState | None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What the cutter does to one request, and what comes of it.

    Attributes:
        sent: what sending says.
        there: whether the file has its name then.
        asked: what asking says then; None: it did not arrive.
    """

    request: int
    do: str = "cut"
    when: str = "before"
    nth: int = 1
    about: str = ""
    code: int = 0
    sent: Outcome = Deferred
    there: bool = False
    asked: Outcome = None


NAMING: dict[str, Any] = {"request": EXTENDED, "about": "posix-rename"}
FAULTS: dict[str, Fault] = {
    "cut at opening": Fault(request=OPEN),
    "cut when it is open": Fault(request=OPEN, when="after"),
    "cut in the data": Fault(request=WRITE, nth=5),
    "cut after the last byte": Fault(request=WRITE, nth=13, when="after"),
    "cut at closing": Fault(request=CLOSE),
    "cut when it is closed": Fault(request=CLOSE, when="after"),
    "cut when its size is asked": Fault(request=STAT, about=".part"),
    "cut when it is read back": Fault(request=READ, nth=2),
    "cut before it has its name": Fault(**NAMING, sent=InDoubt),
    "cut when it has its name": Fault(
        **NAMING, when="after", sent=InDoubt, there=True, asked=ARRIVED
    ),
    "silent at opening": Fault(request=OPEN, do="hang"),
    "silent in the data": Fault(request=WRITE, nth=5, do="hang", when="after"),
    "silent at closing": Fault(request=CLOSE, do="hang"),
    "silent before it has its name": Fault(**NAMING, do="hang", sent=InDoubt),
    "silent when it has its name": Fault(
        **NAMING, do="hang", when="after", sent=InDoubt, there=True, asked=ARRIVED
    ),
    "disk full": Fault(request=WRITE, nth=5, do="fail", code=FAILURE),
    "quota, said at closing": Fault(request=CLOSE, do="fail", code=FAILURE, when="after"),
    "no permission": Fault(request=OPEN, do="fail", code=DENIED, sent=Refused),
    "no such folder": Fault(request=OPEN, do="fail", code=NO_FILE, sent=Refused),
    "no POSIX rename": Fault(
        **NAMING, do="fail", code=UNSUPPORTED, sent=ARRIVED, there=True, asked=ARRIVED
    ),
    "no POSIX rename, in other words": Fault(
        **NAMING, do="fail", code=FAILURE, sent=ARRIVED, there=True, asked=ARRIVED
    ),
    "rename fails for once": Fault(
        **NAMING, do="fail", code=DENIED, sent=ARRIVED, there=True, asked=ARRIVED
    ),
    "rename done and called failed": Fault(
        **NAMING, do="fail", code=FAILURE, when="after", sent=ARRIVED, there=True, asked=ARRIVED
    ),
}


def outcome(act: Callable[[Parcel], Any], made: Parcel) -> Outcome:
    try:
        receipt = act(made)
    except DeliveryError as error:
        return type(error)
    return None if receipt is None else DeliveryState(receipt.state)


def file_of(key: str, data: bytes = DATA) -> Parcel:
    return parcel(key, Enclosure(name="a.pdf", media_type="application/pdf", data=data))


def judge(files: Path, key: str, *, there: bool) -> None:
    """Look as the partner does."""
    final = files / f"{key}-{key}.pdf"
    assert final.exists() is there
    if there:
        assert final.read_bytes() == DATA
        assert not (files / f"{final.name}.part").exists()


class Partner:
    """OpenSSH, and channels to it."""

    def __init__(self, server: OpenSsh, closing: ExitStack) -> None:
        self.server = server
        self._closing = closing

    def channel(self, **changes: Any) -> Channel:
        rig = rigs.Rig(
            kind="sftp",
            settings={
                "host": "127.0.0.1",
                "port": self.server.port,
                "username": self.server.user,
                "private_key": self.server.private_key,
                "host_key": self.server.host_key,
                "timeout_seconds": 1,
            },
            unreachable={},
            parcel=parcel,
            arrived=lambda _key: 0,
        )
        made = rig.channel(**changes)
        self._closing.callback(made.close)
        return made

    def clear(self) -> None:
        for file in self.server.files.iterdir():
            file.unlink()


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., Partner]]:
    """Return what starts a server, or lends one that was started so before."""
    if not openssh.available():
        pytest.skip("OpenSSH's server is not installed (Debian package openssh-server)")
    with ExitStack() as stack:
        started: dict[tuple[str, str], Partner] = {}

        def one(subsystem: str = INTERNAL, key_type: str = "ed25519") -> Partner:
            key = (subsystem, key_type)
            if key not in started:
                server = stack.enter_context(openssh.openssh(subsystem, key_type=key_type))
                started[key] = Partner(server, stack)
            return started[key]

        yield one


BOTH = [(name, True) for name in FAULTS] + [
    (name, False) for name, fault in FAULTS.items() if fault.request == EXTENDED
]
"""Fault, and whether the partner leaves files where they are: it matters once they have names."""


# The library asks ahead in a thread of its own, which may be cut off while it does.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(("name", "keeps"), BOTH)
def test_openssh_fails_at_every_moment(
    start: Callable[..., Partner],
    name: str,
    keeps: bool,  # noqa: FBT001
) -> None:
    fault, partner = FAULTS[name], start(THROUGH_CUTTER)
    partner.clear()
    channel, made = partner.channel(keeps_files=keeps), file_of("inv")
    plan = {"request": fault.request, "about": fault.about, "nth": fault.nth}
    plan |= {"do": fault.do, "when": fault.when, "code": fault.code}
    partner.server.plan.write_text(json.dumps(plan))
    assert outcome(channel.send, made) == fault.sent
    assert not partner.server.plan.exists(), "the fault has not struck"
    judge(partner.server.files, "inv", there=fault.there)
    if keeps or fault.sent is InDoubt:
        assert outcome(channel.resolve, made) == fault.asked
    assert outcome(channel.send, made) == ARRIVED
    judge(partner.server.files, "inv", there=True)
    assert [file.name for file in partner.server.files.iterdir()] == ["inv-inv.pdf"]


def test_a_real_full_disk_leaves_nothing_and_is_tried_again(start: Callable[..., Partner]) -> None:
    partner = start()
    partner.clear()
    (partner.server.files / "inv-inv.pdf.part").symlink_to("/dev/full")
    channel, made = partner.channel(keeps_files=True), file_of("inv")
    assert outcome(channel.send, made) == Deferred
    assert list(partner.server.files.iterdir()) == []
    assert outcome(channel.send, made) == ARRIVED
    judge(partner.server.files, "inv", there=True)


SERVERS: dict[str, tuple[str, dict[str, Any], Outcome]] = {
    "read only": (f"{INTERNAL} -R", {}, Refused),
    "no POSIX rename": (f"{INTERNAL} -P posix-rename", {}, ARRIVED),
    "no rename at all": (f"{INTERNAL} -P posix-rename,rename", {}, Refused),
    "no such folder": (INTERNAL, {"folder": "nowhere"}, Refused),
    "wrong key of ours": (INTERNAL, {"private_key": None, "password": "x"}, Deferred),
    "wrong user": (INTERNAL, {"username": "nobody-of-that-name"}, Deferred),
}
"""Server, changed settings, and what sending says."""


@pytest.mark.parametrize("name", SERVERS)
def test_openssh_that_is_set_up_otherwise(start: Callable[..., Partner], name: str) -> None:
    subsystem, changes, sent = SERVERS[name]
    partner = start(subsystem)
    partner.clear()
    assert outcome(partner.channel(keeps_files=True, **changes).send, file_of("inv")) == sent
    judge(partner.server.files, "inv", there=sent == ARRIVED)


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_large_file_goes_on_where_it_was_cut(
    start: Callable[..., Partner],
    spoilt: bool,  # noqa: FBT001
) -> None:
    partner = start(THROUGH_CUTTER)
    partner.clear()
    data = DATA * (RESUMED_BYTES_MIN // len(DATA) + 1)
    blocks = -(-len(data) // 32_768)
    channel, made = partner.channel(keeps_files=True, timeout_seconds=10), file_of("inv", data)
    partner.server.plan.write_text(fails(WRITE, "cut", nth=blocks - 100))
    assert outcome(channel.send, made) == Deferred
    if spoilt:
        with (partner.server.files / "inv-inv.pdf.part").open("r+b") as part:
            part.seek(-1, 2)
            part.write(b"?")
    partner.server.plan.write_text(fails(WRITE, "fail", nth=200))
    assert outcome(channel.send, made) == (Deferred if spoilt else ARRIVED)
    assert partner.server.plan.exists() is not spoilt, "it is more than 200 writes, or fewer"
    partner.server.plan.unlink(missing_ok=True)
    assert outcome(channel.send, made) == ARRIVED
    assert (partner.server.files / "inv-inv.pdf").read_bytes() == data


def fails(request: int, do: str, *, nth: int) -> str:
    return json.dumps({"request": request, "do": do, "when": "before", "nth": nth, "code": FAILURE})


@pytest.mark.parametrize("key_type", ["rsa", "ecdsa"])
def test_a_host_key_of_any_kind_is_pinned(start: Callable[..., Partner], key_type: str) -> None:
    partner = start(INTERNAL, key_type)
    partner.clear()
    assert outcome(partner.channel().send, file_of("inv")) == ARRIVED
    other = start().server.host_key
    with pytest.raises(Deferred, match="not even our name") as caught:
        partner.channel(host_key=other).send(file_of("inv"))
    assert caught.value.endpoint_down
    assert partner.server.host_key in str(caught.value)


SIMULATED: dict[str, tuple[dict[str, Any], Outcome, bool]] = {
    "refuse open": ({"do": "refuse", "at": "open"}, Refused, False),
    "refuse folder": ({"do": "refuse", "at": "folder"}, Refused, False),
    "refuse rename": ({"do": "refuse", "at": "rename", "times": 2}, Refused, False),
    "defer write": ({"do": "defer", "at": "write"}, Deferred, False),
    "defer close": ({"do": "defer", "at": "close"}, Deferred, False),
    "hang open": ({"do": "hang", "at": "open"}, Deferred, False),
    "hang write": ({"do": "hang", "at": "write"}, Deferred, False),
    "hang close": ({"do": "hang", "at": "close"}, Deferred, False),
    "hang before-rename": ({"do": "hang", "at": "before-rename"}, InDoubt, False),
    "hang after-rename": ({"do": "hang", "at": "after-rename"}, InDoubt, True),
    "cut open": ({"do": "cut", "at": "open"}, Deferred, False),
    "cut write": ({"do": "cut", "at": "write"}, Deferred, False),
    "cut close": ({"do": "cut", "at": "close"}, Deferred, False),
    "cut before-rename": ({"do": "cut", "at": "before-rename"}, InDoubt, False),
    "cut after-rename": ({"do": "cut", "at": "after-rename"}, InDoubt, True),
    "late rename": ({"do": "late", "at": "rename", "after_seconds": 0.5}, ARRIVED, True),
    "lose rename": ({"do": "lose", "at": "rename"}, Deferred, False),
    "short write": ({"do": "short", "at": "write"}, Deferred, False),
    "spoil write": ({"do": "spoil", "at": "write"}, Deferred, False),
    "no-posix-rename": ({"do": "no-posix-rename", "at": "rename"}, ARRIVED, True),
    "clock": ({"do": "clock", "at": "rename"}, ARRIVED, True),
}
"""Name to fault, what sending says, and whether the file has its name then."""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("faulty")
    faults = [
        {"times": 1, **fault, "match": f"{key(name)}-*"}
        for name, (fault, _, _) in SIMULATED.items()
    ]
    with simulator("sftp_partner", folder, "--password", f"facteur:{SECRET}", faults=faults) as it:
        yield it


def key(name: str) -> str:
    return name.replace(" ", "-")


@pytest.mark.parametrize("name", SIMULATED)
def test_the_faulty_partner(faulty: Peer, name: str) -> None:
    _, sent, there = SIMULATED[name]
    rig = rigs.sftp_rig(faulty, dead_port=1)
    channel, made, files = (
        rig.channel(timeout_seconds=1),
        file_of(key(name)),
        faulty.folder / "files",
    )
    assert outcome(channel.send, made) == sent
    judge(files, key(name), there=there)
    assert outcome(channel.resolve, made) == (ARRIVED if there else None)
    assert outcome(channel.send, made) == ARRIVED
    judge(files, key(name), there=True)
    channel.close()

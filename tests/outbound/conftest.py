"""One running simulator of each kind, and a rig on each."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from outbound.catalogue import CHANNELS
from tests.outbound import rigs
from tests.outbound.rigs import SECRET, Rig
from tests.servers.scripted_ipp import ScriptedPrinter, scripted_printer
from tests.servers.simulators import Peer, simulator

PARTNER_FAULTS: list[dict[str, Any]] = [
    {"do": "refuse", "at": "open", "match": "*refuse*"},
    {"do": "cut", "at": "after-rename", "match": "doubt-1*.pdf", "times": 1},
    {"do": "cut", "at": "after-rename", "match": "doubt-2*.pdf", "times": 1},
    {"do": "cut", "at": "after-rename", "match": "job-doubt-1.done", "times": 1},
    {"do": "cut", "at": "after-rename", "match": "job-doubt-2.done", "times": 1},
    {"do": "cut", "at": "before-rename", "match": "lost*.pdf", "times": 1},
    {"do": "cut", "at": "write", "match": "half*", "times": 1},
    {"do": "defer", "at": "write", "match": "full*", "times": 1},
    {"do": "no-posix-rename", "at": "rename", "match": "plain-rename*"},
    {"do": "take", "at": "file", "match": "taken*"},
]
ACCESS_POINT_FATES = {
    "error": ("error", "document"),
    "error-after": ("error", "sent"),
    "busy": ("defer", "document"),
    "throttle": ("defer", "rate"),
    "drop": ("cut", "sent"),
    "half": ("cut", "answer"),
    "hang": ("hang", "sent"),
    "unread": ("hang", "document"),
    "refuse": ("refuse", "document"),
    "retry": ("retry", "document"),
    "give-up": ("give-up", "document"),
    "wrong-digest": ("wrong-digest", "document"),
    "reject": ("reject", "report"),
    "unconfirmed": ("unconfirmed", "report"),
    "silent": ("silent", "report"),
    "twice-told": ("duplicate", "report"),
}
"""Key of a parcel to the word and moment that strike it."""


@pytest.fixture(scope="session")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("mail")
    options = ("--bounces", str(folder / "bounces"), "--user", f"facteur:{SECRET}")
    with simulator("mail", folder, *options) as peer:
        yield peer


@pytest.fixture(scope="session")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("partner")
    options = ("--password", f"facteur:{SECRET}")
    with simulator("sftp_partner", folder, *options, faults=PARTNER_FAULTS) as peer:
        yield peer


@pytest.fixture(scope="session")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("printer")
    fates = [{"do": fate, "match": f"{fate}*"} for fate in ("reject", "spoil", "return")]
    options = ("--password", f"facteur:{SECRET}")
    with simulator("print_house", folder, *options, faults=[*PARTNER_FAULTS, *fates]) as peer:
        yield peer


@pytest.fixture(scope="session")
def access_point(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("access-point")
    faults: list[dict[str, Any]] = [
        {"do": word, "at": moment, "match": f"0204:{key}"}
        for key, (word, moment) in ACCESS_POINT_FATES.items()
    ]
    faults += [{"do": "cut", "match": "0204:doubt*", "at": "sent"}]
    faults += [{"do": "refuse", "match": "0204:refuse*"}]
    with simulator("access_point", folder, "--token", SECRET, faults=faults) as peer:
        yield peer


@pytest.fixture(scope="session")
def office() -> Iterator[ScriptedPrinter]:
    with scripted_printer(password=SECRET) as printer:
        yield printer


@pytest.fixture(scope="session")
def dead_port() -> Iterator[int]:
    """A port that is taken and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def email_rig(mail: Peer, dead_port: int) -> Iterator[Rig]:
    yield from _closed(rigs.email_rig(mail, mail.folder / "bounces", dead_port))


@pytest.fixture
def sftp_rig(partner: Peer, dead_port: int) -> Iterator[Rig]:
    yield from _closed(rigs.sftp_rig(partner, dead_port))


@pytest.fixture
def peppol_rig(access_point: Peer, dead_port: int) -> Iterator[Rig]:
    yield from _closed(rigs.peppol_rig(access_point, dead_port))


@pytest.fixture
def print_rig(printer: Peer, dead_port: int) -> Iterator[Rig]:
    yield from _closed(rigs.print_rig(printer, dead_port))


@pytest.fixture
def ipp_rig(office: ScriptedPrinter, dead_port: int) -> Iterator[Rig]:
    yield from _closed(rigs.ipp_rig(office, dead_port))


@pytest.fixture(params=CHANNELS)
def rig(request: pytest.FixtureRequest) -> Rig:
    """The rig of each kind in the table; a kind without one fails here."""
    made: Rig = request.getfixturevalue(f"{request.param}_rig")
    return made


def _closed(rig: Rig) -> Iterator[Rig]:
    yield rig
    for channel in rig.made:
        channel.close()

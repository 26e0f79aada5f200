"""Email at each moment and with each fault: every case ends as its row says, at both sides.

First through a real Postfix, our smart host, to mail servers that answer as ordered; then to such a
server directly, where the fault strikes our own line.
"""

import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.engine.pool import Pool
from tests.scenarios.email_roads import ENDS, Post, post
from tests.servers import postfix
from tests.servers.certificates import self_signed
from tests.servers.scripted_smtp import scripted_smtp
from tests.servers.simulators import Peer, simulator
from tests.servers.waiting import wait_for

SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class Case:
    """A row.

    Attributes:
        plan: what the peer does, as its fault plan or the recipient's name (`bounce-…`) say it.
        ends: one of ENDS.
        arrives: how often the peer has the message in the end.
        heard: words of the reports that must be filed; ` (hint)` after those that prove nothing.
    """

    name: str
    plan: Sequence[dict[str, Any]] = ()
    ends: str
    arrives: int = 0
    heard: tuple[str, ...] = ()


def fault(do: str, at: str, **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"do": do, "at": at, **more},)


NEXT = "by the next road"
EXPIRED = ("delayed", "(hint)", "failed 4.")
RELAYED = ("relayed 2.0.0",)
LINE_FAULTS = (
    Case(name="greeting-refused", plan=fault("refuse", "greeting"), ends=NEXT, heard=EXPIRED),
    Case(name="greeting-deferred", plan=fault("defer", "greeting"), ends=NEXT, heard=EXPIRED),
    Case(name="greeting-hangs", plan=fault("hang", "greeting"), ends=NEXT, heard=EXPIRED),
    Case(name="ehlo-refused", plan=fault("refuse", "ehlo"), ends=NEXT, heard=("failed 5.7.1",)),
    Case(name="ehlo-cut", plan=fault("cut", "ehlo"), ends=NEXT, heard=EXPIRED),
    Case(
        name="starttls-refused",
        plan=fault("refuse", "starttls"),
        ends=NEXT,
        heard=("failed 5.5.1",),
    ),
    Case(name="mail-refused", plan=fault("refuse", "mail"), ends=NEXT, heard=("failed 5.7.1",)),
    Case(name="mail-deferred", plan=fault("defer", "mail"), ends=NEXT, heard=EXPIRED),
    Case(name="mail-hangs", plan=fault("hang", "mail"), ends=NEXT, heard=EXPIRED),
)
"""What befalls a line before anybody is named: each has a server of its own."""

RECIPIENT_FAULTS = (
    Case(name="refuse-rcpt", ends=NEXT, heard=("no such address", "failed 5.1.1")),
    Case(name="defer-rcpt", ends=NEXT, heard=EXPIRED),
    Case(name="grey-rcpt", plan=fault("defer", "rcpt", times=1), ends="handed over", arrives=1),
    Case(name="hang-rcpt", plan=fault("hang", "rcpt"), ends=NEXT, heard=EXPIRED),
    Case(name="gone-rcpt", plan=fault("cut", "rcpt"), ends=NEXT, heard=EXPIRED),
    Case(name="busy-rcpt", ends=NEXT, heard=EXPIRED),
    Case(name="no-data", plan=fault("refuse", "data"), ends=NEXT, heard=("failed 5.5.1",)),
    Case(name="later-data", plan=fault("defer", "data"), ends=NEXT, heard=EXPIRED),
    Case(name="hang-data", plan=fault("hang", "data"), ends=NEXT, heard=EXPIRED),
    Case(name="cut-body", ends=NEXT, heard=EXPIRED),
    Case(name="lost-after-dot", ends=NEXT, heard=EXPIRED),
    Case(
        name="reply-lost",
        plan=fault("cut", "message", times=1),
        ends="handed over",
        arrives=2,  # RFC 1047: the smart host cannot know, and sends again
        heard=("delayed",),
    ),
    Case(name="reject-message", ends=NEXT, heard=("failed 5.6.0",)),
    Case(name="later-message", plan=fault("defer", "message"), ends=NEXT, heard=EXPIRED),
    Case(
        name="late-answer",
        plan=fault("late", "message", after_seconds=0.5),
        ends="handed over",
        arrives=1,
    ),
    Case(name="bounce-later", ends=NEXT, arrives=1, heard=("no such address: failed 5.1.1",)),
    Case(name="full-later", ends=NEXT, arrives=1, heard=("the mailbox is full: failed 5.2.2",)),
    Case(
        name="expire-later", ends=NEXT, arrives=1, heard=("delayed 4.4.1", "(hint)", "failed 4.4.7")
    ),
    Case(name="delayed-later", ends="handed over", arrives=1, heard=("delayed 4.4.1", "(hint)")),
    Case(name="words-later", ends=NEXT, arrives=1, heard=("no such address", "user unknown")),
    Case(name="relayed-later", ends="handed over", arrives=1, heard=RELAYED),
    Case(name="delivered-later", ends="delivered", arrives=1, heard=("delivered 2.0.0",)),
    Case(name="complain-later", ends="handed over", arrives=1, heard=("complaint", "(hint)")),
    Case(name="away-later", ends="handed over", arrives=1, heard=("automatic reply", "(hint)")),
    Case(name="read-later", ends="handed over", arrives=1, heard=("read receipt", "(hint)")),
    Case(name="challenge-later", ends="handed over", arrives=1),
    Case(
        name="bounce-twice",
        plan=fault("duplicate", "report"),
        ends=NEXT,
        arrives=1,
        heard=("failed 5.1.1",),
    ),
    Case(
        name="bounce-before-the-answer",
        plan=fault("late", "message", after_seconds=0.5),
        ends=NEXT,
        arrives=1,
        heard=("failed 5.1.1",),
    ),
)
"""What befalls one recipient: all on one server."""

OTHER_HOSTS = (
    Case(name="nobody-listens", ends=NEXT, heard=EXPIRED),
    Case(name="old-server", ends="handed over", arrives=1, heard=RELAYED),
    Case(name="own-mailbox", ends="delivered", arrives=1, heard=("delivered 2.0.0",)),
)

IMPATIENT = {
    "maximal_queue_lifetime": "8s",
    "bounce_queue_lifetime": "8s",
    "queue_run_delay": "1s",
    "minimal_backoff_time": "1s",
    "maximal_backoff_time": "1s",
    "delay_warning_time": "1s",
    "default_destination_concurrency_failed_cohort_limit": "1000",
    "smtp_connection_cache_on_demand": "no",
    **{
        f"smtp_{step}_timeout": "1s"
        for step in ("connect", "helo", "mail", "rcpt", "data_init", "data_xfer", "data_done")
    },
}
"""A smart host that gives up after seconds, and lets no server's fault delay another message."""


def _plan(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return [{**each, "match": f"{case.name}@*"} for case in cases for each in case.plan]


def _arrived(peer: Peer, address: str) -> int:
    return sum(address in row["to"] for row in peer.log("accepted"))


def _table(post: Post, cases: dict[str, Case], peers: dict[str, Peer]) -> dict[str, object]:
    """Return what has become of each case, as the two sides have it."""
    return {
        address: (
            post.fate(address).end,
            _arrived(peers[address], address) if address in peers else case.arrives,
            post.by_the_next_road(address),
            [words for words in case.heard if words not in post.fate(address).heard],
        )
        for address, case in cases.items()
    }


def _wanted(cases: dict[str, Case]) -> dict[str, object]:
    return {
        address: (ENDS[case.ends], case.arrives, int(case.ends == NEXT), [])
        for address, case in cases.items()
    }


@pytest.mark.scenario
def test_through_a_real_smart_host_each_fault_ends_as_its_row_says(
    tmp_path: Path, pool: Pool
) -> None:
    if not postfix.available():
        pytest.skip("Postfix is not installed or we are not root (Debian package postfix)")
    with ExitStack() as stack:
        certificate = self_signed(tmp_path / "mx.pem")
        bounces = tmp_path / "reports"
        lines = {
            case.name: stack.enter_context(
                simulator(
                    "mail",
                    tmp_path / case.name,
                    *("--certificate", str(certificate)),
                    faults=list(case.plan),
                )
            )
            for case in LINE_FAULTS
        }
        mx = stack.enter_context(
            simulator(
                "mail", tmp_path / "mx", "--bounces", str(bounces), faults=_plan(RECIPIENT_FAULTS)
            )
        )
        old = stack.enter_context(scripted_smtp({"EHLO": b"250 old.example"}))
        hops = {f"{name}.example": peer.port for name, peer in lines.items()}
        hops |= {"mx.example": mx.port, "old.example": old.port, "nobody.example": _closed_port()}
        encrypted = f"inline:{{ {{[127.0.0.1]:{lines['starttls-refused'].port} = encrypt}} }}"
        host = stack.enter_context(
            postfix.postfix(hops, IMPATIENT | {"smtp_tls_policy_maps": encrypted})
        )
        house = stack.enter_context(
            post(tmp_path, pool, port=host.port, bounce_maildir=str(host.bounces))
        )
        _let_in(bounces, host.bounces)
        cases = {f"{case.name}@mx.example": case for case in RECIPIENT_FAULTS}
        cases |= {f"anna@{case.name}.example": case for case in LINE_FAULTS}
        others = ("anna@nobody.example", "anna@old.example", "anna@haus.example")
        cases |= dict(zip(others, OTHER_HOSTS, strict=True))
        peers = {f"{case.name}@mx.example": mx for case in RECIPIENT_FAULTS}
        peers |= {f"anna@{name}.example": peer for name, peer in lines.items()}
        for address in cases:
            house.submit(address)

        def settled() -> bool:
            house.work()
            return _table(house, cases, peers) == _wanted(cases)

        with suppress(AssertionError):
            wait_for(settled, seconds=SECONDS)
        found, wanted = _table(house, cases, peers), _wanted(cases)
        wrong = {each: (found[each], house.fate(each).heard) for each in cases}
        assert {each: wrong[each] for each in cases if found[each] != wanted[each]} == {}
        assert len(cases) >= 27


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _let_in(source: Path, maildir: Path) -> None:
    """Let what one maildir gets arrive in another."""
    maildir.parent.mkdir(exist_ok=True)
    source.symlink_to(maildir)


DIRECT = (
    Case(name="greeting-refused", plan=fault("refuse", "greeting"), ends="waits"),
    Case(name="greeting-deferred", plan=fault("defer", "greeting"), ends="waits"),
    Case(name="greeting-hangs", plan=fault("hang", "greeting"), ends="waits"),
    Case(name="greeting-cut", plan=fault("cut", "greeting"), ends="waits"),
    Case(name="ehlo-refused", plan=fault("refuse", "ehlo"), ends="waits"),
    Case(name="ehlo-cut", plan=fault("cut", "ehlo"), ends="waits"),
    Case(name="starttls-refused", plan=fault("refuse", "starttls"), ends="waits"),
    Case(name="starttls-deferred", plan=fault("defer", "starttls"), ends="waits"),
    Case(name="auth-refused", plan=fault("refuse", "auth"), ends="waits"),
    Case(name="auth-deferred", plan=fault("defer", "auth"), ends="waits"),
    Case(name="mail-refused", plan=fault("refuse", "mail"), ends="waits"),
    Case(name="mail-deferred", plan=fault("defer", "mail"), ends="waits"),
    Case(name="mail-hangs", plan=fault("hang", "mail"), ends="waits"),
    Case(name="refuse-rcpt", ends=NEXT),
    Case(name="defer-rcpt", ends="waits"),
    Case(name="busy-rcpt", ends="waits"),
    Case(name="rcpt-hangs", plan=fault("hang", "rcpt"), ends="waits"),
    Case(name="data-refused", plan=fault("refuse", "data"), ends=NEXT),
    Case(name="data-deferred", plan=fault("defer", "data"), ends="waits"),
    Case(name="lost-after-dot", ends="in doubt"),
    Case(name="doubt-after-dot", ends="in doubt", arrives=1),
    Case(name="hangs-after-dot", plan=fault("hang", "message"), ends="in doubt", arrives=1),
    Case(
        name="late-answer",
        plan=fault("late", "message", after_seconds=0.2),
        ends="handed over",
        arrives=1,
    ),
    Case(name="reject-message", ends=NEXT),
    Case(name="message-deferred", plan=fault("defer", "message"), ends="waits"),
    Case(name="bounce-later", ends=NEXT, arrives=1, heard=("failed 5.1.1",)),
    Case(name="away-later", ends="handed over", arrives=1, heard=("automatic reply", "(hint)")),
    Case(
        name="bounce-though-nobody-answered",
        plan=fault("cut", "message"),
        ends=NEXT,
        arrives=1,
        heard=("failed 5.1.1",),
    ),
)
"""What befalls our own line to a server."""


FAST = {
    "greeting-deferred",
    "auth-refused",
    "refuse-rcpt",
    "lost-after-dot",
    "doubt-after-dot",
    "reject-message",
    "bounce-though-nobody-answered",
}
"""Those that run with all tests; the others are scenarios."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=() if case.name in FAST else pytest.mark.scenario)
        for case in DIRECT
    ],
)
def test_on_our_own_line_each_fault_ends_as_its_row_says(
    case: Case, tmp_path: Path, pool: Pool, certificate: Path
) -> None:
    encrypts = case.name.startswith("starttls")
    bounces, address = tmp_path / "reports", f"{case.name}@kunde.example"
    options = ("--certificate", str(certificate)) if encrypts else ()
    with (
        simulator(
            "mail",
            tmp_path / "mx",
            *("--bounces", str(bounces), "--user", "facteur:secret", *options),
            faults=list(case.plan),
        ) as peer,
        post(
            tmp_path,
            pool,
            port=peer.port,
            tls="starttls" if encrypts else "none",
            ca_file=str(certificate),
            username="facteur",
            password="secret",
            bounce_maildir=str(bounces),
        ) as house,
    ):
        house.submit(address)
        house.work()
        assert _table(house, {address: case}, {address: peer}) == _wanted({address: case})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "mx.pem")

"""Whether a hub that ends by itself is at fault: not while it starts and its database goes."""

import multiprocessing
from multiprocessing.connection import Connection

import pytest

from bench.crash.hub import Hub


def _end(*, told: bool, tell: Connection, go: Connection) -> None:
    if told:
        tell.send("started")
    go.recv()
    raise SystemExit(1)


@pytest.mark.parametrize(
    ("told", "failure"),
    [(False, ""), (True, "a hub ended by itself with 1")],
    ids=["starts", "runs"],
)
def test_a_hub_may_end_only_while_it_starts(*, told: bool, failure: str) -> None:
    context = multiprocessing.get_context("forkserver")
    says, tell = context.Pipe(duplex=False)
    go, let_go = context.Pipe(duplex=False)
    process = context.Process(target=_end, kwargs={"told": told, "tell": tell, "go": go})
    process.start()
    hub = Hub(process, "", says)
    if told:
        says.poll(None)
    hub.may_end_if_starting()
    let_go.send("go")
    process.join()
    assert hub.failure == failure

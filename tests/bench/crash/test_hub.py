"""Whether a hub that ends by itself is at fault: not while it starts and its database goes."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bench.crash.hub import Hub


def _end(*, told: bool, tell: Connection, may_go: Path) -> None:
    if told:
        tell.send("started")
    while not may_go.exists():
        pass
    raise SystemExit(1)


@pytest.mark.parametrize(
    ("told", "failure"),
    [(False, ""), (True, "a hub ended by itself with 1")],
    ids=["starts", "runs"],
)
def test_a_hub_may_end_only_while_it_starts(tmp_path: Path, *, told: bool, failure: str) -> None:
    context = multiprocessing.get_context("forkserver")
    says, tell = context.Pipe(duplex=False)
    may_go = tmp_path / "go"
    process = context.Process(target=_end, kwargs={"told": told, "tell": tell, "may_go": may_go})
    process.start()
    hub = Hub(process, "", says)
    if told:
        says.poll(30)
    hub.may_end_if_starting()
    may_go.touch()
    process.join()
    assert hub.failure == failure

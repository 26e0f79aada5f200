"""A server that lets nobody in yet is waited for: with growing pauses, told, and not for ever."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.wiring.database import PAUSES_SECONDS, await_database
from tests.servers import postgres
from tests.servers.postgres import Cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server of its own: it is stopped and started."""
    if not postgres.available():
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with postgres.cluster() as running:
        yield running


def recovering(cluster: Cluster) -> Path:
    """Let a server start that lets nobody in until this file is gone, as one that recovers does."""
    data = cluster.folder / "data"
    with (data / "postgresql.conf").open("a", encoding="ascii") as settings:
        settings.write("hot_standby = off\n")
    cluster.stop("fast")
    (data / "standby.signal").touch()
    cluster.start()
    return data / "standby.signal"


def test_a_server_that_starts_is_waited_for(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    url = cluster.url("late")
    signal = recovering(cluster)
    steps: list[Callable[[], object]] = [cluster.stop, signal.unlink, cluster.start]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if steps:
            steps.pop(0)()

    with caplog.at_level(logging.WARNING, "facteur"):
        await_database(url, pause=pause)
    assert pauses[:3] == list(PAUSES_SECONDS[:3])
    assert [record.getMessage() for record in caplog.records][:3] == [
        "the database is starting up or shutting down; looking again in 0.5 s",
        "the database does not answer; looking again in 1 s",
        "the database does not answer; looking again in 2 s",
    ]


def test_pauses_grow_and_end() -> None:
    pauses: list[float] = []
    await_database("postgresql+psycopg://127.0.0.1:9/x", pause=pauses.append)
    assert pauses == sorted(pauses)
    assert 60 <= sum(pauses) <= 180


@pytest.mark.parametrize("url", ["sqlite:////nowhere/facteur.db", "nonsense", "postgres://h/x"])
def test_what_is_no_server_is_not_waited_for(url: str) -> None:
    pauses: list[float] = []
    await_database(url, pause=pauses.append)
    assert pauses == []


def test_who_is_not_let_in_is_not_waited_for(cluster: Cluster) -> None:
    pauses: list[float] = []
    await_database(f"postgresql+psycopg://nobody@/none?host={cluster.folder}", pause=pauses.append)
    assert pauses == []

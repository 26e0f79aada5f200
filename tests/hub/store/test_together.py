"""Threads that share commits: each is durable when it returns, and fails alone."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
import sqlalchemy as sa

from hub.store.database import Connection, Database
from hub.store.together import Together


@pytest.fixture
def counted(database: Database) -> tuple[Together, list[int]]:
    """Return what shares commits, and a list that grows by one with each commit."""
    with database.transaction() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS shared (n INTEGER PRIMARY KEY)"))
        connection.execute(sa.text("DELETE FROM shared"))
    commits: list[int] = []

    @contextmanager
    def transaction() -> Iterator[Connection]:
        with database.transaction() as connection:
            yield connection
        commits.append(1)

    return Together(transaction), commits


def put(connection: Connection, number: int) -> None:
    connection.execute(sa.text("INSERT INTO shared VALUES (:n)"), {"n": number})


def kept(database: Database) -> list[int]:
    with database.transaction() as connection:
        return list(connection.execute(sa.text("SELECT n FROM shared ORDER BY n")).scalars())


def test_who_comes_while_one_commits_shares_the_next(
    database: Database, counted: tuple[Together, list[int]]
) -> None:
    together, commits = counted
    inside, go_on = threading.Event(), threading.Event()

    def first(connection: Connection) -> None:
        put(connection, 0)
        inside.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(9) as threads:
        leader = threads.submit(together.run, first)
        assert inside.wait(10)
        others = [
            threads.submit(together.run, partial(put, number=number)) for number in range(1, 9)
        ]
        while len(together._waiting) < 8:
            assert not leader.done()
        go_on.set()
        for call in (leader, *others):
            call.result()
    assert kept(database) == list(range(9))
    assert len(commits) == 2


def test_one_that_fails_takes_no_others_with_it(
    database: Database, counted: tuple[Together, list[int]]
) -> None:
    together, _ = counted
    together.run(lambda connection: put(connection, 1))
    inside, go_on = threading.Event(), threading.Event()

    def first(_connection: Connection) -> None:
        inside.set()
        assert go_on.wait(10)

    with ThreadPoolExecutor(3) as threads:
        leader = threads.submit(together.run, first)
        assert inside.wait(10)
        twice = threads.submit(together.run, lambda connection: put(connection, 1))
        good = threads.submit(together.run, lambda connection: put(connection, 2))
        while len(together._waiting) < 2:
            assert not leader.done()
        go_on.set()
        good.result()
        with pytest.raises(sa.exc.IntegrityError):
            twice.result()
    assert kept(database) == [1, 2]

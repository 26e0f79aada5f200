"""Marks of changes: taken once, and never by waiting for whoever sets others."""

import pytest
import sqlalchemy as sa

from hub.store import notices
from hub.store.database import Database


def test_marks_are_taken_in_order_and_once(database: Database) -> None:
    with database.transaction() as connection:
        for subject in ("b", "c", "a", "b"):
            notices.mark(connection, subject)
        assert notices.take_marked(connection, 2) == ["a", "b"]
    with database.transaction() as connection:
        assert notices.take_marked(connection, 2) == ["c"]
        assert notices.take_marked(connection, 2) == []


@pytest.mark.parametrize("order", ["abc", "cba"])
def test_who_takes_marks_waits_for_nobody_who_sets_them(
    postgres_database: Database, order: str
) -> None:
    """Two that wait for each other's rows are a deadlock; who never waits is in none."""
    with postgres_database.transaction() as connection:
        connection.execute(notices.changed.delete())
        for subject in order:
            notices.mark(connection, subject)
    with postgres_database.transaction() as worker:
        notices.mark(worker, "b")
        with postgres_database.transaction() as job:
            job.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
            assert notices.take_marked(job, 10) == ["a", "c"]
    with postgres_database.transaction() as connection:
        assert notices.take_marked(connection, 10) == ["b"]

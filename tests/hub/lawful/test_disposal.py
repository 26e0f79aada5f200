"""What is disposed of goes from the archive and from the books, and nothing else does."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from archive.archive import Archive
from archive.law.holds import Scope, place
from hub.engine.pool import Pool
from hub.lawful.disposal import approve, propose
from hub.lawful.standing import retention_of
from hub.pipeline.receive import Arrival, receive
from hub.store.database import TABLES, Database
from tests.archive.filing import KEY, MASTERS, ORIGIN, chance
from tests.hub.houses import Home, opened_house
from tests.hub.invoices import ubl


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    """A house with an archive that can forget."""
    with opened_house(tmp_path, database, pool) as made:
        archive = Archive(
            tmp_path / "sealed",
            origin=ORIGIN,
            key=KEY,
            clock=made.clock,
            random_bytes=chance(),
            masters=MASTERS,
        )
        with archive:
            yield Home(
                replace(made.house, archive=archive),
                made.clock,
                {"post": made.post, "second": made.second},
            )


def drop(home: Home, data: bytes) -> str:
    arrival = Arrival(data=data, name="a.xml", tenant="nordwind", sender="erp", door="api")
    return receive(home.house, arrival)[0].id


def rows(home: Home, words: str) -> dict[str, int]:
    """Return how many rows of each table have these words in any column."""
    found = {}
    with home.house.database.transaction() as connection:
        for table in TABLES.sorted_tables:
            lines = connection.execute(sa.select(table)).all()
            if count := sum(words in str(tuple(line)) for line in lines):
                found[table.name] = count
    return found


def test_books_and_archive_forget_what_may_go_and_keep_the_rest(home: Home) -> None:
    house = home.house
    gone, held, garbage = (
        drop(home, data) for data in (ubl(number="R-1"), ubl(number="R-2"), b"garbage")
    )
    home.run()
    assert {"documents", "deliveries", "events", "document_numbers"} <= {*rows(home, f"{gone}-1")}
    before = {name: rows(home, name) for name in (held, garbage)}
    home.clock.now = datetime(2034, 12, 31, tzinfo=UTC)
    standing = retention_of(house.archive, house.config, "nordwind", f"{held}-1")
    assert standing.obstacles(home.clock.now.date())
    home.clock.now = datetime(2035, 1, 1, tzinfo=UTC)
    place(house.archive, "nordwind", Scope(document=f"{held}-1"), by="A", reason="lawsuit")
    proposed = propose(house, "nordwind", by="A", limit=100)
    assert {one.subject for one in proposed.listed} == {gone, f"{gone}-1", garbage}
    done = approve(house, "nordwind", proposed.id, by="B")
    assert {*done.erased} == {gone, f"{gone}-1", garbage}
    assert (rows(home, gone), rows(home, garbage)) == ({}, {})
    assert rows(home, held) == before[held]
    assert house.archive.entries(document=f"{gone}-1") == ()
    assert house.archive.verify().faults == []
    assert approve(house, "nordwind", proposed.id, by="B").erased == done.erased

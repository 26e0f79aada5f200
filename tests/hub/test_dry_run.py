"""Documents are tried by the facts of then, page by page, and what is gone is said to be gone."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from formats.catalogue import WRITERS
from hub.dry_run import Judged, Side, Trial, dry_run
from hub.engine.pool import Pool
from hub.pipeline.receive import Arrival, receive
from hub.store import documents
from hub.store.database import Database
from hub.store.documents import DocumentRow
from routing_rules import tariff
from routing_rules.grammar import load
from routing_rules.roads import Vocabulary
from tests.hub.houses import RULES, Home, opened_house
from tests.hub.invoices import ubl

LATER = RULES.replace('"post"', '"later"') + "valid_from = 2026-12-01\n"
HOUSE = Vocabulary(
    channels={"post": "sftp", "second": "sftp", "later": "sftp"},
    formats={name: writer.kinds for name, writer in WRITERS.items()},
)


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with opened_house(tmp_path, database, pool) as home:
        for number in ("R-1", "R-2", "R-3"):
            data = ubl(number=number)
            receive(home.house, Arrival(data=data, name=number, tenant="nordwind", sender="erp",
                                        door="api"))  # fmt: skip
            home.run()
            home.clock.forward(minutes=1)
        yield home


def judged(home: Home, on: date | None = None, **since: float) -> list[Judged | DocumentRow]:
    laws = load([], HOUSE)
    kinds = dict(HOUSE.channels)
    text = LATER + RULES.replace('"all"', '"old"')
    rules = load([("new.toml", text)], HOUSE)
    trial = Trial(rules=rules, laws=laws, kinds=kinds, prices=tariff.load(), on=on)
    house = home.house
    begin = home.clock.now - timedelta(**(since or {"days": 30}))
    return list(dry_run(house.database, house.archive, house.config, trial, since=begin, at_once=2))


def rules_of(found: list[Judged | DocumentRow]) -> set[str | None]:
    return {one.new.rule for one in found if isinstance(one, Judged)}


def test_each_document_is_tried_once_by_the_day_of_its_decision(home: Home) -> None:
    home.clock.forward(days=20)
    found = judged(home)
    assert [one.row.number for one in found if isinstance(one, Judged)] == [
        "R-3",
        "R-2",
        "R-1",
    ]
    assert rules_of(found) == {"old"}
    assert rules_of(judged(home, on=date(2026, 12, 1))) == {"all"}
    assert judged(home, days=1) == []


def test_what_is_no_longer_kept_comes_as_its_row(home: Home) -> None:
    with home.house.database.transaction() as connection:
        (row, *_) = documents.found(connection)
        documents.change(connection, row.id, enriched_sha256="0" * 64)
    (first, *others) = judged(home)
    assert isinstance(first, DocumentRow)
    assert first.number == "R-3"
    assert all(isinstance(one, Judged) for one in others)


def test_a_side_counts_the_first_road_and_names_what_has_no_price(home: Home) -> None:
    side = Side()
    for one in judged(home):
        assert isinstance(one, Judged)
        side.add(one.old, one.costs[0])
    assert dict(side.documents) == {"post": 3}
    assert (side.costs, dict(side.unpriced)) == ({}, {"post": 3})

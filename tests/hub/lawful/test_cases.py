"""Whatever is filed of a house's traffic belongs to a file that came in, and goes with it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archive.erasing import STAYING
from archive.law.cases import case_of, over
from hub.engine.pool import Pool
from hub.store.database import Database
from tests.hub.console.town import fill, house_of_two
from tests.hub.houses import Home

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def busy(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with house_of_two(tmp_path, database, pool) as home:
        fill(home)
        yield home


def test_nothing_of_the_traffic_is_forgotten_when_its_time_is_over(busy: Home) -> None:
    archive = busy.house.archive
    reached = set()
    for tenant in busy.house.config.tenants:
        for submission in over(archive, tenant, date(2050, 1, 1)):
            case = case_of(archive, tenant, submission)
            own = (entry for entries in case.documents.values() for entry in entries)
            reached |= {entry.id for entry in (*case.shared, *own)}
    filed = [entry for entry in archive.entries() if entry.kind not in STAYING]
    assert len(filed) > 50
    assert [(e.kind, e.step, e.subject) for e in filed if e.id not in reached] == []

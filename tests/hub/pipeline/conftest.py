from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.store.database import Database
from tests.hub.houses import Home, opened_house


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    made = Pool(1, preload=("hub.pipeline.render",))
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with opened_house(tmp_path, database, pool) as made:
        yield made

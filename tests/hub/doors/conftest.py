from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.store.database import Database
from tests.hub.houses import Home, opened_house


@pytest.fixture
def home(tmp_path: Path, sqlite_database: Database, pool: Pool) -> Iterator[Home]:
    """A house on SQLite: doors do not care which database stands behind them."""
    with opened_house(tmp_path, sqlite_database, pool) as made:
        yield made

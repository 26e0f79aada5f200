from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.store.database import Database
from tests.hub.houses import Home, opened_house


@pytest.fixture
def home(tmp_path: Path, pool: Pool) -> Iterator[Home]:
    """A house on SQLite: the API does not care which database stands behind it."""
    database = Database(f"sqlite:///{tmp_path / 'facteur.db'}")
    database.migrate()
    with opened_house(tmp_path, database, pool) as made:
        yield made
    database.close()

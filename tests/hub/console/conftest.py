"""A quiet house for one test to act in, and a busy one for all to look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.pool import Pool
from hub.store.database import Database
from tests.hub.console.town import Person, Town, entered, fill, house_of_two, served
from tests.hub.houses import Home


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    """A quiet house on each database, for one test to act in."""
    with house_of_two(tmp_path, database, pool) as made:
        yield made


@pytest.fixture
def clerk(home: Home) -> Person:
    """Sees all companies of the quiet house."""
    return entered(home, served(home), "*")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Town]:
    """A busy house, for many tests to look at and none to change."""
    folder = tmp_path_factory.mktemp("town")
    database = Database(f"sqlite:///{folder / 'facteur.db'}")
    database.migrate()
    with house_of_two(folder, database, pool) as home:
        yield fill(home)
    database.close()

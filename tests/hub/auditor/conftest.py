"""A year of documents for all tests to look at, each through an access of its own."""

from collections.abc import Iterator

import pytest

from hub.engine.pool import Pool
from hub.store.database import Database
from tests.hub.auditor.bureau import Bureau, fill
from tests.hub.console.town import house_of_two


@pytest.fixture(scope="session")
def bureau(tmp_path_factory: pytest.TempPathFactory, pool: Pool) -> Iterator[Bureau]:
    folder = tmp_path_factory.mktemp("bureau")
    database = Database(f"sqlite:///{folder / 'facteur.db'}")
    database.migrate()
    with house_of_two(folder, database, pool) as home:
        yield fill(home)
    database.close()

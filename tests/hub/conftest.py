"""The databases that everything of the hub is tested on, and a whole house on each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.engine.pool import Pool
from hub.store.database import TABLES, Database
from tests.hub.desks import Desk, desk
from tests.hub.houses import Home, opened_house
from tests.servers import postgres


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    if not postgres.available():
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_database(postgres_cluster: postgres.Cluster) -> Iterator[Database]:
    made = Database(postgres_cluster.url("facteur"))
    made.migrate()
    yield made
    made.close()


@pytest.fixture(scope="session")
def sqlite_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture
def sqlite_database(sqlite_desk: Desk) -> Iterator[Database]:
    """An empty database on SQLite, for what does not care which one stands behind it."""
    with sqlite_desk.cleared() as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Database:
    if request.param == "sqlite":
        made: Database = request.getfixturevalue("sqlite_database")
        return made
    shared: Database = request.getfixturevalue("postgres_database")
    _empty(shared)
    return shared


def _empty(database: Database) -> None:
    """Delete without asking for references, which is much faster than TRUNCATE."""
    with database.transaction() as connection:
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for table in TABLES.tables.values():
            connection.execute(table.delete())


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    made = Pool(1, preload=("hub.pipeline.render",))
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path, database: Database, pool: Pool) -> Iterator[Home]:
    with opened_house(tmp_path, database, pool) as made:
        yield made

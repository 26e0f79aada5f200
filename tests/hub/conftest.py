"""The databases that everything of the hub is tested on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub.store.database import TABLES, Database
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "postgresql":
        shared: Database = request.getfixturevalue("postgres_database")
        _empty(shared)
        yield shared
        return
    made = Database(f"sqlite:///{tmp_path / 'facteur.db'}")
    made.migrate()
    yield made
    made.close()


def _empty(database: Database) -> None:
    tables = ", ".join(TABLES.tables)
    with database.transaction() as connection:
        connection.execute(sa.text(f"TRUNCATE {tables} CASCADE"))

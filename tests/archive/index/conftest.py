from collections.abc import Iterator

import pytest

from tests.servers import postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    if not postgres.available():
        pytest.skip("PostgreSQL is not installed (Debian package postgresql)")
    with postgres.cluster() as running:
        yield running


@pytest.fixture(scope="module")
def empty_database(cluster: postgres.Cluster) -> str:
    """Return the URL of a database in which nothing is."""
    return cluster.url("archive").replace("postgresql+psycopg", "postgresql")

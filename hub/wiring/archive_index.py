"""Where the archive's index lies: in a file beside it, or in the hub's database."""

from collections.abc import Callable
from functools import partial

from archive.index.postgresql import PostgresIndex
from hub.config.config import Config
from hub.config.faults import Faulty

_DRIVER = "postgresql+psycopg://"


def index_of(config: Config) -> Callable[[], PostgresIndex] | None:
    """Return what opens the index in the hub's database; None if it is a file.

    Raises:
        Faulty: the hub's database is no PostgreSQL, or its URL cannot be read.
    """
    if config.archive.index == "sqlite":
        return None
    url = config.database_url
    if not url.startswith(_DRIVER):
        raise Faulty("archive.index: `postgresql` needs a PostgreSQL database (hub.database)")
    return partial(PostgresIndex, url.replace(_DRIVER, "postgresql://", 1))

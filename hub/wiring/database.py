"""Opens the database that a hub keeps its books in."""

from hub.config import Config
from hub.store.database import Database


def open_database(config: Config) -> Database:
    """Open the database, brought up to date.

    Raises:
        Unreachable: it cannot be opened.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    database = Database(config.database_url)
    database.migrate()
    return database

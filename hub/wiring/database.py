"""Opens the database that a hub keeps its books in."""

import os
from pathlib import Path

from hub.config.sections import Config
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


def unwritable(config: Config) -> Path | None:
    """Return what of the data folder this user may not write, if there is such a thing."""
    parts = (config.data, *config.data.glob("facteur.db*"))
    return next((part for part in parts if part.exists() and not os.access(part, os.W_OK)), None)

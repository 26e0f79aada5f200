"""Opens the database that a hub keeps its books in."""

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import pq
from psycopg.conninfo import make_conninfo

from hub.config.config import Config
from hub.store.database import Database

_NOT_YET: Final = {
    pq.Ping.REJECT: "is starting up or shutting down",
    pq.Ping.NO_RESPONSE: "does not answer",
}
PAUSES_SECONDS: Final = (0.5, 1, 2, 4, 8, 15, 30, 30, 30)
"""Between looks at a server that lets nobody in yet: two minutes in all."""
_PING_SECONDS: Final = 5
_log = logging.getLogger("facteur")


def open_database(config: Config) -> Database:
    """Open the database, brought up to date.

    Raises:
        Unreachable: it cannot be opened.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    database = Database(config.database_url)
    database.migrate()
    return database


def await_database(url: str, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Wait until a server lets anybody in, for as long as machines take to start together.

    Whether it lets us in, and what is wrong if it never does, is found by opening it.
    """
    for seconds in PAUSES_SECONDS:
        why = _not_yet(url)
        if why is None:
            return
        _log.warning("the database %s; looking again in %g s", why, seconds)
        pause(seconds)


def _not_yet(url: str) -> str | None:
    """Return why a server lets nobody in now; asks for no name and no password."""
    if not url.startswith("postgresql"):
        return None
    try:
        address = sa.make_url(url)
        named = address.translate_connect_args(username="user", database="dbname")
        wanted: dict[str, Any] = {"connect_timeout": _PING_SECONDS, **address.query, **named}
        line = make_conninfo(**wanted)
    except (sa.exc.ArgumentError, psycopg.Error):
        return None
    return _NOT_YET.get(pq.Ping(pq.PGconn.ping(line.encode())))


def unwritable(config: Config) -> Path | None:
    """Return what of the data folder this user may not write, if there is such a thing."""
    parts = (config.data, *config.data.glob("facteur.db*"))
    return next((part for part in parts if part.exists() and not os.access(part, os.W_OK)), None)

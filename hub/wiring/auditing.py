"""Builds what the auditor's pages read: the archive, and the hub's database opened read-only.

There are no channels, rules, seals or engine: nothing can be sent, decided or changed by it.
Questions are put to the archive's index over a connection that refuses every change. The archive
itself is open to be filed in, as each question is filed before it is answered: so the process needs
the key that signs the archive's checkpoints, and, where contents are encrypted, the master key, to
read them and to encrypt what it files. It needs no other key, and keeps no settings of channels.
"""

import sqlalchemy as sa
from msgspec import structs

from hub.config.config import Config
from hub.engine.pool import Pool
from hub.pipeline.house import House
from hub.store.auditors import auditors
from hub.store.database import Database, Unreachable
from hub.wiring.archive import open_archive
from hub.wiring.clock import new_id, now
from routing_rules.rule import Rules

_PRELOAD = ("formats.pdf_text.picture",)
_PICTURE_SECONDS = 20


def reading_house(config: Config, *, children: int = 1) -> House:
    """Build the house as an auditor's pages see it.

    Raises:
        Unreachable: the database cannot be read, or was never brought up to date.
        KeyFault, ArchiveError: the archive cannot be opened.
    """
    database = open_reading(config)
    try:
        archive = open_archive(config)
    except BaseException:
        database.close()
        raise
    return House(
        config=structs.replace(config, channels={name: {} for name in config.channels}),
        database=database,
        archive=archive,
        pool=Pool(
            children,
            memory_bytes=config.hub.child_memory_mb << 20,
            timeout_seconds=_PICTURE_SECONDS,
            preload=_PRELOAD,
        ),
        rules=Rules(rules=(), version="", kept=b""),
        channels={},
        guides={},
        seals={},
        clock=now,
        new_id=new_id,
    )


def open_reading(config: Config) -> Database:
    """Open the database so that it refuses every change.

    Raises:
        Unreachable: it cannot be opened, or has no table of accesses yet.
    """
    database = Database(_read_only(config.database_url))
    try:
        with database.transaction() as connection:
            connection.execute(sa.select(sa.func.count()).select_from(auditors))
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        database.close()
        raise Unreachable(
            f"the database: {' '.join(str(error.orig).split())}; "
            "`facteur auditor list` brings it up to date"
        ) from error
    return database


def _read_only(url: str) -> str:
    known = sa.make_url(url)
    if url.startswith("sqlite"):
        changed = known.set(database=f"file:{known.database}")
        return changed.update_query_dict({"mode": "ro", "uri": "true"}).render_as_string()
    given = known.query.get("options", "")
    options = f"{given} -c default_transaction_read_only=on".strip()
    return known.update_query_dict({"options": options}).render_as_string(hide_password=False)

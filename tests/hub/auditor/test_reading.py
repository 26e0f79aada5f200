"""The process for auditors sees the hub's database and can change nothing in it."""

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from hub.config.config import Config
from hub.config.loading import load
from hub.store import auditors
from hub.store.database import Database, Unreachable
from hub.wiring.auditing import open_reading
from tests.hub.houses import SETTINGS
from tests.hub.store.test_auditors import NOW, access


def settings(folder: Path, database: Database) -> Config:
    path = folder / "facteur.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    url = database.engine.url.render_as_string(hide_password=False)
    config = load(path)
    return msgspec.structs.replace(config, hub=msgspec.structs.replace(config.hub, database=url))


def test_the_database_is_read_and_never_written(tmp_path: Path, database: Database) -> None:
    with database.transaction() as connection:
        auditors.add(connection, access(), "x")
    reading = open_reading(settings(tmp_path, database))
    try:
        with reading.transaction() as connection:
            assert auditors.get(connection, "a1") == access()
        refusal = "read-only|readonly"
        with pytest.raises(sa.exc.DBAPIError, match=refusal), reading.transaction() as connection:
            auditors.revoke(connection, "a1", now=NOW, by="Nobody")
        with database.transaction() as connection:
            auditors.revoke(connection, "a1", now=NOW, by="Office")
        with reading.transaction() as connection:
            found = auditors.get(connection, "a1")
        assert found is not None
        assert found.revoked_by == "Office"
    finally:
        reading.close()


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(Unreachable, match="facteur auditor list"):
        open_reading(settings(tmp_path, missing))
    missing.close()
    assert not (tmp_path / "none.db").exists()

from pathlib import Path

import psycopg
import pytest

from archive.entry import Query
from hub.config.config import Config
from hub.config.faults import Faulty
from hub.config.loading import load
from hub.keys import create_log_key
from hub.wiring.archive import open_archive
from tests.archive.filing import draft
from tests.servers import postgres

SETTINGS = '[tenant.acme]\nname = "A"\n[sender.erp]\ntenant = "acme"\n'


def config_of(folder: Path, archive: str, hub: str = "") -> Config:
    settings = folder / "own.toml"
    settings.write_text(f"[hub]\n{hub}\n[archive]\n{archive}\n{SETTINGS}")
    (folder / "keys").mkdir(exist_ok=True)
    if not (folder / "keys" / "archive.key").exists():
        create_log_key(folder / "keys" / "archive.key")
    return load(settings)


def test_an_index_in_a_database_needs_one(tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="needs hub"):
        config_of(tmp_path, 'index = "postgresql"')
    with pytest.raises(Faulty, match="needs a PostgreSQL database"):
        open_archive(config_of(tmp_path, 'index = "postgresql"', 'database = "sqlite:///x"'))
    with pytest.raises(Faulty, match=r"archive\.index"):
        config_of(tmp_path, 'index = "memory"')


def test_the_index_lies_in_the_hubs_database(
    tmp_path: Path, postgres_cluster: postgres.Cluster
) -> None:
    url = postgres_cluster.url("indexed")
    config = config_of(tmp_path, 'index = "postgresql"', f'database = "{url}"')
    with open_archive(config) as archive:
        (entry,) = archive.append([draft(1)])
    assert not (config.archive_root / "index.db").exists()
    with open_archive(config) as archive:
        assert archive.find(Query(tenant="acme")) == (entry,)
        assert archive.verify().ok
        archive.reindex()
        assert archive.find(Query(number="R-0001")) == (entry,)
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT count(*) FROM facteur_archive.entries").fetchone()
    assert found == (1,)
    with open_archive(config_of(tmp_path, "", f'database = "{url}"')) as archive:
        assert archive.find(Query(tenant="acme")) == (entry,)

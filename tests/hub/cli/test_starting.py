import re
from datetime import timedelta
from pathlib import Path

import pytest

from hub.cli.starting import LINK_LIFE
from hub.config.loading import load
from hub.store import access
from hub.store.database import Database
from hub.wiring.building import close, tool
from hub.wiring.clock import now
from tests.hub.cli.conftest import Facteur


def made(folder: Path) -> dict[str, int]:
    """Return what lies in a folder: name to permissions."""
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_all_that_a_hub_needs_is_written_and_secrets_are_for_their_owner(
    facteur: Facteur, tmp_path: Path
) -> None:
    name = 'Müller & "Söhne" \\ GmbH'
    shown = facteur("init", "--tenant", "acme", "--name", name, "--sender", "sap", "--json")
    assert shown.code == 0
    files = made(tmp_path)
    secret = {"keys/acme.p12", "keys/acme.password", "keys/archive.key", "keys/archive-master.key"}
    assert secret <= files.keys()
    assert {files[one] for one in secret} == {0o600}
    assert {(tmp_path / folder).stat().st_mode & 0o077 for folder in ("keys", "data")} == {0}
    config = load(tmp_path / "facteur.toml")
    assert (config.tenants["acme"].name, config.senders["sap"].tenant) == (name, "acme")
    close(tool(config))

    database = Database(config.database_url)
    with database.transaction() as connection:
        key = access.find_key(connection, shown.json["api_key"])
        secret_word = shown.json["login"].removeprefix(f"{config.hub.public_url}/login/")
        late = now() + LINK_LIFE + timedelta(seconds=1)
        assert access.use_link(connection, secret_word, late) is None
        assert access.use_link(connection, secret_word, now()) == "*"
    database.close()
    assert key is not None
    assert (key.tenant, key.sender) == ("acme", "sap")
    assert sorted(key.scopes) == ["manage", "read", "submit"]


def test_for_people_it_says_what_comes_next(facteur: Facteur) -> None:
    lines = facteur("init").out.splitlines()
    assert [line.split()[0] for line in lines] == ["settings", "API", "console", "next"]
    assert re.search(r"fct_[0-9a-f]{8}_[A-Za-z0-9-]{43}$", lines[1])


@pytest.mark.parametrize("lost", ["nothing", "facteur.toml", "keys/company.p12"])
def test_nothing_that_exists_is_overwritten(facteur: Facteur, tmp_path: Path, lost: str) -> None:
    facteur("init")
    (tmp_path / lost).unlink(missing_ok=True)
    kept = {name: (tmp_path / name).read_bytes() for name in made(tmp_path)}
    shown = facteur("init")
    assert (shown.code, shown.out) == (2, "")
    assert "is there already; it is not overwritten" in shown.err
    assert {name: (tmp_path / name).read_bytes() for name in made(tmp_path)} == kept


@pytest.mark.parametrize("word", ["--tenant", "--sender"])
def test_what_cannot_be_a_key_leaves_nothing(facteur: Facteur, tmp_path: Path, word: str) -> None:
    shown = facteur("init", word, "Nord Wind")
    assert (shown.code, shown.out) == (2, "")
    assert "keys are lower-case letters, digits and hyphens" in shown.err
    assert made(tmp_path) == {}

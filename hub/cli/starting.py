"""What `facteur init` writes: settings with comments, keys, a first API key, a first login."""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path

from hub.cli.api_keys import make_key
from hub.cli.output import Misused
from hub.config.config import Config
from hub.config.faults import KEY
from hub.config.loading import load
from hub.keys import create_log_key, create_master_key, create_seal
from hub.store import access
from hub.store.database import Database
from hub.wiring.clock import now
from hub.wiring.database import open_database

LINK_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written. The API key and the link are shown this once."""

    settings: str
    api_key: str
    login: str

    def lines(self) -> list[str]:
        """Return it for people."""
        return [
            f"settings   {self.settings}: read it, it says what to fill in",
            f"API key    {self.api_key}",
            f"console    {self.login}",
            "next       facteur doctor, then facteur serve",
        ]


def write(settings: Path, tenant: str, name: str, sender: str) -> Made:
    """Write everything a hub needs to start. Nothing that exists is overwritten.

    Raises:
        Misused: something of it is there already, or tenant or sender cannot be a key.
    """
    for key in (tenant, sender):
        if not KEY.fullmatch(key):
            raise Misused(f"{key!r}: keys are lower-case letters, digits and hyphens")
    keys = settings.resolve().parent / "keys"
    seal, word, log = keys / f"{tenant}.p12", keys / f"{tenant}.password", keys / "archive.key"
    master = keys / "archive-master.key"
    for path in (settings, seal, word, log, master):
        if path.exists():
            raise Misused(f"{path} is there already; it is not overwritten")
    config = _settings(settings, tenant, name, sender)
    keys.mkdir(exist_ok=True, mode=0o700)
    password = secrets.token_urlsafe(24)
    word.touch(mode=0o600, exist_ok=False)
    word.write_text(password, encoding="utf-8")
    create_seal(seal, password=password.encode(), name=name, valid_from=now())
    create_log_key(log)
    create_master_key(master)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(config)
    try:
        first_key = make_key(database, tenant, sender)
        link = login_link(config, database, "*")
    finally:
        database.close()
    return Made(settings=str(settings), api_key=first_key, login=link)


def _settings(path: Path, tenant: str, name: str, sender: str) -> Config:
    text = resources.files("hub.cli").joinpath("facteur.toml").read_text(encoding="utf-8")
    for word, value in (("TENANT", tenant), ("COMPANY", name), ("SENDER", sender)):
        text = text.replace(f"@{word}@", json.dumps(value, ensure_ascii=False)[1:-1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load(path)


def login_link(config: Config, database: Database, tenant: str) -> str:
    """Make a one-time link into the console."""
    secret = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        access.add_login(
            connection,
            secret=secret,
            kind="link",
            tenant=tenant,
            expires_at=now() + LINK_LIFE,
        )
    return f"{config.hub.public_url}/login/{secret}"

"""The hub under test: settings, keys, rules and address book in a folder of its own."""

import socket
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from bench.crash import customers, papers
from bench.crash.peers import PASSWORD, World
from hub.cli.api_keys import make_key
from hub.config.loading import load
from hub.keys import create_log_key, create_seal
from hub.store import recipients
from hub.store.database import Database
from hub.wiring.clock import now
from tests.servers.simulators import Peer

_SETTINGS = """
[hub]
data = "data"
database = "{database}"
worker = "{worker}"
listen = "127.0.0.1:{api_port}"
children = 1
min_free_mb = {min_free_mb}
[polling]
events_seconds = 0.3
folder_seconds = 0.1
in_doubt_seconds = 0.5
[retry]
first_seconds = 0.5
longest_seconds = 2
[suppression]
troubles = 0
[tenant.nordwind]
name = "Nordwind Werkzeuge GmbH"
vat_identifier = "DE123456789"
street = "Hafenstraße 1"
city = "Hamburg"
post_code = "20457"
country = "DE"
contact_name = "Rechnungsstelle"
phone = "+49 40 1"
email = "ar@nordwind.example"
iban = "DE02120300000000202051"
endpoint_scheme = "9930"
endpoint = "DE123456789"
language = "de"
seal_key = "keys/nordwind.p12"
seal_password_file = "keys/nordwind.password"
[sender.erp]
tenant = "nordwind"
folder = "in"
complete = "rename"
guides = ["list.toml"]
sftp_keys = ["{sender_key}"]
[sftp_door]
listen = "127.0.0.1:{sftp_port}"
[routing]
shipped = false
rules = ["rules.toml"]
[channel.email]
kind = "email"
host = "127.0.0.1"
port = {mail_port}
tls = "none"
sender = "rechnung@nordwind.example"
bounce_domain = "post.nordwind.example"
bounce_secret_file = "keys/bounce.secret"
bounce_maildir = "{bounces}"
reply_timeout_seconds = 5
connect_timeout_seconds = {patience}
final_timeout_seconds = {patience}
[channel.partner]
kind = "sftp"
host = "127.0.0.1"
port = {partner_port}
host_key = "{partner_key}"
username = "facteur"
password_file = "keys/partner.password"
keeps_files = true
timeout_seconds = {patience}
[channel.access-point]
kind = "peppol"
base_url = "http://127.0.0.1:{access_point_port}"
token_file = "keys/access-point.token"
timeout_seconds = {patience}
[channel.print-house]
kind = "print"
host = "127.0.0.1"
port = {print_house_port}
host_key = "{print_house_key}"
username = "facteur"
password_file = "keys/partner.password"
keeps_files = true
timeout_seconds = {patience}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a hub lives and how its senders reach it.

    Attributes:
        settings: one file for each worker; the first has the doors.
    """

    folder: Path
    settings: tuple[Path, ...]
    api_port: int
    sftp_port: int
    api_key: str

    @property
    def data(self) -> Path:
        """All that it keeps, but for a PostgreSQL database."""
        return self.folder / "data"

    @property
    def sender_key(self) -> Path:
        """The private key by which the ERP logs in to the SFTP door."""
        return self.folder / "keys" / "sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What differs between runs.

    Attributes:
        database: URL; empty for SQLite.
        patience_seconds: how long it waits for a peer that does not answer.
        min_free_mb: below which it takes nothing in.
    """

    database: str = ""
    workers: int = 1
    patience_seconds: float = 30
    min_free_mb: int = 0


AS_USUAL = Terms()


def make(folder: Path, world: World, terms: Terms) -> Site:
    """Write everything a hub needs, and put the customers into its address book."""
    keys = folder / "keys"
    keys.mkdir(parents=True, exist_ok=True)
    _write_secrets(keys)
    (folder / "rules.toml").write_text(customers.RULES, encoding="utf-8")
    (folder / "list.toml").write_text(papers.GUIDE, encoding="utf-8")
    api_port, sftp_port = _free_port(), _free_port()
    facts = {
        "database": terms.database,
        "patience": terms.patience_seconds,
        "min_free_mb": terms.min_free_mb,
        "api_port": api_port,
        "sftp_port": sftp_port,
        "sender_key": (keys / "sender.pub").read_text(encoding="utf-8").strip(),
        "mail_port": world.mail.port,
        "bounces": world.bounces,
        "partner_port": world.partner.port,
        "partner_key": _fingerprint(world.partner),
        "access_point_port": world.access_point.port,
        "print_house_port": world.print_house.port,
        "print_house_key": _fingerprint(world.print_house),
    }
    files = [
        folder / ("facteur.toml" if n == 1 else f"worker-{n}.toml")
        for n in range(1, terms.workers + 1)
    ]
    for file in files:
        text = _SETTINGS.format(**facts, worker=file.stem)
        file.write_text(text, encoding="utf-8")
    return Site(
        folder=folder,
        settings=tuple(files),
        api_port=api_port,
        sftp_port=sftp_port,
        api_key=_furnish(files[0]),
    )


def _furnish(settings: Path) -> str:
    """Put the address book in; returns an API key."""
    config = load(settings)
    config.data.mkdir(exist_ok=True)
    database = Database(config.database_url)
    database.migrate()
    with database.transaction() as connection:
        recipients.put(connection, "nordwind", customers.customers(), now=now())
    key = make_key(database, "nordwind", "erp")
    database.close()
    return key


def _fingerprint(peer: Peer) -> str:
    return (peer.folder / "host_key.fingerprint").read_text(encoding="utf-8")


def _write_secrets(keys: Path) -> None:
    for name, secret in (
        ("nordwind.password", "bench"),
        ("bounce.secret", "key of the tokens"),
        ("partner.password", PASSWORD),
        ("access-point.token", PASSWORD),
    ):
        (keys / name).write_text(secret, encoding="utf-8")
    seal = keys / "nordwind.p12"
    create_seal(seal, password=b"bench", name="Nordwind", valid_from=now())
    create_log_key(keys / "archive.key")
    sender = asyncssh.generate_private_key("ssh-ed25519")
    sender.write_private_key(keys / "sender")
    sender.write_public_key(keys / "sender.pub")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

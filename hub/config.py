"""One TOML file, parsed into frozen structures; all faults in one message, each with its line."""

import re
import tomllib
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from formats.model import Contact, Identifier, Party, PostalAddress


class Faulty(Exception):
    """The configuration cannot be used. The message lists every fault with file and line."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the file."""


class Hub(Section, frozen=True, kw_only=True):
    """`[hub]`: this process and where it keeps things.

    Attributes:
        data: folder for the database, the archive and files on their way in.
        database: empty for SQLite in `data`, or a `postgresql+psycopg://` URL.
        database_file: the same, read from a file, since the URL holds a password.
        listen: address and port of the API and the console.
        public_url: how people reach the console, for links.
        worker: id of this worker; each process on one PostgreSQL database needs its own.
        children: processes for reading, rendering and signing; 0 for one a core.
        child_memory_mb: what one of them may use.
        max_file_mb: the largest file a door takes.
    """

    data: str = "data"
    database: str = ""
    database_file: str = ""
    listen: str = "127.0.0.1:8480"
    public_url: str = "http://127.0.0.1:8480"
    worker: str = "embedded"
    children: int = 0
    child_memory_mb: int = 2048
    max_file_mb: int = 100
    min_free_mb: int = 200


class ArchiveSection(Section, frozen=True, kw_only=True):
    """`[archive]`."""

    root: str = ""
    origin: str = "facteur.example/archive"
    key: str = "keys/archive.key"
    time_stamp_url: str = ""


class Tenant(Section, frozen=True, kw_only=True):
    """`[tenant.KEY]`: a company that sends documents, and what is added to what its ERP says."""

    name: str
    vat_identifier: str = ""
    tax_registration: str = ""
    legal_registration: str = ""
    legal_information: str = ""
    street: str = ""
    city: str = ""
    post_code: str = ""
    country: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    endpoint_scheme: str = ""
    endpoint: str = ""
    iban: str = ""
    bic: str = ""
    account_name: str = ""
    language: str = "en"
    seal_key: str = ""
    seal_password_file: str = ""
    time_stamp_url: str = ""

    @property
    def party(self) -> Party:
        """The company as a Party (BG-4)."""
        return Party(
            name=self.name,
            vat_identifier=self.vat_identifier or None,
            tax_registration=self.tax_registration or None,
            legal_registration=Identifier(value=self.legal_registration)
            if self.legal_registration
            else None,
            legal_information=self.legal_information or None,
            electronic_address=Identifier(value=self.endpoint, scheme=self.endpoint_scheme)
            if self.endpoint
            else None,
            address=PostalAddress(
                line_1=self.street or None,
                city=self.city or None,
                post_code=self.post_code or None,
                country=self.country or None,
            ),
            contact=Contact(
                name=self.contact_name or None, phone=self.phone or None, email=self.email or None
            ),
        )


class Sender(Section, frozen=True, kw_only=True):
    """`[sender.KEY]`: an ERP, its doors and how its files are to be understood.

    Attributes:
        guides: TOML files with mappings and layouts.
        folder: watched folder, or empty.
        complete: how a file in the folder is known to be whole: `rename` (names ending in .part,
            .tmp or .filepart are not taken), `marker` (a file NAME.ok beside it), `stable` (size
            and time unchanged for `stable_seconds`).
        sftp_keys: OpenSSH public key lines that may log in to the SFTP door as this sender.
        quota_mb: what may lie in its SFTP root.
        tags: words that routing rules may ask for, e.g. `small-issuer`.
    """

    tenant: str
    guides: tuple[str, ...] = ()
    folder: str = ""
    complete: typing.Literal["rename", "marker", "stable"] = "stable"
    stable_seconds: float = 2
    sftp_keys: tuple[str, ...] = ()
    quota_mb: int = 1024
    tags: tuple[str, ...] = ()


class SftpDoor(Section, frozen=True, kw_only=True):
    """`[sftp_door]`: the SFTP server that senders upload to; absent means none."""

    listen: str = ""
    host_key: str = "keys/sftp_host.key"


class Routing(Section, frozen=True, kw_only=True):
    """`[routing]`.

    Attributes:
        rules: TOML files of the operator, tried before the shipped ones.
        shipped: whether the shipped country rules and the default apply.
    """

    rules: tuple[str, ...] = ()
    shipped: bool = True


class Runs(Section, frozen=True, kw_only=True):
    """`[runs]`: reminders, statements, print cut-offs."""

    preferences: str = ""
    print_every_minutes: int = 0
    print_at: str = "17:00"


class Polling(Section, frozen=True, kw_only=True):
    """`[polling]`: how often doors and peers are looked at."""

    events_seconds: float = 30
    folder_seconds: float = 1
    in_doubt_seconds: float = 60


class Retry(Section, frozen=True, kw_only=True):
    """`[retry]`: what happens to a delivery that is deferred.

    Attributes:
        first_seconds: wait after the first failure; doubled each time.
        longest_seconds: the longest wait.
        give_up_hours: after which the next road is taken.
    """

    first_seconds: float = 300
    longest_seconds: float = 4000
    give_up_hours: float = 48


class Config(Section, frozen=True, kw_only=True):
    """The whole file, paths already resolved against its folder.

    Attributes:
        folder: where the file lies.
        channels: name to its table; `kind` says which channel of `outbound.catalogue`, whose
            own `Settings` class checks the rest.
    """

    folder: Path
    hub: Hub
    archive: ArchiveSection
    tenants: Mapping[str, Tenant]
    senders: Mapping[str, Sender]
    sftp_door: SftpDoor
    routing: Routing
    runs: Runs
    polling: Polling
    retry: Retry
    channels: Mapping[str, Mapping[str, Any]]

    def path(self, name: str) -> Path:
        """Return a path of the file, relative ones seen from its folder."""
        return self.folder / name

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.path(self.hub.data)

    @property
    def archive_root(self) -> Path:
        """The archive's folder."""
        return self.path(self.archive.root) if self.archive.root else self.data / "archive"

    @property
    def database_url(self) -> str:
        """The database's URL for SQLAlchemy; SQLite in the data folder by default."""
        if self.hub.database_file:
            return self.path(self.hub.database_file).read_text(encoding="utf-8").strip()
        return self.hub.database or f"sqlite:///{self.data / 'facteur.db'}"


_TABLES = {
    "hub": Hub,
    "archive": ArchiveSection,
    "sftp_door": SftpDoor,
    "routing": Routing,
    "runs": Runs,
    "polling": Polling,
    "retry": Retry,
}
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def load(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        Faulty: it is missing, is not TOML, or has faults; all of them are named.
    """
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise Faulty(f"{path}: there is no such file; `facteur init` writes one") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faulty(f"{path}: not a TOML file: {error}") from error
    faults = Faults(path.name, text)
    sections = {
        name: faults.fill(kind, table.get(name, {}), name) for name, kind in _TABLES.items()
    }
    tenants = _keyed(faults, Tenant, table.get("tenant", {}), "tenant")
    senders = _keyed(faults, Sender, table.get("sender", {}), "sender")
    channels = table.get("channel", {})
    for name in set(table) - set(_TABLES) - {"tenant", "sender", "channel"}:
        faults.add(name, f"unknown table; known: {', '.join([*_TABLES, 'tenant', 'sender'])}")
    for name, sender in senders.items():
        if isinstance(sender, Sender) and sender.tenant not in tenants:
            faults.add(f"sender.{name}.tenant", f"no [tenant.{sender.tenant}] in this file")
    for name, channel in channels.items():
        if not isinstance(channel, dict) or "kind" not in channel:
            faults.add(f"channel.{name}", "a channel needs `kind`")
    faults.raise_if_any()
    return Config(
        folder=path.resolve().parent,
        tenants=tenants,
        senders=senders,
        channels=channels,
        **sections,
    )


class Faults:
    """Collects what is wrong with one file, to say it all at once."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()
        self.messages: list[str] = []

    def add(self, where: str, message: str) -> None:
        """Note a fault at a dotted key."""
        self.messages.append(f"{self._file}:{self._line(where)}: {where}: {message}")

    def fill(self, kind: Callable[..., Any], table: Any, where: str) -> Any:
        """Build a `kind` from a table, noting unknown, missing and wrong values."""
        if not isinstance(table, dict):
            self.add(where, "must be a table")
            return None
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for name, value in table.items():
            if name not in hints:
                self.add(f"{where}.{name}", f"unknown; known: {', '.join(hints)}")
                continue
            try:
                values[name] = msgspec.convert(value, hints[name])
            except msgspec.ValidationError as error:
                self.add(f"{where}.{name}", str(error))
        before = len(self.messages)
        try:
            return kind(**values)
        except (TypeError, ValueError) as error:
            if len(self.messages) == before:
                self.add(where, str(error))
            return None

    def raise_if_any(self) -> None:
        """Raise Faulty with all of them."""
        if self.messages:
            raise Faulty("\n".join(self.messages))

    def _line(self, where: str) -> int:
        table, _, key = where.rpartition(".")
        header = _number(self._lines, 0, re.escape(f"[{where}]"))
        if header:
            return header
        start = _number(self._lines, 0, re.escape(f"[{table}]"))
        return _number(self._lines, start, rf"{re.escape(key)}\s*=") or start or 1


def _number(lines: list[str], start: int, pattern: str) -> int:
    for number, line in enumerate(lines[start:], start + 1):
        if re.match(rf"\s*{pattern}", line):
            return number
    return 0


def _keyed(faults: Faults, kind: Callable[..., Any], tables: Any, where: str) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, table in tables.items():
        if not _KEY.fullmatch(key):
            faults.add(f"{where}.{key}", "keys are lower-case letters, digits and hyphens")
        result[key] = faults.fill(kind, table, f"{where}.{key}")
    return result

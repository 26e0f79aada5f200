"""The tables of the settings, as frozen structures."""

import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from archive.law.residency import country_of
from formats.model import Contact, Identifier, Party, PostalAddress
from hub.config import hours
from hub.config.confirmation import Confirmation
from hub.config.faults import Faulty
from hub.config.hours import Window
from hub.config.keeping import Keeping

_ADDRESS = "an address and port like 127.0.0.1:8480"
Address = Annotated[str, msgspec.Meta(pattern=r"^.+:\d{1,5}$", description=_ADDRESS)]
AddressOrNone = Annotated[str, msgspec.Meta(pattern=r"^(.+:\d{1,5})?$", description=_ADDRESS)]
TimeOfDay = Annotated[
    str,
    msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="a time of day like 17:00"),
]
Origin = Annotated[
    str,
    msgspec.Meta(pattern=r"^[^\s+]+$", description="a name like company.example/facteur"),
]
CountryOrNone = Annotated[
    str, msgspec.Meta(pattern=r"^([A-Z]{2})?$", description="an ISO 3166-1 country like DE")
]
Size = Annotated[int, msgspec.Meta(gt=0)]
FileSize = Annotated[int, msgspec.Meta(gt=0, le=4_000)]  # a pack of the archive has 4 GB at most
TaxRegime = Annotated[
    str, msgspec.Meta(pattern=r"^(RF(0[1-9]|1\d|20))?$", description="one of RF01 to RF20")
]
Amount = Annotated[int, msgspec.Meta(ge=0)]
Pause = Annotated[float, msgspec.Meta(gt=0)]
Time = Annotated[float, msgspec.Meta(ge=0)]


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
        max_file_mb: the largest file a door takes, and what a packed one may hold; to 4,000.
    """

    data: str = "data"
    database: str = ""
    database_file: str = ""
    listen: Address = "127.0.0.1:8480"
    public_url: str = "http://127.0.0.1:8480"
    worker: str = "embedded"
    children: Amount = 0
    child_memory_mb: Size = 2048
    max_file_mb: FileSize = 100
    min_free_mb: Amount = 200


class StampAuthority(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[archive.authorities.NAME]`: a time-stamp authority (RFC 3161) for the archive's closings.

    Attributes:
        url: where it answers.
        policy: object identifier under which it must stamp; empty: any.
        roots: certificates (PEM or DER) of which one must stand above its time stamps, or folders
            of such; without, those of `[trust]`.
    """

    url: Annotated[str, msgspec.Meta(pattern=r"^https?://", description="like http://tsa.example")]
    policy: Annotated[
        str, msgspec.Meta(pattern=r"^(\d+(\.\d+)+)?$", description="a policy like 1.2.3.4")
    ] = ""
    roots: tuple[str, ...] = ()


AuthorityName = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,40}$", description="names like first")
]


class ObjectStore(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[archive.s3]`: an object store for packs; logs and keys stay in the archive's folder.

    Attributes:
        endpoint: URL; empty for Amazon's of the region.
        bucket: made with versions and Object Lock, if packs are to be locked.
        prefix: of all keys.
        credentials_file: access key and secret key, two words; without, those of the environment.
        path_style: whether the bucket stands in the path, as own servers want it.
        lock: whether the store refuses to remove packs, to all (compliance) or to most.
        lock_years: to the end of so many years after that of the log.
        ca_file: certificates above the server's; without, those of the system.
        place: country in which it stores (ISO 3166-1); of Amazon's regions it is known.
    """

    bucket: Annotated[str, msgspec.Meta(min_length=3, description="name of a bucket")]
    endpoint: Annotated[
        str, msgspec.Meta(pattern=r"^(https?://.+)?$", description="like https://s3.example")
    ] = ""
    prefix: str = ""
    region: str = "us-east-1"
    credentials_file: str = ""
    path_style: bool = True
    lock: Literal["", "governance", "compliance"] = ""
    lock_years: Amount = 10
    ca_file: str = ""
    place: CountryOrNone = ""

    @property
    def country(self) -> str:
        """Where it stores; empty where nobody has said so and its region does not tell."""
        return self.place or ("" if self.endpoint else country_of(self.region))


class ArchiveSection(Section, frozen=True, kw_only=True):
    """`[archive]`.

    Attributes:
        key: signs the log.
        encrypt: whether what comes new is encrypted, and so can be erased.
        master_key: under which it is encrypted; made by `facteur init`, or by `archive rekey`.
        s3: where packs go, if not into its folder.
        time_stamp_url: of one authority, if there are no `authorities`.
        authorities: each stamps each day's closing; two who know nothing of each other are best.
        index: where what it is asked by lies: `sqlite`, a file beside it, or `postgresql`, a schema
            of the hub's database.
        place: country in which it is stored (ISO 3166-1), as an auditor is told, and as the
            `residency` of companies is held against.
    """

    root: str = ""
    origin: Origin = "facteur.example/archive"
    key: str = "keys/archive.key"
    encrypt: bool = False
    master_key: str = "keys/archive-master.key"
    s3: ObjectStore | None = None
    time_stamp_url: str = ""
    authorities: Mapping[AuthorityName, StampAuthority] = {}
    index: Literal["sqlite", "postgresql"] = "sqlite"
    place: CountryOrNone = ""

    @property
    def places(self) -> dict[str, str]:
        """Setting to country of all that something of the archive is stored in."""
        store = {"archive.s3.place": self.s3.country} if self.s3 else {}
        return {"archive.place": self.place, **store}


class Tenant(Section, frozen=True, kw_only=True):
    """`[tenant.KEY]`: a company that sends documents, and what is added to what its ERP says.

    Attributes:
        tax_regime: of an Italian company: RegimeFiscale, RF01 for the ordinary one.
        email_needs_consent: whether its invoices go by email only to recipients who have agreed to
            that (directive 2006/112/EC article 232); a road required by law needs no consent.
        self_service: whether emails with invoices, and letters that the hub writes, invite their
            recipients to choose road and address themselves; needs `[links] url`.
        archive: how its documents are kept.
    """

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
    trusted_roots: tuple[str, ...] = ()
    tax_regime: TaxRegime = ""
    email_needs_consent: bool = False
    self_service: bool = False
    archive: Keeping = Keeping()

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
        complete: how a file in the folder is known to be whole: `close` (its writer has closed it;
            in a folder, where nobody sees that, as `stable`), `rename` (names ending in .part,
            .tmp or .filepart are not taken), `marker` (a file NAME.ok, .done or .ctl, which may
            say count, sums and hashes), `stable` (size and time unchanged for `stable_seconds`).
        marker_seconds: how long a marker in the folder waits for files that it stands for; then it
            lies in `error`. Files that come after it are whole as with `stable`.
        sftp_complete: the same on SFTP, where the door sees who closes: `rename` and `stable` are
            as `close` there, and names ending in .part, .tmp or .filepart never taken.
        listing: whether `processed` and `error` have a CSV listing of each day, and each file a
            NAME.status.csv beside it, for the ERP to read back.
        names: patterns like `*.xml` of names that are taken; empty: all.
        duplicates: what becomes of a document whose number another one has, with other content:
            `first` (it stays; the new one goes nowhere), `park` (a person decides), `version` (the
            new one replaces it, if it has not left the house). The same content goes out once.
        sftp_keys: OpenSSH public key lines that may log in to the SFTP door as this sender.
        quota_mb: what may lie in its SFTP root.
        tags: words that routing rules may ask for, e.g. `small-issuer`.
    """

    tenant: str
    guides: tuple[str, ...] = ()
    folder: str = ""
    complete: typing.Literal["close", "rename", "marker", "stable"] = "close"
    sftp_complete: typing.Literal["close", "rename", "marker", "stable"] = "close"
    stable_seconds: Time = 2
    marker_seconds: Time = 3600
    listing: bool = False
    names: tuple[str, ...] = ()
    duplicates: typing.Literal["first", "park", "version"] = "park"
    sftp_keys: tuple[str, ...] = ()
    quota_mb: Size = 1024
    tags: tuple[str, ...] = ()


class SftpDoor(Section, frozen=True, kw_only=True):
    """`[sftp_door]`: the SFTP server that senders upload to; absent means none.

    Attributes:
        idle_seconds: after which a connection that asks for nothing is closed.
        login_tries: failed logins of one address within a minute, after which it has to wait.
    """

    listen: AddressOrNone = ""
    host_key: str = "keys/sftp_host.key"
    idle_seconds: Pause = 900
    login_tries: Size = 10


class LmtpDoor(Section, frozen=True, kw_only=True):
    """`[lmtp_door]`: where a mail server hands over what comes back on messages (RFC 2033).

    It takes mail to the `bounce_domain` of each channel that has a `bounce_maildir`, and puts it
    there. It asks nobody who he is: let only the mail server reach it.
    """

    listen: AddressOrNone = ""


class CheckSection(Section, frozen=True, kw_only=True):
    """`[check]`.

    Attributes:
        official: whether the official schemas and rules judge as well, in child processes.
        official_seconds: how long they may take for one document.
        specifications: BT-24 of documents that may leave although no rules for them are here.
    """

    official: bool = False
    official_seconds: Pause = 60
    specifications: tuple[str, ...] = ()


class TrustSection(Section, frozen=True, kw_only=True):
    """`[trust]`: whose signatures and time stamps are believed.

    Attributes:
        roots: files with certificates (PEM or DER), or folders of such; `trusted_roots` of a
            company are added to them for that company.
    """

    roots: tuple[str, ...] = ()


class Routing(Section, frozen=True, kw_only=True):
    """`[routing]`.

    Attributes:
        rules: TOML files of the operator, tried before the shipped ones.
        shipped: whether the shipped country rules and the default apply.
        tariff: TOML files with what channels cost, for `facteur route diff`.
        time_limits: TOML files with what contracts want by when, and holidays; those of law are
            shipped beside the rules.
        four_eyes: whether the hub starts only with rules that two people agreed on: one by
            `facteur route propose`, another by `facteur route approve`.
    """

    rules: tuple[str, ...] = ()
    shipped: bool = True
    tariff: tuple[str, ...] = ()
    time_limits: tuple[str, ...] = ()
    four_eyes: bool = False


class Runs(Section, frozen=True, kw_only=True):
    """`[runs]`: reminders, statements, print cut-offs.

    Attributes:
        preferences: TOML file of who is reminded how, or empty.
        print_every_minutes: how long a letter waits for others; 0 for a cut-off once a day.
        print_at: that cut-off, UTC.
    """

    preferences: str = ""
    print_every_minutes: Amount = 0
    print_at: TimeOfDay = "17:00"


class Polling(Section, frozen=True, kw_only=True):
    """`[polling]`: how often doors and peers are looked at."""

    events_seconds: Pause = 30
    folder_seconds: Pause = 1
    listing_seconds: Pause = 10
    in_doubt_seconds: Pause = 60


class Answer(Section, frozen=True, kw_only=True):
    """`[answer.KEY]`: how a sender's system is told what became of its documents.

    Attributes:
        sender: key of the sender.
        form: `csv`, `aleaud01`, `aleaud01-xml`, `application-response`: a file in `status/` of the
            sender's own folder or SFTP root; `webhook`: a request to `url`.
        states: what is told; empty for all.
        every_seconds: how often; what came together goes in one file.
        folder: another folder for the files.
        url: of the webhook.
        secret_file: holds its secret, `whsec_` and base64, as Standard Webhooks has it.
    """

    sender: str
    form: str
    states: tuple[str, ...] = ()
    every_seconds: Pause = 60
    folder: str = ""
    url: str = ""
    secret_file: str = ""


class LinksSection(Section, frozen=True, kw_only=True):
    """`[links]`: documents that recipients fetch instead of getting them in an email.

    Attributes:
        url: how recipients reach the hub, like https://post.company.example; empty: there are no
            links, and everything goes along. Only what is below /l/ and, for
            self-service, /s/ need be reachable.
        valid_days: how long a link holds.
        ask: what a recipient must know besides the link, where his address book has it.
        key: file with what tokens are made by; it is written at first use. Who has it, and the
            database, can make every link.
        tries_a_minute: requests from one address, after which it has to wait.
    """

    url: Annotated[
        str,
        msgspec.Meta(pattern=r"^(https?://[^/\s]+)?$", description="like https://post.example"),
    ] = ""
    valid_days: Size = 90
    ask: typing.Literal["", "post_code", "customer"] = ""
    key: str = "keys/links.key"
    tries_a_minute: Size = 60


class AuditorSection(Section, frozen=True, kw_only=True):
    """`[auditor]`: the pages for auditors, a process of their own (`facteur auditor serve`).

    Attributes:
        listen: their address and port; nothing else answers there.
        public_url: how auditors reach them, for the line that `facteur auditor invite` prints.
        session_hours: after which an auditor types his code again.
    """

    listen: Address = "127.0.0.1:8481"
    public_url: str = "http://127.0.0.1:8481"
    session_hours: Pause = 8


class SuppressionSection(Section, frozen=True, kw_only=True):
    """`[suppression]`: email addresses that get nothing more.

    One that is reported dead, or whose owner complains, is suppressed at once.

    Attributes:
        troubles: deliveries to an address that fail for other reasons (a full mailbox, a policy),
            after which it is suppressed, too; 0: never.
        within_days: the days in which they count.
    """

    troubles: Amount = 5
    within_days: Size = 30


class Retry(Section, frozen=True, kw_only=True):
    """`[retry]`: what happens to a delivery that is deferred.

    Attributes:
        first_seconds: wait after the first failure; doubled each time.
        longest_seconds: the longest wait.
        give_up_hours: after which the next road is taken.
    """

    first_seconds: Time = 300
    longest_seconds: Time = 4000
    give_up_hours: Time = 48


class DomainLimits(Section, frozen=True, kw_only=True):
    """`[channel.KEY.limits.domains."kunde.example"]`: other limits for one recipients' domain.

    Attributes:
        connections, per_minute: as in Limits; None: as for all domains.
    """

    connections: Size | None = None
    per_minute: Amount | None = None


class Limits(Section, frozen=True, kw_only=True):
    """`[channel.KEY.limits]`: what the channel's peers are asked to bear.

    Attributes:
        connections: how many parcels are on their way to the server at once: of all workers
            together; of each worker, where the server passes on to others (a smart host). 0: what
            suits the channel, 30 for a smart host and 4 for others.
        per_minute: how many parcels it is given a minute, of all workers; 0: no limit.
        domain_connections, domain_per_minute: the same for each domain beyond a smart host, of all
            workers. A domain with a rate is served on its own, which costs a little each time.
        domains: domains with other limits.
        down_after: after how many faults in a row an endpoint counts as down; then it is tried
            with one parcel at a time, and all others wait.
    """

    connections: Amount = 0
    per_minute: Amount = 0
    domain_connections: Size = 5
    domain_per_minute: Amount = 0
    domains: Mapping[str, DomainLimits] = {}
    down_after: Size = 3


class Traffic(Section, frozen=True, kw_only=True):
    """What may leave when, and how fast.

    Attributes:
        quiet: windows in which nothing leaves, like `20:00-07:00`, `sat`, `mon-fri 12:00-13:00`,
            `12-25`; what a law's deadline would miss leaves all the same.
        time_zone: of the windows and cut-offs.
        cut_offs: of a print partner, times of day at which waiting letters leave; empty: by
            `[runs]`.
    """

    limits: Limits = Limits()
    quiet: tuple[str, ...] = ()
    time_zone: str = "UTC"
    cut_offs: tuple[TimeOfDay, ...] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows of `quiet`."""
        return tuple(hours.window(text) for text in self.quiet)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return hours.time_zone(self.time_zone)


class Config(Section, frozen=True, kw_only=True):
    """The whole file, paths already resolved against its folder.

    Attributes:
        file: where it was read from.
        channels: name to its table; `kind` says which channel of `outbound.catalogue`, whose
            own `Settings` class checks the rest.
        traffic: name to how fast and when that channel may send.
        confirmations: name to what is expected of that channel's reports, where anything is.
    """

    file: Path
    hub: Hub
    archive: ArchiveSection
    tenants: Mapping[str, Tenant]
    senders: Mapping[str, Sender]
    sftp_door: SftpDoor
    lmtp_door: LmtpDoor
    check: CheckSection
    trust: TrustSection
    routing: Routing
    runs: Runs
    polling: Polling
    retry: Retry
    suppression: SuppressionSection
    links: LinksSection
    auditor: AuditorSection
    answers: Mapping[str, Answer]
    channels: Mapping[str, Mapping[str, Any]]
    traffic: Mapping[str, Traffic]
    confirmations: Mapping[str, Confirmation] = {}

    def path(self, name: str) -> Path:
        """Return a path of the file, relative ones seen from its folder."""
        return self.file.parent / name

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.path(self.hub.data)

    def traffic_of(self, channel: str) -> Traffic:
        """Return how fast and when a channel may send."""
        return self.traffic.get(channel) or Traffic()

    def sftp_root(self, sender: str) -> Path:
        """Return what a sender sees as / at the SFTP door."""
        return self.data / "sftp" / sender

    @property
    def archive_root(self) -> Path:
        """The archive's folder."""
        return self.path(self.archive.root) if self.archive.root else self.data / "archive"

    @property
    def database_url(self) -> str:
        """The database's URL for SQLAlchemy; SQLite in the data folder by default.

        Raises:
            Faulty: `database_file` cannot be read.
        """
        if self.hub.database_file:
            path = self.path(self.hub.database_file)
            try:
                return path.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise Faulty(f"hub.database_file: {path}: {error.strerror}") from error
        return self.hub.database or f"sqlite:///{self.data / 'facteur.db'}"

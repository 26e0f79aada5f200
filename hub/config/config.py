"""The whole file as one frozen structure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.config.archive import ArchiveSection
from hub.config.checking import CheckSection, TrustSection
from hub.config.companies import Answer, Sender, Tenant
from hub.config.confirmation import Confirmation
from hub.config.doors import AuditorSection, LinksSection, LmtpDoor, SftpDoor
from hub.config.faults import Faulty
from hub.config.hub import Hub, Polling
from hub.config.section import Section
from hub.config.sending import Retry, Routing, Runs, SuppressionSection
from hub.config.traffic import Traffic


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

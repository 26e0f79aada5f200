"""The settings: one TOML file, parsed into frozen structures; all faults said at once."""

from hub.config.faults import KEY, Faults, Faulty
from hub.config.loading import load
from hub.config.sections import (
    Answer,
    ArchiveSection,
    CheckSection,
    Config,
    Hub,
    Polling,
    Retry,
    Routing,
    Runs,
    Sender,
    SftpDoor,
    Tenant,
    TrustSection,
)

__all__ = [
    "KEY",
    "Answer",
    "ArchiveSection",
    "CheckSection",
    "Config",
    "Faults",
    "Faulty",
    "Hub",
    "Polling",
    "Retry",
    "Routing",
    "Runs",
    "Sender",
    "SftpDoor",
    "Tenant",
    "TrustSection",
    "load",
]

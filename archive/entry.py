"""Draft and Entry: what is asked to be kept about a file, and what was kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file to be kept.

    Attributes:
        role: what it is to the document: `original`, `canonical`, `findings`, `decision`,
            `rendition`, `parcel`, `receipt`, `event`…
        name: a label for people, never a path.
        media_type: IANA name.
        data: the bytes.
    """

    role: str
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A request to keep something.

    Attributes:
        key: stable name of this act: `<subject>/<room>/<attempt>`. The same key with the same
            items is kept once; with other items it is an error.
        tenant: whose log it goes to; `[a-z0-9-]{1,40}`.
        subject: submission, document, delivery or run it is about.
        document: id of the document, where there is one, so that all evidence of it is found.
        kind: `submission`, `document`, `delivery`, `event`, `run`, `operator`.
        step: the room or act that filed it: `receive`, `read`, `check`, `send`…
        fields: what an auditor asks by: `number`, `issue_date`, `kind`, `customer`,
            `customer_name`, `currency`, `total`, `channel`, `state`, `sender`. Text only. Kept in
            the manifest (which can be erased), never in the log.
        items: the files.
    """

    key: str
    tenant: str
    subject: str
    kind: str
    step: str
    document: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    """A file that is kept, without its bytes."""

    role: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was kept: the manifest of one act, and its place in the log.

    Attributes:
        id: hex SHA-256 of the manifest; also the name under which the manifest is kept.
        log: which log: `<tenant>/<year>`.
        position: leaf index in that log, from 0.
        at: when it was filed, aware UTC.
    """

    id: str
    log: str
    position: int
    at: datetime
    key: str
    tenant: str
    subject: str
    kind: str
    step: str
    document: str | None
    fields: Mapping[str, str]
    items: tuple[KeptItem, ...]

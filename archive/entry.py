"""The whole contract of the archive: Draft in, Entry out, Query, and seven ways to fail.

ArchiveError
├── ArchiveConflict      the key is taken by other items: the caller must choose another key
├── FileChanged          a file on disk is not what it was offered as: offer it anew
├── ArchiveUnavailable   the disk did not keep what it was given: nothing more until reopened
├── ArchiveDamaged       what lies there is not what was filed: run the verifier
├── ArchiveLocked        the key under which it is encrypted is not here: bring it
├── NotErasable          it lies there unencrypted, so no key can be destroyed
└── NotKept              there is no such entry, file or log
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec


class ArchiveError(Exception):
    """The archive cannot do what was asked. The message names files and keys, never content."""


class ArchiveConflict(ArchiveError):
    """A key that was filed before came again with other items; nothing of the call was kept."""


class FileChanged(ArchiveError):
    """A file that was to be kept was changed meanwhile or cannot be read; nothing was kept."""


class ArchiveUnavailable(ArchiveError):
    """A write was not made durable. It may be there or not: file again under the same key later."""


class ArchiveDamaged(ArchiveError):
    """A file of the archive is missing or was changed since it was filed."""


class ArchiveLocked(ArchiveError):
    """The master key under which something is encrypted is not here."""


class NotErasable(ArchiveError):
    """Something was filed before packs were encrypted: there is no key of it to be destroyed."""


class NotKept(ArchiveError):
    """Nothing is kept under this id, hash or log; or it was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDisk:
    """Bytes that lie in a file because they are too many to be held; read a piece at a time.

    Attributes:
        path: stays there until the bytes are kept; what it holds then must be what is said here.
        sha256: of all its bytes, hex.
    """

    path: Path
    size_bytes: int
    sha256: str


Content = bytes | OnDisk


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file to be kept.

    Attributes:
        role: what it is to the document: `original`, `canonical`, `findings`, `decision`,
            `rendition`, `parcel`, `receipt`, `event`…
        name: a label for people, never a path.
        media_type: IANA name.
        data: the bytes, or where they lie.
    """

    role: str
    name: str
    media_type: str
    data: Content


FIELDS = {
    "number": "BT-1, or what the document calls itself",
    "kind": "`invoice`, `credit_note`, `reminder`…",
    "issue_date": "BT-2, ISO 8601",
    "due_date": "BT-9, ISO 8601",
    "currency": "BT-5, ISO 4217",
    "total": "what an amount is asked by: BT-112, a plain decimal",
    "payable": "BT-115, a plain decimal",
    "customer": "the sender's own id of the recipient",
    "customer_name": "BT-44",
    "country": "BT-55 of the buyer, ISO 3166-1 alpha-2",
    "vat_ids": "BT-31, BT-48, BT-63, parted by spaces",
    "vat": "BG-23, as `archive.index.vat` writes it",
    "corrects": "BT-25, the number of each earlier document, parted by line ends",
    "words": "what a full text search finds, bounded by who files it",
    "retention_until": "the last day on which it must be kept, ISO 8601",
    "standing": "what the house has made of the document: `parked`, `cancelled`, `duplicate`…",
    "sender": "the sending program",
    "submission": "id of the file it came in",
    "channel": "the way of a delivery",
    "state": "what became of a delivery",
}
"""Names of fields that have a meaning here; others are kept and not asked by.

What an entry does not say of its document holds as an earlier entry said it.
"""


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
        fields: what an auditor asks by; see FIELDS. Text only. Kept in the manifest (which can be
            erased), never in the log.
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


class KeptItem(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is kept, without its bytes."""

    role: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """The place of an entry among all of its document, so that none can be left out.

    Attributes:
        number: from 1; what was filed before entries had a place counts, too.
        previous: id of the entry before; None if there was none that is still kept.
    """

    number: int
    previous: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was kept: the manifest of one act, and its place in the log.

    Attributes:
        id: hex SHA-256 of the manifest; also the name under which the manifest is kept.
        log: which log: `<tenant>/<year>`.
        position: leaf index in that log, from 0.
        at: when it was filed, aware UTC.
        trail: among the entries of its document, or of a file as it came; None if it is about
            neither, or from before those had a place.
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
    trail: Trail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """A moment of a tenant's archive: what its checkpoint covered, and nothing filed later.

    Attributes:
        log: which log: `<tenant>/<year>`; logs of earlier years count whole, of later ones not.
        size: how many entries of it.
    """

    log: str
    size: int

    @classmethod
    def of_checkpoint(cls, note: str) -> "AsOf":
        r"""Return the moment of a checkpoint (C2SP tlog-checkpoint), unverified.

        >>> AsOf.of_checkpoint("post.example/archive/acme/2026\n17\n(root)\n")
        AsOf(log='acme/2026', size=17)

        Raises:
            ValueError: it is none.
        """
        match note.split("\n", maxsplit=2):
            case [origin, size, _] if origin.count("/") >= 2 and size.isdecimal():
                tenant, year = origin.split("/")[-2:]
                return cls(log=f"{tenant}/{year}", size=int(size))
        raise ValueError("this is no checkpoint: its first lines are no origin and no size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an auditor asks by; everything given must hold.

    Attributes:
        number: exact.
        number_fragment: any part of the number, without regard to case.
        number_from: first of a range within one series, inclusive: `R-2026-0100`.
        number_to: last of it, inclusive; of the same series.
        customer: exact.
        name_fragment: any part of the customer's name, without regard to case, accents or strokes.
        vat_id: exact but for case and spaces: of the seller, the buyer or a representative.
        country: of the buyer, ISO 3166-1 alpha-2.
        words: full text, without regard to case, accents or strokes: every word must be there, what
            stands in quotation marks in that order; a word that ends in `*` is a beginning.
        issued_from: first issue date, inclusive.
        issued_to: last issue date, inclusive.
        filed_from: first instant of filing, inclusive.
        filed_before: instant of filing, exclusive.
        kind: of the entry: `document`, `delivery`…
        document_kind: the field `kind`: `invoice`, `reminder`…
        channel: of a delivery; asked for documents, of any of their deliveries.
        state: of a delivery; asked for documents, the last of any of their deliveries.
        standing: of the document: `parked`, `cancelled`…
        amount_from: least `total`, inclusive, in whatever currency it is.
        amount_to: greatest `total`, inclusive.
        retained_before: the last day on which it must be kept lies before this one.
        as_of: what was there at a moment.
        after: of documents: where the page before ended, `Page.after`.
        limit: how many at most; the newest filed come first.
    """

    tenant: str | None = None
    number: str | None = None
    number_fragment: str | None = None
    number_from: str | None = None
    number_to: str | None = None
    customer: str | None = None
    name_fragment: str | None = None
    vat_id: str | None = None
    country: str | None = None
    words: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    filed_from: datetime | None = None
    filed_before: datetime | None = None
    kind: str | None = None
    step: str | None = None
    document_kind: str | None = None
    currency: str | None = None
    channel: str | None = None
    state: str | None = None
    standing: str | None = None
    sender: str | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    retained_before: date | None = None
    as_of: AsOf | None = None
    after: str = ""
    limit: int = 50

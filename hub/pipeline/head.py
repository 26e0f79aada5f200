"""What a child brings back of a file: a head for each document, small enough to be listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from archive.entry import Item
from archive.kept import Kept
from formats import canonical, catalogue
from formats.codec import Guide, Reading, Unreadable
from formats.findings import Finding, Severity
from formats.model import Document, Invoice, Reminder, Statement, Totals, kind_of
from formats.pdf.parts import parts
from formats.signatures.envelope import is_signed
from hub.pipeline.all_faulty import all_faulty
from hub.pipeline.long_tables import in_parts, is_long
from hub.pipeline.packed import Unpacked, is_gzip, is_large_parcel, is_parcel, unpack
from hub.pipeline.provenance import PROVENANCE, SOURCE, encoded
from hub.pipeline.signed import unsealed

HEAD_BYTES = 4096
"""What tells how a file is wrapped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A document as it comes back from the child: its canonical JSON and what lists show of it.

    Attributes:
        source: its own pages, where the file is a PDF of several documents.
    """

    content: bytes
    kind: str
    number: str
    issue_date: str
    currency: str
    total: str
    customer: str
    customer_name: str
    provenance: bytes
    reference: str
    envelope: str
    notices: tuple[Finding, ...]
    source: bytes | None

    def items(self, name: str) -> tuple[Item, ...]:
        """Return what is filed of the document of this name."""
        kept = [
            ("canonical", "json", "application/json", self.content),
            ("provenance", PROVENANCE, "application/json", self.provenance),
        ]
        if self.source is not None:
            kept.append(("source", SOURCE, "application/pdf", self.source))
        return tuple(
            Item(role=role, name=f"{name}.{ending}", media_type=media_type, data=data)
            for role, ending, media_type, data in kept
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as a child is to read it.

    Attributes:
        kept: where it lies.
        limit_bytes: what it may grow to, if it is packed.
        inside: whether it lay in a packed file.
        taken: how many files were taken out of it before, if it is packed.
        again: whether it was read as a whole before, which its documents are told by.
        target: folder for what lies in it and is too large to be handed over.
        at: now.
        trusted: roots of whom the company believes, if the file is signed.
    """

    kept: Kept
    name: str
    guides: tuple[Guide, ...]
    limit_bytes: int
    inside: bool
    taken: int
    again: bool
    target: Path
    at: datetime
    trusted: tuple[bytes, ...]


FileRead = tuple[str, tuple[Head, ...]] | Unpacked
"""The reader's name and the heads of all documents, or what lies in a packed file."""


def read_file(sent: Sent) -> FileRead:
    """Read a file; one that is packed and no reader takes as a whole is unpacked. In a child.

    One that is signed is opened, whatever is inside; a long table is cut into parts.
    """
    head = sent.kept.head(HEAD_BYTES)
    if is_signed(head):
        return unsealed(sent.kept.read(), sent.name, sent.trusted, sent.at, sent.target)
    if sent.taken or is_gzip(head) or _is_large_parcel(sent.kept):
        return _unpacked(sent)
    if is_long(sent.kept) and (fault := catalogue.strange(head, sent.name)):
        raise fault
    if cut := _in_parts(sent):
        return cut
    data = sent.kept.read()
    try:
        return _read(data, sent)
    except Unreadable as fault:
        if not is_parcel(data, fault):
            raise
    return _unpacked(sent)


def _is_large_parcel(kept: Kept) -> bool:
    with kept.opened() as file:
        return is_large_parcel(file)


def _in_parts(sent: Sent) -> Unpacked | None:
    if sent.again or not is_long(sent.kept):
        return None
    return in_parts(sent.kept, sent.name, sent.guides, sent.target)


def _unpacked(sent: Sent) -> Unpacked:
    with sent.kept.opened() as file:
        return unpack(
            file,
            sent.name,
            limit_bytes=sent.limit_bytes,
            inside=sent.inside,
            taken=sent.taken,
            target=sent.target,
        )


def _read(data: bytes, sent: Sent) -> tuple[str, tuple[Head, ...]]:
    reader, readings = catalogue.read(data, sent.name, sent.guides)
    if not sent.again and (fault := all_faulty(sent.name, readings)):
        raise fault
    sources, notices = _sources(data, readings)
    return reader.name, tuple(
        _head(reading, source, notices) for reading, source in zip(readings, sources, strict=True)
    )


def _sources(
    data: bytes, readings: Sequence[Reading]
) -> tuple[Sequence[bytes | None], tuple[Finding, ...]]:
    """Return the own PDF of each document of a spool file, or why they have none."""
    if not any(reading.pages for reading in readings):
        return [None] * len(readings), ()
    try:
        return parts(data, [reading.pages for reading in readings]), ()
    except Unreadable as error:
        finding = Finding(
            rule="IN-PDF-PARTS",
            message=f"its own pages cannot be taken out of the file: {error}",
            severity=Severity.WARNING,
            fix="nothing, if a page of ours will do; else write the spool file anew",
        )
        return [None] * len(readings), (finding,)


def _head(reading: Reading, source: bytes | None, notices: tuple[Finding, ...]) -> Head:
    document = reading.document
    buyer = document.buyer
    return Head(
        content=canonical.encode(document),
        kind=kind_of(document),
        number=document.number or "",
        issue_date=document.issue_date.isoformat() if document.issue_date else "",
        currency=document.currency or "",
        total=_total(document),
        customer=document.customer if isinstance(document, Reminder | Statement) else "",
        customer_name=(buyer.name or "") if buyer else "",
        provenance=encoded(reading),
        reference=reading.reference,
        envelope=msgspec.json.encode(reading.envelope).decode(),
        notices=(*reading.notices, *notices),
        source=source,
    )


def _total(document: Document) -> str:
    match document:
        case Invoice():
            totals = document.totals or Totals()
            value = totals.due if totals.with_vat is None else totals.with_vat
            return "" if value is None else format(value, "f")
        case Reminder():
            return format(document.total, "f")
        case Statement():
            return format(document.balance, "f")

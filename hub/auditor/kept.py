"""One document as the archive has it: its facts, its files, all that was filed about it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from archive.entry import Entry, KeptItem, NotKept
from archive.index.answers import Related
from hub.auditor.reader import Reader
from hub.pipeline.house import House
from hub.store import documents

_AT_ONCE: Final = 500
_ID: Final = re.compile(r"[A-Za-z0-9._:/-]{1,200}")


class Part(StrEnum):
    """What a file is to an auditor, in the order in which he wants them."""

    ORIGINAL = "original"
    SENT = "sent"
    RECEIPT = "receipt"
    DATA = "data"
    RECORD = "record"


PARTS: Final[Mapping[str, Part]] = {
    "original": Part.ORIGINAL,
    "source": Part.ORIGINAL,
    "rendition": Part.SENT,
    "parcel": Part.SENT,
    "print": Part.SENT,
    "renewed": Part.SENT,
    "receipt": Part.RECEIPT,
    "event": Part.RECEIPT,
    "evidence": Part.RECEIPT,
    "answer": Part.RECEIPT,
    "canonical": Part.DATA,
    "enriched": Part.DATA,
}
"""Role of a kept file to its part; all others are records of what the house did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A kept file and the entry that it belongs to."""

    entry: Entry
    item: KeptItem

    @property
    def part(self) -> Part:
        """What it is to an auditor."""
        if self.entry.step == "sign" and self.item.role == "signature":
            return Part.SENT
        return PARTS.get(self.item.role, Part.RECORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document that a reader may see.

    Attributes:
        facts: what was last filed of each field.
        trail: all entries about it, in the order of filing; of its file, what concerns it.
        files: of the trail, without those that hold other documents, too.
        withheld: whether the file it came in holds documents that the reader may not see.
        related: what it corrects or replaces, or is corrected or replaced by.
    """

    id: str
    tenant: str
    facts: Mapping[str, str]
    trail: Sequence[Entry]
    files: Sequence[File]
    withheld: bool
    related: Sequence[Related]

    def of(self, *parts: Part) -> list[File]:
        """Return its files of some parts, each content once."""
        found = {file.item.sha256: file for file in self.files if file.part in parts}
        return list(found.values())

    def file(self, entry: str, sha256: str) -> File | None:
        """Return one of its files."""
        fitting = (f for f in self.files if f.entry.id == entry and f.item.sha256 == sha256)
        return next(fitting, None)


def document_of(house: House, reader: Reader, document: str) -> KeptDocument:
    """Return a document, if it exists for the reader.

    Raises:
        NotKept: it does not, for whatever reason.
    """
    if not _ID.fullmatch(document):
        raise NotKept(document)
    found = house.archive.questions.trail(reader.access.tenant, document)
    facts = facts_of(found.entries, document)
    tenant = found.entries[0].tenant if found.entries else ""
    if not reader.covers(tenant, facts):
        raise NotKept(document)
    submission = facts.get("submission", "")
    withheld = submission in shared_files(house, reader, [document])
    trail = [*_of_file(house, reader, submission, found.entries), *found.entries]
    trail.sort(key=lambda entry: (entry.at, entry.log, entry.position))
    return KeptDocument(
        id=document,
        tenant=tenant,
        facts=facts,
        trail=trail,
        files=list(_files(trail, document, withheld=withheld)),
        withheld=withheld,
        related=[each for each in found.related if _may_be_named(house, reader, each)],
    )


def shared_files(house: House, reader: Reader, ids: Sequence[str]) -> frozenset[str]:
    """Return the files of these documents that hold others, too, which do not exist for him."""
    shared: set[str] = set()
    with house.database.transaction() as connection:
        for at in range(0, len(ids), _AT_ONCE):
            known = documents.many(connection, ids[at : at + _AT_ONCE]).values()
            files = sorted({row.submission for row in known})
            for file, rows in documents.of_submissions(connection, files).items():
                if not all(reader.covers(r.tenant, {"issue_date": r.issue_date}) for r in rows):
                    shared.add(file)
    return frozenset(shared)


def facts_of(entries: Sequence[Entry], document: str) -> dict[str, str]:
    """Return what the entries say of a document; what was filed last holds."""
    facts: dict[str, str] = {}
    for entry in entries:
        if document in (entry.document, entry.subject):
            facts |= entry.fields
    return facts


def _of_file(
    house: House, reader: Reader, submission: str, known: Sequence[Entry]
) -> Iterator[Entry]:
    """Yield how the file came in and was read, where the trail does not have it already."""
    if not submission:
        return
    ids = {entry.id for entry in known}
    for entry in house.archive.entries(subject=submission):
        if entry.id not in ids and entry.tenant == reader.access.tenant and not entry.document:
            yield entry


def _files(trail: Sequence[Entry], document: str, *, withheld: bool) -> Iterator[File]:
    for entry in trail:
        own = document in (entry.document, entry.subject)
        for item in entry.items:
            if own or _is_of(item, document) or not (withheld or _names_another(entry)):
                yield File(entry=entry, item=item)


def _names_another(entry: Entry) -> bool:
    """Whether the files of an entry are those of several documents, by their names."""
    return entry.step == "read"


def _is_of(item: KeptItem, document: str) -> bool:
    return item.name.startswith(f"{document}.")


def _may_be_named(house: House, reader: Reader, related: Related) -> bool:
    """Whether the reader may know of another document: one he sees, or one that ours names."""
    if not related.document:
        return True
    other = house.archive.questions.trail(reader.access.tenant, related.document)
    return reader.covers(reader.access.tenant, facts_of(other.entries, related.document))

"""Filing what an older archive held: where it came from, then each document, then a list of them.

Interrupted and repeated, it files what is missing and nothing twice.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from archive.archive import Archive
from archive.entry import Draft, Entry, Item
from archive.taking_over.old_list import OldDocument, OldFile, OldList

KIND = "import"
_BATCH_DOCUMENTS = 100
_BATCH_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Who takes what over.

    Attributes:
        tenant: whose documents these are.
        by: who does it; filed.
        origin: what the older archive was called, and where it was; filed.
        further: fields that each document gets besides what the list says of it.
    """

    tenant: str
    by: str
    origin: str
    further: Callable[[Mapping[str, str]], Mapping[str, str]]


def take_over(
    archive: Archive,
    old: OldList,
    move: Move,
    *,
    progress: Callable[[int], None] = lambda _documents: None,
) -> Entry:
    """File all documents of a list that are not amiss; returns the entry at the end.

    Args:
        archive: takes them; logs of the tenant are those of today.
        old: the list; what is amiss in it is filed with it, and left out.
        move: who does it.
        progress: is told how many documents are filed.

    Raises:
        FileChanged: a file was changed since it was measured; what was filed stays.
        ValueError: something is too large for a pack, or cannot be filed.
        ArchiveError: as of Archive.append.
    """
    subject = f"{KIND}:{_identity(old, move.tenant)[:16]}"
    archive.append([_begin(old, move, subject)])
    done = 0
    for batch in _batches(old.documents):
        archive.append([_document(each, move, subject) for each in batch])
        progress(done := done + len(batch))
    [end] = archive.append([_end(old, move, subject)])
    return end


def document_id(document: OldDocument, tenant: str) -> str:
    """Return the id of a document: what the list calls it, and its files."""
    stated = [tenant, document.fields["number"], *(file.content.sha256 for file in document.files)]
    return hashlib.sha256("\0".join([KIND, *stated]).encode()).hexdigest()[:32]


def _identity(old: OldList, tenant: str) -> str:
    hashes = [file.content.sha256 for each in old.documents for file in each.files]
    listed = hashlib.sha256(old.data).hexdigest()
    return hashlib.sha256("\0".join([tenant, listed, *hashes]).encode()).hexdigest()


def _begin(old: OldList, move: Move, subject: str) -> Draft:
    amiss = msgspec.json.encode(old.amiss)
    items = (
        Item(role="list", name="list.csv", media_type="text/csv", data=old.data),
        Item(role="findings", name="amiss.json", media_type="application/json", data=amiss),
    )
    return _act(move, subject, "begin", items, old)


def _end(old: OldList, move: Move, subject: str) -> Draft:
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("document", "number", "file", "sha256"))
    for each in old.documents:
        named = document_id(each, move.tenant), each.fields["number"]
        rows.writerows((*named, file.name, file.content.sha256) for file in each.files)
    taken = Item(
        role="list", name="taken.csv", media_type="text/csv", data=written.getvalue().encode()
    )
    return _act(move, subject, "end", (taken,), old)


def _act(move: Move, subject: str, step: str, items: tuple[Item, ...], old: OldList) -> Draft:
    return Draft(
        key=f"{subject}/{step}",
        tenant=move.tenant,
        subject=subject,
        kind=KIND,
        step=step,
        fields={
            "by": move.by,
            "origin": move.origin,
            "documents": str(len(old.documents)),
            "files": str(sum(len(each.files) for each in old.documents)),
            "amiss": str(len(old.amiss)),
        },
        items=items,
    )


def _document(document: OldDocument, move: Move, subject: str) -> Draft:
    own = document_id(document, move.tenant)
    return Draft(
        key=f"{own}/{KIND}",
        tenant=move.tenant,
        subject=own,
        document=own,
        kind="document",
        step=KIND,
        fields={**move.further(document.fields), **document.fields, KIND: subject},
        items=tuple(map(_item, document.files)),
    )


def _item(file: OldFile) -> Item:
    return Item(role=file.role, name=file.name, media_type=file.media_type, data=file.content)


def _batches(documents: Sequence[OldDocument]) -> Iterator[list[OldDocument]]:
    batch: list[OldDocument] = []
    size_bytes = 0
    for each in documents:
        own_bytes = sum(file.content.size_bytes for file in each.files)
        if batch and (len(batch) == _BATCH_DOCUMENTS or size_bytes + own_bytes > _BATCH_BYTES):
            yield batch
            batch, size_bytes = [], 0
        batch.append(each)
        size_bytes += own_bytes
    if batch:
        yield batch

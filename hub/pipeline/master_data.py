"""Changes of the address book: who made them and what was before is filed before they count.

What is in the book decides where documents go. Names and addresses stand in the filed items alone,
never in the fields that an archive is searched by.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from archive.archive import Archive
from archive.entry import Draft, Entry, Item
from hub.pipeline.evidence import json_item
from hub.store import choices, recipients, wish_changes
from hub.store.database import Connection, Database
from hub.store.wish_changes import WishChange
from routing_rules.recipient import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Entries to be inserted or replaced in a tenant's address book.

    Attributes:
        id: of this act.
        at: when, aware UTC.
        who: makes it, as evidence has it: `api key 1a2b3c4d`.
        source: the file that the entries come from, if from one.
        is_chosen: whether the recipients have chosen so themselves, or it was proposed for them
            and accepted: road and email address then outlive the next file.
    """

    id: str
    at: datetime
    tenant: str
    who: str
    entries: Sequence[Recipient]
    source: bytes | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a change came to.

    Attributes:
        count: how many entries are new or other than they were.
        kept: keys of those whose road and email address stay as they were chosen, though the file
            says otherwise.
    """

    count: int
    kept: tuple[str, ...] = ()


def change_recipients(database: Database, archive: Archive, change: Change) -> Changed:
    """File a change, then make it.

    A file undoes no choice: an ERP knows nothing of what a recipient has chosen here. Nor does one
    that names no certificate take one away. Somebody who changes an entry by hand does.

    Raises:
        ArchiveError: it cannot be filed; the book stays as it was.
    """
    tenant, keys = change.tenant, [entry.key for entry in change.entries]
    with database.transaction() as connection:
        before = recipients.many(connection, tenant, keys)
        given = change.entries
        if change.source is not None:
            given = [_still_encrypted(entry, before) for entry in given]
        chosen = choices.of(connection, tenant, keys) if change.source is not None else set()
        entries = [_as_chosen(entry, before, chosen) for entry in given]
        others = [entry for entry in entries if before.get(entry.key) != entry]
        if others:
            (entry,) = archive.append([_draft(change, before, others)])
            recipients.put(connection, tenant, others, now=change.at)
            wish_changes.add(connection, _wishes(change, before, others, entry))
        _note_choices(connection, change, before, others)
    pairs = zip(given, entries, strict=True)
    return Changed(count=len(others), kept=tuple(a.key for a, b in pairs if a != b))


def _as_chosen(
    entry: Recipient, before: Mapping[str, Recipient], chosen: Collection[str]
) -> Recipient:
    """Return an entry of a file with the road and email address that its recipient has chosen."""
    known = before.get(entry.key)
    if known is None or entry.key not in chosen:
        return entry
    return replace(entry, email=known.email, wishes=known.wishes)


def _still_encrypted(entry: Recipient, before: Mapping[str, Recipient]) -> Recipient:
    """Return an entry of a file with the certificate that it has, where the file names none."""
    known = before.get(entry.key)
    if known is None or entry.smime_certificate or not known.smime_certificate:
        return entry
    return replace(entry, smime_certificate=known.smime_certificate)


def _note_choices(
    connection: Connection,
    change: Change,
    before: Mapping[str, Recipient],
    others: Sequence[Recipient],
) -> None:
    if change.source is not None:
        return
    if change.is_chosen:
        keys = [entry.key for entry in change.entries]
        choices.note(connection, change.tenant, keys, who=change.who, now=change.at)
        return
    known = [(before.get(entry.key), entry) for entry in others]
    decided = [
        new.key for old, new in known if old and (old.email, old.wishes) != (new.email, new.wishes)
    ]
    choices.forget(connection, change.tenant, decided)


def _wishes(
    change: Change, before: Mapping[str, Recipient], others: Sequence[Recipient], entry: Entry
) -> Iterator[WishChange]:
    for each in others:
        known = before.get(each.key)
        wished = known.wishes if known else ()
        if each.wishes != wished:
            yield WishChange(
                change=change.id,
                tenant=change.tenant,
                recipient=each.key,
                at=change.at,
                who=change.who,
                wished=" ".join(wished),
                wishes=" ".join(each.wishes),
                entry=entry.id,
            )


def _draft(change: Change, before: Mapping[str, Recipient], others: Sequence[Recipient]) -> Draft:
    new = sum(entry.key not in before for entry in others)
    lines = [{"key": each.key, "before": before.get(each.key), "after": each} for each in others]
    return Draft(
        key=f"{change.id}/address-book",
        tenant=change.tenant,
        subject=change.id,
        kind="operator",
        step="address-book",
        fields={"who": change.who, "new": str(new), "changed": str(len(others) - new)},
        items=(json_item("changes", lines), *_original(change.source)),
    )


def _original(source: bytes | None) -> tuple[Item, ...]:
    if source is None:
        return ()
    return (Item(role="original", name="address-book.csv", media_type="text/csv", data=source),)

"""Changes of the address book: who made them and what was before is filed before they count.

What is in the book decides where documents go. Names and addresses stand in the filed items alone,
never in the fields that an archive is searched by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.archive import Archive
from archive.entry import Draft, Entry, Item
from hub.pipeline.evidence import json_item
from hub.store import recipients, wish_changes
from hub.store.database import Database
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
    """

    id: str
    at: datetime
    tenant: str
    who: str
    entries: Sequence[Recipient]
    source: bytes | None = None


def change_recipients(database: Database, archive: Archive, change: Change) -> int:
    """File a change, then make it; returns how many entries are new or other than they were.

    Raises:
        ArchiveError: it cannot be filed; the book stays as it was.
    """
    tenant, keys = change.tenant, [entry.key for entry in change.entries]
    with database.transaction() as connection:
        before = recipients.many(connection, tenant, keys)
        others = [entry for entry in change.entries if before.get(entry.key) != entry]
        if others:
            (entry,) = archive.append([_draft(change, before, others)])
            recipients.put(connection, tenant, others, now=change.at)
            wish_changes.add(connection, _wishes(change, before, others, entry))
    return len(others)


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

"""What an `erase` entry says was erased, and the act of it: rows go, then keys are destroyed.

The listing is an item of the entry, so whoever finds the entry can finish what was cut off, and
the verifier knows what may be missing. It names contents only as packs do: by the hash of what was
encrypted, which tells nothing of them.
"""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from archive.entry import Draft, Entry, Item
from archive.index.sqlite import Index
from archive.packs.holdings import Holdings

KIND, ROLE = "erase", "erased"


class ErasedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is no longer kept; its leaf stays."""

    id: str
    log: str
    position: int


class ErasedMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member of a pack whose key was destroyed."""

    log: str
    pack: int
    member: str


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """The listing of one erasure.

    Attributes:
        key: of the `erase` entry, so that no two listings are the same file.
        members: manifests of the entries, and files that no entry needs that stays.
    """

    v: int = 1
    key: str
    entries: tuple[ErasedEntry, ...]
    members: tuple[ErasedMember, ...]

    def draft(self, tenant: str, subject: str, fields: Mapping[str, str]) -> Draft:
        """Return the entry to be filed."""
        listing = Item(
            role=ROLE,
            name="erased.json",
            media_type="application/json",
            data=msgspec.json.encode(self),
        )
        return Draft(
            key=self.key,
            tenant=tenant,
            subject=subject,
            kind=KIND,
            step="erase",
            fields=fields,
            items=(listing,),
        )


def listing_of(entry: Entry) -> str:
    """Return the SHA-256 of an erase entry's listing."""
    return next(item.sha256 for item in entry.items if item.role == ROLE)


def carry_out(listing: bytes, index: Index, holdings: Holdings) -> None:
    """Do what a listing says; what is done already stays so. Needs the tenant's lock.

    Raises:
        OSError: it may be done or not; do it again after reopening.
    """
    erased = msgspec.json.decode(listing, type=Erased)
    packs: dict[tuple[str, int], set[str]] = defaultdict(set)
    for each in erased.members:
        packs[each.log, each.pack].add(each.member)
    indexed = [each.id for each in erased.entries if index.by_id(each.id)]
    for (log, pack), members in packs.items():
        hashes = holdings.hashes(log, pack, members)
        if hashes:
            index.forget_files(log, hashes)
        # An index from before the keys' end knows files that nobody can name now.
        if indexed and len(hashes) < len(members):
            index.forget_places(log, pack, holdings.offsets(log, pack, members))
    if indexed:
        index.forget(indexed)
    for (log, pack), members in packs.items():
        holdings.destroy(log, pack, members)

"""Where the trails of documents and files end, while a commit adds to them."""

import hashlib
from collections.abc import Iterable

from archive.entry import Draft, Entry, Trail
from archive.index.sqlite import Index

FILE = "submission"
"""The kind of entries about a file as it came, which documents of it share."""
_BEGIN = Trail(number=1, previous=None)

Owner = tuple[str, str]
"""What a trail is of: `document` or `file`, and its id."""


def owner_of(act: Draft | Entry) -> Owner | None:
    """Return what an entry is about, if that has a trail."""
    if act.document is not None:
        return "document", act.document
    return ("file", act.subject) if act.kind == FILE else None


class Trails:
    """The trails that the entries of one commit of one tenant go on with.

    Needs the tenant's lock, and that the index has caught up.
    """

    def __init__(self, index: Index, tenant: str, drafts: Iterable[Draft]) -> None:
        owners = dict.fromkeys(filter(None, map(owner_of, drafts)))
        documents = [name for what, name in owners if what == "document"]
        files = [name for what, name in owners if what == "file"]
        self._next = dict.fromkeys(owners, _BEGIN)
        for name, end in index.ends_of_trails(tenant, documents).items():
            self._go_on(("document", name), *end)
        for name, end in index.ends_of_files(tenant, files).items():
            self._go_on(("file", name), *end)

    def next(self, draft: Draft) -> Trail | None:
        """Return the place of an entry; None if it is about nothing that has a trail."""
        owner = owner_of(draft)
        return self._next[owner] if owner else None

    def add(self, draft: Draft, manifest: bytes) -> None:
        """Note the manifest that has got the next place."""
        if owner := owner_of(draft):
            self._go_on(owner, self._next[owner].number, hashlib.sha256(manifest).hexdigest())

    def _go_on(self, owner: Owner, number: int, last: str) -> None:
        self._next[owner] = Trail(number=number + 1, previous=last)

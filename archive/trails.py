"""Where the trails of documents end, while a commit adds to them."""

import hashlib
from collections.abc import Iterable

from archive.entry import Trail
from archive.index.sqlite import Index

_BEGIN = Trail(number=1, previous=None)


class Trails:
    """The trails of some documents of one tenant in one commit.

    Needs the tenant's lock, and that the index has caught up.
    """

    def __init__(self, index: Index, tenant: str, documents: Iterable[str | None]) -> None:
        own = [each for each in dict.fromkeys(documents) if each is not None]
        ends = index.ends_of_trails(tenant, own)
        self._next = dict.fromkeys(own, _BEGIN)
        for document, (number, last) in ends.items():
            self._next[document] = Trail(number=number + 1, previous=last)

    def next(self, document: str | None) -> Trail | None:
        """Return the place of the next entry of a document; None if it is about none."""
        return None if document is None else self._next[document]

    def add(self, document: str | None, manifest: bytes) -> None:
        """Note the manifest that has got the next place of a document."""
        if document is not None:
            number = self._next[document].number
            previous = hashlib.sha256(manifest).hexdigest()
            self._next[document] = Trail(number=number + 1, previous=previous)

"""Which documents were opened in which session: the pictures on a page are part of that view."""

import threading
from collections import OrderedDict
from typing import Final

_VIEWS_MAX: Final = 10_000


class Views:
    """Remembers, in this process alone, what was filed as seen."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._guard = threading.Lock()

    def note(self, session: str, document: str) -> None:
        """Remember that the view of a document is filed."""
        with self._guard:
            self._seen[session, document] = None
            self._seen.move_to_end((session, document))
            while len(self._seen) > _VIEWS_MAX:
                self._seen.popitem(last=False)

    def has(self, session: str, document: str) -> bool:
        """Whether it was filed, in this session."""
        return (session, document) in self._seen

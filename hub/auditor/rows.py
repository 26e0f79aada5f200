"""Lists of documents: what stands in a line, and what lists can be asked for."""

from archive.entry import Entry
from archive.index.answers import Listed
from hub.auditor.kept import KeptDocument
from hub.auditor.pages import words
from hub.auditor.reader import Reader
from hub.store.documents import DocumentState

_SAID = (
    *("number", "kind", "issue_date", "due_date", "currency", "total", "customer"),
    *("customer_name", "country", "sender", "standing", "channel", "state"),
)


def row_of(kept: KeptDocument) -> Listed:
    """Return a document as a line of a list."""
    said = {name: kept.facts.get(name, "") for name in _SAID}
    return Listed(document=kept.id, entry=kept.trail[-1].id, **said)


def moment_of(entry: Entry) -> str:
    """Return the moment just before an entry, as an address names it: `company/2026@118`."""
    return f"{entry.log}@{entry.position}" if entry.position else ""


def standings_of(reader: Reader) -> list[tuple[str, str]]:
    """Return the standings that can be asked for, with their words."""
    known = words(reader.language)["standings"]
    return [(state, known[state]) for state in DocumentState if state in known]

"""What is to be exported: the documents asked for, and all entries that are evidence of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from archive.archive import Archive
from archive.entry import Entry, Query

_PAGE = 1000
_ALL = 1_000_000
_OF_THE_LOG = ("key", "erase", "renewal", "rehash", "closing")
"""Kinds of entries about a log as a whole that an export of any of its documents has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for, and by whom.

    Attributes:
        tenant: whose documents; the export is filed in its log.
        by: who asks, as the archive is to name them.
        asked: what was asked for, in words, by name: it is printed in the export.
        documents: ids.
        earlier: checkpoints that the reader has from before: consistency with them is shown.
        whole_logs: with the hashes of all leaves, so that every position is accounted for.
        without_submissions: ids of files of which nothing is to be in it, as they hold documents
            that are none of the reader's business.
        authorities: certificates (PEM) of those who may have stamped the time.
        policy: files of rules in force, below `policy/`.
        supplier: name of the company, as the tables' description has it; empty: the tenant.
    """

    tenant: str
    by: str
    asked: Mapping[str, str]
    documents: tuple[str, ...]
    earlier: tuple[str, ...] = ()
    whole_logs: bool = False
    without_submissions: frozenset[str] = frozenset()
    authorities: bytes = b""
    policy: Callable[[], Iterable[tuple[str, bytes]]] = field(default=tuple)
    supplier: str = ""


def documents_of(archive: Archive, query: Query) -> Iterator[str]:
    """Yield the ids of all documents that a query asks for, whatever its limit."""
    after = ""
    while True:
        page = archive.questions.documents(replace(query, limit=_PAGE, after=after))
        yield from (row.document for row in page.rows)
        if not (after := page.after):
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All entries of one document; those of the file it was in come first."""

    document: str
    entries: tuple[Entry, ...]

    def facts(self) -> dict[str, str]:
        """Return what is known of the document: what an entry does not say, an earlier one did."""
        facts: dict[str, str] = {}
        for entry in self.entries:
            if entry.document == self.document:
                facts |= entry.fields
        return facts


class Evidences:
    """The evidence of the documents of an order, in their order; some may have none."""

    def __init__(self, archive: Archive, order: Order) -> None:
        self._archive = archive
        self._order = order
        self._documents = dict.fromkeys(order.documents)

    def __iter__(self) -> Iterator[Evidence]:
        """Yield the evidence of each document."""
        for document in self._documents:
            yield Evidence(document=document, entries=tuple(self._entries(document).values()))

    def _entries(self, document: str) -> dict[str, Entry]:
        about = self._archive.entries
        own = [*about(document=document), *about(subject=document)]
        own = [entry for entry in own if entry.tenant == self._order.tenant]
        named = dict.fromkeys(e.fields["submission"] for e in own if "submission" in e.fields)
        shared = [e for each in named for e in self._of_submission(each, document)]
        return {entry.id: entry for entry in (*shared, *own)}

    def _of_submission(self, submission: str, document: str) -> list[Entry]:
        """Return the entries about the file a document was in, and none about other documents."""
        if submission in self._order.without_submissions:
            return []
        return [
            entry
            for entry in self._archive.entries(subject=submission)
            if entry.tenant == self._order.tenant and entry.document in (None, document)
        ]


def about_logs(
    archive: Archive, order: Order, closings: Mapping[str, AbstractSet[str]]
) -> Iterator[Entry]:
    """Yield the entries about whole logs that belong to an export.

    Its keys always; of closings those of its entries, as what a year has of them may be large; all
    of them, what renewed them, and what was erased, where the order is for whole logs. Of each log
    is told which closings first cover its entries, like `closings/2026-11-21`.
    """
    for kind in _OF_THE_LOG if order.whole_logs else ("key", "closing"):
        for entry in archive.find(Query(tenant=order.tenant, kind=kind, limit=_ALL)):
            _, log, name = [*entry.subject.split(":"), "", ""][:3]
            is_own = log in closings and (kind != "closing" or f"closings/{name}" in closings[log])
            if kind == "erase" or is_own or (order.whole_logs and log in closings):
                yield entry

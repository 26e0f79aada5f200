"""What the archive answers an auditor: pages, sums, series of numbers, samples, trails."""

from dataclasses import dataclass
from decimal import Decimal

from archive.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document in a list, as the index knows it; what proves it is its entries.

    Attributes:
        entry: id of the latest entry that said something new of it.
        total: as it was filed; empty if it has none.
        standing: what the house has made of it last; likewise `channel` and `state`.
    """

    document: str
    entry: str
    number: str
    kind: str
    issue_date: str
    due_date: str
    currency: str
    total: str
    customer: str
    customer_name: str
    country: str
    sender: str
    standing: str
    channel: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of what was found.

    Attributes:
        rows: the latest issue date first; of one day, the latest filed.
        after: what a Query takes as `after` to get the next page; empty if this is the last.
    """

    rows: tuple[Listed, ...]
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the documents of a month come to at one VAT rate.

    Attributes:
        month: of the issue date, `2026-11`.
        country: of the buyer; empty if the documents do not say.
        category: BT-118.
        rate: BT-119 in percent; None where the category has none.
        net: BT-116, credit notes subtracted.
        tax: BT-117, likewise.
        documents: how many, credit notes included; one with two rates counts at both.
        credit_notes: how many of them.
    """

    month: str
    currency: str
    country: str
    category: str
    rate: Decimal | None
    net: Decimal
    tax: Decimal
    documents: int
    credit_notes: int

    @property
    def gross(self) -> Decimal:
        """Net and tax together."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Sums of what a query asks for.

    Attributes:
        rows: in the order of month, currency, country, category, rate.
        documents: how many were added up.
        without_breakdown: how many more fit the query but state no VAT: reminders, and what was
            filed before breakdowns were.
    """

    rows: tuple[Sum, ...]
    documents: int
    without_breakdown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Numbers of a series that no issued document has.

    Attributes:
        first: the first missing number, written like its neighbours.
        last: the last; the same if one is missing.
        why: where the house knows: `cancelled`, `parked`, `duplicate`, `superseded`, `disposed`,
            `other year`, `other sender`; empty if it knows nothing of them.
        documents: those that would have filled it, by their ids.
    """

    first: str
    last: str
    count: int
    why: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A number that an issued document has, and another one, issued or kept from leaving.

    Attributes:
        why: `parked` or `duplicate`, if but one was issued; `other year`, if those that were are of
            different years; else empty.
        documents: their ids, in the order of filing.
    """

    number: str
    documents: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The numbers of one sender that differ in their last digits, of one year of issue.

    Attributes:
        pattern: the number with `#` for what counts up: `R-2026-#`.
        first: the lowest number.
        last: the highest.
        count: how many issued documents have a number of it.
    """

    sender: str
    pattern: str
    year: str
    first: str
    last: str
    count: int
    gaps: tuple[Gap, ...]
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Documents drawn by a seed; whoever knows the seed and the ids draws the same.

    Of each document's id, the SHA-256 of the seed, a line end and the id is taken (UTF-8); those
    with the smallest hashes are drawn, the smallest first.

    Attributes:
        population: from how many they were drawn.
        rows: in the order in which they were drawn.
    """

    seed: str
    population: int
    rows: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another document that a document is tied to.

    Attributes:
        how: `corrects`, `corrected by`, `replaces`, `replaced by`.
        number: of the other one; as it was named, if it is not in the archive.
        document: its id; empty if it is not in the archive.
    """

    how: str
    number: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """All that was filed about a document, in the order of filing, and what it is tied to."""

    document: str
    entries: tuple[Entry, ...]
    related: tuple[Related, ...]

"""Contract: the lines within lines of an invoice of several sellers, as the French reform has them.

In UBL a line says by a reference to the invoice itself which line it is part of, in CII by a number
of its own. What both say is laid out alike here, so that `formats.syntax.fr_sellers` judges both.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from formats.model import ZERO
from formats.rules.fr_ctc import MANY_SELLERS, TWO_SELLERS
from formats.syntax.amounts import decimal_of
from formats.syntax.fr_paths import CII, CREDIT_NOTE, ON_LINE, PARENT, STATUS, UBL, Paths
from formats.syntax.looking import found, stated, texts
from formats.xml.names import UBL_CREDIT_NOTE, Element

GROUP, DETAIL, INFORMATION = "GROUP", "DETAIL", "INFORMATION"
"""What a line is: the sum of others, an invoiced line, or said for information only."""
_LAST: Final = "\U0010ffff"
_DOCUMENT: Final = "cac:InvoiceDocumentReference"
_SELLERS_TOGETHER: Final = frozenset({*MANY_SELLERS, *TWO_SELLERS})


class Place(NamedTuple):
    """What a line is among the others, and the numbers of the lines that it is part of."""

    status: str | None
    parents: Sequence[str]

    @property
    def is_head(self) -> bool:
        """Whether it stands for one seller's invoice as a whole."""
        return self.status == GROUP and not self.parents


class Preceding(NamedTuple):
    """Whether a line names an earlier invoice, and that one's date."""

    number: bool
    date: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line, as far as the rules ask.

    Attributes:
        places: in this invoice; in CII one at most.
        heads: how often it stands for one seller's invoice as a whole.
        registration: of its seller.
        own_number: of the invoice that it stands for.
    """

    element: Element
    number: str
    places: Sequence[Place]
    heads: int
    registration: str
    own_number: str
    preceding: Preceding

    @property
    def parents(self) -> Sequence[str]:
        """Numbers of the lines that it is part of."""
        return [number for place in self.places for number in place.parents]


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What an invoice of several sellers says; each part is laid out when first asked for."""

    root: Element
    paths: Paths
    lines: Mapping[Element, Line]

    @cached_property
    def mode(self) -> str:
        """BT-23."""
        return stated(self.root, self.paths.mode)

    @property
    def has_many(self) -> bool:
        """Whether several sellers invoice together; else two invoice each other."""
        return self.mode in MANY_SELLERS

    @cached_property
    def numbers(self) -> Sequence[str]:
        """BT-1."""
        return texts(self.root, self.paths.number)

    @cached_property
    def type_codes(self) -> Sequence[str]:
        """BT-3."""
        return texts(self.root, self.paths.type_code)

    @cached_property
    def sellers(self) -> Sequence[str]:
        """BT-30."""
        return texts(self.root, self.paths.seller)

    @cached_property
    def buyers(self) -> Sequence[str]:
        """BT-47."""
        return texts(self.root, self.paths.buyer)

    @cached_property
    def by_number(self) -> Mapping[str, Sequence[Line]]:
        """Lines by their number."""
        lines: defaultdict[str, list[Line]] = defaultdict(list)
        for line in self.lines.values():
            lines[line.number].append(line)
        return lines

    @cached_property
    def heads(self) -> Sequence[Line]:
        """Lines that stand for one seller's invoice as a whole."""
        return [line for line in self.lines.values() if line.heads]

    @cached_property
    def numbered_as_whole(self) -> int:
        """How many lines of the seller who sends it have the number of the whole invoice."""
        return sum(
            not set(self.numbers).isdisjoint(texts(line.element, self.paths.own_number))
            for line in self.heads
            if line.registration in self.sellers
        )

    @cached_property
    def nets_within(self) -> Mapping[str, Sequence[Decimal]]:
        """Net amounts of what is part of a line, without what only informs, by its number."""
        nets: defaultdict[str, list[Decimal]] = defaultdict(list)
        for line in self.lines.values():
            places = (place for place in line.places if place.status not in {None, INFORMATION})
            amounts = [decimal_of(net) or ZERO for net in found(line.element, self.paths.net)]
            for number in {number for place in places for number in place.parents}:
                nets[number] += amounts
        return nets

    @cached_property
    def details_within(self) -> Mapping[str, int]:
        """How many lines and groups are part of a line, by its number."""
        return Counter(
            number
            for line in self.lines.values()
            for place in line.places
            if place.status in {DETAIL, GROUP}
            for number in set(place.parents)
        )

    def vat(self, line: Line, currencies: str) -> Sequence[Element]:
        """Return the VAT totals of a line in the currency that the invoice has at a path."""
        wanted = texts(self.root, currencies)
        return [
            each for each in found(line.element, self.paths.vat) if each.get("currencyID") in wanted
        ]

    def vat_of(self, number: str) -> Decimal:
        """Return the VAT of all rows whose reason begins with the number of an invoice."""
        reasons, sums = self._rows
        wanted = f"#{number}#"
        return sums[bisect_left(reasons, wanted + _LAST)] - sums[bisect_left(reasons, wanted)]

    @cached_property
    def _rows(self) -> tuple[Sequence[str], Sequence[Decimal]]:
        """Reasons of the rows of VAT in their order, and sums of the tax of all before each."""
        rows = sorted(
            (reason, decimal_of(tax) or ZERO)
            for row in found(self.root, self.paths.rows)
            if "VAT" in texts(row, self.paths.row_tax)
            for reason in texts(row, self.paths.row_reason)[:1]
            for tax in found(row, self.paths.row_vat)
        )
        return [reason for reason, _ in rows], list(
            accumulate((tax for _, tax in rows), initial=ZERO)
        )


def ubl_names_sellers(document: Element | None) -> bool:
    """Whether an invoice or credit note in UBL is of several sellers."""
    return document is not None and stated(document, UBL.mode) in _SELLERS_TOGETHER


def cii_names_sellers(document: Element | None) -> bool:
    """Whether an invoice in CII is of several sellers."""
    return document is not None and stated(document, CII.mode) in _SELLERS_TOGETHER


def contract_in_ubl(root: Element) -> Contract:
    """Lay out an invoice or credit note in UBL."""
    paths = CREDIT_NOTE if root.tag == f"{{{UBL_CREDIT_NOTE}}}CreditNote" else UBL
    numbers = texts(root, paths.number)
    lines = {line: _line_in_ubl(line, numbers) for line in found(root, paths.lines)}
    return Contract(root=root, paths=paths, lines=lines)


def _line_in_ubl(line: Element, numbers: Sequence[str]) -> Line:
    own, others = [], []
    for reference in found(line, "cac:BillingReference"):
        named = texts(reference, f"{_DOCUMENT}/cbc:ID")
        if any(each in numbers for each in named):
            own.append(_place_in_ubl(reference))
        if any(each != number for each in named for number in numbers):
            others.append(reference)
    dates = (next(found(each, f"{_DOCUMENT}/cbc:IssueDate"), None) for each in others)
    preceding = Preceding(bool(others), any(date is not None for date in dates))
    return _line(line, UBL, own, preceding)


def _place_in_ubl(reference: Element) -> Place:
    statuses = texts(reference, f"{_DOCUMENT}/cbc:DocumentStatusCode")
    return Place(next(iter(statuses), None), texts(reference, "cac:BillingReferenceLine/cbc:ID"))


def contract_in_cii(root: Element) -> Contract:
    """Lay out an invoice in CII."""
    lines = {line: _line_in_cii(line) for line in found(root, CII.lines)}
    return Contract(root=root, paths=CII, lines=lines)


def _line_in_cii(line: Element) -> Line:
    statuses, parents = texts(line, STATUS), texts(line, PARENT)
    earlier = f"{ON_LINE}/ram:InvoiceReferencedDocument"
    date = f"{earlier}/ram:FormattedIssueDateTime/qdt:DateTimeString"
    preceding = Preceding(
        bool(texts(line, f"{earlier}/ram:IssuerAssignedID")), bool(texts(line, date))
    )
    return _line(line, CII, [Place(next(iter(statuses), None), parents)], preceding)


def _line(line: Element, paths: Paths, places: Sequence[Place], preceding: Preceding) -> Line:
    return Line(
        element=line,
        number=stated(line, paths.line_number),
        places=places,
        heads=sum(place.is_head for place in places),
        registration=stated(line, paths.registration),
        own_number=stated(line, paths.own_number),
        preceding=preceding,
    )

"""An invoice laid out for the extended rules: what a category and rate add up to, and how often.

EXTENDED-CTC-FR and Factur-X EXTENDED let a sum be a cent off for every amount in it, and have
lines that stand for others: those are neither added nor counted.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from formats.model import ZERO, Document, Invoice, Line
from formats.model.france import France, FrenchLine, LogisticsCharge
from formats.rules.totals import CENT, to_cents
from formats.rules.worksheet import Worksheet

DETAIL, GROUP, INFORMATION = "DETAIL", "GROUP", "INFORMATION"
"""EXT-FR-FE-163: what a line among lines is."""
UNRATED: Final = "O"
"""The category whose sums are told apart by no rate."""

Kind = tuple[str, Decimal | None, str, str]
"""VAT category and rate, exemption code and reason."""


@dataclass(slots=True, kw_only=True)
class Added:
    """What some amounts add up to, each kind rounded for itself.

    Attributes:
        lines, allowances, charges, logistics: sums.
        count: how many amounts there are in all of them.
    """

    lines: Decimal = ZERO
    allowances: Decimal = ZERO
    charges: Decimal = ZERO
    logistics: Decimal = ZERO
    count: int = 0

    @property
    def taxable(self) -> Decimal:
        """Lines less allowances plus charges, to be BT-116, or BT-109."""
        charged = to_cents(self.charges) + to_cents(self.logistics)
        return to_cents(self.lines) - to_cents(self.allowances) + charged

    @property
    def tolerance(self) -> Decimal:
        """A cent for each of them."""
        return CENT * self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the Schematron of a syntax counts.

    Attributes:
        counted: whether a line among lines counts, by its status.
        in_ubl: a line without amount is not counted, and some differences are rounded.
    """

    counted: Callable[[str | None], bool]
    in_ubl: bool


IN_UBL: Final = Way(counted=lambda status: status == DETAIL, in_ubl=True)
"""A line that refers to another is none that counts unless it says so."""
IN_CII: Final = Way(counted=lambda status: status in (None, DETAIL), in_ubl=False)


class Row(NamedTuple):
    """A row of the VAT breakdown beside what it may be the sum of."""

    taxable: Decimal | None
    tax: Decimal | None
    rate: Decimal | None
    alike: Added
    """Of the same category, rate and exemption reason."""
    rated: Added
    """Of the same category and rate."""
    in_doubt: bool
    """Several rows share category and rate, and an allowance or charge may be of any: what reason
    it gives for that is not in the model."""


@dataclass(slots=True)
class _Sums:
    alike: dict[Kind, Added] = field(default_factory=dict)
    rated: dict[Kind, Added] = field(default_factory=dict)

    def of(self, kind: Kind) -> Iterator[Added]:
        yield self.alike.setdefault(kind, Added())
        yield self.rated.setdefault((*kind[:2], "", ""), Added())


class ExtendedSheet(Worksheet):
    """A worksheet that knows which lines count.

    Attributes:
        way: of the syntax.
        counted: lines that are charged, with their paths.
        categories: VAT categories of these lines.
        logistics: charges of their own kind.
        all: what all amounts add up to.
    """

    def __init__(self, invoice: Invoice, way: Way) -> None:
        super().__init__(invoice)
        self.way = way
        self.counted = [(path, line) for path, line in self.lines if counts(line, way)]
        extensions = invoice.extensions
        french = extensions.fr if extensions is not None and extensions.fr is not None else France()
        self.logistics: tuple[LogisticsCharge, ...] = french.logistics_charges
        self.all = Added()
        self._sums = _Sums()
        self._add()
        self.categories = {line.vat_category for _, line in self.counted}

    def _add(self) -> None:
        for _, line in self.counted:
            more = french_of(line)
            said = (_said(more.exemption_code), _said(more.exemption_reason))
            for added in self._sought(line.vat_category, line.vat_rate, *said):
                added.lines += line.net or ZERO
                added.count += not (self.way.in_ubl and line.net is None)
        for _, allowance in self.allowances:
            for added in self._sought(allowance.vat_category, allowance.vat_rate):
                added.allowances += allowance.amount or ZERO
                added.count += 1
        for _, charge in self.charges:
            for added in self._sought(charge.vat_category, charge.vat_rate):
                added.charges += charge.amount or ZERO
                added.count += 1
        for logistic in self.logistics:
            for added in self._sought(logistic.vat_category, logistic.vat_rate):
                added.logistics += logistic.amount or ZERO
                added.count += 1

    def _sought(
        self, category: str | None, rate: Decimal | None, code: str = "", reason: str = ""
    ) -> Iterator[Added]:
        yield self.all
        kind = _kind(category, rate, code, reason)
        if kind is not None:
            yield from self._sums.of(kind)

    def rows_beside_sums(self, category: str) -> list[tuple[str, Row]]:
        """Return the rows of a category with what they should be the sum of."""
        rows = self.rows_of.get(category, [])
        kinds = [
            _kind(category, row.rate, _said(row.exemption_code), _said(row.exemption_reason))
            for _, row in rows
        ]
        rows_of_rate = Counter(kind[:2] for kind in kinds if kind is not None)
        found = []
        for (path, row), kind in zip(rows, kinds, strict=True):
            alike, rated, in_doubt = Added(), Added(), False
            if kind is not None:
                alike, rated = self._sums.of(kind)
                has_parts = any((rated.allowances, rated.charges, rated.logistics))
                in_doubt = any(kind[2:]) and has_parts and rows_of_rate[kind[:2]] > 1
            found.append((path, Row(row.taxable, row.tax, row.rate, alike, rated, in_doubt)))
        return found


def french_of(line: Line) -> FrenchLine:
    """Return what a line has beyond EN 16931, empty if nothing."""
    extensions = line.extensions
    return extensions.fr if extensions is not None and extensions.fr is not None else _NOTHING


_NOTHING: Final = FrenchLine()


def counts(line: Line, way: Way) -> bool:
    """Whether a line is charged, not one that others stand for."""
    part = french_of(line).part
    return part is None or way.counted(part.status)


def _said(text: str | None) -> str:
    return " ".join(text.split()) if text else ""


def _kind(category: str | None, rate: Decimal | None, code: str, reason: str) -> Kind | None:
    if category is None:
        return None
    if category == UNRATED:
        return category, None, code, reason
    return None if rate is None or rate.is_nan() else (category, rate, code, reason)


def lay_out_for(way: Way) -> Callable[[Document], ExtendedSheet | None]:
    """Return what lays an invoice out as the Schematron of a syntax sees it."""
    return lambda document: ExtendedSheet(document, way) if isinstance(document, Invoice) else None

"""The arithmetic of an invoice: line sum, document level sums, VAT taxable amounts.

Computed once a check; readers and writers may use it to fill totals that a sender left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from formats.model import HUNDRED, ZERO, Invoice

CENT = Decimal("0.01")
ONE = Decimal(1)


def to_cents(value: Decimal) -> Decimal:
    """Return `value` with two decimals as the official rules round: ties towards plus infinity.

    Source:
        XPath 2.0 functions, 6.4.4 fn:round; EN 16931 Schematron: `round(x * 100) div 100`.

    >>> to_cents(Decimal("0.005")), to_cents(Decimal("-0.005"))
    (Decimal('0.01'), Decimal('-0.00'))
    """
    return value.quantize(CENT, ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN)


def to_units(value: Decimal) -> Decimal:
    """Return `value` without decimals, ties towards plus infinity."""
    return value.quantize(ONE, ROUND_HALF_UP if value >= 0 else ROUND_HALF_DOWN)


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """Return the sum of the amounts that are there."""
    return sum([amount for amount in amounts if amount is not None], ZERO)


@dataclass(slots=True, kw_only=True)
class Sums:
    """What an invoice's amounts add up to; nothing is rounded.

    Attributes:
        lines: of all line net amounts (BT-131), to be BT-106.
        allowances: of document level allowances (BT-92), to be BT-107.
        charges: of document level charges (BT-99), to be BT-108.
        tax: of the VAT breakdown's tax amounts (BT-117), to be BT-110.
        by_category: lines plus charges minus allowances, a VAT category.
        by_rate: the same, a VAT category and rate, to be BT-116.
    """

    lines: Decimal
    allowances: Decimal
    charges: Decimal
    tax: Decimal
    by_category: dict[str, Decimal]
    by_rate: dict[tuple[str, Decimal], Decimal]

    def add(self, category: str | None, rate: Decimal | None, amount: Decimal) -> None:
        """Add a taxable amount to its category and rate."""
        if category is None:
            return
        self.by_category[category] = self.by_category.get(category, ZERO) + amount
        if rate is not None and not rate.is_snan():
            self.by_rate[category, rate] = self.by_rate.get((category, rate), ZERO) + amount

    def at_rate(self, category: str, rate: Decimal | None) -> Decimal | None:
        """Return the taxable amount of a category and rate; None where nothing has them."""
        if rate is None or rate.is_snan():
            return None
        return self.by_rate.get((category, rate))


def sums(invoice: Invoice) -> Sums:
    """Add up an invoice; missing amounts count as nothing.

    >>> from formats.model import Line
    >>> line = Line(net=Decimal("10.00"), vat_category="S", vat_rate=Decimal(19))
    >>> sums(Invoice(lines=(line, line))).by_rate
    {('S', Decimal('19')): Decimal('20.00')}
    """
    found = Sums(
        lines=total(line.net for line in invoice.lines),
        allowances=total(allowance.amount for allowance in invoice.allowances),
        charges=total(charge.amount for charge in invoice.charges),
        tax=total(row.tax for row in invoice.vat_breakdown),
        by_category={},
        by_rate={},
    )
    for line in invoice.lines:
        found.add(line.vat_category, line.vat_rate, line.net or ZERO)
    for charge in invoice.charges:
        found.add(charge.vat_category, charge.vat_rate, charge.amount or ZERO)
    for allowance in invoice.allowances:
        found.add(allowance.vat_category, allowance.vat_rate, -(allowance.amount or ZERO))
    return found


def tax_of(taxable: Decimal, rate: Decimal) -> Decimal:
    """Return the VAT of a taxable amount, without sign, to the cent.

    >>> tax_of(Decimal("-100.00"), Decimal(19))
    Decimal('19.00')
    """
    return to_cents(abs(taxable) * (rate / HUNDRED))

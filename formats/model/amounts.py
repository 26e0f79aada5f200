"""Decimal arithmetic of EN 16931 in one place. Amounts are in the invoice currency (BT-5)."""

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """Return `value` with `places` decimals, ties away from zero.

    Source:
        EN 16931-1:2017, 6.5.2: amounts carry at most two decimals, commercial rounding.

    >>> round_half_up(Decimal("2.345"))
    Decimal('2.35')
    >>> round_half_up(Decimal("-2.345"))
    Decimal('-2.35')
    """
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)

"""Amounts as a file has them: decimal_of()."""

from decimal import Decimal

from formats.binding.kinds import read_decimal
from formats.syntax.rules import text
from formats.xml.names import Element
from formats.xml.walking import WHITE_SPACE


def decimal_of(amount: Element | None) -> Decimal | None:
    """Return the number in an element; None where there is none."""
    if amount is None:
        return None
    try:
        return read_decimal(text(amount).strip(WHITE_SPACE))
    except ValueError:
        return None

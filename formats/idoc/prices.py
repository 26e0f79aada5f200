"""Prices in another unit than the quantity's, converted by the ratio that the line states.

A line may say 10 cartons, and 2.50 a piece; E1EDP01 then has how many cartons a piece is, as a
fraction (BPUMZ / BPUMN). The standard wants the price for a quantity in the unit of the quantity.
"""

from decimal import Decimal
from fractions import Fraction

from formats.idoc.mapping import Index
from formats.idoc.profile import Profile
from formats.idoc.segments import Segment
from formats.model import Line
from formats.model.paths import Draft, term
from formats.rules.totals import to_cents

_NET = term("net", Line)
_QUANTITY = term("quantity", Line)
_UNIT = term("unit", Line)
_PRICE = term("price.net", Line)
_BASE_QUANTITY = term("price.base_quantity", Line)
_BASE_UNIT = term("price.base_unit", Line)
_ONE = Decimal(1)


def convert(line: Draft, index: Index, profile: Profile) -> None:
    """Put the price for a quantity in the line's own unit, if price times quantity is the net then.

    The fraction is multiplied out on both sides, so that nothing is rounded.
    """
    unit, other, price = line.get(_UNIT), line.get(_BASE_UNIT), line.number(_PRICE)
    if unit is None or other in (None, unit) or price is None:
        return
    head = index[("E1EDP01", None)][0]
    ratio = _ratio(head, profile)
    if ratio is None:
        return
    base = (line.number(_BASE_QUANTITY) or _ONE) * ratio.numerator
    price *= ratio.denominator
    if adds_up(price, line.number(_QUANTITY), base, line.number(_NET)):
        names = (profile.price_denominator, profile.price_numerator)
        by, times = (head.place(name) for name in names)
        head.taken.update(names)
        line.put(_PRICE, price, _joined(line, _PRICE.path, by))
        line.put(_BASE_QUANTITY, base, _joined(line, _BASE_QUANTITY.path, times))
        line.put(_BASE_UNIT, unit, line.sources[line.prefix + _UNIT.path])


def adds_up(
    price: Decimal | None, quantity: Decimal | None, base: Decimal | None, net: Decimal | None
) -> bool:
    """Whether price times quantity is the net amount, to the cent."""
    if price is None or quantity is None:
        return False
    return to_cents(price * quantity / (base or _ONE)) == net


def _ratio(head: Segment, profile: Profile) -> Fraction | None:
    """Return how many of the quantity's units one of the price's is."""
    try:
        above, below = (
            Fraction(int(head.fields[name]))
            for name in (profile.price_numerator, profile.price_denominator)
        )
    except (KeyError, ValueError):
        return None
    return above / below if above and below else None


def _joined(line: Draft, path: str, factor: str) -> str:
    place = line.sources.get(line.prefix + path)
    return f"{place} x {factor}" if place else factor

"""What rule sets of national syntaxes have in common: texts that must fit, lines that add up."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from formats.model import Line
from formats.rules.engine import Context, Rule, getter
from formats.rules.totals import total

CENT = Decimal("0.01")
ONE = Decimal(1)

Limit = tuple[Context[Any], str, str, int]
"""Where, BT number or field, path from there, how many characters at most."""


def fits(
    prefix: str, syntax: str, limits: Sequence[Limit], written: Callable[[str], str] = str
) -> tuple[Rule, ...]:
    """Return a rule a limit, numbered from `prefix`: the syntax has room for so many characters.

    Args:
        prefix: of the ids.
        syntax: its name.
        limits: one a rule.
        written: makes of a text what is written of it.
    """
    return tuple(
        place(
            f"{prefix}{number:02}",
            term,
            f"the value has at most {size} characters, which is the room {syntax} has",
            _short_enough(getter(at), size, written),
            at=at,
            fix=f"shorten {term} to {size} characters",
        )
        for number, (place, term, at, size) in enumerate(limits, start=1)
    )


def _short_enough(
    get: Callable[[object], object], size: int, written: Callable[[str], str]
) -> Callable[[object], bool | None]:
    def predicate(subject: object) -> bool | None:
        value = get(subject)
        return len(" ".join(written(value).split())) <= size if isinstance(value, str) else None

    return predicate


def unit_price(line: Line) -> Decimal | None:
    """Return the price of one unit: BT-146 over BT-149."""
    if line.price is None or line.price.net is None:
        return None
    return line.price.net / (line.price.base_quantity or ONE)


def adds_up(line: Line) -> bool | None:
    """Whether BT-131 is price times quantity with allowances and charges, to the cent.

    A syntax that repeats this arithmetic for each line is refused where it does not hold.
    """
    price = unit_price(line)
    if price is None or line.quantity is None or line.net is None:
        return None
    charges = total(charge.amount for charge in line.charges)
    allowances = total(allowance.amount for allowance in line.allowances)
    return abs(price * line.quantity + charges - allowances - line.net) <= CENT

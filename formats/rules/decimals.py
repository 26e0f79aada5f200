"""BR-DEC: amounts have at most two decimals, counted as they were written."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from operator import attrgetter
from typing import Any

from formats.rules.engine import Context, Rule
from formats.rules.totals import CENT, to_cents
from formats.rules.worksheet import (
    each_allowance,
    each_charge,
    each_line,
    each_line_allowance,
    each_line_charge,
    each_row,
    the_totals,
)


def cents(amount: Decimal | None) -> bool | None:
    """Whether an amount is written with at most two decimals; trailing zeros count.

    >>> cents(Decimal("1.10")), cents(Decimal("1.100")), cents(None)
    (True, False, None)
    """
    if amount is None:
        return None
    if amount.same_quantum(CENT):
        return True
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, str) or exponent >= -2


def worth_cents(amount: Decimal | None) -> bool | None:
    """Whether an amount is a whole number of cents, however it is written.

    The official rules ask no more of the VAT totals, which may stand in two currencies.
    """
    return None if amount is None else amount == to_cents(amount)


AMOUNTS: tuple[tuple[Context[Any], str, str, str, str], ...] = (
    (each_allowance, "BR-DEC-01", "BT-92", "amount", "a document level allowance"),
    (each_allowance, "BR-DEC-02", "BT-93", "base", "the base of a document level allowance"),
    (each_charge, "BR-DEC-05", "BT-99", "amount", "a document level charge"),
    (each_charge, "BR-DEC-06", "BT-100", "base", "the base of a document level charge"),
    (the_totals, "BR-DEC-09", "BT-106", "lines", "the sum of line net amounts"),
    (the_totals, "BR-DEC-10", "BT-107", "allowances", "the sum of allowances"),
    (the_totals, "BR-DEC-11", "BT-108", "charges", "the sum of charges"),
    (the_totals, "BR-DEC-12", "BT-109", "without_vat", "the total without VAT"),
    (the_totals, "BR-DEC-14", "BT-112", "with_vat", "the total with VAT"),
    (the_totals, "BR-DEC-16", "BT-113", "paid", "the paid amount"),
    (the_totals, "BR-DEC-17", "BT-114", "rounding", "the rounding amount"),
    (the_totals, "BR-DEC-18", "BT-115", "due", "the amount due"),
    (each_row, "BR-DEC-19", "BT-116", "taxable", "a taxable amount"),
    (each_row, "BR-DEC-20", "BT-117", "tax", "a tax amount"),
    (each_line, "BR-DEC-23", "BT-131", "net", "a line's net amount"),
    (each_line_allowance, "BR-DEC-24", "BT-136", "amount", "a line allowance"),
    (each_line_allowance, "BR-DEC-25", "BT-137", "base", "the base of a line allowance"),
    (each_line_charge, "BR-DEC-27", "BT-141", "amount", "a line charge"),
    (each_line_charge, "BR-DEC-28", "BT-142", "base", "the base of a line charge"),
)
"""Where, rule, term, path there, noun."""

VAT_TOTALS: tuple[tuple[Context[Any], str, str, str, str], ...] = (
    (the_totals, "BR-DEC-13", "BT-110", "vat", "the VAT total"),
    (
        the_totals,
        "BR-DEC-15",
        "BT-111",
        "vat_in_accounting_currency",
        "the VAT total in accounting currency",
    ),
)


def _rules(
    table: tuple[tuple[Context[Any], str, str, str, str], ...],
    holds: Callable[[Decimal | None], bool | None],
) -> Iterator[Rule]:
    for context, rule, term, at, noun in table:
        yield context(
            rule,
            term,
            f"{noun} has at most two decimals",
            _judge(at, holds),
            at=at,
            fix="round the amount to two decimals",
        )


def _judge(
    at: str, holds: Callable[[Decimal | None], bool | None]
) -> Callable[[object], bool | None]:
    get = attrgetter(at)
    return lambda group: holds(get(group))


RULES: tuple[Rule, ...] = (*_rules(AMOUNTS, cents), *_rules(VAT_TOTALS, worth_cents))

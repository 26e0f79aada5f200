"""Dates in CII: an element around a text in UNTDID 2379 format 102."""

from typing import Final

from formats.binding.kinds import DATE_102
from formats.binding.rows import Leaf, Nest

FORMAT: Final = ' format="102"'


def day(name: str, path: str) -> Nest:
    """Return a date in the element that unqualified date types use."""
    return Nest(name, Leaf("udt:DateTimeString", path, DATE_102, fixed=FORMAT))


def period() -> Nest:
    """Return BG-14 or BG-26."""
    return Nest(
        "ram:BillingSpecifiedPeriod",
        day("ram:StartDateTime", "period.start"),
        day("ram:EndDateTime", "period.end"),
        opens="period",
    )

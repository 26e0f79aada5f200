"""Kind: how a value stands as text, both ways."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple


class Kind(NamedTuple):
    """How a value is written as text.

    Attributes:
        called: what it is, for messages.
        reads: text to value; raises ValueError.
        writes: value to text.
    """

    called: str
    reads: Callable[[str], Any]
    writes: Callable[[Any], str]


@lru_cache(maxsize=4096)
def read_decimal(text: str) -> Decimal:
    """Return the value of an xsd:decimal with at most 28 digits either side of the point.

    >>> read_decimal("-12.50")
    Decimal('-12.50')
    """
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def write_decimal(value: Decimal) -> str:
    """Return a decimal without exponent, and nothing as nothing: some take -0 for less than 0.

    >>> write_decimal(Decimal("1.20E+3")), write_decimal(Decimal("-0.00"))
    ('1200', '0.00')
    """
    if not value.is_finite():
        raise ValueError(f"{value} is no number that an invoice could state")
    return format(value or abs(value), "f")


def code(standard_to_syntax: Mapping[str, str]) -> Kind:
    """Return the kind of a code that a syntax takes from another list than the standard.

    >>> code({"3": "5"}).reads("5"), code({"3": "5"}).writes("3"), code({"3": "5"}).reads("72")
    ('3', '5', '72')
    """
    to_standard = {theirs: ours for ours, theirs in standard_to_syntax.items()}
    return Kind(
        "a code",
        lambda text: to_standard.get(text, text),
        lambda value: standard_to_syntax.get(value, value),
    )


def _end_of_line(terms: str) -> str:
    """XRechnung 3.0, BR-DE-18: a line such as #SKONTO#TAGE=14#PROZENT=2.00# ends as a line."""
    last = terms.rpartition("\n")[2].strip()
    return f"{terms}\n" if last.startswith("#") and last.endswith("#") else terms


def _read_date(text: str) -> date:
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    return date.fromisoformat(found[1])


def _read_date_102(text: str) -> date:
    found = _DATE_102.fullmatch(text)
    if not found:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))


def _read_base64(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)


_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,28}(?:\.[0-9]{0,28})?|\.[0-9]{1,28})")
_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE_102: Final = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")

TEXT: Final = Kind("a text", str, str)
DECIMAL: Final = Kind("a decimal number such as 1234.50", read_decimal, write_decimal)
DATE: Final = Kind("a date such as 2026-01-31", _read_date, date.isoformat)
"""xsd:date; a time zone is read over, as a document's date has none."""
DATE_102: Final = Kind(
    "a date such as 20260131",
    _read_date_102,
    lambda day: day.isoformat().replace("-", ""),
)
"""UNTDID 2379 format 102."""
PAYMENT_TERMS: Final = Kind("a text", str, _end_of_line)
BASE64: Final = Kind("base64", _read_base64, lambda data: base64.b64encode(data).decode())

"""What the fields of an entry say of its document, as a row that can be asked by."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from archive.index.series import parts

STATED = (
    *("number", "kind", "issue_date", "due_date", "currency", "total", "payable", "customer"),
    *("customer_name", "country", "vat_ids", "vat", "corrects", "sender", "retention_until"),
)
"""Fields that are a column under their own name, a new version of the document if they change."""

MOVING = ("standing", "channel", "state")
"""Fields of which a document has the last one that was said; what was before, entries know."""

_SAYING = frozenset({*STATED, *MOVING, "words"})
_STATED = frozenset(STATED)
_SCALE = 4
_BEYOND = 2**62


def says(fields: Mapping[str, str]) -> bool:
    """Whether fields say anything of a document."""
    return not _SAYING.isdisjoint(fields)


def news(said: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Return what fields say by names of STATED that is not known."""
    return {
        name: value for name, value in said.items() if name in _STATED and known.get(name) != value
    }


def stated(fields: Mapping[str, str]) -> tuple[str | None, ...]:
    """Return the columns of STATED."""
    return tuple(fields.get(name) for name in STATED)


def day_of(fields: Mapping[str, str]) -> int:
    """Return the ordinal of the issue date; 0 if there is none that can be read."""
    try:
        return date.fromisoformat(fields.get("issue_date", "")).toordinal()
    except ValueError:
        return 0


def amount(text: str | None) -> int | None:
    """Return an amount in ten-thousandths, None where it is no number that fits."""
    try:
        return scaled(Decimal(text or ""))
    except (InvalidOperation, OverflowError, ValueError):
        return None


def scaled(value: Decimal) -> int:
    """Return a number in ten-thousandths.

    Raises:
        OverflowError: it is beyond any invoice.
    """
    whole = int(value.scaleb(_SCALE).to_integral_value())
    if abs(whole) >= _BEYOND:
        raise OverflowError(f"{value} is beyond any invoice")
    return whole


def unscaled(value: int, places_min: int = 2) -> Decimal:
    """Return ten-thousandths as a number, with no more places than it needs.

    >>> unscaled(190_000, 0), unscaled(95_000), unscaled(12_345)
    (Decimal('19'), Decimal('9.50'), Decimal('1.2345'))
    """
    plain = Decimal(value).scaleb(-_SCALE)
    for places in range(places_min, _SCALE):
        if not value % 10 ** (_SCALE - places):
            return plain.quantize(Decimal(1).scaleb(-places))
    return plain


def vat_id(text: str) -> str:
    """Write a VAT id without what people put between its letters.

    >>> vat_id("de 123.456-789")
    'DE123456789'
    """
    return "".join(filter(str.isalnum, text)).upper()


def serial_of(number: str | None) -> tuple[str | None, int | None]:
    """Return a number's pattern and what counts up in it."""
    taken = parts(number or "")
    return (taken.pattern, taken.serial) if taken else (None, None)

"""A VAT breakdown (BG-23) as one field of text: `S 19 100.00 19.00; E - 50.00 0`."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_BEYOND = Decimal(10) ** 13
"""An amount that no invoice comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """What a document comes to at one category and rate.

    Attributes:
        category: BT-118; `?` if the document does not say.
        rate: BT-119, percent.
        net: BT-116.
        tax: BT-117.
    """

    category: str
    rate: Decimal | None
    net: Decimal
    tax: Decimal


def write_vat(lines: Iterable[VatLine]) -> str:
    """Return the field.

    >>> write_vat([VatLine(category="E", rate=None, net=Decimal("9.00"), tax=Decimal(0))])
    'E - 9.00 0'
    """
    return "; ".join(map(_written, lines))


def read_vat(field: str) -> tuple[VatLine, ...]:
    """Return the lines of a field; none if it is not written like one.

    >>> [line.net for line in read_vat("S 19 9.00 1.71; E - 50.00 0")]
    [Decimal('9.00'), Decimal('50.00')]
    """
    try:
        return tuple(map(_line, field.split("; "))) if field else ()
    except (ValueError, InvalidOperation):
        return ()


def _written(line: VatLine) -> str:
    rate = "-" if line.rate is None else f"{line.rate:f}"
    return f"{line.category} {rate} {line.net:f} {line.tax:f}"


def _line(text: str) -> VatLine:
    category, rate, net, tax = text.split(" ")
    line = VatLine(
        category=category,
        rate=None if rate == "-" else Decimal(rate),
        net=Decimal(net),
        tax=Decimal(tax),
    )
    if not all(-_BEYOND < each < _BEYOND for each in (line.rate or Decimal(0), line.net, line.tax)):
        raise ValueError(text)
    return line

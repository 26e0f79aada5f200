"""BR-FR-15, BR-FR-16 and BR-FR-DEC: which VAT is charged in France, and how numbers are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from formats.model import Totals
from formats.rules.engine import Context, Rule, getter
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_allowance,
    each_charge,
    each_line,
    each_line_allowance,
    each_line_charge,
    each_row,
    the_totals,
)

RATES = frozenset(
    {
        *("0", "0.0", "0.00", "10", "10.0", "10.00", "13", "13.0", "13.00", "20", "20.0", "20.00"),
        *("8.5", "8.50", "19.6", "19.60", "2.1", "2.10", "5.5", "5.50", "7", "7.0", "7.00"),
        *("20.6", "20.60", "1.05", "0.9", "0.90", "1.75", "9.2", "9.20", "9.6", "9.60"),
    }
)
"""As they may be written; rates of past years among them."""
CATEGORIES = ("S", "E", "AE", "K", "G", "O", "Z")
OVERSEAS = ("L", "M")
"""IGIC and IPSI: Spain's, never France's."""
NEGATIVE_PRICES = ("S9", "B9", "M9")
"""BT-23: the one that lets a price be below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a number may be written: 19 characters at most, without the point.

    Attributes:
        places: decimals at most.
        longest: characters at most, without the point.
        signed: it may be below zero.
    """

    places: int
    longest: int = 19
    signed: bool = True

    def fits(self, number: Decimal | None) -> bool | None:
        """Whether the number, as it was written, has this shape; None is no number.

        >>> Shape(places=2).fits(Decimal("-1.50")), Shape(places=2).fits(Decimal("1.500"))
        (True, False)
        """
        if number is None:
            return None
        text = format(number, "f")
        whole, _, fraction = text.removeprefix("-").partition(".")
        return (
            number.is_finite()
            and (self.signed or not text.startswith("-"))
            and len(whole) <= self.longest
            and len(fraction) <= self.places
            and len(text) - ("." in text) <= self.longest
        )


AMOUNT, QUANTITY = Shape(places=2), Shape(places=4)
PRICE, ANY_PRICE = Shape(places=6, signed=False), Shape(places=6)
PERCENT = Shape(places=2, longest=4, signed=False)


class Priced(NamedTuple):
    """A price beside how it may be written in this invoice."""

    value: Decimal
    shape: Shape


def _both(name: str, first: Context[Any], second: Context[Any]) -> Context[Any]:
    return Context(name=name, find=lambda sheet: [*first.find(sheet), *second.find(sheet)])


each_part = _both("each allowance and charge", each_allowance, each_charge)
each_line_part = _both("each line allowance and charge", each_line_allowance, each_line_charge)


def _prices(field: str) -> Context[Priced]:
    def find(sheet: Worksheet) -> Places[Priced]:
        negative = sheet.invoice.business_process in NEGATIVE_PRICES
        shape = ANY_PRICE if negative else PRICE
        return [
            (f"{path}.price.{field}", Priced(value, shape))
            for path, line in sheet.lines
            if line.price is not None and (value := getattr(line.price, field)) is not None
        ]

    return Context(name=f"each {field} price", find=find)


def _totals_of(field: str) -> Callable[[Totals], bool | None]:
    get = getter(field)

    def holds(totals: Totals) -> bool | None:
        value = get(totals)
        return AMOUNT.fits(value) if isinstance(value, Decimal) else None

    return holds


def _vat_totals(totals: Totals) -> bool | None:
    """Judge BT-110 and BT-111 together, as the official rule does."""
    found = [
        AMOUNT.fits(total)
        for total in (totals.vat, totals.vat_in_accounting_currency)
        if total is not None
    ]
    return False not in found if found else None


WRITTEN: tuple[tuple[Context[Any], str, Any, str, str, Shape], ...] = (
    (
        each_part,
        "BR-FR-DEC-01_BT-92_BT-99",
        {"allowances.amount": "BT-92", "charges.amount": "BT-99"},
        "amount",
        "an allowance or charge",
        AMOUNT,
    ),
    (
        each_part,
        "BR-FR-DEC-01_BT-93_BT-100",
        {"allowances.base": "BT-93", "charges.base": "BT-100"},
        "base",
        "the base of an allowance or charge",
        AMOUNT,
    ),
    (each_row, "BR-FR-DEC-01_BT-116", "BT-116", "taxable", "a taxable amount", AMOUNT),
    (each_row, "BR-FR-DEC-01_BT-117", "BT-117", "tax", "a tax amount", AMOUNT),
    (each_line, "BR-FR-DEC-01_BT-131", "BT-131", "net", "a line's net amount", AMOUNT),
    (
        each_line_part,
        "BR-FR-DEC-01_BT-136_BT-141",
        {"lines.allowances.amount": "BT-136", "lines.charges.amount": "BT-141"},
        "amount",
        "an allowance or charge of a line",
        AMOUNT,
    ),
    (
        each_line_part,
        "BR-FR-DEC-01_BT-137_BT-142",
        {"lines.allowances.base": "BT-137", "lines.charges.base": "BT-142"},
        "base",
        "the base of an allowance or charge of a line",
        AMOUNT,
    ),
    (each_line, "BR-FR-DEC-02_BT-129", "BT-129", "quantity", "a quantity", QUANTITY),
    (
        each_line,
        "BR-FR-DEC-02_BT-149",
        "BT-149",
        "price.base_quantity",
        "the quantity a price is for",
        QUANTITY,
    ),
    (
        each_part,
        "BR-FR-DEC-04_BT-96_BT-103",
        {"allowances.vat_rate": "BT-96", "charges.vat_rate": "BT-103"},
        "vat_rate",
        "the VAT rate of an allowance or charge",
        PERCENT,
    ),
    (each_row, "BR-FR-DEC-04_BT-119", "BT-119", "rate", "a VAT rate", PERCENT),
    (each_line, "BR-FR-DEC-04_BT-152", "BT-152", "vat_rate", "the VAT rate of a line", PERCENT),
)

TOTALS = (
    ("BT-106", "lines", "the sum of line net amounts"),
    ("BT-107", "allowances", "the sum of allowances"),
    ("BT-108", "charges", "the sum of charges"),
    ("BT-109", "without_vat", "the total without VAT"),
    ("BT-112", "with_vat", "the total with VAT"),
    ("BT-113", "paid", "the paid amount"),
    ("BT-114", "rounding", "the rounding amount"),
    ("BT-115", "due", "the amount due"),
)

PRICES = (
    ("BT-146", "net", "a net price"),
    ("BT-147", "discount", "a price discount"),
    ("BT-148", "gross", "a gross price"),
)


def _fits(at: str, shape: Shape) -> Callable[[Any], bool | None]:
    get: Callable[[Any], Any] = getter(at)
    return lambda group: shape.fits(get(group))


def _limits(shape: Shape) -> str:
    return f"at most {shape.places} decimals and {shape.longest} digits"


NUMBERS: tuple[Rule, ...] = (
    *(
        context(
            rule,
            term,
            f"{what} has {_limits(shape)}",
            _fits(at, shape),
            at=at,
            fix="round it, and leave trailing zeros out",
        )
        for context, rule, term, at, what, shape in WRITTEN
    ),
    *(
        the_totals(
            f"BR-FR-DEC-01_{term}",
            term,
            f"{what} has {_limits(AMOUNT)}",
            _totals_of(field),
            at=field,
            fix="round it, and leave trailing zeros out",
        )
        for term, field, what in TOTALS
    ),
    the_totals(
        "BR-FR-DEC-01_BT-110",
        "BT-110",
        f"a VAT total has {_limits(AMOUNT)}",
        _vat_totals,
        at="vat",
        fix="round it, and leave trailing zeros out",
    ),
    *(
        _prices(field)(
            f"BR-FR-DEC-03_{term}",
            term,
            f"{what} has {_limits(PRICE)}, and is not below zero",
            lambda priced: priced.shape.fits(priced.value),
            fix="round it, and send what is credited as a negative quantity",
        )
        for term, field, what in PRICES
    ),
)

VAT_PLACES: tuple[tuple[Context[Any], Any, str, str, str], ...] = (
    (
        each_part,
        {"allowances.vat_category": "BT-95", "charges.vat_category": "BT-102"},
        "vat_category",
        "BR-FR-15_BT-95_BT-102-1",
        "BR-FR-15_BT-95_BT-102-2",
    ),
    (each_row, "BT-118", "category", "BR-FR-15_BT-118-1", "BR-FR-15_BT-118-2"),
    (each_line, "BT-151", "vat_category", "BR-FR-15_BT-151-1", "BR-FR-08_BT-151-2"),
)
RATE_PLACES: tuple[tuple[Context[Any], str, Any, str], ...] = (
    (
        each_part,
        "BR-FR-16_BT-96",
        {"allowances.vat_rate": "BT-96", "charges.vat_rate": "BT-103"},
        "vat_rate",
    ),
    (each_row, "BR-FR-16_BT-119", "BT-119", "rate"),
    (each_line, "BR-FR-16_BT-152", "BT-152", "vat_rate"),
)


def _category(at: str, judge: Callable[[str], bool]) -> Callable[[Any], bool | None]:
    get = getter(at)

    def holds(group: object) -> bool | None:
        code = get(group)
        return judge(code) if isinstance(code, str) else None

    return holds


def _rate(at: str) -> Callable[[Any], bool | None]:
    get = getter(at)

    def holds(group: object) -> bool | None:
        rate = get(group)
        return format(rate, "f") in RATES if isinstance(rate, Decimal) else None

    return holds


VAT: tuple[Rule, ...] = (
    *(
        context(
            known,
            term,
            f"a VAT category is one of {', '.join(CATEGORIES)}",
            _category(at, lambda code: code in CATEGORIES),
            at=at,
            fix="send the category that French law has for this supply",
        )
        for context, term, at, known, _ in VAT_PLACES
    ),
    *(
        context(
            overseas,
            term,
            "neither IGIC (L) nor IPSI (M) is charged in France",
            _category(at, lambda code: code not in OVERSEAS),
            at=at,
            fix="send the category that French law has for this supply",
        )
        for context, term, at, _, overseas in VAT_PLACES
    ),
    *(
        context(
            rule,
            term,
            "a VAT rate is one that France has or had, with at most two decimals",
            _rate(at),
            at=at,
            fix="send a French rate, such as 20, 10, 5.5 or 2.1",
        )
        for context, rule, term, at in RATE_PLACES
    ),
)

RULES: tuple[Rule, ...] = (*VAT, *NUMBERS)


def _category_beside(at: str, rate: str) -> Callable[[Any], bool | None]:
    get, get_rate = getter(at), getter(rate)

    def holds(group: object) -> bool | None:
        code = get(group)
        if code is None and get_rate(group) is None:
            return None
        return code in CATEGORIES

    return holds


MISSING_IN_CII: Mapping[str, Callable[[Any], bool | None]] = {
    "BR-FR-15_BT-95_BT-102-1": _category_beside("vat_category", "vat_rate"),
    "BR-FR-15_BT-118-1": lambda row: row.category in CATEGORIES,
    "BR-FR-15_BT-151-1": _category_beside("vat_category", "vat_rate"),
}
"""For CII a missing category is a wrong one."""

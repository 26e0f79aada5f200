"""BR-FREXT and BR-FXEXT: sums that may be a cent off for every amount in them.

EXTENDED-CTC-FR and Factur-X EXTENDED have these in place of the core's BR-CO-10 to BR-CO-15 and
BR-*-08; `tolerances` makes the rules under the ids that a file has. At a difference of exactly the
tolerance the file for UBL adds in binary fractions, so that its verdict is chance; here it holds.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from formats.findings import Severity
from formats.model import HUNDRED, ZERO, Invoice, Totals
from formats.rules.categories import NAMES
from formats.rules.engine import Context, Rule
from formats.rules.extended_sheet import Added, ExtendedSheet, Row
from formats.rules.totals import CENT, to_cents
from formats.rules.worksheet import the_invoice, the_worksheet

LETTERS: Final = {
    **{category: category for category in ("S", "Z", "E", "AE", "G", "O")},
    "K": "IC",
    "L": "AF",
    "M": "AG",
}
"""Category to what the ids call it."""


def _totals(sheet: ExtendedSheet) -> Totals:
    return sheet.invoice.totals or Totals()


def _off(given: Decimal | None, computed: Decimal, count: int, *, rounds: bool = False) -> bool:
    """Whether a sum is missing, or off by more than a cent for each amount."""
    if given is None:
        return True
    difference = abs(given - computed)
    return not (to_cents(difference) if rounds else difference) <= CENT * count


def _lines(sheet: ExtendedSheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    given, computed = _totals(sheet).lines, to_cents(sheet.all.lines)
    if not sheet.way.in_ubl:
        return not _off(given, computed, len(sheet.lines))
    count = sum(1 for _, line in sheet.counted if line.net is not None)
    return not _off(given, computed, count, rounds=True)


def _allowances(sheet: ExtendedSheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    given, count = _totals(sheet).allowances, len(sheet.allowances)
    if given is None and not count:
        return True
    return not _off(given, to_cents(sheet.all.allowances), count)


def _charges(sheet: ExtendedSheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    given, count = _totals(sheet).charges, len(sheet.charges) + len(sheet.logistics)
    if given is None and not sheet.charges:
        return True
    computed = to_cents(sheet.all.charges) + to_cents(sheet.all.logistics)
    return not _off(given, computed, count)


def _without_vat(sheet: ExtendedSheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    given, rounds = _totals(sheet).without_vat, sheet.way.in_ubl
    return not _off(given, sheet.all.taxable, sheet.all.count, rounds=rounds)


def _with_vat(sheet: ExtendedSheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    totals = _totals(sheet)
    if totals.vat is None or sheet.invoice.currency is None:
        return sheet.way.in_ubl
    if totals.without_vat is None:
        return False
    return not _off(totals.with_vat, totals.without_vat + totals.vat, sheet.all.count)


TOTALS: Final[Mapping[str, tuple[str, str, str, Callable[[ExtendedSheet], bool | None]]]] = {
    "CO-10": ("BT-106", "lines", "the sum of line net amounts", _lines),
    "CO-11": ("BT-107", "allowances", "the sum of document level allowances", _allowances),
    "CO-12": ("BT-108", "charges", "the sum of document level charges", _charges),
    "CO-13": ("BT-109", "without_vat", "the total without VAT", _without_vat),
    "CO-15": ("BT-112", "with_vat", "the total with VAT", _with_vat),
}
"""What the ids end in to term, field, noun and test."""


def _of(category: str) -> Context[Row]:
    return Context(
        name=f"each row of category {category} beside its sums",
        find=lambda sheet: sheet.rows_beside_sums(category),
    )


def _near(row: Row, *sums: Added) -> bool:
    return any(not _off(row.taxable, added.taxable, added.count) for added in sums)


def _near_or_in_doubt(row: Row) -> bool | None:
    return _near(row, row.alike, row.rated) or (None if row.in_doubt else False)


def _taxed(row: Row, *sums: Added) -> bool:
    if row.taxable is None or row.rate is None:
        return False
    tax = to_cents(row.taxable * row.rate / HUNDRED)
    return any(not _off(row.tax, tax, added.count) for added in sums)


def _used_and_listed(
    category: str, *, by_logistics: bool
) -> Callable[[ExtendedSheet], bool | None]:
    def holds(sheet: ExtendedSheet) -> bool | None:
        used = (
            category in sheet.categories
            or category in sheet.allowances_of
            or category in sheet.charges_of
            or (by_logistics and any(each.vat_category == category for each in sheet.logistics))
        )
        listed = category in sheet.rows_of
        return None if not used and not listed else used and listed

    return holds


def payable(*, of_invoices_only: bool) -> Rule:
    """Return BR-CO-25, which CEN has given up and the extended sets have not."""

    def holds(invoice: Invoice) -> bool | None:
        due = invoice.totals.due if invoice.totals is not None else None
        if due is None or not due > ZERO or (of_invoices_only and invoice.is_credit_note):
            return None
        return invoice.due_date is not None or invoice.payment_terms is not None

    return the_invoice(
        "BR-CO-25",
        "BT-9",
        "an invoice with an amount due says by when, in a date or in its payment terms",
        holds,
        at="due_date",
        fix="send the due date (BT-9) or payment terms (BT-20)",
    )


def totals(prefix: str) -> tuple[Rule, ...]:
    """Return CO-10 to CO-15 under ids that begin so."""
    return tuple(
        the_worksheet(
            f"{prefix}-{end}",
            term,
            f"{what} is what it adds up to, but for a cent an amount",
            holds,  # type: ignore[arg-type]
            at=f"totals.{at}",
            fix="correct the total, or send the amounts that it is made of",
        )
        for end, (term, at, what, holds) in TOTALS.items()
    )


def broken_down(prefix: str, *, by_logistics: bool = False) -> tuple[Rule, ...]:
    """Return *-01 under ids that begin so; charges for logistics count in Factur-X only."""
    return tuple(
        the_worksheet(
            f"{prefix}-{letters}-01",
            "BG-23",
            f"the VAT breakdown has category {category} ({NAMES[category]}) where lines,"
            " allowances or charges have it, and only there",
            _used_and_listed(category, by_logistics=by_logistics),  # type: ignore[arg-type]
            fix=f"send the VAT breakdown of category {category} as the lines have it",
        )
        for category, letters in LETTERS.items()
    )


def taxable(
    prefix: str, named: Callable[[str], str] = lambda letters: f"-{letters}-08"
) -> tuple[Rule, ...]:
    """Return *-08, *-08ini and *-08rev under ids that begin so.

    Args:
        prefix: of the ids.
        named: how the fatal one of the three goes on, from the letters of its category.
    """
    return tuple(
        _of(category)(
            rule,
            "BT-116",
            f"the taxable amount of category {category} ({NAMES[category]}) is what its {which}"
            " add up to, but for a cent an amount",
            holds,
            at="taxable",
            severity=severity,
            fix="correct the VAT breakdown, or category and rate of lines, allowances and charges",
        )
        for category, letters in LETTERS.items()
        for rule, which, holds, severity in (
            (
                f"{prefix}{named(letters)}",
                "lines",
                _near_or_in_doubt,
                Severity.FATAL,
            ),
            (
                f"{prefix}-{letters}-08ini",
                "lines of the same rate",
                lambda row: _near(row, row.rated),
                Severity.WARNING,
            ),
            (
                f"{prefix}-{letters}-08rev",
                "lines of the same rate and exemption reason",
                lambda row: _near(row, row.alike),
                Severity.WARNING,
            ),
        )
    )


def taxed(rule: str, *, by_rate_too: bool) -> Rule:
    """Return S-09; in CII amounts of the same rate count as well as those of the same reason."""
    return _of("S")(
        rule,
        "BT-117",
        "the VAT of category S (standard rated) is taxable amount times rate, but for a cent an"
        " amount",
        lambda row: _taxed(row, *((row.alike, row.rated) if by_rate_too else (row.alike,))),
        at="tax",
        fix="compute the tax amount of the VAT breakdown from taxable amount and rate",
    )

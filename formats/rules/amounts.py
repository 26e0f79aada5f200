"""BR-12 to BR-15, BR-45 to BR-48, BR-CO-10 to BR-CO-18: the totals and the VAT breakdown add up."""

from decimal import Decimal

from formats.model import ZERO, Totals, VatBreakdown
from formats.rules.engine import Rule
from formats.rules.totals import ONE, tax_of, to_cents, to_units
from formats.rules.worksheet import Worksheet, each_row, the_invoice, the_totals, the_worksheet


def _totals(sheet: Worksheet) -> Totals:
    return sheet.invoice.totals or Totals()


def _lines_add_up(sheet: Worksheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    lines = sheet.invoice.totals.lines
    return lines is not None and lines == to_cents(sheet.sums.lines)


def _allowances_add_up(sheet: Worksheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    allowances = sheet.invoice.totals.allowances
    if allowances is None:
        return not sheet.allowances
    return allowances == to_cents(sheet.sums.allowances)


def _charges_add_up(sheet: Worksheet) -> bool | None:
    if sheet.invoice.totals is None:
        return None
    charges = sheet.invoice.totals.charges
    return not sheet.charges if charges is None else charges == to_cents(sheet.sums.charges)


def _without_vat(totals: Totals) -> Decimal | None:
    """Return what BT-109 should be; not rounded where BT-106 alone makes it."""
    if totals.lines is None:
        return None
    if totals.allowances is None and totals.charges is None:
        return totals.lines
    return to_cents(totals.lines + (totals.charges or ZERO) - (totals.allowances or ZERO))


def _tax_adds_up(sheet: Worksheet) -> bool | None:
    if not sheet.rows:
        return None
    vat = _totals(sheet).vat
    return vat is not None and vat == to_cents(sheet.sums.tax)


def _with_vat(sheet: Worksheet) -> Decimal | None:
    """Return what BT-112 should be."""
    totals = _totals(sheet)
    if totals.without_vat is None or totals.vat is None:
        return None
    return to_cents(totals.without_vat + totals.vat)


def _with_vat_adds_up(sheet: Worksheet) -> bool | None:
    if sheet.invoice.currency is None:
        return None
    with_vat = _totals(sheet).with_vat
    return with_vat is not None and with_vat == _with_vat(sheet)


def _due(totals: Totals) -> Decimal | None:
    """Return what BT-115 should be."""
    if totals.with_vat is None:
        return None
    return totals.with_vat - (totals.paid or ZERO) + (totals.rounding or ZERO)


def _due_adds_up(totals: Totals) -> bool:
    """Whether BT-115 minus BT-114 is BT-112 minus BT-113; only a real difference is rounded."""
    left, right = totals.due, totals.with_vat
    if left is None or right is None:
        return False
    if totals.rounding is not None:
        left = to_cents(left - totals.rounding)
    if totals.paid is not None:
        right = to_cents(right - totals.paid)
    return left == right


def _row_tax(row: VatBreakdown) -> bool:
    """Whether a rate that rounds to zero has no tax, and any other a tax within one unit."""
    if row.tax is None:
        return False
    if row.rate is None or to_units(row.rate) == 0:
        return to_units(row.tax) == 0
    if row.taxable is None:
        return False
    return abs(row.tax) - ONE < tax_of(row.taxable, row.rate) < abs(row.tax) + ONE


def row_tax(row: VatBreakdown) -> Decimal | None:
    """Return what BT-117 should be, without sign; None where it cannot be computed."""
    if row.taxable is None or row.rate is None:
        return None
    return tax_of(row.taxable, row.rate)


TOTALS: tuple[Rule, ...] = (
    the_totals.has(
        "BR-12",
        "BT-106",
        "an invoice has the sum of its line net amounts",
        "lines",
        fix="send the sum of line net amounts",
    ),
    the_totals.has(
        "BR-13",
        "BT-109",
        "an invoice has a total without VAT",
        "without_vat",
        fix="send the total without VAT",
    ),
    the_totals.has(
        "BR-14",
        "BT-112",
        "an invoice has a total with VAT",
        "with_vat",
        fix="send the total with VAT",
    ),
    the_totals.has(
        "BR-15",
        "BT-115",
        "an invoice has an amount due",
        "due",
        fix="send the amount due, 0.00 if all is paid",
    ),
    the_worksheet(
        "BR-CO-10",
        "BT-106",
        "the sum of line net amounts is what the lines add up to",
        _lines_add_up,
        at="totals.lines",
        expected=lambda sheet: to_cents(sheet.sums.lines),
        fix="send all lines, and their sum with two decimals",
    ),
    the_worksheet(
        "BR-CO-11",
        "BT-107",
        "the sum of document level allowances is what they add up to",
        _allowances_add_up,
        at="totals.allowances",
        expected=lambda sheet: to_cents(sheet.sums.allowances),
        fix="send all document level allowances, and their sum with two decimals",
    ),
    the_worksheet(
        "BR-CO-12",
        "BT-108",
        "the sum of document level charges is what they add up to",
        _charges_add_up,
        at="totals.charges",
        expected=lambda sheet: to_cents(sheet.sums.charges),
        fix="send all document level charges, and their sum with two decimals",
    ),
    the_totals(
        "BR-CO-13",
        "BT-109",
        "the total without VAT is the sum of lines minus allowances plus charges",
        lambda t: t.without_vat is not None and t.without_vat == _without_vat(t),
        at="without_vat",
        expected=_without_vat,
        fix="compute the total without VAT from BT-106, BT-107 and BT-108",
    ),
    the_worksheet(
        "BR-CO-14",
        "BT-110",
        "the VAT total is what the VAT breakdown adds up to",
        _tax_adds_up,
        at="totals.vat",
        expected=lambda sheet: to_cents(sheet.sums.tax),
        fix="send the VAT total as the sum of the tax amounts of the VAT breakdown",
    ),
    the_worksheet(
        "BR-CO-15",
        "BT-112",
        "the total with VAT is the total without VAT plus the VAT total",
        _with_vat_adds_up,
        at="totals.with_vat",
        expected=_with_vat,
        fix="send the total without VAT, the VAT total, and their sum",
    ),
    the_totals(
        "BR-CO-16",
        "BT-115",
        "the amount due is the total with VAT minus the paid amount plus the rounding amount",
        _due_adds_up,
        at="due",
        expected=_due,
        fix="compute the amount due from BT-112, BT-113 and BT-114",
    ),
)

VAT_BREAKDOWN: tuple[Rule, ...] = (
    each_row.has(
        "BR-45",
        "BT-116",
        "a row of the VAT breakdown has a taxable amount",
        "taxable",
        fix="send the taxable amount of each VAT category and rate",
    ),
    each_row.has(
        "BR-46",
        "BT-117",
        "a row of the VAT breakdown has a tax amount",
        "tax",
        fix="send the tax amount of each VAT category and rate, 0.00 if none is charged",
    ),
    each_row.has(
        "BR-47",
        "BT-118",
        "a row of the VAT breakdown has a VAT category",
        "category",
        fix="send the category code, e.g. S for standard rated",
    ),
    each_row(
        "BR-48",
        "BT-119",
        "a row of the VAT breakdown has a rate unless it is not subject to VAT",
        lambda row: row.rate is not None or row.category == "O",
        at="rate",
        fix="send the VAT rate in percent",
    ),
    each_row(
        "BR-CO-17",
        "BT-117",
        "a tax amount is the taxable amount times the rate",
        _row_tax,
        at="tax",
        expected=row_tax,
        fix="compute the tax amount from taxable amount and rate, with two decimals",
    ),
    the_invoice.states(
        "BR-CO-18",
        "BG-23",
        "an invoice has a VAT breakdown",
        "vat_breakdown",
        fix="send one row for each VAT category and rate",
    ),
)

RULES = TOTALS + VAT_BREAKDOWN

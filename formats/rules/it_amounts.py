"""FatturaPA: VAT and its Natura, reasons, withholdings, contributions, and sums to the cent."""

from decimal import Decimal

from formats.model import AllowanceCharge, Invoice, VatBreakdown
from formats.rules.engine import Context, Rule, stated
from formats.rules.it_codes import KNOWN_NATURES, italy, nature
from formats.rules.national import adds_up
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_allowance,
    each_charge,
    each_line,
    each_row,
    the_invoice,
    the_totals,
)

LARGEST = Decimal(10) ** 11
"""Amounts have eleven digits before the point."""


def _two_decimals(value: Decimal | None) -> bool:
    return value is None or value == value.quantize(Decimal("0.01"))


def _nature(invoice: Invoice, row: VatBreakdown) -> bool | None:
    """SdI 00400, 00401, 00445: a Natura in its detailed form where, and only where, no VAT is."""
    found = nature(invoice, row.category)
    if row.category in {"S", "B"}:
        return found is None and row.rate is not None and row.rate > 0
    return found in KNOWN_NATURES


def _rows(sheet: Worksheet) -> Places[tuple[Invoice, VatBreakdown]]:
    return [(path, (sheet.invoice, row)) for path, row in sheet.rows]


each_row_of_invoice: Context[tuple[Invoice, VatBreakdown]] = Context(name="each row", find=_rows)


def _withholdings(invoice: Invoice) -> bool | None:
    found = italy(invoice).withholdings
    if not found:
        return None
    return all(w.kind and w.amount is not None and w.rate is not None and w.reason for w in found)


def _contributions(invoice: Invoice) -> bool | None:
    found = italy(invoice).contributions
    if not found:
        return None
    numbers = [c.charge for c in found]
    if None in numbers:
        return False
    known = {Decimal(n) for n in range(1, len(invoice.charges) + 1)}
    return len(set(numbers)) == len(numbers) and all(
        c.charge in known and c.kind and invoice.charges[int(c.charge) - 1].percent is not None
        for c in found
        if c.charge is not None
    )


def _not_too_large(value: Decimal | None) -> bool | None:
    return None if value is None else abs(value) < LARGEST


def _reason(part: AllowanceCharge) -> bool:
    return stated(part.reason) or stated(part.reason_code)


AMOUNTS: tuple[Rule, ...] = (
    each_row_of_invoice(
        "FPA-15",
        "BT-118",
        "a category without VAT leads to a detailed Natura, a taxed one has a rate",
        lambda pair: _nature(*pair),
        at="category",
        fix="state the Natura (N1 to N7) in extensions.it.natures[category=…].code",
    ),
    the_invoice(
        "FPA-20",
        "extensions.it.withholdings",
        "a withholding has kind, amount, rate and reason",
        _withholdings,
        at="extensions.it.withholdings",
        fix="complete extensions.it.withholdings",
    ),
    the_invoice(
        "FPA-21",
        "extensions.it.contributions",
        "a fund contribution has its kind and is a charge (BG-21) with a percentage",
        _contributions,
        at="extensions.it.contributions",
        fix="name in extensions.it.contributions the charge, counted from 1, and its TipoCassa",
    ),
    each_allowance("FPA-22", "BT-97", "the allowance has a reason", _reason, fix="state BT-97"),
    each_charge("FPA-23", "BT-104", "the charge has a reason", _reason, fix="state BT-104"),
    # SdI 00423
    each_line(
        "FPA-30",
        "BT-131",
        "the line's net amount is price times quantity with allowances and charges, to the cent",
        adds_up,
        at="net",
        fix="correct BT-131, BT-129, BT-146 or the line's allowances and charges",
    ),
    each_line(
        "FPA-31",
        "BT-152",
        "the VAT rate has two decimals",
        lambda line: _two_decimals(line.vat_rate),
        at="vat_rate",
        fix="state BT-152 with two decimals",
    ),
    each_row(
        "FPA-32",
        "BT-119",
        "the VAT rate has two decimals",
        lambda row: _two_decimals(row.rate),
        at="rate",
        fix="state BT-119 with two decimals",
    ),
    the_totals(
        "FPA-33",
        "BT-112",
        "the total has at most eleven digits before the point",
        lambda totals: _not_too_large(totals.with_vat),
        at="with_vat",
        fix="split the invoice",
    ),
    each_line(
        "FPA-34",
        "BT-131",
        "an amount has at most eleven digits before the point",
        lambda line: _not_too_large(line.net),
        at="net",
        fix="split the line",
    ),
)

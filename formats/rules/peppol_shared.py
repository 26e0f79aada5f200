"""PEPPOL-EN16931-R*: the rules of Peppol BIS Billing 3 that XRechnung has taken over."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from formats.findings import Severity
from formats.model import HUNDRED, ZERO, AllowanceCharge, Invoice, Line, Totals
from formats.rules.engine import Context, Rule
from formats.rules.totals import ONE, to_cents, total
from formats.rules.worksheet import (
    Places,
    Worksheet,
    any_allowance,
    any_charge,
    each_line,
    the_buyer,
    the_invoice,
    the_seller,
)

SLACK = Decimal("0.02")
SLACK_IN_FORINT = Decimal("0.5")
_NOTHING = to_cents(ZERO)
DIRECT_DEBITS = ("49", "59")
"""BT-81: direct debit, SEPA direct debit."""


class Part(NamedTuple):
    """An allowance or charge beside how far its amount may be from what is computed."""

    group: AllowanceCharge
    slack: Decimal


class Position(NamedTuple):
    """A line beside how far its amount may be from what is computed."""

    line: Line
    slack: Decimal


class Bounds(NamedTuple):
    """A date of a line's period beside the invoice's."""

    own: date
    bound: date


def _slack(sheet: Worksheet) -> Decimal:
    return SLACK_IN_FORINT if sheet.invoice.currency == "HUF" else SLACK


def _parts(sheet: Worksheet) -> Places[Part]:
    groups = [*any_allowance.find(sheet), *any_charge.find(sheet)]
    slack = _slack(sheet) if groups else SLACK
    return [(path, Part(group, slack)) for path, group in groups]


def _positions(sheet: Worksheet) -> Places[Position]:
    slack = _slack(sheet)
    return [(path, Position(line, slack)) for path, line in sheet.lines]


def _starts(sheet: Worksheet) -> Places[Bounds]:
    period = sheet.invoice.period
    bound = None if period is None else period.start
    return [
        (f"{path}.period.start", Bounds(line.period.start, bound))
        for path, line in sheet.lines
        if bound is not None and line.period is not None and line.period.start is not None
    ]


def _ends(sheet: Worksheet) -> Places[Bounds]:
    period = sheet.invoice.period
    bound = None if period is None else period.end
    return [
        (f"{path}.period.end", Bounds(line.period.end, bound))
        for path, line in sheet.lines
        if bound is not None and line.period is not None and line.period.end is not None
    ]


each_part: Context[Part] = Context(name="each allowance and charge", find=_parts)
each_position: Context[Position] = Context(name="each line", find=_positions)
each_start: Context[Bounds] = Context(name="each start of a line's period", find=_starts)
each_end: Context[Bounds] = Context(name="each end of a line's period", find=_ends)


def _percentage(part: Part) -> Decimal | None:
    """Return what the amount should be, not rounded."""
    group = part.group
    if group.base is None or group.percent is None:
        return None
    return group.base * group.percent / HUNDRED


def percentage_holds(part: Part) -> bool | None:
    """Whether BT-92 and its kin are base times percentage, within the slack."""
    computed = _percentage(part)
    return None if computed is None else abs((part.group.amount or ZERO) - computed) <= part.slack


def _net(position: Position) -> Decimal:
    """Return what BT-131 should be, not rounded."""
    line = position.line
    price = line.price
    unit_price, base = (None, None) if price is None else (price.net, price.base_quantity)
    quantity = ONE if line.quantity is None else line.quantity
    unit_price = unit_price or ZERO
    return (
        quantity * (unit_price / base if base else unit_price)
        + _amount_of(line.charges)
        - _amount_of(line.allowances)
    )


def _amount_of(groups: Sequence[AllowanceCharge]) -> Decimal:
    return to_cents(total([group.amount for group in groups])) if groups else _NOTHING


def net_holds(position: Position) -> bool:
    """Whether BT-131 is what quantity, price, charges and allowances make, within the slack."""
    return abs((position.line.net or ZERO) - _net(position)) <= position.slack


def _both_totals(invoice: Invoice) -> bool | None:
    """Whether there is one VAT total without breakdown, in BT-6, or none where there is no BT-6."""
    totals = invoice.totals or Totals()
    bare = totals.vat is not None and not invoice.vat_breakdown
    converted = totals.vat_in_accounting_currency is not None
    wanted = invoice.accounting_currency is not None
    if not bare and not converted and not wanted:
        return None
    return bare + converted == wanted


def _same_sign(invoice: Invoice) -> bool | None:
    if invoice.accounting_currency is None:
        return None
    if invoice.currency is None:
        return False
    totals = invoice.totals or Totals()
    same = invoice.accounting_currency == invoice.currency
    vat, converted = totals.vat, totals.vat if same else totals.vat_in_accounting_currency
    if vat is None or converted is None:
        return False
    return (vat <= 0 and converted <= 0) or (vat >= 0 and converted >= 0)


def _other_currency(invoice: Invoice) -> bool | None:
    if invoice.accounting_currency is None:
        return None
    return invoice.accounting_currency != invoice.currency


def _mandate(invoice: Invoice) -> bool | None:
    payment = invoice.payment
    if payment is None or payment.means_code not in DIRECT_DEBITS:
        return None
    return payment.direct_debit is not None and payment.direct_debit.mandate is not None


def _base_quantity(line: Line) -> bool | None:
    if line.price is None or line.price.base_quantity is None:
        return None
    return line.price.base_quantity > 0


def _same_unit(line: Line) -> bool | None:
    """Whether prices of the line and its sub lines are for the unit that is invoiced."""
    units = (
        [] if line.quantity is None or line.price is None else [(line.price.base_unit, line.unit)]
    )
    if line.extensions is not None and line.extensions.de is not None:
        units += [
            (sub_line.base_unit, sub_line.unit)
            for sub_line in line.extensions.de.sub_lines
            if sub_line.quantity is not None
        ]
    stated = [(base, unit) for base, unit in units if base is not None]
    return all(base == unit for base, unit in stated) if stated else None


def _discounted(line: Line) -> bool | None:
    price = line.price
    if price is None or price.gross is None:
        return None
    return price.discount is not None and price.net == price.gross - price.discount


AMOUNT_TERMS = {
    "allowances.amount": "BT-92",
    "charges.amount": "BT-99",
    "lines.allowances.amount": "BT-136",
    "lines.charges.amount": "BT-141",
}
BASE_TERMS = {
    "allowances.base": "BT-93",
    "charges.base": "BT-100",
    "lines.allowances.base": "BT-137",
    "lines.charges.base": "BT-142",
}
PERCENT_TERMS = {
    "allowances.percent": "BT-94",
    "charges.percent": "BT-101",
    "lines.allowances.percent": "BT-138",
    "lines.charges.percent": "BT-143",
}

SHARED: tuple[Rule, ...] = (
    the_invoice.has(
        "PEPPOL-EN16931-R001",
        "BT-23",
        "an invoice names its business process",
        "business_process",
        fix="send the process, e.g. urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    ),
    the_invoice(
        "PEPPOL-EN16931-R005",
        "BT-6",
        "the accounting currency is another than the invoice currency",
        _other_currency,
        at="accounting_currency",
        fix="leave the accounting currency out where both are the same",
    ),
    the_buyer.has(
        "PEPPOL-EN16931-R010",
        "BT-49",
        "the buyer has an electronic address",
        "electronic_address",
        fix="send the buyer's electronic address with its scheme, e.g. 9930 for DE123456789",
    ),
    the_seller.has(
        "PEPPOL-EN16931-R020",
        "BT-34",
        "the seller has an electronic address",
        "electronic_address",
        fix="send the seller's electronic address with its scheme, e.g. 9930 for DE123456789",
    ),
    each_part(
        "PEPPOL-EN16931-R040",
        AMOUNT_TERMS,
        "an allowance or charge is its base times its percentage",
        percentage_holds,
        at="amount",
        expected=_percentage,
        fix="correct amount, base or percentage, or leave base and percentage out",
    ),
    each_part(
        "PEPPOL-EN16931-R041",
        BASE_TERMS,
        "an allowance or charge with a percentage has a base",
        lambda part: None if part.group.percent is None else part.group.base is not None,
        at="base",
        fix="send the base that the percentage is taken of",
    ),
    each_part(
        "PEPPOL-EN16931-R042",
        PERCENT_TERMS,
        "an allowance or charge with a base has a percentage",
        lambda part: None if part.group.base is None else part.group.percent is not None,
        at="percent",
        fix="send the percentage that is taken of the base",
    ),
    each_line(
        "PEPPOL-EN16931-R046",
        "BT-146",
        "the net price is the gross price minus the discount",
        _discounted,
        at="price.net",
        fix="send gross price and discount so that they make the net price, or neither",
    ),
    the_invoice.states(
        "PEPPOL-EN16931-R053",
        "BG-23",
        "an invoice has one VAT total with a breakdown",
        "vat_breakdown",
        fix="send one row for each VAT category and rate",
    ),
    the_invoice(
        "PEPPOL-EN16931-R054",
        "BT-111",
        "a VAT total in accounting currency is there if such a currency is, and else not",
        _both_totals,
        at="totals.vat_in_accounting_currency",
        fix="send accounting currency and VAT total in it, or neither",
    ),
    the_invoice(
        "PEPPOL-EN16931-R055",
        "BT-111",
        "the VAT totals in both currencies have the same sign",
        _same_sign,
        at="totals.vat_in_accounting_currency",
        fix="send both VAT totals with the same sign",
    ),
    the_invoice(
        "PEPPOL-EN16931-R061",
        "BT-89",
        "a direct debit names its mandate",
        _mandate,
        at="payment.direct_debit.mandate",
        fix="send the mandate reference",
    ),
    each_start(
        "PEPPOL-EN16931-R110",
        "BT-134",
        "a line's period does not start before the invoice's",
        lambda bounds: bounds.own >= bounds.bound,
        fix="correct the period of the line or of the invoice",
    ),
    each_end(
        "PEPPOL-EN16931-R111",
        "BT-135",
        "a line's period does not end after the invoice's",
        lambda bounds: bounds.own <= bounds.bound,
        fix="correct the period of the line or of the invoice",
    ),
    each_position(
        "PEPPOL-EN16931-R120",
        "BT-131",
        "a line's net amount is quantity times price plus charges minus allowances",
        net_holds,
        at="net",
        expected=lambda position: to_cents(_net(position)),
        severity=Severity.WARNING,
        fix="correct net amount, quantity, price or base quantity",
    ),
    each_line(
        "PEPPOL-EN16931-R121",
        "BT-149",
        "the quantity that a price is for is above zero",
        _base_quantity,
        at="price.base_quantity",
        fix="send the quantity the price is for, or none for 1",
    ),
    each_line(
        "PEPPOL-EN16931-R130",
        "BT-150",
        "the unit that a price is for is the line's unit",
        _same_unit,
        at="price.base_unit",
        fix="send price and quantity in the same unit",
    ),
)

UNJUDGED = {
    "PEPPOL-EN16931-R008": "whether an element is empty is seen by the reader, not in the model",
    "PEPPOL-EN16931-R043": "a ChargeIndicator is read as allowance or charge, or not at all",
    "PEPPOL-EN16931-R044": "a charge on a price has no place in the model; readers leave it",
    "PEPPOL-EN16931-R101": "a DocumentReference of another type than 130 is left by the reader",
}

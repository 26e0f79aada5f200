"""BR-21 to BR-28, BR-30 to BR-44, BR-54, BR-64, BR-65: lines, items, allowances, charges."""

from formats.model import AllowanceCharge, Line
from formats.rules.engine import Context, Rule
from formats.rules.header import not_before
from formats.rules.worksheet import (
    each_allowance,
    each_attribute,
    each_charge,
    each_classification,
    each_line,
    each_line_allowance,
    each_line_charge,
    each_line_period,
)

AMOUNT = "send its amount, without VAT"
CATEGORY = "send its VAT category, e.g. S"
POSITIVE = "send the price without sign and make the quantity negative"


def _net_price(line: Line) -> bool:
    return line.price is not None and line.price.net is not None and line.price.net >= 0


def _gross_price(line: Line) -> bool | None:
    return None if line.price is None or line.price.gross is None else line.price.gross >= 0


def _scheme(line: Line) -> bool | None:
    if line.item is None or line.item.standard_id is None:
        return None
    return line.item.standard_id.scheme is not None


def _reasoned(context: Context[AllowanceCharge], rule: str, term: str, noun: str) -> Rule:
    return context(
        rule,
        term,
        f"{noun} has a reason or a reason code",
        lambda group: group.reason is not None or group.reason_code is not None,
        at="reason",
        fix="send what it is given or charged for, as text or code",
    )


def _of_one_meaning(context: Context[AllowanceCharge], rule: str, term: str, noun: str) -> Rule:
    """Return the rule that text and code mean the same; only a person can tell, so it holds.

    The official test is true().
    """
    return context(
        rule,
        term,
        f"reason and reason code of {noun} mean the same",
        lambda _: True,
        at="reason_code",
        fix="send text and code of the same meaning",
    )


ALLOWANCES: tuple[Rule, ...] = (
    each_allowance.has(
        "BR-31", "BT-92", "a document level allowance has an amount", "amount", fix=AMOUNT
    ),
    each_allowance.has(
        "BR-32",
        "BT-95",
        "a document level allowance has a VAT category",
        "vat_category",
        fix=CATEGORY,
    ),
    _reasoned(each_allowance, "BR-33", "BT-97", "a document level allowance"),
    _reasoned(each_allowance, "BR-CO-21", "BT-97", "a document level allowance"),
    _of_one_meaning(each_allowance, "BR-CO-05", "BT-98", "a document level allowance"),
    each_line_allowance.has(
        "BR-41", "BT-136", "a line allowance has an amount", "amount", fix=AMOUNT
    ),
    _reasoned(each_line_allowance, "BR-42", "BT-139", "a line allowance"),
    _reasoned(each_line_allowance, "BR-CO-23", "BT-139", "a line allowance"),
    _of_one_meaning(each_line_allowance, "BR-CO-07", "BT-140", "a line allowance"),
)

CHARGES: tuple[Rule, ...] = (
    each_charge.has(
        "BR-36", "BT-99", "a document level charge has an amount", "amount", fix=AMOUNT
    ),
    each_charge.has(
        "BR-37",
        "BT-102",
        "a document level charge has a VAT category",
        "vat_category",
        fix=CATEGORY,
    ),
    _reasoned(each_charge, "BR-38", "BT-104", "a document level charge"),
    _reasoned(each_charge, "BR-CO-22", "BT-104", "a document level charge"),
    _of_one_meaning(each_charge, "BR-CO-06", "BT-105", "a document level charge"),
    each_line_charge.has("BR-43", "BT-141", "a line charge has an amount", "amount", fix=AMOUNT),
    _reasoned(each_line_charge, "BR-44", "BT-144", "a line charge"),
    _reasoned(each_line_charge, "BR-CO-24", "BT-144", "a line charge"),
    _of_one_meaning(each_line_charge, "BR-CO-08", "BT-145", "a line charge"),
)

LINES: tuple[Rule, ...] = (
    each_line.states("BR-21", "BT-126", "a line has an identifier", "id", fix="number the lines"),
    each_line.has(
        "BR-22",
        "BT-129",
        "a line has a quantity",
        "quantity",
        fix="send the invoiced quantity, 1 for a lump sum",
    ),
    each_line.has(
        "BR-23",
        "BT-130",
        "a line's quantity has a unit",
        "unit",
        fix="map the ERP's unit to a code of UN/ECE Recommendation 20, e.g. C62 for pieces",
    ),
    each_line.has(
        "BR-24", "BT-131", "a line has a net amount", "net", fix="send its amount without VAT"
    ),
    each_line.states(
        "BR-25", "BT-153", "a line names its item", "item.name", fix="send the item's name"
    ),
    each_line.has(
        "BR-26",
        "BT-146",
        "a line has a net price",
        "price.net",
        fix="send the price of one unit without VAT",
    ),
    each_line(
        "BR-27",
        "BT-146",
        "a net price is zero or more",
        _net_price,
        at="price.net",
        fix=POSITIVE,
    ),
    each_line(
        "BR-28",
        "BT-148",
        "a gross price is zero or more",
        _gross_price,
        at="price.gross",
        fix=POSITIVE,
    ),
    each_line.has(
        "BR-CO-04",
        "BT-151",
        "a line has a VAT category",
        "vat_category",
        fix="map the ERP's tax code to a VAT category, e.g. S",
    ),
    each_line_period(
        "BR-30",
        "BT-135",
        "a line's period does not end before it starts",
        lambda period: not_before(period.end, period.start),
        at="end",
        fix="correct start or end of the line's period",
    ),
    each_line_period(
        "BR-CO-20",
        "BG-26",
        "a line's period has a start or an end",
        lambda period: period.start is not None or period.end is not None,
        at="start",
        fix="send start or end of the period, or no period",
    ),
    each_attribute(
        "BR-54",
        "BG-32",
        "an item attribute has a name and a value",
        lambda attribute: attribute.name is not None and attribute.value is not None,
        fix="send both name and value of the attribute, or neither",
    ),
    each_line(
        "BR-64",
        "BT-157",
        "an item's standard identifier has a scheme",
        _scheme,
        at="item.standard_id.scheme",
        fix="send the scheme of the identifier, e.g. 0160 for a GTIN",
    ),
    each_classification.has(
        "BR-65",
        "BT-158",
        "an item classification has a scheme",
        "scheme",
        fix="send the scheme of the classification, e.g. STI for CPV",
    ),
)

RULES = LINES + ALLOWANCES + CHARGES

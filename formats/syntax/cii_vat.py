"""CII: rules on VAT: what tax it is, its categories and rates, where its parts may stand."""

from typing import Final

from formats.syntax.cii_types import only_for, outside, types
from formats.syntax.rules import Own, Sheet, above, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_SETTLEMENT: Final = tag("ram:ApplicableHeaderTradeSettlement")
_CATEGORY_TAX: Final = tag("ram:CategoryTradeTax")
_APPLICABLE_TAX: Final = tag("ram:ApplicableTradeTax")
_LINE_END: Final = tag("ram:SpecifiedLineTradeSettlement")
_TYPE: Final = tag("ram:TypeCode")
_CATEGORY: Final = tag("ram:CategoryCode")
_RATE: Final = tag("ram:RateApplicablePercent")


def _not_in_header(element: Element, _sheet: Sheet) -> bool:
    return next(element.iterancestors(_SETTLEMENT), None) is None


def _no_vat(code: Element, sheet: Sheet) -> bool:
    return text(code) != "VAT" and "VAT" not in types(code.getparent(), sheet)


def _no_category(tax: Element, _sheet: Sheet) -> bool:
    is_vat = is_categorized = False
    for child in tax:
        if child.tag == _TYPE:
            is_vat = is_vat or text(child).upper() == "VAT"
        elif child.tag == _CATEGORY:
            is_categorized = True
    return not (is_vat and is_categorized)


def _no_rate(tax: Element, sheet: Sheet) -> bool:
    if not any(each.upper() == "VAT" for each in types(tax, sheet)):
        return True
    return not sheet.values(tax, _RATE) and "O" not in sheet.values(tax, _CATEGORY)


def _uncategorized(indicator: Element, sheet: Sheet) -> bool:
    charge = above(indicator, 1)
    return all(_no_category(tax, sheet) for tax in charge.iterchildren(_CATEGORY_TAX))


def _uncategorized_line(line: Element, sheet: Sheet) -> bool:
    """Whether no VAT of a line has a category; asked of all lines, so without iterators."""
    for end in line:
        if end.tag == _LINE_END:
            for tax in end:
                if tax.tag == _APPLICABLE_TAX and not _no_category(tax, sheet):
                    return False
    return True


def _unknown_tax_point(code: Element, _sheet: Sheet) -> bool:
    return text(code).strip(WHITE_SPACE) not in {"5", "29", "72"}


VAT_OWN: Final = {
    "CII-SR-462": Own(
        path="//ram:ApplicableTradeTax/ram:DueDateTypeCode",
        alike=text,
        most=1,
        sentence="there is more than one code of the VAT point date",
        fix="write the same ram:DueDateTypeCode to all ram:ApplicableTradeTax",
        term="BT-8",
    ),
    "CII-DT-037": Own(
        path="ram:TypeCode",
        only=_no_vat,
        sentence="a tax is another than VAT",
        fix="write VAT to ram:TypeCode",
    ),
    "CII-DT-041": only_for("BasisAmount", "the invoice's VAT breakdown", _not_in_header),
    "CII-DT-052": only_for(
        "ExemptionReasonCode", "an ApplicableTradeTax", outside("ram:ApplicableTradeTax")
    ),
    "CII-DT-054": only_for("TaxPointDate", "the invoice's VAT breakdown", _not_in_header),
    "CII-DT-058": only_for("DueDateTypeCode", "the invoice's VAT breakdown", _not_in_header),
    "CII-DT-098": only_for(
        "ExemptionReason", "an ApplicableTradeTax", outside("ram:ApplicableTradeTax")
    ),
    "BR-48": Own(
        path=".",
        only=_no_rate,
        sentence="a row of the VAT breakdown has no rate of VAT",
        fix="give ram:RateApplicablePercent beside VAT as ram:TypeCode, 0 where none is charged",
        term="BT-119",
    ),
    **{
        rule: Own(
            path=".",
            only=only,
            sentence=f"{whose} has no category of VAT",
            fix="give ram:CategoryCode beside VAT as ram:TypeCode",
            term=term,
        )
        for rule, only, whose, term in (
            ("BR-32", _uncategorized, "an allowance", "BT-95"),
            ("BR-37", _uncategorized, "a charge", "BT-102"),
            ("BR-47", _no_category, "a row of the VAT breakdown", "BT-118"),
            ("BR-CO-04", _uncategorized_line, "a line", "BT-151"),
        )
    },
    "BR-CL-06": Own(
        path=".",
        only=_unknown_tax_point,
        sentence="the code of the VAT point date is none of 5, 29 and 72",
        fix="write one of these codes of UNTDID 2475",
        term="BT-8",
    ),
}

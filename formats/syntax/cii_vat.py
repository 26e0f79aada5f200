"""CII: rules on VAT: what tax it is, its categories and rates, where its parts may stand."""

from typing import Final

from formats.syntax.cii_types import only_for, outside, types
from formats.syntax.rules import Own, Sheet, above, text
from formats.xml import WHITE_SPACE, Element, tag

_SETTLEMENT: Final = tag("ram:ApplicableHeaderTradeSettlement")
_CATEGORY_TAX: Final = tag("ram:CategoryTradeTax")
_APPLICABLE_TAX: Final = tag("ram:ApplicableTradeTax")
_LINE_END: Final = tag("ram:SpecifiedLineTradeSettlement")


def _not_in_header(element: Element, _sheet: Sheet) -> bool:
    return next(element.iterancestors(_SETTLEMENT), None) is None


def _no_vat(code: Element, sheet: Sheet) -> bool:
    return text(code) != "VAT" and "VAT" not in types(code.getparent(), sheet)


def _says_of_vat(tax: Element, sheet: Sheet, name: str) -> frozenset[str]:
    """Return what stands there of a tax, if that is VAT."""
    if not any(each.upper() == "VAT" for each in types(tax, sheet)):
        return frozenset()
    return sheet.values(tax, tag(name))


def _no_category(tax: Element, sheet: Sheet) -> bool:
    return not _says_of_vat(tax, sheet, "ram:CategoryCode")


def _no_rate(tax: Element, sheet: Sheet) -> bool:
    rate = _says_of_vat(tax, sheet, "ram:RateApplicablePercent")
    return not rate and "O" not in _says_of_vat(tax, sheet, "ram:CategoryCode")


def _uncategorized(indicator: Element, sheet: Sheet) -> bool:
    charge = above(indicator, 1)
    return all(_no_category(tax, sheet) for tax in charge.iterchildren(_CATEGORY_TAX))


def _uncategorized_line(line: Element, sheet: Sheet) -> bool:
    taxes = (
        tax for end in line.iterchildren(_LINE_END) for tax in end.iterchildren(_APPLICABLE_TAX)
    )
    return all(_no_category(tax, sheet) for tax in taxes)


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

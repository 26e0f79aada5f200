"""CII: rules on the item of a line, its price and quantity."""

from typing import Final

from formats.syntax.rules import Own, Sheet, above, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_INDICATOR: Final = tag("udt:Indicator")
_GROSS: Final = tag("ram:GrossPriceProductTradePrice")
_DISCOUNT: Final = tag("ram:AppliedTradeAllowanceCharge")
_INDICATED: Final = tag("ram:ChargeIndicator")
_AMOUNT: Final = tag("ram:ActualAmount")
_GLOBAL_ID: Final = tag("ram:GlobalID")
_COUNTRY: Final = tag("ram:OriginTradeCountry")
_ID: Final = tag("ram:ID")
_LINE_QUANTITY: Final = (
    "rsm:SupplyChainTradeTransaction"
    "/ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
)


def _has_scheme(product: Element) -> bool:
    found = product.iterchildren(_GLOBAL_ID)
    return any(each.get("schemeID") is not None for each in found)


def _without_scheme(identifier: Element, sheet: Sheet) -> bool:
    if identifier.get("schemeID") is not None:
        return False
    return not sheet.once(_has_scheme, above(identifier, 1))


def _has_country(product: Element) -> bool:
    found = product.iterchildren(_COUNTRY)
    return sum(1 for each in found for _ in each.iterchildren(_ID)) == 1


def _without_country(country: Element, sheet: Sheet) -> bool:
    return not sheet.once(_has_country, above(country, 1))


def _is_whole_discount(agreement: Element) -> bool:
    indicators: list[Element] = []
    amounts: list[Element] = []
    for gross in agreement.iterchildren(_GROSS):
        for discount in gross.iterchildren(_DISCOUNT):
            indicators += discount.iterchildren(_INDICATED)
            amounts += discount.iterchildren(_AMOUNT)
    if not indicators and not amounts:
        return True
    said = (text(each) for one in indicators for each in one.iterchildren(_INDICATOR))
    return bool(amounts) and any(each.strip(WHITE_SPACE) in {"false", "0"} for each in said)


def _half_a_discount(discount: Element, sheet: Sheet) -> bool:
    return not sheet.once(_is_whole_discount, above(discount, 2))


def _bills_units(root: Element) -> bool:
    found = root.iterfind("/".join(map(tag, _LINE_QUANTITY.split("/"))))
    return any(quantity.get("unitCode") is not None for quantity in found)


def _unbilled(_quantity: Element, sheet: Sheet) -> bool:
    return not sheet.once(_bills_units, sheet.root)


ITEMS_OWN: Final = {
    "CII-SR-046": Own(
        path="ram:GlobalID",
        only=_without_scheme,
        sentence="the item's standard identifier has no scheme",
        fix="give the attribute schemeID of ram:GlobalID",
        term="BT-157",
    ),
    "CII-SR-090": Own(
        path="ram:OriginTradeCountry",
        only=_without_country,
        sentence="the item's country of origin has not one code",
        fix="give one ram:ID in ram:OriginTradeCountry",
        term="BT-159",
    ),
    "CII-SR-119": Own(
        path="ram:GrossPriceProductTradePrice/ram:AppliedTradeAllowanceCharge",
        only=_half_a_discount,
        sentence="the discount of an item's price lacks its amount or the indicator false",
        fix="give ram:ActualAmount, and false as ram:ChargeIndicator",
        term="BT-147",
    ),
    "CII-DT-033": Own(
        path="@unitCode",
        only=_unbilled,
        sentence="a quantity has a unit, and no line's ram:BilledQuantity has one",
        fix="give the attribute unitCode of ram:BilledQuantity",
        term="BT-130",
    ),
}

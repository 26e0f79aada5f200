"""XRechnung 3.0, in UBL and CII: its rules that only a file shows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from formats.rules.de_extensions import EXTENSION
from formats.rules.de_xrechnung import SEPA_TRANSFER, URL, discounts_hold, iban_holds
from formats.rules.worksheet import CREDIT_TRANSFERS
from formats.syntax.peppol import EMPTY, SHARED, empties, half_percentage
from formats.syntax.rules import Own, Sheet, SyntaxRules, Test, load, text
from formats.xml.names import Element, tag
from formats.xml.walking import WHITE_SPACE

_DAY_IN_UBL: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_IN_CII: Final = re.compile(r"\d{8}")
_DELIVERY: Final = tag("ram:ApplicableHeaderTradeDelivery")
_ORDER_NUMBER: Final = (tag("cbc:ID"), tag("cac:OrderReference"))
_MEANS: Final = tag("cbc:PaymentMeansCode")
_ACCOUNT: Final = tag("cac:PayeeFinancialAccount")
_INDICATOR: Final = tag("udt:Indicator")
_INDICATED: Final = tag("ram:ChargeIndicator")
_DISCOUNT: Final = tag("ram:AppliedTradeAllowanceCharge")
_TYPE: Final = tag("ram:TypeCode")
_LINE_END: Final = tag("ram:SpecifiedLineTradeSettlement")
_PERCENT: Final = tag("ram:CalculationPercent")
_BASE: Final = tag("ram:BasisAmount")
_GROSS: Final = tag("ram:GrossPriceProductTradePrice")
_NET: Final = tag("ram:NetPriceProductTradePrice")
_LINE: Final = "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem"
_TERMS: Final = (
    "rsm:SupplyChainTradeTransaction"
    "/ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradePaymentTerms/ram:Description"
)
_PRICING: Final = tag("ram:SpecifiedLineTradeAgreement")
_QUANTITY: Final = tag("ram:BasisQuantity")
_SUPPORTING: Final = tag("ram:AdditionalReferencedDocument")
_TOTAL: Final = (
    tag("ram:SpecifiedTradeSettlementHeaderMonetarySummation"),
    tag("ram:TaxTotalAmount"),
)


def _empty_in_ubl(document: Element) -> Element | None:
    return next((each for each in empties(document) if not _is_order_number(each)), None)


def _is_order_number(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and (element.tag, parent.tag) == _ORDER_NUMBER


def _empty_in_cii(document: Element) -> Element | None:
    return next((each for each in empties(document) if not _is_delivery(each)), None)


def _is_delivery(element: Element) -> bool:
    """Whether this is the one element that may be empty; KoSIT knows it by its prefix."""
    return element.prefix == "ram" and element.tag == _DELIVERY


def _below(group: Element, *path: str) -> Sequence[Element]:
    """Return what stands at a path of Clark names."""
    found = [group]
    for name in path:
        found = [child for each in found for child in each if child.tag == name]
    return found


def _extends(*specification: str) -> Callable[[Element], bool]:
    """Return whether a document says at this path that it follows the extension."""
    path = [tag(name) for name in specification]
    return lambda root: any(text(each) == EXTENSION for each in _below(root, *path))


def _no_url(location: Element, name: str, sheet: Sheet) -> bool:
    found = sheet.values(location, tag(name))
    return not any(URL.match(each) for each in found)


def _written_otherwise(form: re.Pattern[str]) -> Test:
    return lambda day, _sheet: not form.fullmatch(" ".join(text(day).split()))


def _no_day_in_cii(day: Element, sheet: Sheet) -> bool:
    given = (day.get("format") or "").strip(WHITE_SPACE)
    return given != "102" or _written_otherwise(_DAY_IN_CII)(day, sheet)


def _means(payment: Element, sheet: Sheet, *codes: str) -> bool:
    found = sheet.values(payment, _MEANS)
    return any(each.strip(WHITE_SPACE) in codes for each in found)


def _no_account(payment: Element, sheet: Sheet) -> bool:
    return _means(payment, sheet, *CREDIT_TRANSFERS) and payment.find(_ACCOUNT) is None


def _no_iban(payment: Element, sheet: Sheet) -> bool:
    if not _means(payment, sheet, SEPA_TRANSFER):
        return False
    return not iban_holds(payment.findtext(f"{_ACCOUNT}/{tag('cbc:ID')}"))


def _paid_in_other_currency(payment: Element, sheet: Sheet) -> bool:
    document = payment.getparent()
    currencies = sheet.values(document, tag("cbc:DocumentCurrencyCode"))
    amounts = payment.iterchildren(tag("cbc:PaidAmount"))
    return not any(each.get("currencyID") in currencies for each in amounts)


def _indicated(charge: Element) -> set[str]:
    return {text(word) for word in _below(charge, _INDICATED, _INDICATOR)}


def _indicates_nothing(charge: Element, _sheet: Sheet) -> bool:
    for child in charge:
        if child.tag == _INDICATED:
            for word in child:
                if word.tag == _INDICATOR and text(word).strip(WHITE_SPACE) in {"true", "false"}:
                    return False
    return True


def _charge_on_price(price: Element, _sheet: Sheet) -> bool:
    discounts = list(price.iterchildren(_DISCOUNT))
    if not any(each.find(tag("ram:ActualAmount")) is not None for each in discounts):
        return False
    return not any("false" in _indicated(each) for each in discounts)


def _half_percentage_in_cii(charge: Element) -> bool:
    names = {child.tag for child in charge}
    return (_PERCENT in names) != (_BASE in names)


def _second_total(settlement: Element, sheet: Sheet) -> bool:
    currencies = sheet.values(settlement, tag("ram:InvoiceCurrencyCode"))
    totals = _below(settlement, *_TOTAL)
    return sum(each.get("currencyID") in currencies for each in totals) > 1


def _refers_otherwise(line: Element, sheet: Sheet) -> bool:
    found = _below(line, _LINE_END, _SUPPORTING)
    return not any("130" in sheet.values(each, _TYPE) for each in found)


def _quantities_differ(line: Element, _sheet: Sheet) -> bool:
    """Whether gross and net price are for different quantities, or in different units."""
    gross = _below(line, _PRICING, _GROSS, _QUANTITY)
    net = _below(line, _PRICING, _NET, _QUANTITY)
    if not net:
        return False
    if {text(each) for each in gross}.isdisjoint({text(each) for each in net}):
        return True
    units = [{each.get("unitCode") for each in side} - {None} for side in (gross, net)]
    return all(units) and units[0].isdisjoint(units[1])


def _nests_lines(_line: Element, sheet: Sheet) -> bool:
    return sheet.once(_has_nested_line, sheet.root)


def _has_nested_line(root: Element) -> bool:
    return next(root.iter(tag("ram:ParentLineID")), None) is not None


def _is_supporting(document: Element) -> bool:
    return any(text(each) == "916" for each in document.iterchildren(_TYPE))


def _discounts(path: str) -> Own:
    return Own(
        path=path,
        only=lambda terms, _sheet: discounts_hold(text(terms)) is False,
        sentence="a cash discount is not written as KoSIT wants it, on a line of its own that ends",
        fix="write #SKONTO#TAGE=14#PROZENT=2.00# and a line break behind it",
        term="BT-20",
    )


def _location(name: str, *, wanted: bool) -> Own:
    def holds(place: Element, sheet: Sheet) -> bool:
        if not wanted and not sheet.values(place, tag(name)):
            return False
        return _no_url(place, name, sheet)

    return Own(
        path=".",
        only=holds,
        sentence="the location of an external document is no URL with its scheme",
        fix=f"write an absolute URL to {name}, e.g. https://seller.example/sheet.pdf",
        term="BT-124",
    )


def _day(only: Test, example: str) -> Own:
    return Own(
        path=".",
        only=only,
        sentence="a date is not written as year, month and day",
        fix=f"write the date as {example}",
    )


UBL_OWN: Final = {
    **SHARED,
    "PEPPOL-EN16931-R008": replace(EMPTY, seek=_empty_in_ubl),
    "BR-DE-18": _discounts("cac:PaymentTerms/cbc:Note"),
    "BR-DE-19": Own(
        path=".",
        only=_no_iban,
        sentence="the account of a SEPA transfer is no valid IBAN",
        fix="correct the IBAN",
        term="BT-84",
    ),
    "BR-DE-23-a": Own(
        path=".",
        only=_no_account,
        sentence="a credit transfer (30, 58) names no account to pay to",
        fix="give cac:PayeeFinancialAccount with the IBAN or account number of the payee",
        term="BG-17",
    ),
    "BR-TMP-2": _location("cbc:URI", wanted=True),
    "BR-TMP-6": _day(_written_otherwise(_DAY_IN_UBL), "2026-01-31"),
    "BR-DEX-03": Own(
        path="//cac:SubInvoiceLine/cac:Item",
        only=lambda item, _sheet: len(item.findall(tag("cac:ClassifiedTaxCategory"))) != 1,
        sentence="a sub invoice line has not one VAT category",
        fix="give one cac:ClassifiedTaxCategory in cac:Item",
        term="BG-DEX-06",
    ),
    "BR-DEX-14": Own(
        path="cac:PrepaidPayment",
        only=_paid_in_other_currency,
        sentence="a third party payment is in another currency than the invoice",
        fix="state cbc:PaidAmount in the currency of cbc:DocumentCurrencyCode",
        term="BT-DEX-002",
    ),
}

_UNSAID: Final = Own(
    path=".",
    only=_indicates_nothing,
    sentence="it is not said with true or false whether this is a charge",
    fix="write true or false to udt:Indicator in ram:ChargeIndicator",
)

CII_OWN: Final = {
    "PEPPOL-EN16931-R008": replace(EMPTY, seek=_empty_in_cii),
    "BR-DE-18": _discounts(_TERMS),
    "PEPPOL-EN16931-R043-1": _UNSAID,
    "PEPPOL-EN16931-R043-2": _UNSAID,
    "PEPPOL-EN16931-R044": Own(
        path=".",
        only=_charge_on_price,
        sentence="a price has a charge, where only a discount may be",
        fix="write false to udt:Indicator, and add what is charged to the price",
        term="BT-147",
    ),
    "PEPPOL-EN16931-R053": Own(
        path=".",
        only=_second_total,
        sentence="there is more than one VAT total in the invoice's currency",
        fix="keep one ram:TaxTotalAmount in each currency",
        term="BT-110",
    ),
    "PEPPOL-EN16931-R101": Own(
        path="ram:SpecifiedLineTradeSettlement/ram:AdditionalReferencedDocument",
        around=True,
        only=_refers_otherwise,
        sentence="a line refers to a document that is no invoiced object",
        fix="write 130 to ram:TypeCode, or leave out ram:AdditionalReferencedDocument",
        term="BT-128",
    ),
    "BR-TMP-2": _location("ram:URIID", wanted=False),
    "BR-TMP-3": Own(
        path="ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice/ram:BasisQuantity",
        around=True,
        only=_quantities_differ,
        sentence="gross and net price are not for the same quantity",
        fix="write the same ram:BasisQuantity to both prices, or leave it out of the gross price",
        term="BT-149",
    ),
    "BR-TMP-7": _day(_no_day_in_cii, "20260131, with the format 102"),
    "BR-DEX-15": Own(
        path=f"{_LINE}/ram:AssociatedDocumentLineDocument",
        only=_nests_lines,
        sentence="lines are nested, which KoSIT's extension has in UBL only",
        fix="leave out ram:ParentLineID, or send UBL",
    ),
}

XRECHNUNG_UBL: Final[SyntaxRules] = load(
    "xrechnung_ubl.toml",
    key="xrechnung-3.0",
    own=UBL_OWN,
    conditions={"half": half_percentage, "extension": _extends("cbc:CustomizationID")},
)
XRECHNUNG_CII: Final[SyntaxRules] = load(
    "xrechnung_cii.toml",
    key="xrechnung-3.0-cii",
    own=CII_OWN,
    conditions={
        "half": _half_percentage_in_cii,
        "extension": _extends(
            "rsm:ExchangedDocumentContext",
            "ram:GuidelineSpecifiedDocumentContextParameter",
            "ram:ID",
        ),
        "916": _is_supporting,
    },
)

"""CII: CEN's rules on Cross Industry Invoices D16B and D22B, and those that need a function."""

import re
from typing import Final

from formats.model.codes import CURRENCIES
from formats.syntax.rules import Own, Sheet, SyntaxRules, Test, load, text
from formats.xml import WHITE_SPACE, Element, tag

_DAY: Final = re.compile(r"[ \t\r\n]*\d{4}(?:1[0-2]|0[1-9])(?:3[01]|[12]\d|0[1-9])[ \t\r\n]*")
_TYPE: Final = tag("ram:TypeCode")
_SUPPORTING: Final = tag("ram:AdditionalReferencedDocument")
_SETTLEMENT: Final = tag("ram:ApplicableHeaderTradeSettlement")
_INDICATOR: Final = tag("udt:Indicator")
_GROSS: Final = tag("ram:GrossPriceProductTradePrice")
_DISCOUNT: Final = tag("ram:AppliedTradeAllowanceCharge")
_INDICATED: Final = tag("ram:ChargeIndicator")
_AMOUNT: Final = tag("ram:ActualAmount")
_GLOBAL_ID: Final = tag("ram:GlobalID")
_COUNTRY: Final = tag("ram:OriginTradeCountry")
_ID: Final = tag("ram:ID")
_ISSUED: Final = f"{tag('rsm:ExchangedDocument')}/{tag('ram:IssueDateTime')}"
_CATEGORY_TAX: Final = tag("ram:CategoryTradeTax")
_APPLICABLE_TAX: Final = tag("ram:ApplicableTradeTax")
_LINE_END: Final = tag("ram:SpecifiedLineTradeSettlement")
_PAYMENT: Final = "//ram:SpecifiedTradeSettlementPaymentMeans"
_LINE_QUANTITY: Final = (
    "rsm:SupplyChainTradeTransaction"
    "/ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
)


def _normal(element: Element) -> str:
    return " ".join(text(element).split(None))


def _types(document: Element | None, sheet: Sheet) -> frozenset[str]:
    return sheet.values(document, _TYPE)


def _in_document(*codes: str) -> Test:
    """Return whether what an element belongs to is no supporting document of these types."""

    def foreign(element: Element, sheet: Sheet) -> bool:
        document = element.getparent()
        assert document is not None
        return document.tag != _SUPPORTING or _types(document, sheet).isdisjoint(codes)

    return foreign


def _of_type(code: str) -> Test:
    return lambda document, sheet: code in _types(document, sheet)


def _of_normal_type(code: str) -> Test:
    def holds(document: Element | None, sheet: Sheet) -> bool:
        return code in {each.strip(WHITE_SPACE) for each in _types(document, sheet)}

    return holds


def _below_type(code: str) -> Test:
    holds = _of_normal_type(code)

    def below(element: Element, sheet: Sheet) -> bool:
        document = element.getparent()
        return document is not None and holds(document, sheet)

    return below


def _in(name: str) -> Test:
    """Return whether an element stands elsewhere than in one of that name."""

    def elsewhere(element: Element, _sheet: Sheet) -> bool:
        parent = element.getparent()
        return parent is None or parent.tag != tag(name)

    return elsewhere


def _not_in_header(element: Element, _sheet: Sheet) -> bool:
    return next(element.iterancestors(_SETTLEMENT), None) is None


def _beside(path: str, levels: int) -> Test:
    """Return whether there is also something at a path in the group so many levels above."""
    steps = "/".join(map(tag, path.split("/")))

    def found_in(group: Element) -> bool:
        return group.find(steps) is not None

    def holds(element: Element, sheet: Sheet) -> bool:
        return sheet.once(found_in, _above(element, levels))

    return holds


def _above(element: Element, levels: int) -> Element:
    for _ in range(levels):
        parent = element.getparent()
        assert parent is not None
        element = parent
    return element


def _has_scheme(product: Element) -> bool:
    found = product.iterchildren(_GLOBAL_ID)
    return any(each.get("schemeID") is not None for each in found)


def _without_scheme(identifier: Element, sheet: Sheet) -> bool:
    if identifier.get("schemeID") is not None:
        return False
    return not sheet.once(_has_scheme, _above(identifier, 1))


def _has_country(product: Element) -> bool:
    found = product.iterchildren(_COUNTRY)
    return sum(1 for each in found for _ in each.iterchildren(_ID)) == 1


def _without_country(country: Element, sheet: Sheet) -> bool:
    return not sheet.once(_has_country, _above(country, 1))


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
    return not sheet.once(_is_whole_discount, _above(discount, 2))


def _without_account(means: Element, sheet: Sheet) -> bool:
    if {each.strip(WHITE_SPACE) for each in _types(means, sheet)}.isdisjoint({"30", "58"}):
        return False
    accounts = means.iterchildren(tag("ram:PayeePartyCreditorFinancialAccount"))
    return not any(
        sheet.values(account, tag(name))
        for account in accounts
        for name in ("ram:IBANID", "ram:ProprietaryID")
    )


def _no_vat(code: Element, sheet: Sheet) -> bool:
    return text(code) != "VAT" and "VAT" not in _types(code.getparent(), sheet)


def _bills_units(root: Element) -> bool:
    found = root.iterfind("/".join(map(tag, _LINE_QUANTITY.split("/"))))
    return any(quantity.get("unitCode") is not None for quantity in found)


def _unbilled(_quantity: Element, sheet: Sheet) -> bool:
    return not sheet.once(_bills_units, sheet.root)


def _no_day(date: Element, _sheet: Sheet) -> bool:
    return not _DAY.fullmatch(text(date))


def _unknown_currency(amount: Element, _sheet: Sheet) -> bool:
    return (amount.get("currencyID") or "").strip(WHITE_SPACE) not in CURRENCIES


def _no_issue_date(root: Element, _sheet: Sheet) -> bool:
    found = (day for each in root.iterfind(_ISSUED) for day in _days(each))
    return not any(day.strip(WHITE_SPACE) for day in found)


def _days(group: Element) -> list[str]:
    """Return the dates in format 102, as they are written."""
    found = group.iterchildren(tag("udt:DateTimeString"))
    return [text(each) for each in found if each.get("format") == "102"]


def _ends_too_early(period: Element, _sheet: Sheet) -> bool:
    starts = list(period.iterchildren(tag("ram:StartDateTime")))
    ends = list(period.iterchildren(tag("ram:EndDateTime")))
    if not starts or not ends:
        return False
    first = [day for each in starts for day in _days(each)]
    return not any(day >= each for end in ends for day in _days(end) for each in first)


def _says_of_vat(tax: Element, sheet: Sheet, name: str) -> frozenset[str]:
    """Return what stands there of a tax, if that is VAT."""
    if not any(each.upper() == "VAT" for each in _types(tax, sheet)):
        return frozenset()
    return sheet.values(tax, tag(name))


def _no_category(tax: Element, sheet: Sheet) -> bool:
    return not _says_of_vat(tax, sheet, "ram:CategoryCode")


def _no_rate(tax: Element, sheet: Sheet) -> bool:
    rate = _says_of_vat(tax, sheet, "ram:RateApplicablePercent")
    return not rate and "O" not in _says_of_vat(tax, sheet, "ram:CategoryCode")


def _uncategorized(indicator: Element, sheet: Sheet) -> bool:
    charge = _above(indicator, 1)
    return all(_no_category(tax, sheet) for tax in charge.iterchildren(_CATEGORY_TAX))


def _uncategorized_line(line: Element, sheet: Sheet) -> bool:
    taxes = (
        tax for end in line.iterchildren(_LINE_END) for tax in end.iterchildren(_APPLICABLE_TAX)
    )
    return all(_no_category(tax, sheet) for tax in taxes)


def _unknown_tax_point(code: Element, _sheet: Sheet) -> bool:
    return text(code).strip(WHITE_SPACE) not in {"5", "29", "72"}


def _indicates(indicator: Element, word: str) -> bool:
    return any(text(each) == word for each in indicator.iterchildren(_INDICATOR))


def _only_for(element: str, whom: str, test: Test) -> Own:
    return Own(
        path=f"ram:{element}",
        only=test,
        sentence=f"ram:{element} stands where it may stand only in {whom}",
        fix=f"leave out ram:{element}",
    )


def _two_identifiers(party: str, whose: str, term: str) -> Own:
    return Own(
        path=f"{party}/ram:GlobalID",
        only=_beside(f"{party}/ram:ID", 2),
        sentence=f"{whose} has an identifier both with and without a scheme",
        fix=f"keep ram:ID or ram:GlobalID of {party}",
        term=term,
    )


def _two_contacts(party: str, whose: str, term: str) -> Own:
    return Own(
        path=f"{party}/ram:DefinedTradeContact/ram:DepartmentName",
        only=_beside(f"{party}/ram:DefinedTradeContact/ram:PersonName", 3),
        sentence=f"{whose} contact has both a person's and a department's name",
        fix=f"keep ram:PersonName or ram:DepartmentName of {party}",
        term=term,
    )


_ATTACHED: Final = "an AdditionalReferencedDocument with the type code 916"
_ADDITIONAL: Final = "ram:AdditionalReferencedDocument"

OWN: Final = {
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
    "CII-SR-474": Own(
        path=_ADDITIONAL,
        only=_of_normal_type("130"),
        most=1,
        sentence="there is more than one invoiced object of a line",
        fix="keep one",
        term="BT-128",
    ),
    "CII-SR-450": _two_identifiers("ram:BuyerTradeParty", "the buyer", "BT-46"),
    "CII-SR-457": Own(
        path=_ADDITIONAL,
        only=_of_type("50"),
        most=1,
        sentence="there is more than one tender or lot",
        fix="keep one ram:AdditionalReferencedDocument with the type code 50",
        term="BT-17",
    ),
    "CII-SR-458": Own(
        path=_ADDITIONAL,
        only=_of_type("130"),
        most=1,
        sentence="there is more than one invoiced object",
        fix="keep one ram:AdditionalReferencedDocument with the type code 130",
        term="BT-18",
    ),
    "CII-SR-465": _two_contacts("ram:SellerTradeParty", "the seller's", "BT-41"),
    "CII-SR-466": _two_contacts("ram:BuyerTradeParty", "the buyer's", "BT-56"),
    "CII-SR-475": Own(
        path=f"{_ADDITIONAL}/ram:Name",
        only=_below_type("916"),
        most=1,
        sentence="there is more than one description of supporting documents",
        fix="keep one",
        term="BT-123",
    ),
    "CII-SR-476": Own(
        path=f"{_ADDITIONAL}/ram:AttachmentBinaryObject",
        only=_below_type("916"),
        most=1,
        sentence="there is more than one attached file",
        fix="keep one",
        term="BT-125",
    ),
    "CII-SR-449": _two_identifiers("ram:ShipToTradeParty", "the place of delivery", "BT-71"),
    "CII-SR-451": _two_identifiers("ram:PayeeTradeParty", "the payee", "BT-60"),
    "CII-SR-462": Own(
        path="//ram:ApplicableTradeTax/ram:DueDateTypeCode",
        alike=text,
        most=1,
        sentence="there is more than one code of the VAT point date",
        fix="write the same ram:DueDateTypeCode to all ram:ApplicableTradeTax",
        term="BT-8",
    ),
    "CII-SR-470": Own(
        path="ram:SpecifiedTradeSettlementPaymentMeans",
        only=_without_account,
        sentence="a credit transfer names no account",
        fix="give ram:IBANID or ram:ProprietaryID in ram:PayeePartyCreditorFinancialAccount",
        term="BT-84",
    ),
    "CII-SR-467": Own(
        path=f"{_PAYMENT}/ram:TypeCode",
        alike=_normal,
        most=1,
        sentence="there is more than one code of payment means",
        fix="write the same ram:TypeCode to all payment means",
        term="BT-81",
    ),
    "CII-SR-468": Own(
        path=f"{_PAYMENT}/ram:Information",
        alike=_normal,
        most=1,
        sentence="there is more than one text of payment means",
        fix="write the same ram:Information to all payment means",
        term="BT-82",
    ),
    "CII-DT-015": _only_for("URIID", _ATTACHED, _in_document("916")),
    "CII-DT-018": Own(
        path="ram:TypeCode",
        only=_in_document("50", "130", "916"),
        sentence="a reference has a type code other than a supporting document's 50, 130 or 916",
        fix="leave out ram:TypeCode, or write the one that fits",
    ),
    "CII-DT-021": _only_for("Name", _ATTACHED, _in_document("916")),
    "CII-DT-022": _only_for("AttachmentBinaryObject", _ATTACHED, _in_document("916")),
    "CII-DT-024": _only_for(
        "ReferenceTypeCode",
        "an AdditionalReferencedDocument with the type code 130",
        _in_document("130"),
    ),
    "CII-DT-027": _only_for(
        "FormattedIssueDateTime",
        "an InvoiceReferencedDocument",
        _in("ram:InvoiceReferencedDocument"),
    ),
    "CII-DT-033": Own(
        path="@unitCode",
        only=_unbilled,
        sentence="a quantity has a unit, and no line's ram:BilledQuantity has one",
        fix="give the attribute unitCode of ram:BilledQuantity",
        term="BT-130",
    ),
    "CII-DT-037": Own(
        path="ram:TypeCode",
        only=_no_vat,
        sentence="a tax is another than VAT",
        fix="write VAT to ram:TypeCode",
    ),
    "CII-DT-041": _only_for("BasisAmount", "the invoice's VAT breakdown", _not_in_header),
    "CII-DT-052": _only_for(
        "ExemptionReasonCode", "an ApplicableTradeTax", _in("ram:ApplicableTradeTax")
    ),
    "CII-DT-098": _only_for(
        "ExemptionReason", "an ApplicableTradeTax", _in("ram:ApplicableTradeTax")
    ),
    "CII-DT-054": _only_for("TaxPointDate", "the invoice's VAT breakdown", _not_in_header),
    "CII-DT-058": _only_for("DueDateTypeCode", "the invoice's VAT breakdown", _not_in_header),
    "CII-DT-097": Own(
        path=".",
        only=_no_day,
        sentence="a date is not year, month and day as format 102 has them",
        fix="write the date as 20260131",
    ),
    "BR-03": Own(
        path=".",
        only=_no_issue_date,
        sentence="the document has no date of issue in format 102",
        fix="give ram:IssueDateTime/udt:DateTimeString as 20260131, with the format 102",
        term="BT-2",
    ),
    **{
        rule: Own(
            path=".",
            only=_ends_too_early,
            sentence=f"the period of {whose} has no end, in format 102, that is its start or later",
            fix="correct ram:StartDateTime or ram:EndDateTime",
            term=term,
        )
        for rule, whose, term in (("BR-29", "the invoice", "BT-74"), ("BR-30", "a line", "BT-135"))
    },
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
    "BR-48": Own(
        path=".",
        only=_no_rate,
        sentence="a row of the VAT breakdown has no rate of VAT",
        fix="give ram:RateApplicablePercent beside VAT as ram:TypeCode, 0 where none is charged",
        term="BT-119",
    ),
    "BR-CL-06": Own(
        path=".",
        only=_unknown_tax_point,
        sentence="the code of the VAT point date is none of 5, 29 and 72",
        fix="write one of these codes of UNTDID 2475",
        term="BT-8",
    ),
    "BR-CL-03": Own(
        path=".",
        only=_unknown_currency,
        sentence="the currency of an amount is no code of ISO 4217",
        fix="write the currency's three letters to the attribute currencyID",
        shows="currencyID",
    ),
}

CII: Final[SyntaxRules] = load(
    "cii.toml",
    key="en16931-cii-syntax",
    own=OWN,
    conditions={
        "other": lambda amount: amount.tag != tag("ram:TaxTotalAmount"),
        "allowance": lambda indicator: _indicates(indicator, "false"),
        "charge": lambda indicator: _indicates(indicator, "true"),
        "102": lambda date: date.get("format") == "102",
        "currency": lambda amount: amount.get("currencyID") is not None,
    },
)

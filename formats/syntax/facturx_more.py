"""more(): what a level of Factur-X asks of files beyond how often one element stands at one place.

Its other rules on files stand in tables, those on values and sums in `facturx_values`; here is what
counts only some of the elements of a name, what is asked at several places under one id, and what
the level has in common with CEN's rules.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from formats.findings import Severity
from formats.rules.facturx import FACTURX
from formats.rules.totals import total
from formats.syntax.amounts import decimal_of
from formats.syntax.cii import CII
from formats.syntax.facturx_values import VALUES
from formats.syntax.looking import found, texts
from formats.syntax.peppol import EMPTY
from formats.syntax.rules import Context, Own, Sheet, SyntaxRule, kept, text
from formats.xml.names import Element, tag

_TRADE: Final = "/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT: Final = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_DELIVERY: Final = f"{_TRADE}/ram:ApplicableHeaderTradeDelivery"
_LINE: Final = f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem"
_ON_LINE: Final = f"{_LINE}/ram:SpecifiedLineTradeSettlement"
_SELLER: Final = f"{_AGREEMENT}/ram:SellerTradeParty"
_BUYER: Final = f"{_AGREEMENT}/ram:BuyerTradeParty"
_REPRESENTATIVE: Final = f"{_AGREEMENT}/ram:SellerTaxRepresentativeTradeParty"
_SHIP_TO: Final = f"{_DELIVERY}/ram:ShipToTradeParty"
_PAYEE: Final = f"{_SETTLEMENT}/ram:PayeeTradeParty"
_TOTALS: Final = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_LINE_TOTALS: Final = f"{_ON_LINE}/ram:SpecifiedTradeSettlementLineMonetarySummation"
_NUMBERED: Final = "ram:SpecifiedTaxRegistration/ram:ID"
_VAT: Final = "ram:TaxTotalAmount"
_OF_PRICE: Final = tag("ram:AppliedTradeAllowanceCharge")
_OF_HEADER: Final = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"


def _places(*parents: str, below: str = "") -> str:
    return "|".join(f"{parent}{below}" for parent in parents)


def _own(only: Callable[[Element, Sheet], bool], sentence: str, fix: str) -> Own:
    return Own(path=".", only=only, sentence=sentence, fix=fix)


def _registered(scheme: str, most: int = 1) -> Own:
    """Return the rule on tax registrations of a kind, each counted once."""

    def wrong(party: Element, _sheet: Sheet) -> bool:
        kinds = [
            any(each.get("schemeID") == scheme for each in found(registration, "ram:ID"))
            for registration in found(party, "ram:SpecifiedTaxRegistration")
        ]
        return sum(kinds) > most

    return _own(
        wrong,
        f"there are more than {most} tax registrations with schemeID {scheme}",
        f"keep {most} of them",
    )


def _one_vat(currency: str) -> Own:
    """Return the rule that there is one VAT total at most in the currency stated there."""

    def wrong(totals: Element, sheet: Sheet) -> bool:
        wanted = texts(sheet.root, f"{_OF_HEADER}/{currency}")
        return sum(each.get("currencyID") in wanted for each in found(totals, _VAT)) > 1

    return _own(
        wrong,
        f"there are several VAT totals in the currency of {currency}",
        f"keep one {_VAT} for each currency",
    )


def _one_name(party: str) -> Own:
    contact = f"{party}/ram:DefinedTradeContact"

    def wrong(agreement: Element, _sheet: Sheet) -> bool:
        names = (f"{contact}/ram:PersonName", f"{contact}/ram:DepartmentName")
        return all(next(found(agreement, name), None) is not None for name in names)

    return _own(
        wrong,
        f"a contact of {party} has both a person and a department",
        "keep ram:PersonName or ram:DepartmentName",
    )


def _has_none(*names: str) -> Callable[[Element, Sheet], bool]:
    return lambda group, _sheet: all(next(found(group, name), None) is None for name in names)


def _not_either_value_or_measure(attribute: Element, _sheet: Sheet) -> bool:
    measures = list(found(attribute, "ram:ValueMeasure"))
    if next(found(attribute, "ram:Value"), None) is not None:
        return bool(measures)
    return not any(each.get("unitCode") for each in measures)


def _no_vat_number(number: Element, _sheet: Sheet) -> bool:
    seller = next(number.iterancestors("{*}SellerTradeParty"), None)
    return seller is None and number.get("schemeID") != "VA"


def _says_nothing(note: Element, sheet: Sheet) -> bool:
    has_subject = next(found(note, "ram:SubjectCode"), None) is not None
    return has_subject and _has_none("ram:ContentCode", "ram:Content")(note, sheet)


def _charge_without_one(name: str) -> Own:
    """Return the rule that an allowance or charge that says which it is has one of these.

    Of the parts of a price, only discounts are looked at.
    """

    def wrong(part: Element, _sheet: Sheet) -> bool:
        said = set(texts(part, "ram:ChargeIndicator/udt:Indicator"))
        looked_at = {"false"} if part.tag == _OF_PRICE else {"true", "false"}
        return not said.isdisjoint(looked_at) and sum(1 for _ in found(part, name)) != 1

    return _own(wrong, f"{name} does not stand there just once", f"give {name} once")


_UNSAID: Final = _own(
    _says_nothing,
    "a note has a subject and says nothing",
    "give ram:Content or ram:ContentCode",
)

_DAY_AND_HOUR: Final = re.compile(
    r"\s*\d{4}(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])([01]\d|2[0-3])[0-5]\d\s*", re.ASCII
)


def _no_day_and_hour(date: Element, _sheet: Sheet) -> bool:
    return date.get("format") == "205" and not _DAY_AND_HOUR.fullmatch(text(date))


def _sum(group: Element | None, path: str) -> Decimal:
    there = () if group is None else found(group, path)
    return total(decimal_of(each) for each in there)


def _is_not_due(totals: Element, _sheet: Sheet) -> bool:
    """Whether the amount due is another than total, prepayments, rounding and adjustments make."""
    due = decimal_of(next(found(totals, "ram:DuePayableAmount"), None))
    owed = _sum(totals, "ram:GrandTotalAmount") - _sum(totals, "ram:TotalPrepaidAmount")
    adjusted = _sum(totals.getparent(), "ram:SpecifiedFinancialAdjustment/ram:ActualAmount")
    return due != owed + _sum(totals, "ram:RoundingAmount") + adjusted


_DATES: Final = "|".join(
    (
        "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
        f"{_DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString",
        f"{_SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString",
        f"{_SETTLEMENT}/ram:InvoiceReferencedDocument/ram:FormattedIssueDateTime/qdt:DateTimeString",
        *(
            f"{group}/ram:BillingSpecifiedPeriod/ram:{end}DateTime/udt:DateTimeString"
            for group in (_SETTLEMENT, _ON_LINE)
            for end in ("Start", "End")
        ),
    )
)
_CHARGE: Final = "ram:SpecifiedTradeAllowanceCharge"
_PRICE_PART: Final = (
    f"{_LINE}/ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice"
    "/ram:AppliedTradeAllowanceCharge"
)

Row = tuple[str, Own | tuple[int, int | None, str]]
"""Where a rule is judged; what it says: own, or how often what stands there."""
_EVERY: Final[dict[str, Row]] = {
    "FX-SCH-A-000033": (_SELLER, _registered("VA")),
    "FX-SCH-A-000034": (_SELLER, _registered("FC")),
    "FX-SCH-A-000042": (_TOTALS, _one_vat("ram:InvoiceCurrencyCode")),
    "FX-SCH-A-000192": (_TOTALS, _one_vat("ram:TaxCurrencyCode")),
    "PEPPOL-EN16931-R008": ("/rsm:CrossIndustryInvoice", EMPTY),
    "FX-SCH-A-000274": (
        f"{_LINE}/ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice",
        _own(
            lambda price, _sheet: (
                sum(
                    "false" in texts(part, "ram:ChargeIndicator/udt:Indicator")
                    for part in found(price, "ram:AppliedTradeAllowanceCharge")
                )
                > 1
            ),
            "a gross price has several discounts",
            "keep one ram:AppliedTradeAllowanceCharge",
        ),
    ),
}
_IN_CORE_WORDS: Final[dict[str, Row]] = {
    "FX-SCH-A-000348": ("ram:SpecifiedTradeAllowanceCharge", (1, None, "ram:ChargeIndicator")),
    "FX-SCH-A-000350": (_AGREEMENT, _one_name("ram:SellerTradeParty")),
    "FX-SCH-A-000351": (_AGREEMENT, _one_name("ram:BuyerTradeParty")),
}
_OF_LEVEL: Final[dict[str, dict[str, Row]]] = {
    "facturx-minimum": {
        **_IN_CORE_WORDS,
        "FX-SCH-A-000037": (f"{_SELLER}/{_NUMBERED}", (0, None, ".")),
    },
    "facturx-basic": {
        **_IN_CORE_WORDS,
        "FX-SCH-A-000021": (
            _DATES,
            _own(
                lambda date, _sheet: date.get("format") is None,
                "a date has no attribute format",
                'write format="102"',
            ),
        ),
        "FX-SCH-A-000022": (
            _DATES,
            _own(
                lambda date, _sheet: date.get("format", "") not in {"", "102"},
                "the format of a date is none that this level of Factur-X allows",
                'write format="102", and the date as 20260131',
            ),
        ),
        "FX-SCH-A-000183": (
            _places(_SETTLEMENT, _ON_LINE, below=f"/{_CHARGE}") + f"|{_PRICE_PART}",
            _charge_without_one("ram:ChargeIndicator"),
        ),
        "FX-SCH-A-000185": (
            f"{_SETTLEMENT}/{_CHARGE}",
            _charge_without_one("ram:CategoryTradeTax"),
        ),
        "FX-SCH-A-000163": (_places(_BUYER, _SHIP_TO, _PAYEE), (0, 1, "ram:ID")),
        "FX-SCH-A-000164": (_places(_BUYER, _SHIP_TO, _PAYEE), (0, 1, "ram:GlobalID")),
        "FX-SCH-A-000165": (_places(_BUYER, _SELLER), (0, 1, "ram:URIUniversalCommunication")),
        "FX-SCH-A-000167": (
            _places(_BUYER, _REPRESENTATIVE, _SELLER, _SHIP_TO, below="/ram:PostalTradeAddress"),
            (0, 1, "ram:CountrySubDivisionName"),
        ),
        "FX-SCH-A-000168": (
            _places(_BUYER, _SELLER, below="/ram:URIUniversalCommunication"),
            (1, 1, "ram:URIID"),
        ),
        "FX-SCH-A-000349": ("ram:SpecifiedTradeSettlementPaymentMeans", (0, None, ".")),
        "FX-SCH-A-000372": ("/rsm:CrossIndustryInvoice", EMPTY),
    },
    "facturx-en16931": {
        "FX-SCH-A-000278": (_ON_LINE, (1, 1, "ram:ApplicableTradeTax")),
        "FX-SCH-A-000279": (
            _ON_LINE,
            (1, 1, "ram:SpecifiedTradeSettlementLineMonetarySummation"),
        ),
        "FX-SCH-A-000293": (_ON_LINE, (0, 1, "ram:AdditionalReferencedDocument")),
        "FX-SCH-A-000614": (_ON_LINE, (0, 1, "ram:ReceivableSpecifiedTradeAccountingAccount")),
    },
    "facturx-extended": {
        "BR-FXEXT-01": (
            "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IncludedNote",
            _UNSAID,
        ),
        "BR-FXEXT-02": (
            "ram:AssociatedDocumentLineDocument/ram:IncludedNote",
            _UNSAID,
        ),
        "BR-FXEXT-03": (
            _NUMBERED,
            _own(
                _no_vat_number,
                "a tax number of another than the seller is no VAT number",
                "write VA to schemeID",
            ),
        ),
        "BR-FXEXT-BR-54-1": (
            "ram:ApplicableProductCharacteristic",
            _own(
                _has_none("ram:Description", "ram:TypeCode"),
                "an attribute of an item has neither a name nor a code",
                "give ram:Description or ram:TypeCode",
            ),
        ),
        "BR-FXEXT-BR-54-2": (
            "ram:ApplicableProductCharacteristic",
            _own(
                _not_either_value_or_measure,
                "an attribute of an item has not either a value or a measure with its unit",
                "give ram:Value, or ram:ValueMeasure with the attribute unitCode",
            ),
        ),
        "BR-FXEXT-CII-DT-097a": (
            "udt:DateTimeString",
            _own(
                _no_day_and_hour,
                "a date in format 205 is not year, month, day, hour and minute",
                "write the date as 202601310830",
            ),
        ),
        "BR-FXEXT-CO-16": (
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            _own(
                _is_not_due,
                "the amount due is not what total, prepayments, rounding and adjustments make",
                "correct ram:DuePayableAmount",
            ),
        ),
        "FX-SCH-A-000385": (
            f"{_LINE}/ram:SpecifiedTradeProduct/ram:ManufacturerTradeParty",
            _registered("FC", 2),
        ),
        "FX-SCH-A-000386": (
            f"{_LINE}/ram:SpecifiedTradeProduct/ram:ManufacturerTradeParty",
            _registered("VA", 2),
        ),
        "FX-SCH-A-000387": (_LINE_TOTALS, _one_vat("ram:InvoiceCurrencyCode")),
        "FX-SCH-A-000388": (_LINE_TOTALS, _one_vat("ram:TaxCurrencyCode")),
        "FX-SCH-A-001041": (
            f"{_LINE}/ram:SpecifiedLineTradeAgreement/ram:ItemSellerTradeParty",
            _registered("VA"),
        ),
        "FX-SCH-A-001042": (
            f"{_LINE}/ram:SpecifiedLineTradeAgreement/ram:ItemSellerTradeParty",
            _registered("FC"),
        ),
    },
}
_WITHOUT_CORE: Final = frozenset({"facturx-basicwl", "facturx-extended"})
"""Levels that repeat CEN's rules on files, and are not judged by CEN's."""
_WARNINGS: Final = frozenset({"PEPPOL-EN16931-R008", "FX-SCH-A-000372"})


def more(key: str) -> Iterator[Context]:
    """Yield the contexts of a level's further rules; the key is that of its set."""
    unjudged = next(each.unjudged for each in FACTURX if each.key == key)
    for rule, (at, says) in (_EVERY | _OF_LEVEL.get(key, {})).items():
        if rule in unjudged:
            yield Context(at=at, pattern=rule, when=None, rules=(_rule(rule, says),))
    yield from VALUES.get(key, ())
    if key in _WITHOUT_CORE:
        yield from kept(CII, unjudged)


def _rule(rule: str, says: Own | tuple[int, int | None, str]) -> SyntaxRule:
    severity = Severity.WARNING if rule in _WARNINGS else Severity.FATAL
    if isinstance(says, Own):
        return SyntaxRule(id=rule, severity=severity, path=says.path, most=says.most, own=says)
    least, most, path = says
    return SyntaxRule(id=rule, severity=severity, path=path, least=least, most=most)

"""VALUES: what a level of Factur-X asks of values and sums in a file.

MINIMUM and BASIC have some rules of EXTENDED, and BASIC one that is German law; of these the model
shows too little. How often something may stand somewhere is said in `facturx_more`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from formats.findings import Severity
from formats.model.codes import CURRENCIES
from formats.syntax.codes import coded
from formats.syntax.facturx_sums import (
    EXPORT,
    export_is_off,
    has_group_without_net,
    is_group_with_net,
    off_for_its_reason,
)
from formats.syntax.fr_extended import ATTRIBUTES
from formats.syntax.looking import found, has, stated, texts
from formats.syntax.rules import Context, Own, Sheet, SyntaxRule, normal
from formats.xml.names import Element

_DEAL: Final = "rsm:SupplyChainTradeTransaction"
_PARTIES: Final = "ram:ApplicableHeaderTradeAgreement"
_HEADER: Final = "ram:ApplicableHeaderTradeSettlement"
_SETTLEMENT: Final = f"{_DEAL}/{_HEADER}"
_LINES: Final = f"{_DEAL}/ram:IncludedSupplyChainTradeLineItem"
_TOTALS: Final = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_ROW: Final = f"{_SETTLEMENT}/ram:ApplicableTradeTax"
_ON_LINE: Final = "ram:SpecifiedLineTradeSettlement"
_DAY: Final = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"
_PERIOD: Final = "ram:BillingSpecifiedPeriod"
_ZERO_RATED: Final = "Z"
_ADVANCE: Final = "386"
_TRANSFERS: Final = frozenset({"30", "58"})


def _in_no_currency(vat: Element, sheet: Sheet) -> bool:
    """Whether a VAT total is in the invoice's or VAT's currency, and that is none."""
    currency = vat.get("currencyID") or ""
    names = ("ram:InvoiceCurrencyCode", "ram:TaxCurrencyCode")
    stated_there = any(currency in texts(sheet.root, f"{_SETTLEMENT}/{name}") for name in names)
    return bool(currency) and stated_there and currency not in CURRENCIES


def _is_german(deal: Element, *parties: str) -> bool:
    return any(
        normal(country).upper() == "DE"
        for party in parties
        for country in found(deal, f"{party}/ram:PostalTradeAddress/ram:CountryID")
    )


def _is_delivered_within_germany(deal: Element) -> bool:
    """Whether an invoice that is none for an advance is from and to Germany."""
    document = deal.getparent()
    types = [] if document is None else texts(document, "rsm:ExchangedDocument/ram:TypeCode")
    return (
        any(said != _ADVANCE for said in types)
        and _is_german(
            deal, f"{_PARTIES}/ram:SellerTradeParty", f"{_HEADER}/ram:InvoicerTradeParty"
        )
        and _is_german(deal, f"{_PARTIES}/ram:BuyerTradeParty", f"{_HEADER}/ram:InvoiceeTradeParty")
    )


def _says_not_when_delivered(deal: Element, _sheet: Sheet) -> bool:
    delivery = "ram:ApplicableHeaderTradeDelivery"
    if has(deal, f"{delivery}/{_DAY}"):
        return False
    lines = found(deal, "ram:IncludedSupplyChainTradeLineItem")
    has_period = has(deal, f"{_HEADER}/{_PERIOD}") or all(
        has(line, f"{_ON_LINE}/{_PERIOD}") for line in lines
    )
    return not has_period or not stated(deal, delivery)


def _has_not_one_account(means: Element, _sheet: Sheet) -> bool:
    account = "ram:PayeePartyCreditorFinancialAccount"
    return has(means, f"{account}/ram:IBANID") == has(means, f"{account}/ram:ProprietaryID")


def _context(
    rule: str,
    at: str,
    own: Own,
    *,
    when: Callable[[Element], bool] | None = None,
    severity: Severity = Severity.FATAL,
) -> Context:
    judged = SyntaxRule(
        id=rule, severity=severity, path=own.path, most=own.most, term=own.term, own=own
    )
    return Context(at=at, pattern=rule, when=when, rules=(judged,))


_OFF_FIX: Final = "correct the VAT breakdown, or category and rate of lines, allowances and charges"
_CURRENCY: Final = _context(
    "FX-SCH-A-000045",
    f"/rsm:CrossIndustryInvoice/{_TOTALS}/ram:TaxTotalAmount",
    Own(
        path=".",
        only=_in_no_currency,
        sentence="the currency of a VAT total is no code of ISO 4217",
        fix="write a code such as EUR",
        shows="currencyID",
        term="BT-110",
    ),
)
VALUES: Final[Mapping[str, tuple[Context, ...]]] = {
    "facturx-minimum": (
        _CURRENCY,
        _context(
            "FX-SCH-A-000310",
            f"/rsm:CrossIndustryInvoice/{_ROW}",
            Own(
                path=".",
                only=export_is_off,
                sentence="the taxable amount of category G (export) is not what its lines,"
                " allowances and charges add up to, but for a cent an amount",
                fix=_OFF_FIX,
                term="BT-116",
            ),
            when=lambda row: EXPORT in texts(row, "ram:CategoryCode"),
        ),
    ),
    "facturx-basic": (
        _CURRENCY,
        _context(
            "FX-SCH-A-000399",
            f"/rsm:CrossIndustryInvoice/{_ROW}",
            Own(
                path=".",
                only=off_for_its_reason,
                sentence="the taxable amount of category Z (zero rated) is not what all of the same"
                " rate and exemption reason add up to, but for a cent an amount",
                fix=_OFF_FIX,
                term="BT-116",
            ),
            when=lambda row: (
                _ZERO_RATED in texts(row, "ram:CategoryCode")
                and any(said.upper() == "VAT" for said in texts(row, "ram:TypeCode"))
            ),
            severity=Severity.WARNING,
        ),
        _context(
            "FX-SCH-A-000414",
            f"/rsm:CrossIndustryInvoice/{_LINES}",
            Own(
                path=".",
                only=has_group_without_net,
                sentence="a group of lines with a net amount has a group without one",
                fix="send the net amounts of the groups in it, or leave its own out",
                term="BT-131",
            ),
            when=is_group_with_net,
        ),
        _context(
            "FX-SCH-A-000354",
            f"/rsm:CrossIndustryInvoice/{_DEAL}",
            Own(
                path=".",
                only=_says_not_when_delivered,
                sentence="a German invoice says not when it was delivered, or not where to",
                fix="send the delivery date (BT-72), or a period (BG-14, or BG-26 on each line) and"
                " the country of delivery (BT-80)",
                term="BT-72",
            ),
            when=_is_delivered_within_germany,
            severity=Severity.WARNING,
        ),
        _context(
            "FX-SCH-A-000132",
            "ram:SpecifiedTradeSettlementPaymentMeans",
            Own(
                path=".",
                only=_has_not_one_account,
                sentence="a credit transfer is not to either an IBAN or another account number",
                fix="send the account once (BT-84), in ram:IBANID or in ram:ProprietaryID",
                term="BT-84",
            ),
            when=lambda means: (
                not _TRANSFERS.isdisjoint(normal(code) for code in found(means, "ram:TypeCode"))
            ),
        ),
    ),
    "facturx-extended": (
        _context(
            "BR-FXEXT-04",
            "ram:ApplicableProductCharacteristic/ram:TypeCode",
            coded(ATTRIBUTES, "an attribute of an item", "BT-160"),
            severity=Severity.WARNING,
        ),
    ),
}
"""Key of a level's set to the contexts of these rules."""

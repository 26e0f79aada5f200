"""What a level of Factur-X asks of values and sums in a file: what breaks it, and what is right.

`make oracles` asks the official files about the same rows.
"""

import pytest

from formats.syntax.facturx import level_rules
from formats.syntax.judge import judge
from tests.formats.syntax.files import cii, nested

DEAL = "rsm:SupplyChainTradeTransaction"
AGREEMENT = f"{DEAL}/ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = "ram:ApplicableHeaderTradeSettlement"
MEANS = f"{DEAL}/{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans"
ACCOUNT = "ram:PayeePartyCreditorFinancialAccount"
TRAIT = (
    f"{DEAL}/ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedTradeProduct"
    "/ram:ApplicableProductCharacteristic/ram:TypeCode"
)


def total_in(currency: str, *, beside: str = "ram:InvoiceCurrencyCode") -> str:
    vat = nested("ram:TaxTotalAmount", "1", f'currencyID="{currency}"')
    sums = nested("ram:SpecifiedTradeSettlementHeaderMonetarySummation", vat)
    return nested(f"{DEAL}/{SETTLEMENT}", nested(beside, "XYZ") + sums)


def tax(category: str, rate: str = "", reason: str = "") -> str:
    return (
        nested("ram:TypeCode", "VAT")
        + (nested("ram:ExemptionReason", reason) if reason else "")
        + nested("ram:CategoryCode", category)
        + (nested("ram:RateApplicablePercent", rate) if rate else "")
    )


def line(
    net: str, taxed: str = "", *, number: str = "1", inside: str = "", status: str = ""
) -> str:
    document = nested("ram:LineID", number)
    document += nested("ram:ParentLineID", inside) if inside else ""
    document += nested("ram:LineStatusReasonCode", status) if status else ""
    totals = nested("ram:LineTotalAmount", net) if net else ""
    return nested(
        "ram:IncludedSupplyChainTradeLineItem",
        nested("ram:AssociatedDocumentLineDocument", document)
        + nested(
            "ram:SpecifiedLineTradeSettlement",
            nested("ram:ApplicableTradeTax", taxed)
            + nested("ram:SpecifiedTradeSettlementLineMonetarySummation", totals),
        ),
    )


def charge(amount: str, taxed: str, indicator: str) -> str:
    return nested(
        "ram:SpecifiedTradeAllowanceCharge",
        nested("ram:ChargeIndicator/udt:Indicator", indicator)
        + nested("ram:ActualAmount", amount)
        + nested("ram:CategoryTradeTax", taxed),
    )


def logistics(amount: str, taxed: str) -> str:
    return nested(
        "ram:SpecifiedLogisticsServiceCharge",
        nested("ram:AppliedAmount", amount) + nested("ram:AppliedTradeTax", taxed),
    )


def broken_down(lines: str, basis: str, taxed: str, more: str = "") -> str:
    """Return lines, and a header with one row of VAT breakdown and what else is charged."""
    amount = nested("ram:BasisAmount", basis) if basis else ""
    row = nested("ram:ApplicableTradeTax", amount + taxed)
    return nested(DEAL, lines + nested(SETTLEMENT, row + more))


def delivered(inside: str, *, of: str = "380", to: str = "DE") -> str:
    where = "ram:PostalTradeAddress/ram:CountryID"
    parties = nested(f"ram:SellerTradeParty/{where}", "DE")
    parties += nested(f"ram:BuyerTradeParty/{where}", to)
    return nested("rsm:ExchangedDocument/ram:TypeCode", of) + nested(
        DEAL, nested("ram:ApplicableHeaderTradeAgreement", parties) + inside
    )


def delivery(inside: str = "") -> str:
    return nested("ram:ApplicableHeaderTradeDelivery", inside)


DAY = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"
PLACE = nested("ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID", "DE")
PERIOD = nested(f"{SETTLEMENT}/ram:BillingSpecifiedPeriod")
EXPORT, ZERO = tax("G", "0"), tax("Z", "0", "because")
BOTH = line("10", EXPORT) + line("5", EXPORT, status="DETAIL")
PAID = (
    charge("3", EXPORT, "true") + charge("1", EXPORT, "false") + logistics("2", EXPORT)
)  # 10 + 5 + 3 - 1 + 2 = 19, of five amounts
Row = tuple[str, str, str, str]
"""Level, rule, what breaks it, what is right."""
ROWS: list[Row] = [
    *(
        (level, "FX-SCH-A-000045", total_in("XYZ", beside=beside), total_in("EUR", beside=beside))
        for level in ("minimum", "basic")
        for beside in ("ram:InvoiceCurrencyCode", "ram:TaxCurrencyCode")
    ),
    *(
        ("minimum", "FX-SCH-A-000310", broken_down(*broken), broken_down(*right))
        for broken, right in (
            ((line("10", EXPORT), "10.02", EXPORT), (line("10", EXPORT), "10.01", EXPORT)),
            ((BOTH, "19.06", EXPORT, PAID), (BOTH, "19.05", EXPORT, PAID)),
            ((BOTH, "18.94", EXPORT, PAID), (BOTH, "18.95", EXPORT, PAID)),
            (("", "1", tax("G")), ("", "0", tax("G"))),
            ((BOTH, "", EXPORT), (BOTH, "", tax("Z"))),
            (
                (line("10", EXPORT, status="GROUP"), "10", EXPORT),
                (line("10", EXPORT, status="GROUP"), "0", EXPORT),
            ),
            (
                (line("10", EXPORT) + line("5", tax("G", "7")), "10", EXPORT),
                (line("10", EXPORT) + line("5", tax("G", "7")), "15", EXPORT),
            ),
        )
    ),
    *(
        ("basic", "FX-SCH-A-000399", broken_down(*broken), broken_down(*right))
        for broken, right in (
            ((line("10", ZERO), "10.02", ZERO), (line("10", ZERO), "10.01", ZERO)),
            (
                (line("10", tax("Z", "0.0", "other")), "10", ZERO),
                (line("10", tax("Z", "0.0", " because ")), "10", ZERO),
            ),
            (
                (line("10", ZERO, status="GROUP"), "0", ZERO, logistics("2", ZERO)),
                (line("10", ZERO, status="GROUP"), "12", ZERO, logistics("2", ZERO)),
            ),
            ((line("10", tax("Z")), "10", tax("Z")), (line("10", tax("G")), "10", tax("G"))),
        )
    ),
    *(
        ("basic", "FX-SCH-A-000414", nested(DEAL, broken), nested(DEAL, right))
        for broken, right in (
            (
                line("9", status="GROUP") + line("", number="2", inside="1", status="GROUP"),
                line("9", status="GROUP") + line("9", number="2", inside="1", status="GROUP"),
            ),
            (
                line("9", status="GROUP") + line("", number="2", inside="1", status="GROUP"),
                line("", status="GROUP") + line("", number="2", inside="1", status="GROUP"),
            ),
            (
                line("9", status="GROUP") + line("", number="2", inside="1", status="GROUP"),
                line("9", status="GROUP") + line("", number="2", inside="1", status="DETAIL"),
            ),
        )
    ),
    *(
        ("basic", "FX-SCH-A-000354", delivered(broken), right)
        for broken, right in (
            ("", delivered("", of="386")),
            (delivery(), delivered("", to="AT")),
            (line("1") + delivery(PLACE), delivered(delivery(nested(DAY)))),
            (PERIOD, delivered(delivery(PLACE) + PERIOD)),
            (delivery() + PERIOD, delivered(delivery(PLACE))),
            (
                line("1") + delivery(PLACE),
                delivered(
                    nested(
                        "ram:IncludedSupplyChainTradeLineItem/ram:SpecifiedLineTradeSettlement"
                        "/ram:BillingSpecifiedPeriod"
                    )
                    + delivery(PLACE)
                ),
            ),
        )
    ),
    *(
        ("basic", "FX-SCH-A-000132", nested(MEANS, broken), nested(MEANS, right))
        for means in ("30", "58")
        for code in (nested("ram:TypeCode", means),)
        for iban, other in (
            (nested(f"{ACCOUNT}/ram:IBANID", "1"), nested(f"{ACCOUNT}/ram:ProprietaryID", "1")),
        )
        for broken, right in (
            (code, code + iban),
            (code + iban + other, code + other),
            (code + nested(ACCOUNT), nested("ram:TypeCode", "59")),
        )
    ),
    *(
        ("extended", "BR-FXEXT-04", nested(TRAIT, broken), nested(TRAIT, right))
        for broken, right in (("COLOUR", "COLOR_TEXT"), ("A AAA", " AAA "), ("ZZ", "ZZZ"))
    ),
]


@pytest.mark.parametrize(("level", "rule", "broken", "right"), ROWS)
def test_a_rule_is_broken_or_right(level: str, rule: str, broken: str, right: str) -> None:
    rules = level_rules(f"facturx-{level}")
    assert rule in judge(cii(broken), rules).failed
    assert rule not in judge(cii(right), rules).failed

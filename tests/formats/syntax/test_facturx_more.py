"""Rules of Factur-X on files that are no simple counts: what breaks each, and what is right.

`make oracles` asks the official files about the same rows.
"""

import pytest

from formats.rules.facturx import FACTURX
from formats.syntax.cii import CII
from formats.syntax.facturx import level_rules
from formats.syntax.judge import judge
from tests.formats.syntax.files import cii, nested

DEAL = "rsm:SupplyChainTradeTransaction"
AGREEMENT = f"{DEAL}/ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = f"{DEAL}/ram:ApplicableHeaderTradeSettlement"
LINE = f"{DEAL}/ram:IncludedSupplyChainTradeLineItem"
ON_LINE = f"{LINE}/ram:SpecifiedLineTradeSettlement"
LINE_TOTALS = f"{ON_LINE}/ram:SpecifiedTradeSettlementLineMonetarySummation"
TOTALS = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
GROSS = f"{LINE}/ram:SpecifiedLineTradeAgreement/ram:GrossPriceProductTradePrice"
BUYER = f"{AGREEMENT}/ram:BuyerTradeParty"
TRAIT = f"{LINE}/ram:SpecifiedTradeProduct/ram:ApplicableProductCharacteristic"
DATE = "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"
EVERY = ("minimum", "basicwl", "basic", "en16931", "extended")


def registered(party: str, *schemes: str) -> str:
    """Return a party with tax registrations, of which one may have several numbers: `VA FC`."""
    return nested(
        party,
        "".join(
            nested(
                "ram:SpecifiedTaxRegistration",
                "".join(nested("ram:ID", "1", f'schemeID="{each}"') for each in scheme.split()),
            )
            for scheme in schemes
        ),
    )


def in_currency(currency: str, *totals: str) -> str:
    """Return a header whose currency stands beside VAT totals in these."""
    vat = "".join(nested("ram:TaxTotalAmount", "1", f'currencyID="{each}"') for each in totals)
    return nested(SETTLEMENT, nested(currency, "EUR") + nested(TOTALS, vat))


def on_line(currency: str, *totals: str) -> str:
    vat = "".join(nested("ram:TaxTotalAmount", "1", f'currencyID="{each}"') for each in totals)
    return nested(LINE_TOTALS, vat) + nested(f"{SETTLEMENT}/{currency}", "EUR")


def contact(party: str, *names: str) -> str:
    said = "".join(nested(f"ram:{name}Name", "x") for name in names)
    return nested(f"{AGREEMENT}/ram:{party}TradeParty/ram:DefinedTradeContact", said)


def discounts(*indicators: str) -> str:
    part = "ram:AppliedTradeAllowanceCharge"
    return nested(
        GROSS, "".join(nested(f"{part}/ram:ChargeIndicator/udt:Indicator", i) for i in indicators)
    )


def note(at: str, inside: str) -> str:
    return nested(f"{at}/ram:IncludedNote", nested("ram:SubjectCode", "AAA") + inside)


def owed(due: str, *, adjusted: str = "0") -> str:
    sums = {"GrandTotal": "10.10", "TotalPrepaid": "5", "Rounding": "0.40", "DuePayable": due}
    amounts = "".join(nested(f"ram:{name}Amount", said) for name, said in sums.items())
    adjustment = nested("ram:SpecifiedFinancialAdjustment/ram:ActualAmount", adjusted)
    return nested(SETTLEMENT, nested(TOTALS, amounts) + adjustment)


def many(path: str, name: str, number: int, said: str = "1") -> str:
    return nested(path, number * nested(name, said))


def at_once(rule: str, at: str, name: str, *, least: int = 0) -> tuple[str, str, str]:
    """Return the row of an element that may stand there once."""
    return rule, many(at, name, 0 if least else 2), many(at, name, 1)


SELLER = f"{AGREEMENT}/ram:SellerTradeParty"
OWN_SELLER = f"{LINE}/ram:SpecifiedLineTradeAgreement/ram:ItemSellerTradeParty"
MAKER = f"{LINE}/ram:SpecifiedTradeProduct/ram:ManufacturerTradeParty"
LINE_NOTED = f"{LINE}/ram:AssociatedDocumentLineDocument"
CHARGED = f"{SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"
INDICATED = "ram:ChargeIndicator/udt:Indicator"
ADDRESS = "ram:PostalTradeAddress"
Row = tuple[str, str, str, str]
"""Level, rule, what breaks it, what is right."""
ROWS: list[Row] = [
    *(
        (level, rule, broken, right)
        for level in EVERY
        for rule, broken, right in (
            (
                "FX-SCH-A-000033",
                registered(SELLER, "VA", "VA"),
                registered(SELLER, "VA VA", "FC"),
            ),
            ("FX-SCH-A-000034", registered(SELLER, "FC", "FC VA"), registered(SELLER, "FC", "VA")),
            (
                "FX-SCH-A-000042",
                in_currency("ram:InvoiceCurrencyCode", "EUR", "EUR"),
                in_currency("ram:InvoiceCurrencyCode", "EUR", "USD", "USD"),
            ),
            (
                "FX-SCH-A-000192",
                in_currency("ram:TaxCurrencyCode", "EUR", "EUR"),
                in_currency("ram:TaxCurrencyCode", "EUR", "USD", "USD"),
            ),
        )
    ),
    *(
        (level, "FX-SCH-A-000274", discounts("false", "false"), discounts("false", "true", "true"))
        for level in ("basic", "en16931")
    ),
    *(
        (level, rule, broken, right)
        for level in ("minimum", "basic")
        for rule, broken, right in (
            at_once(
                "FX-SCH-A-000348",
                f"{SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge",
                "ram:ChargeIndicator",
                least=1,
            ),
            (
                "FX-SCH-A-000350",
                contact("Seller", "Person", "Department"),
                contact("Seller", "Person"),
            ),
            (
                "FX-SCH-A-000351",
                contact("Buyer", "Department", "Person"),
                contact("Buyer", "Department"),
            ),
        )
    ),
    *(
        ("basic", *row)
        for row in (
            ("FX-SCH-A-000021", nested(DATE, "20260131"), nested(DATE, "1", 'format=""')),
            (
                "FX-SCH-A-000022",
                nested(DATE, "202601310800", 'format="203"'),
                nested(DATE, "20260131", 'format="102"'),
            ),
            (
                "FX-SCH-A-000183",
                nested(CHARGED, 2 * nested(INDICATED, "true")),
                nested(CHARGED, nested(INDICATED, "true")),
            ),
            (
                "FX-SCH-A-000185",
                nested(CHARGED, nested(INDICATED, "false")),
                nested(CHARGED, nested(INDICATED, "false") + nested("ram:CategoryTradeTax")),
            ),
            at_once("FX-SCH-A-000163", BUYER, "ram:ID"),
            at_once("FX-SCH-A-000163", f"{SETTLEMENT}/ram:PayeeTradeParty", "ram:ID"),
            at_once("FX-SCH-A-000164", BUYER, "ram:GlobalID"),
            at_once("FX-SCH-A-000165", SELLER, "ram:URIUniversalCommunication"),
            at_once("FX-SCH-A-000167", f"{SELLER}/{ADDRESS}", "ram:CountrySubDivisionName"),
            at_once(
                "FX-SCH-A-000168", f"{BUYER}/ram:URIUniversalCommunication", "ram:URIID", least=1
            ),
            ("FX-SCH-A-000372", nested(f"{BUYER}/ram:Name", " "), nested(f"{BUYER}/ram:Name", "x")),
        )
    ),
    *(
        ("en16931", *row)
        for row in (
            at_once("FX-SCH-A-000278", ON_LINE, "ram:ApplicableTradeTax", least=1),
            at_once(
                "FX-SCH-A-000279",
                ON_LINE,
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                least=1,
            ),
            at_once("FX-SCH-A-000293", ON_LINE, "ram:AdditionalReferencedDocument"),
            at_once("FX-SCH-A-000614", ON_LINE, "ram:ReceivableSpecifiedTradeAccountingAccount"),
        )
    ),
    *(
        (level, "PEPPOL-EN16931-R008", nested(BUYER), nested(f"{BUYER}/ram:Name", "x"))
        for level in ("en16931", "extended")
    ),
    *(
        ("extended", *row)
        for row in (
            (
                "BR-FXEXT-01",
                note("rsm:ExchangedDocument", ""),
                note("rsm:ExchangedDocument", nested("ram:Content", "x")),
            ),
            ("BR-FXEXT-02", note(LINE_NOTED, ""), note(LINE_NOTED, nested("ram:ContentCode", "x"))),
            ("BR-FXEXT-03", registered(BUYER, "FC"), registered(SELLER, "FC")),
            ("BR-FXEXT-BR-54-1", nested(TRAIT), nested(f"{TRAIT}/ram:TypeCode", "AAA")),
            (
                "BR-FXEXT-BR-54-2",
                nested(f"{TRAIT}/ram:ValueMeasure", "1", 'unitCode=""'),
                nested(f"{TRAIT}/ram:ValueMeasure", "1", 'unitCode="C62"'),
            ),
            (
                "BR-FXEXT-CII-DT-097a",
                nested(DATE, "202601312460", 'format="205"'),
                nested(DATE, "202601312359", 'format="205"'),
            ),
            ("BR-FXEXT-CO-16", owed("5.5", adjusted="0.01"), owed("5.51", adjusted="0.01")),
            ("FX-SCH-A-000385", registered(MAKER, *3 * ("FC",)), registered(MAKER, "FC", "FC")),
            ("FX-SCH-A-000386", registered(MAKER, *3 * ("VA",)), registered(MAKER, "VA", "VA")),
            (
                "FX-SCH-A-000387",
                on_line("ram:InvoiceCurrencyCode", "EUR", "EUR"),
                on_line("ram:InvoiceCurrencyCode", "EUR", "USD"),
            ),
            (
                "FX-SCH-A-000388",
                on_line("ram:TaxCurrencyCode", "EUR", "EUR"),
                on_line("ram:TaxCurrencyCode", "EUR", "USD"),
            ),
            ("FX-SCH-A-001041", registered(OWN_SELLER, "VA", "VA"), registered(OWN_SELLER, "VA")),
            ("FX-SCH-A-001042", registered(OWN_SELLER, "FC", "FC"), registered(OWN_SELLER, "FC")),
        )
    ),
]


@pytest.mark.parametrize(("level", "rule", "broken", "right"), ROWS)
def test_a_rule_is_broken_or_right(level: str, rule: str, broken: str, right: str) -> None:
    rules = level_rules(f"facturx-{level}")
    assert rule in judge(cii(broken), rules).failed
    assert rule not in judge(cii(right), rules).failed


@pytest.mark.parametrize("level", EVERY)
def test_no_rule_is_left_that_neither_model_nor_file_shows(level: str) -> None:
    rules = next(each for each in FACTURX if each.key == f"facturx-{level}")
    judged = {rule.id for rule in level_rules(rules.key)}
    beside = {rule.id for rule in CII} if level in {"basic", "en16931"} else set()
    assert set(rules.unjudged) - judged - beside == set()


def test_a_level_without_the_core_repeats_its_rules_on_files() -> None:
    both = nested(SETTLEMENT, nested("ram:PaymentReference", "1") * 2)
    for level, found in (("basicwl", True), ("en16931", False), ("extended", True)):
        rules = level_rules(f"facturx-{level}")
        assert ("CII-SR-469" in judge(cii(both), rules).failed) is found

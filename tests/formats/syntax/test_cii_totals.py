"""VAT totals in CII, of which a file may have several, and the tax of each row."""

import pytest

from formats.syntax.cii_totals import TOTALS_OWN
from formats.syntax.judge import judge
from tests.formats.syntax.files import cii, nested

END = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
SUMS = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
EUROS = nested("ram:InvoiceCurrencyCode", "EUR")
KRONER = nested("ram:TaxCurrencyCode", "DKK")


def vat(amount: str, currency: str = "EUR") -> str:
    return nested("ram:TaxTotalAmount", amount, f'currencyID="{currency}"')


def sums(*parts: str) -> str:
    return nested(SUMS, "".join(parts))


def row(tax: str, rate: str | None = None, kind: str = "VAT", taxable: str = "100") -> str:
    said = {"CalculatedAmount": tax, "TypeCode": kind, "BasisAmount": taxable}
    rates = {} if rate is None else {"RateApplicablePercent": rate}
    inside = "".join(nested(f"ram:{name}", text) for name, text in (said | rates).items())
    return nested("ram:ApplicableTradeTax", inside)


def totals(with_vat: str, *parts: str) -> str:
    fixed = nested("ram:TaxBasisTotalAmount", "100.00") + nested("ram:GrandTotalAmount", with_vat)
    return EUROS + sums(fixed, *parts)


CASES = [
    # rule, what is in the settlement, whether it holds
    ("BR-DEC-13", EUROS + sums(vat("1.001")), False),
    ("BR-DEC-13", EUROS + sums(vat("1.01")), True),
    ("BR-DEC-13", EUROS + sums(vat("1.001"), vat("1.01")), True),
    ("BR-DEC-13", EUROS + sums(vat("1.001", "SEK")), True),
    ("BR-DEC-15", EUROS + KRONER + sums(vat("1")), False),
    ("BR-DEC-15", EUROS + KRONER + sums(vat("1.001", "DKK")), False),
    ("BR-DEC-15", EUROS + KRONER + sums(vat("1"), vat("7.45", "DKK")), True),
    ("BR-DEC-15", EUROS + KRONER + sums(), True),
    ("BR-DEC-15", EUROS + sums(vat("1.001")), True),
    ("BR-CO-14", EUROS + row("19.00") + row("7.00") + sums(vat("26.00")), True),
    ("BR-CO-14", EUROS + row("19.00") + sums(vat("19.00"), vat("20.00")), False),
    ("BR-CO-14", EUROS + row("19.00") + sums(vat("141.55", "DKK")), True),
    ("BR-CO-15", totals("119.00", vat("19.00")), True),
    ("BR-CO-15", totals("119.00", vat("19.00"), vat("19.00")), False),
    ("BR-CO-15", totals("119.00", nested("ram:TaxTotalAmount", "19.00")), False),
    ("BR-CO-15", totals("119.00", vat("19.00"), vat("141.55", "DKK")), True),
    ("BR-CO-15", totals("100.00", vat("19.00"), vat("19.00")), True),
    ("BR-CO-15", sums(nested("ram:GrandTotalAmount", "119.00")), True),
    ("BR-CO-17", row("19.00", "19"), True),
    ("BR-CO-17", row("20.00", "19"), True),
    ("BR-CO-17", row("20.01", "19"), False),
    ("BR-CO-17", row("-19.00", "19", taxable="-100"), True),
    ("BR-CO-17", row("19.00", "19", kind="GST"), False),
    ("BR-CO-17", row("0.49", "19", kind="GST"), True),
    ("BR-CO-17", row("0.50", "0"), False),
    ("BR-CO-17", row("0"), True),
]


@pytest.mark.parametrize(("rule", "inside", "holds"), CASES)
def test_the_official_verdict(
    rule: str,
    inside: str,
    holds: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    outcome = judge(cii(nested(END, inside)))
    assert (rule in outcome.passed, rule in outcome.failed) == (holds, not holds)


def test_every_rule_is_broken_and_right_in_some_case() -> None:
    for verdict in (True, False):
        assert {rule for rule, _, holds in CASES if holds is verdict} == set(TOTALS_OWN)


def test_a_wrong_total_is_shown_with_its_value() -> None:
    outcome = judge(cii(nested(END, totals("120.00", vat("19.00")))))
    (finding,) = [each for each in outcome.findings if each.rule == "BR-CO-15"]
    assert finding.value == "120.00"
    assert finding.place == f"/rsm:CrossIndustryInvoice/{END}/{SUMS}/ram:GrandTotalAmount (line 1)"

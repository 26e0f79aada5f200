"""VAT in a file: second totals, categories of other taxes, categories without code."""

import pytest

from formats.syntax.judge import judge
from formats.syntax.ubl_vat import VAT_OWN
from tests.formats.syntax.files import credit_note, invoice, nested

ROW = "cac:TaxSubtotal/cac:TaxCategory"
OF_LINE = "cac:Item/cac:ClassifiedTaxCategory"
NEVER = {"BR-DEC-13", "BR-DEC-15"}


def of(tax: str, code: str | None) -> str:
    said = "" if code is None else nested("cbc:ID", code)
    return said + nested("cac:TaxScheme/cbc:ID", tax)


def line(code: str | None, tax: str = "VAT") -> str:
    return nested(f"cac:InvoiceLine/{OF_LINE}", of(tax, code))


def rows(*codes: str | None, tax: str = "VAT") -> str:
    return nested("cac:TaxTotal", "".join(nested(ROW, of(tax, code)) for code in codes))


def part(indicator: str, code: str | None, tax: str = "VAT") -> str:
    said = nested("cbc:ChargeIndicator", indicator)
    return nested("cac:AllowanceCharge", said + nested("cac:TaxCategory", of(tax, code)))


def totals(*vat: str, currency: str = "EUR") -> str:
    sums = nested("cbc:TaxExclusiveAmount", "100.00") + nested("cbc:TaxInclusiveAmount", "119.00")
    shown = f'currencyID="{currency}"'
    return (
        nested("cbc:DocumentCurrencyCode", "EUR")
        + "".join(nested("cac:TaxTotal/cbc:TaxAmount", each, shown) for each in vat)
        + nested("cac:LegalMonetaryTotal", sums)
    )


# rule: (broken, right, place of the finding, its value)
ROWS: dict[str, tuple[str, str, str, str | None]] = {
    "BR-32": (
        part("false", "S", "GST"),
        part("false", "S") + part("true", "S", "GST"),
        "/cac:AllowanceCharge",
        None,
    ),
    "BR-37": (
        part("1", None),
        part("true", "S", "vat") + part("0", None),
        "/cac:AllowanceCharge",
        None,
    ),
    "BR-CO-04": (line("S", "GST"), line("S", " vat "), "/cac:InvoiceLine", None),
    "BR-S-01": (line("S"), line("S", "GST") + 2 * rows("S", "S"), "", None),
    "BR-AF-01": (rows("L"), part("true", "L") + 2 * rows("L"), "", None),
    "BR-AG-01": (line("M") + rows("M", tax="GST"), line("M", "GST"), "", None),
    "BR-Z-01": (2 * rows("Z"), rows("Z"), "", None),
    "BR-E-01": (line("E"), line("E") + rows("E"), "", None),
    "BR-AE-01": (line("AE") + rows("AE", tax="GST"), line("AE", "GST"), "", None),
    "BR-IC-01": (part("true", "K") + rows("S"), part("true", "K") + rows("K"), "", None),
    "BR-G-01": (rows("G", "G"), rows("G", "S"), "", None),
    "BR-O-01": (line("O"), rows("O"), "", None),
    "BR-O-11": (rows("O", None), rows("O") + rows(None, tax="GST"), "", None),
    "BR-O-12": (rows("O") + line(None), rows("O") + line("O"), "", None),
    "BR-O-13": (rows("O") + part("false", "S"), rows("O") + part("true", "S"), "", None),
    "BR-O-14": (rows("O") + part("true", ""), rows("S") + part("true", ""), "", None),
    "BR-CO-15": (
        totals("19.00", "19.00"),
        totals("19.00"),
        "/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
        "119.00",
    ),
}


def test_every_rule_has_its_row_or_never_fires() -> None:
    assert set(ROWS) == set(VAT_OWN) - NEVER


@pytest.mark.parametrize("rule", ROWS)
def test_a_broken_rule_is_found_where_it_is_broken(rule: str) -> None:
    broken, right, place, value = ROWS[rule]
    (finding,) = [each for each in judge(invoice(broken)).findings if each.rule == rule]
    assert (finding.place, finding.value) == (f"/Invoice{place} (line 1)", value)
    assert rule in judge(invoice(right)).passed


@pytest.mark.parametrize(
    ("inside", "holds"),
    [
        (totals("19"), True),
        (totals("19.004"), True),
        (totals("19.006"), False),
        (totals(), False),
        (totals("19.00", currency="SEK"), False),
        (totals("19.00") + nested("cac:TaxTotal/cbc:TaxAmount", "200", 'currencyID="SEK"'), True),
        (totals("x"), False),
        (nested("cac:TaxTotal/cbc:TaxAmount", "1"), True),
    ],
)
def test_one_vat_total_in_the_currency_of_the_invoice_makes_the_total(
    inside: str,
    holds: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    assert ("BR-CO-15" in judge(invoice(inside)).passed) is holds
    assert ("BR-CO-15" in judge(credit_note(inside)).passed) is holds


def test_vat_totals_of_other_groups_are_no_rows() -> None:
    elsewhere = nested("cac:WithholdingTaxTotal", nested(ROW, of("VAT", "E")))
    assert "BR-E-01" in judge(invoice(elsewhere)).failed
    assert "BR-E-01" in judge(invoice(elsewhere + rows("E"))).passed


def test_what_the_official_rules_never_find_another_rule_finds() -> None:
    outcome = judge(invoice(totals("19.001")))
    assert set(outcome.passed) >= NEVER
    assert "UBL-DT-01" in outcome.failed

"""Each rule of CIUS-RO that only a file shows: what breaks it, what is right, where it points."""

import pytest

from formats.rules.ro_cius import CIUS_RO
from formats.syntax.judge import judge
from formats.syntax.ro_cius import CIUS_RO_UBL
from tests.formats.syntax.files import credit_note, invoice, nested

SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
ADDRESS = "cac:TaxRepresentativeParty/cac:PostalAddress"
NUMBER = "cac:PartyTaxScheme/cbc:CompanyID"
TAXED = nested("cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "S")
NEVER = {"BR-RO-A051", "BR-RO-A052", "BR-RO-L1019", *(f"BR-DEC-RO-{n}" for n in (13, 15, 23))}


def part(indicator: str, code: str, tax: str | None = None) -> str:
    scheme = nested("cac:TaxScheme/cbc:ID", tax) if tax else ""
    category = nested("cac:TaxCategory", nested("cbc:ID", code) + scheme)
    return nested("cac:AllowanceCharge", nested("cbc:ChargeIndicator", indicator) + category)


def day(path: str) -> tuple[str, str, str, str | None]:
    return nested(path, "2026-02-30"), nested(path, "2026-02-28"), f"/{path}", "2026-02-30"


# rule: (broken, right, place of the finding, its value), of invoices
ROWS: dict[str, tuple[str, str, str, str | None]] = {
    "BR-RO-DT001": day("cbc:IssueDate"),
    "BR-RO-DT002": day("cbc:TaxPointDate"),
    "BR-RO-DT003": day("cbc:DueDate"),
    "BR-RO-DT003_CN": day("cac:PaymentMeans/cbc:PaymentDueDate"),
    "BR-RO-DT004": day("cac:Delivery/cbc:ActualDeliveryDate"),
    "BR-RO-DT005": day("cac:InvoicePeriod/cbc:StartDate"),
    "BR-RO-DT006": day("cac:InvoicePeriod/cbc:EndDate"),
    "BR-RO-020_1": (
        nested("cbc:InvoiceTypeCode", "381"),
        nested("cbc:InvoiceTypeCode", " 751 "),
        "/cbc:InvoiceTypeCode",
        "381",
    ),
    "BR-RO-020_2": (
        nested("cbc:CreditNoteTypeCode", "380"),
        nested("cbc:CreditNoteTypeCode", "381"),
        "/cbc:CreditNoteTypeCode",
        "380",
    ),
    "BR-RO-065": (
        part("true", "S") + nested(f"{SELLER}/{NUMBER}"),
        part("false", "S", "GST") + part("true", "O"),
        "",
        None,
    ),
    "BR-RO-120": (
        part("false", "AE", "VAT"),
        TAXED + nested(f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID"),
        "",
        None,
    ),
    "BR-RO-140": (nested(ADDRESS), nested(f"{ADDRESS}/cbc:StreetName", "1"), f"/{ADDRESS}", None),
    "BR-RO-150": (
        nested(f"{ADDRESS}/cbc:CityName", " "),
        nested(f"{ADDRESS}/cbc:CityName", "Cluj"),
        f"/{ADDRESS}",
        None,
    ),
    "BR-RO-A500": (
        nested("cac:BillingReference", 501 * "<cac:InvoiceDocumentReference/>"),
        501 * "<cac:BillingReference/>",
        "/cac:BillingReference/cac:InvoiceDocumentReference[501]",
        None,
    ),
}


def test_every_rule_has_its_row_or_never_fires() -> None:
    assert {rule.id for rule in CIUS_RO_UBL} == {*ROWS, *NEVER}


@pytest.mark.parametrize("rule", ROWS)
def test_a_broken_rule_is_found_where_it_is_broken(rule: str) -> None:
    broken, right, place, value = ROWS[rule]
    outcome = judge(invoice(broken), CIUS_RO_UBL)
    (finding,) = [each for each in outcome.findings if each.rule == rule]
    assert (finding.place, finding.value) == (f"/Invoice{place} (line 1)", value)
    assert rule in judge(invoice(right), CIUS_RO_UBL).passed


def test_a_tax_representative_with_a_number_stands_for_the_seller() -> None:
    numbered = nested(f"cac:TaxRepresentativeParty/{NUMBER}", "RO1")
    assert "BR-RO-065" in judge(invoice(TAXED), CIUS_RO_UBL).failed
    assert "BR-RO-065" in judge(invoice(TAXED + numbered), CIUS_RO_UBL).passed


def test_of_credit_notes_less_is_asked() -> None:
    line = nested("cac:CreditNoteLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID", "S")
    outcome = judge(credit_note(line + nested(ADDRESS)), CIUS_RO_UBL)
    assert {"BR-RO-065", "BR-RO-120"} <= set(outcome.passed)
    assert {"BR-RO-140", "BR-RO-150"} <= set(outcome.not_applicable)


def test_what_the_official_file_never_reaches_is_not_applicable_here() -> None:
    lines = nested("cac:InvoiceLine/cbc:LineExtensionAmount", "1.001")
    row = nested("cac:TaxTotal/cac:TaxSubtotal")
    unreached = NEVER - {"BR-RO-A051", "BR-RO-A052"}
    assert unreached <= set(judge(invoice(lines + row), CIUS_RO_UBL).not_applicable)


def test_nothing_is_left_that_neither_model_nor_file_shows() -> None:
    assert CIUS_RO_UBL.key == CIUS_RO.key
    assert set(CIUS_RO.unjudged) <= {rule.id for rule in CIUS_RO_UBL}

"""Each rule of Peppol that only a file shows: what breaks it, what is right, where it points."""

import pytest

from formats.rules.peppol_bis import PEPPOL_BIS, PROCESSES
from formats.rules.peppol_selfbilling import PEPPOL_SELFBILLING, PROCESS, WITH_RESPONSE
from formats.syntax.judge import judge
from formats.syntax.peppol import PEPPOL_UBL, SELFBILLING_UBL
from formats.syntax.rules import SyntaxRules
from tests.formats.syntax.files import credit_note, invoice, nested

LINE = "cac:InvoiceLine"
PROJECT = nested("cac:AdditionalDocumentReference/cbc:DocumentTypeCode", "50")
OBJECT = nested("cac:DocumentReference/cbc:DocumentTypeCode", "130")
BREAKDOWN = nested("cac:TaxTotal/cac:TaxSubtotal/cbc:ID", "x")
EUR = nested("cbc:DocumentCurrencyCode", "EUR")
IN_TAX_CURRENCY = nested("cbc:TaxCurrencyCode", "SEK")
HALF = nested("cbc:MultiplierFactorNumeric", "1")


def charge(said: str, more: str = "") -> str:
    return nested("cac:AllowanceCharge", nested("cbc:ChargeIndicator", said) + more)


def amount(currency: str, name: str = "cbc:Amount") -> str:
    return nested(name, "1", f'currencyID="{currency}"')


def party(role: str, country: str) -> str:
    at = f"cac:Accounting{role}Party/cac:Party/cac:PostalAddress/cac:Country"
    return nested(f"{at}/cbc:IdentificationCode", country)


FRENCH = nested("cbc:ProfileID", PROCESSES[1])
GERMANS = party("Supplier", "DE") + party("Customer", "de")
SKONTO = "#SKONTO#TAGE=14#PROZENT=2.00#"

# rule: (broken, right, place of the finding, its value), of invoices
ROWS: dict[str, tuple[str, str, str, str | None]] = {
    "PEPPOL-EN16931-R008": (
        nested("cbc:Note", "x") + nested("cac:OrderReference/cbc:ID", " \n"),
        nested("cbc:Note", "x"),
        "/cac:OrderReference/cbc:ID",
        None,
    ),
    "PEPPOL-EN16931-R043": (
        nested(LINE, charge("1")),
        nested(LINE, charge(" true\n")) + charge("false") + charge("1", HALF),
        f"/{LINE}/cac:AllowanceCharge",
        None,
    ),
    "PEPPOL-EN16931-R044": (
        nested(f"{LINE}/cac:Price", charge("true")),
        nested(f"{LINE}/cac:Price", charge("false")),
        f"/{LINE}/cac:Price/cac:AllowanceCharge",
        None,
    ),
    "PEPPOL-EN16931-R051": (
        EUR + nested(LINE, amount("SEK")),
        EUR + amount("EUR") + nested("cac:TaxTotal", amount("SEK", "cbc:TaxAmount")),
        f"/{LINE}/cbc:Amount",
        "SEK",
    ),
    "PEPPOL-EN16931-R053": (2 * BREAKDOWN, BREAKDOWN + "<cac:TaxTotal/>", "", None),
    "PEPPOL-EN16931-R054": (
        BREAKDOWN + "<cac:TaxTotal/>",
        BREAKDOWN + "<cac:TaxTotal/>" + IN_TAX_CURRENCY,
        "",
        None,
    ),
    "PEPPOL-EN16931-R100": (
        nested(LINE, 2 * OBJECT),
        2 * nested(LINE, OBJECT),
        f"/{LINE}/cac:DocumentReference[2]",
        None,
    ),
    "PEPPOL-EN16931-R101": (
        nested(LINE, nested("cac:DocumentReference/cbc:DocumentTypeCode", "50")),
        nested(LINE, OBJECT) + nested(LINE),
        f"/{LINE}",
        None,
    ),
    "PEPPOL-EN16931-F001": (
        nested("cbc:DueDate", "2026-02-30"),
        nested("cbc:DueDate", "2026-02-28") + nested("cac:Delivery/cbc:OrderDate", "soon"),
        "/cbc:DueDate",
        "2026-02-30",
    ),
    "PEPPOL-EN16931-CL007": (
        amount("TST"),
        amount("EUR"),
        "/cbc:Amount",
        "TST",
    ),
    "PEPPOL-EN16931-P0100": (
        FRENCH + nested("cbc:InvoiceTypeCode", "381"),
        nested("cbc:InvoiceTypeCode", "381"),
        "/cbc:InvoiceTypeCode",
        "381",
    ),
    "PEPPOL-EN16931-P0101": (
        FRENCH + nested("cbc:CreditNoteTypeCode", "380"),
        nested("cbc:CreditNoteTypeCode", "380"),
        "/cbc:CreditNoteTypeCode",
        "380",
    ),
}

TERMS = "cac:PaymentTerms/cbc:Note"
RATE = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent"
# the same, of billing alone
BILLING: dict[str, tuple[str, str, str, str | None]] = {
    "PEPPOL-EN16931-P0112": (
        party("Supplier", "DE") + party("Customer", "AT") + nested("cbc:InvoiceTypeCode", "326"),
        GERMANS + nested("cbc:InvoiceTypeCode", "326"),
        "/cbc:InvoiceTypeCode",
        "326",
    ),
    "DE-R-014": (
        GERMANS + nested("cac:TaxTotal/cac:TaxSubtotal"),
        GERMANS + nested(RATE, "0"),
        "/cac:TaxTotal/cac:TaxSubtotal",
        None,
    ),
    "DE-R-018": (
        GERMANS + nested(TERMS, SKONTO),
        GERMANS + nested(TERMS, f"{SKONTO}\n"),
        f"/{TERMS}",
        SKONTO,
    ),
}


@pytest.mark.parametrize("rules", [PEPPOL_UBL, SELFBILLING_UBL], ids=lambda rules: rules.key)
def test_every_rule_has_its_row(rules: SyntaxRules) -> None:
    more = BILLING if rules is PEPPOL_UBL else {}
    assert {rule.id for rule in rules} == {*ROWS, *more, "PEPPOL-EN16931-R080"}


@pytest.mark.parametrize("rule", BILLING)
def test_a_broken_rule_of_billing_is_found_where_it_is_broken(rule: str) -> None:
    broken, right, place, value = BILLING[rule]
    (finding,) = [each for each in judge(invoice(broken), PEPPOL_UBL).findings if each.rule == rule]
    assert (finding.place, finding.value) == (f"/Invoice{place} (line 1)", value)
    assert rule in judge(invoice(right), PEPPOL_UBL).passed


@pytest.mark.parametrize(
    ("rules", "process", "code", "holds"),
    [
        (PEPPOL_UBL, PROCESSES[0], "380", True),
        (PEPPOL_UBL, PROCESSES[0], "389", False),
        (PEPPOL_UBL, WITH_RESPONSE, "389", False),
        (SELFBILLING_UBL, PROCESS, "389", True),
        (SELFBILLING_UBL, PROCESS, "380", False),
        (SELFBILLING_UBL, WITH_RESPONSE, "380", True),
        (SELFBILLING_UBL, "urn:example:own", "380", True),
    ],
)
def test_processes_restrict_the_types(
    rules: SyntaxRules,
    process: str,
    code: str,
    holds: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    said = nested("cbc:ProfileID", process) + nested("cbc:InvoiceTypeCode", code)
    assert ("PEPPOL-EN16931-P0100" in judge(invoice(said), rules).passed) is holds


@pytest.mark.parametrize("rules", [PEPPOL_UBL, SELFBILLING_UBL], ids=lambda rules: rules.key)
@pytest.mark.parametrize("rule", ROWS)
def test_a_broken_rule_is_found_where_it_is_broken(rule: str, rules: SyntaxRules) -> None:
    broken, right, place, value = ROWS[rule]
    outcome = judge(invoice(broken), rules)
    (finding,) = [finding for finding in outcome.findings if finding.rule == rule]
    assert (finding.place, finding.value) == (f"/Invoice{place} (line 1)", value)
    assert rule in judge(invoice(right), rules).passed


def test_a_credit_note_has_one_project_and_an_invoice_has_it_elsewhere() -> None:
    rule = "PEPPOL-EN16931-R080"
    assert rule in judge(credit_note(2 * PROJECT), PEPPOL_UBL).failed
    assert rule in judge(credit_note(PROJECT), PEPPOL_UBL).passed
    assert rule in judge(invoice(2 * PROJECT), PEPPOL_UBL).not_applicable


def test_self_billing_leaves_the_currency_of_rows_of_the_breakdown() -> None:
    row = nested("cac:TaxTotal/cac:TaxSubtotal", amount("SEK", "cbc:TaxAmount"))
    file = invoice(EUR + row)
    assert "PEPPOL-EN16931-R051" in judge(file, PEPPOL_UBL).failed
    assert "PEPPOL-EN16931-R051" not in judge(file, SELFBILLING_UBL).failed


def test_nothing_is_left_that_neither_model_nor_file_shows() -> None:
    for rules, model in ((PEPPOL_UBL, PEPPOL_BIS), (SELFBILLING_UBL, PEPPOL_SELFBILLING)):
        assert rules.key == model.key
        assert set(model.unjudged) <= {rule.id for rule in rules}

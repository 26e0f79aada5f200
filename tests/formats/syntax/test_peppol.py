"""Each rule of Peppol that only a file shows: what breaks it, what is right, where it points."""

import pytest

from formats.rules.peppol_bis import PEPPOL_BIS
from formats.rules.peppol_selfbilling import PEPPOL_SELFBILLING
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
}


@pytest.mark.parametrize("rules", [PEPPOL_UBL, SELFBILLING_UBL], ids=lambda rules: rules.key)
def test_every_rule_has_its_row(rules: SyntaxRules) -> None:
    assert {rule.id for rule in rules} == {*ROWS, "PEPPOL-EN16931-R080"}


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

"""What release 3.0.22 of Peppol asks of files: how often elements stand, and which types."""

import pytest

from formats.rules.peppol_bis import PROCESSES
from formats.rules.peppol_bis_22 import CARDINALITY as NUMBERS
from formats.rules.peppol_bis_22 import PEPPOL_BIS_22, PEPPOL_SELFBILLING_22
from formats.syntax.judge import judge
from formats.syntax.peppol import PEPPOL_UBL
from formats.syntax.peppol_22 import PEPPOL_UBL_22, SELFBILLING_UBL_22
from formats.syntax.peppol_cardinality import CARDINALITY
from formats.syntax.rules import SyntaxRules
from tests.formats.syntax.files import credit_note, invoice, nested
from tests.formats.syntax.test_peppol import GERMANS, party

PLACES = {
    rule.id: (context.at.removeprefix("/"), rule.path)
    for context in CARDINALITY
    for rule in context.rules
}


def test_rules_are_numbered_as_their_elements_are_sorted() -> None:
    """So OpenPeppol has numbered them, from R140 to R276: no row can be another rule's."""
    in_order = sorted(PLACES, key=lambda rule: "/".join(PLACES[rule]))
    assert tuple(in_order) == NUMBERS


def test_a_credit_note_asks_what_an_invoice_asks_and_for_its_items() -> None:
    asked: dict[str, set[str]] = {"Invoice": set(), "CreditNote": set()}
    for context, path in PLACES.values():
        root = context.partition("/")[0]
        place = f"{context.removeprefix(root)}/{path}"
        for own, common in (("CreditNote", "Invoice"), ("Credited", "Invoiced")):
            place = place.replace(own, common)
        asked[root].add(place)
    assert asked["CreditNote"] - asked["Invoice"] == {"/cac:InvoiceLine/cac:Item"}
    assert asked["Invoice"] <= asked["CreditNote"]


@pytest.mark.parametrize("rules", [PEPPOL_UBL_22, SELFBILLING_UBL_22], ids=lambda each: each.key)
@pytest.mark.parametrize("rule", PLACES)
def test_an_element_stands_once(rule: str, rules: SyntaxRules) -> None:
    context, path = PLACES[rule]
    root, _, below = context.partition("/")
    document = credit_note if root == "CreditNote" else invoice
    said = [
        judge(document(nested(below, inside) if below else inside), rules)
        for inside in (times * nested(path, "x") for times in range(3))
    ]
    assert [rule in each.passed for each in said] == [False, True, False]
    assert [rule in each.failed for each in said] == [True, False, True]
    (finding,) = [each for each in said[2].findings if each.rule == rule]
    assert finding.place is not None
    assert finding.place.startswith(f"/{context}/{path}[2]")
    if below:
        assert rule in judge(document(""), rules).not_applicable


SLOVAKS = party("Supplier", "SK") + party("Customer", "sk")
BY_VAT = nested(
    "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme",
    nested("cbc:CompanyID", "sk2020123456") + nested("cac:TaxScheme/cbc:ID", "VAT"),
) + party("Customer", "SK")


@pytest.mark.parametrize(
    ("parties", "code", "broken"),
    [
        (GERMANS, "326", ()),
        (GERMANS, "389", ()),
        (SLOVAKS, "384", ()),
        (BY_VAT, "384", ()),
        (SLOVAKS, "389", ("P0112",)),
        (SLOVAKS, "326", ("P0112",)),
        (party("Supplier", "SK") + party("Customer", "CZ"), "384", ("P0112",)),
        (SLOVAKS, "751", ("P0100",)),
    ],
)
def test_types_are_those_of_countries(parties: str, code: str, broken: tuple[str, ...]) -> None:
    file = invoice(
        nested("cbc:ProfileID", PROCESSES[0]) + nested("cbc:InvoiceTypeCode", code) + parties
    )
    failed = set(judge(file, PEPPOL_UBL_22).failed)
    assert {rule for rule in failed if "-P01" in rule} == {f"PEPPOL-EN16931-{n}" for n in broken}


def test_what_a_file_showed_before_it_shows_still() -> None:
    before = {rule.id for rule in PEPPOL_UBL}
    assert {rule.id for rule in PEPPOL_UBL_22} == before | PLACES.keys()


def test_nothing_is_left_that_neither_model_nor_file_shows() -> None:
    sets = ((PEPPOL_UBL_22, PEPPOL_BIS_22), (SELFBILLING_UBL_22, PEPPOL_SELFBILLING_22))
    for rules, model in sets:
        assert (rules.key, rules.version) == (model.key, model.version)
        assert set(model.unjudged) <= {rule.id for rule in rules}

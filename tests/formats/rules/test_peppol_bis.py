"""One row a rule that Peppol adds: a clean invoice with just that one thing broken.

That Peppol's own Schematron says the same of these very invoices is shown among the oracles.
"""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from formats.codec import Material
from formats.findings import Severity, is_fatal
from formats.model import (
    Classification,
    CreditTransfer,
    Identifier,
    Invoice,
    Note,
    PaymentCard,
    PostalAddress,
)
from formats.rules.catalogue import RULESETS
from formats.rules.en16931 import EN16931
from formats.rules.engine import check, outcome
from formats.rules.peppol_selfbilling import PROCESS, SPECIFICATION
from formats.ubl.read import read_ubl
from formats.ubl.write import WRITERS
from tests.formats.rules.peppol_samples import BASES, EXEMPT, identified, registered
from tests.formats.rules.samples import change

EXAMPLES = (
    Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
    / "peppol/phive-rules/phive-rules-peppol/src/test/resources/external/test-files"
    / "openpeppol/2026.5"
)
D = Decimal
PEPPOL = RULESETS["peppol-bis-3"]
OWN = {rule.id for rule in PEPPOL} - {rule.id for rule in EN16931}
WARNINGS = {
    *(f"DE-R-{n}" for n in ("017", "019", "020", "026", "027", "028", "T02")),
    *("GR-S-008-1", "GR-S-011", "IS-R-001", "NO-R-002"),
    *(f"PEPPOL-COMMON-R{n}" for n in ("044", "045", "046", "047", "054", "055")),
    *(f"PEPPOL-COMMON-R{n}" for n in ("056-1", "056-2", "057")),
    *(f"SE-R-{n:03}" for n in range(7, 13)),
}


class Row(NamedTuple):
    changes: dict[str, Any]
    also: tuple[str, ...] = ()
    """Rules of Peppol that cannot but fall with it."""
    base: str = "belgian"


NO_ADDRESS = PostalAddress(country="NL")
UNSPSC_OLD = (Classification(code="50161509", scheme="TST", scheme_version="19"),)
NO_TAX_IDENTIFIER = {
    "seller.vat_identifier": None,
    "seller.tax_registration": None,
    "tax_representative": None,
}


def document(n: int, **changes: Any) -> dict[str, Any]:
    return {f"supporting_documents[{n}].{field}": value for field, value in changes.items()}


def numbered(number: str, *also: str) -> Row:
    return Row({"number": number}, also=also, base="greek")


GENERAL = {
    "PEPPOL-EN16931-R001": Row({"business_process": None}, also=("PEPPOL-EN16931-R007",)),
    "PEPPOL-EN16931-R002": Row({"notes": (Note(text="one"), Note(text="two"))}),
    "PEPPOL-EN16931-R003": Row({"buyer_reference": None}),
    "PEPPOL-EN16931-R004": Row({"specification": "urn:cen.eu:en16931:2017"}),
    "PEPPOL-EN16931-R005": Row(
        {"accounting_currency": "EUR", "totals.vat_in_accounting_currency": None},
        also=("PEPPOL-EN16931-R054",),
    ),
    "PEPPOL-EN16931-R007": Row({"business_process": "urn:fdc:peppol.eu:2017:poacc:billing:99:1.0"}),
    "PEPPOL-EN16931-R010": Row({"buyer.electronic_address": None}),
    "PEPPOL-EN16931-R020": Row({"seller.electronic_address": None}),
    "PEPPOL-EN16931-R040": Row({"lines[0].charges[0].percent": D("10.1")}),
    "PEPPOL-EN16931-R041": Row({"lines[0].charges[0].base": None}),
    "PEPPOL-EN16931-R042": Row({"lines[0].charges[0].percent": None}),
    "PEPPOL-EN16931-R046": Row({"lines[1].price.discount": D("1.99")}),
    "PEPPOL-EN16931-R053": Row({"vat_breakdown": ()}, also=("PEPPOL-EN16931-R054",)),
    "PEPPOL-EN16931-R054": Row(
        {"totals.vat_in_accounting_currency": None}, also=("PEPPOL-EN16931-R055",)
    ),
    "PEPPOL-EN16931-R055": Row({"totals.vat_in_accounting_currency": D(-300)}),
    "PEPPOL-EN16931-R061": Row({"payment.direct_debit.mandate": None}, base="debit"),
    "PEPPOL-EN16931-R110": Row({"lines[1].period.start": date(2025, 12, 31)}),
    "PEPPOL-EN16931-R111": Row({"lines[1].period.end": date(2026, 2, 1)}),
    "PEPPOL-EN16931-R120": Row({"lines[1].price.base_quantity": D(2)}),
    "PEPPOL-EN16931-R121": Row({"lines[2].price.base_quantity": D(0)}),
    "PEPPOL-EN16931-R130": Row({"lines[1].price.base_unit": "KGM"}),
    "PEPPOL-EN16931-P0100": Row({"type_code": "751"}),
    "PEPPOL-EN16931-P0101": Row({"type_code": "261"}, base="credit note"),
    "PEPPOL-EN16931-P0112": Row({"type_code": "326"}),
    "PEPPOL-EN16931-CL001": Row({"supporting_documents[0].attachment.media_type": "text/html"}),
    "PEPPOL-EN16931-CL002": Row({"allowances[0].reason_code": "FC"}),
    "PEPPOL-EN16931-CL003": Row({"charges[0].reason_code": "95"}),
    "PEPPOL-EN16931-CL006": Row({"tax_point_code": "29"}),
    "PEPPOL-EN16931-CL007": Row({"currency": "STD"}),
    "PEPPOL-EN16931-CL008": Row({"buyer.electronic_address.scheme": "EM"}),
    **{
        f"PEPPOL-EN16931-P01{n:02}": Row({"vat_breakdown[0].category": "S"}, base=reason)
        for n, reason in enumerate(EXEMPT, 4)
    },
}
BELOW_16 = {
    f"PEPPOL-COMMON-R{rule}": Row({"buyer.identifiers": (registered(value, scheme),)})
    for rule, scheme, value in (
        ("040", "0088", "4000001000013"),
        ("041", "0192", "123456786"),
        ("042", "0184", "1234567"),
        ("043", "0208", "0123456748"),
        ("044", "0201", "UFE0Z"),
        ("045", "0210", "1234567890"),
        ("047", "0211", "IT12345678904"),
        ("049", "0007", "1234567898"),
        ("050", "0151", "51824753557"),
        ("052", "0096", "123456789"),
        ("053", "0198", "12345678"),
        ("054", "0106", "1234567"),
        ("055", "0190", "1234567890"),
        ("056-1", "9944", "NL12345678B12"),
        ("057", "0217", "12345678901"),
    )
} | {
    "PEPPOL-COMMON-R046": Row(
        {"buyer.electronic_address": registered("1234", "9907")}, also=("PEPPOL-EN16931-CL008",)
    ),
    "PEPPOL-COMMON-R056-2": Row({"buyer.vat_identifier": "NL12345678B12"}),
}
GERMANY = {
    "DE-R-001": Row({"payment": None}, base="german"),
    "DE-R-002": Row({"seller.contact": None}, base="german"),
    "DE-R-003": Row({"seller.address.city": None}, base="german"),
    "DE-R-004": Row({"seller.address.post_code": None}, base="german"),
    "DE-R-005": Row({"seller.contact.name": None}, base="german"),
    "DE-R-006": Row({"seller.contact.phone": None}, also=("DE-R-027",), base="german"),
    "DE-R-007": Row({"seller.contact.email": None}, also=("DE-R-028",), base="german"),
    "DE-R-008": Row({"buyer.address.city": None}, base="german"),
    "DE-R-009": Row({"buyer.address.post_code": None}, base="german"),
    "DE-R-010": Row({"delivery.address.city": None}, base="german"),
    "DE-R-011": Row({"delivery.address.post_code": None}, base="german"),
    "DE-R-014": Row({"vat_breakdown[0].rate": None}, base="german"),
    "DE-R-015": Row({"buyer_reference": None, "purchase_order": "PO-1"}, base="german"),
    "DE-R-016": Row(NO_TAX_IDENTIFIER, base="german"),
    "DE-R-017": Row({"type_code": "383"}, base="german"),
    "DE-R-018": Row({"payment_terms": "#SKONTO#TAGE=14#PROZENT=2#"}, base="german"),
    "DE-R-019": Row(
        {"payment.credit_transfers[0].account": "DE03120300000000202051"}, base="german"
    ),
    "DE-R-020": Row({"payment.direct_debit.account": "202051"}, base="debit"),
    "DE-R-022": Row(
        {"supporting_documents": BASES["german"].supporting_documents * 2}, base="german"
    ),
    "DE-R-023-1": Row({"payment.credit_transfers": ()}, also=("DE-R-019",), base="german"),
    "DE-R-023-2": Row({"payment.card": PaymentCard(number="1234")}, base="german"),
    "DE-R-024-1": Row({"payment.card": None}, base="card"),
    "DE-R-024-2": Row({"payment.credit_transfers": (CreditTransfer(account="1"),)}, base="card"),
    "DE-R-025-1": Row(
        {"payment.direct_debit": None}, also=("DE-R-020", "PEPPOL-EN16931-R061"), base="debit"
    ),
    "DE-R-025-2": Row({"payment.card": PaymentCard(number="1234")}, base="debit"),
    "DE-R-026": Row({"preceding": ()}, base="corrected"),
    "DE-R-027": Row({"seller.contact.phone": "12"}, base="german"),
    "DE-R-028": Row({"seller.contact.email": "accounts@seller"}, base="german"),
    "DE-R-030": Row({"payment.direct_debit.creditor": None}, base="debit"),
    "DE-R-031": Row({"payment.direct_debit.account": None}, also=("DE-R-020",), base="debit"),
    "DE-R-T02": Row({"supporting_documents[0].location": "www.seller.example"}, base="german"),
}
DENMARK = {
    "DK-R-002": Row({"seller.legal_registration": None}, base="danish"),
    "DK-R-003": Row({"lines[0].item.classifications": UNSPSC_OLD}, base="danish tax"),
    "DK-R-004": Row({"lines[0].charges[0].reason": "#tax"}, base="danish tax"),
    "DK-R-005": Row({"payment.means_code": "30"}, base="danish"),
    "DK-R-006": Row({"payment.credit_transfers[0].bank": None}, base="danish"),
    "DK-R-007": Row({"payment.direct_debit.account": None}, base="betalingsservice"),
    "DK-R-008": Row({"payment.credit_transfers[0].account": "123456789"}, base="giro"),
    "DK-R-009": Row({"payment.remittance": "04#12"}, base="giro"),
    "DK-R-010": Row({"payment.credit_transfers[0].account": "1234567"}, base="fik"),
    "DK-R-011": Row({"payment.remittance": "71#12"}, base="fik"),
    "DK-R-013": Row({"buyer.identifiers[0].scheme": None}, base="danish"),
    "DK-R-014": Row({"seller.legal_registration.scheme": None}, base="danish"),
    "DK-R-016": Row({"totals.due": D(-1)}, base="danish credit note"),
    "DK-R-017": Row({"buyer.legal_registration.scheme": "0002"}, base="danish"),
}
GREECE = {
    "GR-R-001-1": numbered("123456783|01/02/2026|0|1.1|A|7|8"),
    "GR-R-001-2": numbered("123456784|01/02/2026|0|1.1|A|7"),
    "GR-R-001-3": numbered("123456783|2/1/2026|0|1.1|A|7"),
    "GR-R-001-4": numbered("123456783|01/02/2026|x|1.1|A|7"),
    "GR-R-001-5": numbered("123456783|01/02/2026|0|9.9|A|7"),
    "GR-R-001-6": numbered("123456783|01/02/2026|0|1.1||7"),
    "GR-R-001-7": numbered("123456783|01/02/2026|0|1.1|A|"),
    "GR-R-002": Row({"seller.trading_name": None}, base="greek"),
    "GR-R-003": Row(
        {"seller.vat_identifier": "EL123456784"},
        also=("GR-S-011",),
        base="greek",
    ),
    "GR-S-011": Row(
        {"seller.vat_identifier": None},
        base="greek",
    ),
    "GR-R-004-1": Row(document(0, description=None), base="greek"),
    "GR-R-004-2": Row(document(0, reference="0123"), base="greek"),
    "GR-R-005": Row({"buyer.trading_name": None}, base="greek"),
    "GR-R-006": Row({"buyer.vat_identifier": "EL123456784"}, base="greek"),
    "GR-S-008-1": Row(document(1, description=None), base="greek"),
    "GR-R-008-2": Row(
        {
            "supporting_documents": (
                *BASES["greek"].supporting_documents,
                BASES["greek"].supporting_documents[1],
            )
        },
        also=("GR-S-008-1",),
        base="greek",
    ),
    "GR-R-008-3": Row(document(1, location=None), base="greek"),
    "GR-R-009": Row({"seller.electronic_address.value": "123456784"}, base="greek"),
    "GR-R-010": Row({"buyer.electronic_address.scheme": "0002"}, base="greek"),
}
ICELAND = {
    "IS-R-001": Row({"type_code": "383"}, base="icelandic"),
    "IS-R-002": Row({"seller.legal_registration.scheme": "0002"}, base="icelandic"),
    "IS-R-003": Row({"seller.address.line_1": None}, base="icelandic"),
    "IS-R-004": Row({"buyer.legal_registration": None}, base="icelandic"),
    "IS-R-005": Row({"buyer.address.post_code": None}, base="icelandic"),
    "IS-R-006": Row({"payment.credit_transfers[0].account": "1"}, base="claim"),
    "IS-R-007": Row({"payment.credit_transfers[0].account": "1"}, base="icelandic"),
    "IS-R-008": Row(document(0, reference="2026-13-01"), base="icelandic"),
    "IS-R-009": Row({"due_date": None}, also=("IS-R-010",), base="icelandic"),
    "IS-R-010": Row({"due_date": date(2026, 3, 16)}, base="icelandic"),
}
ITALY = {
    "IT-R-001": Row({"seller.tax_registration": "12/345"}, base="italian"),
    "IT-R-002": Row({"seller.address.line_1": None}, base="italian"),
    "IT-R-003": Row({"seller.address.city": None}, base="italian"),
    "IT-R-004": Row({"seller.address.post_code": None}, base="italian"),
}
NETHERLANDS = {
    "NL-R-001": Row({"preceding": ()}, base="dutch credit note"),
    "NL-R-002": Row({"seller.address": NO_ADDRESS}, base="dutch"),
    "NL-R-003": Row({"seller.legal_registration.scheme": "0002"}, base="dutch"),
    "NL-R-004": Row({"buyer.address": NO_ADDRESS}, base="dutch"),
    "NL-R-005": Row({"buyer.legal_registration.scheme": "0002"}, base="dutch"),
    "NL-R-006": Row({"tax_representative.address": NO_ADDRESS}, base="dutch"),
    "NL-R-007": Row({"payment": None}, base="dutch"),
    "NL-R-008": Row({"payment.means_code": "42"}, base="dutch"),
    "NL-R-009": Row({"purchase_order": None}, base="dutch"),
}
NORWAY = {
    "NO-R-001": Row({"seller.vat_identifier": "NO123456786MVA"}, base="norwegian"),
    "NO-R-002": Row({"seller.tax_registration": "no register"}, base="norwegian"),
}
SWEDEN = {
    "SE-R-001": Row({"seller.vat_identifier": "SE1234567897"}, base="swedish"),
    "SE-R-002": Row({"seller.vat_identifier": "SE12345678-701"}, base="swedish"),
    "SE-R-003": Row(
        {"seller.legal_registration": Identifier(value="123456-789")},
        also=("SE-R-013",),
        base="swedish",
    ),
    "SE-R-004": Row({"seller.legal_registration": Identifier(value="12345678979")}, base="swedish"),
    "SE-R-005": Row({"seller.tax_registration": "approved"}, base="swedish"),
    "SE-R-006": Row({"vat_breakdown[0].rate": D(7)}, base="swedish"),
    "SE-R-007": Row({"payment.credit_transfers[0].account": "12345-6"}, base="plusgiro"),
    "SE-R-008": Row({"payment.credit_transfers[0].account": "123-4567"}, base="swedish"),
    "SE-R-009": Row({"payment.credit_transfers[0].account": "123456"}, base="swedish"),
    "SE-R-010": Row({"payment.credit_transfers[0].account": "123456789"}, base="plusgiro"),
    "SE-R-011": Row({"payment.means_code": "56"}, base="swedish"),
    "SE-R-012": Row({"payment.means_code": "31"}, base="swedish"),
    "SE-R-013": Row({"seller.legal_registration": Identifier(value="1234567898")}, base="swedish"),
}
BROKEN: dict[str, Row] = {
    **GENERAL,
    **BELOW_16,
    **GERMANY,
    **DENMARK,
    **GREECE,
    **ICELAND,
    **ITALY,
    **NETHERLANDS,
    **NORWAY,
    **SWEDEN,
}
STARTING_FROM = BASES | EXEMPT


def broken(rule: str) -> Invoice:
    row = BROKEN[rule]
    invoice: Invoice = change(STARTING_FROM[row.base], row.changes)
    return invoice


@pytest.mark.parametrize("base", BASES)
def test_clean_invoices_are_clean_and_stay_so_when_written(base: str) -> None:
    assert check(BASES[base], PEPPOL) == ()
    writer = next(writer for writer in WRITERS if writer.name == "peppol-bis-3")
    assert "peppol-bis-3" in writer.rules
    written = read_ubl(writer.write(BASES[base], Material())).document
    assert check(written, PEPPOL) == ()


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_reported_and_no_other(rule: str) -> None:
    findings = check(broken(rule), PEPPOL)
    assert {finding.rule for finding in findings} & OWN == {rule, *BROKEN[rule].also}


def test_every_rule_has_its_row() -> None:
    assert set(BROKEN) == OWN
    assert len(OWN) + len(PEPPOL.unjudged) == 165, "asserts of release 3.0.21"


def test_every_rule_runs_on_some_clean_invoice() -> None:
    passed = {rule for base in STARTING_FROM.values() for rule in outcome(base, PEPPOL).passed}
    assert OWN - passed == {
        "PEPPOL-COMMON-R046",  # its scheme may not be used any more
        "SE-R-011",  # where these two apply, they are broken
        "SE-R-012",
    }


def test_warnings() -> None:
    warnings = {rule.id for rule in PEPPOL if rule.severity is Severity.WARNING}
    assert warnings & OWN == WARNINGS


REFERRED = {
    "buyer reference": ({"buyer_reference": "B"}, True),
    "order": ({"purchase_order": "O"}, True),
    "sales order": ({"sales_order": "S"}, True),
    "nothing": ({}, False),
}


@pytest.mark.parametrize(("changes", "holds"), REFERRED.values(), ids=REFERRED)
def test_what_an_invoice_may_refer_to(changes: dict[str, Any], holds: bool) -> None:  # noqa: FBT001
    fired = {finding.rule for finding in check(Invoice(**changes), PEPPOL)}
    assert ("PEPPOL-EN16931-R003" not in fired) is holds


FORINT = {"currency": "HUF", "lines[1].net": D("50.40")}


def test_the_slack_of_xrechnung_in_forint_is_not_peppols() -> None:
    invoice = change(BASES["belgian"], FORINT)
    by_xrechnung = {finding.rule for finding in check(invoice, RULESETS["xrechnung-3.0"])}
    by_peppol = {finding.rule for finding in check(invoice, PEPPOL)}
    assert "PEPPOL-EN16931-R120" in by_peppol - by_xrechnung


def test_several_identifiers_are_judged_each_by_its_scheme() -> None:
    invoice = identified(registered("4000001000013", "0088"), registered("x", "0002"))
    found = [f for f in check(invoice, PEPPOL) if f.rule == "PEPPOL-COMMON-R040"]
    assert [(finding.term, finding.path) for finding in found] == [
        ("BT-46", "buyer.identifiers[0].value")
    ]


def self_billed(invoice: Invoice) -> Invoice:
    """Return the invoice as its buyer would write it; what was broken is still broken."""
    stated = {"specification": SPECIFICATION, "type_code": "389"}
    if invoice.business_process is not None:
        stated["business_process"] = PROCESS
    changed: Invoice = change(invoice, stated)
    return changed


SELF_BILLED = self_billed(BASES["belgian"])
SELF_BILLING: dict[str, tuple[dict[str, Any], set[str]]] = {
    "clean": ({}, set()),
    "as a credit note": ({"type_code": "261"}, set()),
    "by another specification": (
        {"specification": BASES["belgian"].specification},
        {"PEPPOL-EN16931-R004"},
    ),
    "by another process": (
        {"business_process": BASES["belgian"].business_process},
        {"PEPPOL-EN16931-R007"},
    ),
    "an invoice of another type": ({"type_code": "380"}, {"PEPPOL-EN16931-P0100"}),
    "a credit note of another type": ({"type_code": "381"}, {"PEPPOL-EN16931-P0101"}),
    "any type with response": (
        {"type_code": "380", "business_process": "urn:peppol:bis:billing_with_response"},
        set(),
    ),
    "by no rule of a country": ({"seller.address.country": "DK"}, set()),
}


@pytest.mark.parametrize(("changes", "fired"), SELF_BILLING.values(), ids=SELF_BILLING)
def test_self_billing(changes: dict[str, Any], fired: set[str]) -> None:
    findings = check(change(SELF_BILLED, changes), RULESETS["peppol-selfbilling-3"])
    assert {finding.rule for finding in findings} == fired


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the shared corpora are not here")
def test_peppols_own_examples_hold() -> None:
    of_billing = dict.fromkeys(EXAMPLES.glob("billing/*.xml"), "peppol-bis-3")
    of_self_billing = dict.fromkeys(EXAMPLES.glob("SB-*.xml"), "peppol-selfbilling-3")
    assert (len(of_billing), len(of_self_billing)) == (4, 6)
    for file, key in (of_billing | of_self_billing).items():
        findings = check(read_ubl(file.read_bytes()).document, RULESETS[key])
        assert not is_fatal(findings), file.name

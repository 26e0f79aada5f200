"""One row a rule of CIUS-RO: a clean Romanian invoice with just that one thing broken."""

from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.model import (
    AllowanceCharge,
    Attribute,
    Contact,
    Identifier,
    Invoice,
    Note,
    Party,
    PostalAddress,
    PrecedingInvoice,
    TaxRepresentative,
)
from formats.rules.engine import check, outcome
from formats.rules.ro_cius import CIUS_RO, SPECIFICATION
from tests.formats.rules.samples import CLEAN, change

D = Decimal
CLUJ = PostalAddress(
    line_1="Strada Exemplu 1",
    city="Cluj-Napoca",
    post_code="400001",
    subdivision="RO-CJ",
    country="RO",
)
BUCHAREST = PostalAddress(
    line_1="Strada Exemplu 2", city="SECTOR3", post_code="030001", subdivision="RO-B", country="RO"
)
RO: Invoice = change(
    CLEAN,
    {
        "specification": SPECIFICATION,
        "notes": (Note(text="Multumim"),),
        "currency": "RON",
        "accounting_currency": None,
        "totals.vat_in_accounting_currency": None,
        "seller.address": CLUJ,
        "buyer.address": BUCHAREST,
        "buyer.contact": Contact(name="Accounts"),
        "tax_representative.address": CLUJ,
        "delivery.address": BUCHAREST,
        "lines[0].item.attributes": (Attribute(name="colour", value="red"),),
    },
)
CREDIT: Invoice = change(RO, {"type_code": "381"})
IN_EURO: Invoice = change(
    RO,
    {
        "currency": "EUR",
        "accounting_currency": "RON",
        "totals.vat_in_accounting_currency": D("141.80"),
    },
)
BASES: dict[str, Invoice] = {"plain": RO, "credit": CREDIT, "in euro": IN_EURO}


class Row(NamedTuple):
    changes: dict[str, Any]
    also: tuple[str, ...] = ()
    base: str = "plain"


UNKNOWN_SELLER = {
    "seller.vat_identifier": None,
    "seller.tax_registration": None,
    "tax_representative": None,
}

BROKEN: dict[str, Row] = {
    "BR-RO-001": Row({"specification": "urn:cen.eu:en16931:2017"}),
    "BR-RO-010": Row({"number": "RE"}),
    "BR-RO-020_1": Row({"type_code": "386"}),
    "BR-RO-020_2": Row({"type_code": "396"}, base="credit"),
    "BR-RO-030": Row({"accounting_currency": "USD"}, base="in euro"),
    "BR-RO-040": Row({"tax_point_code": "29"}, also=("BR-CL-06",)),
    "BR-RO-A020": Row({"notes": (Note(text="n"),) * 21}),
    "BR-RO-065": Row(UNKNOWN_SELLER, also=("BR-S-02", "BR-S-03", "BR-S-04")),
    "BR-RO-120": Row({"buyer.legal_registration": None, "buyer.vat_identifier": None}),
    "BR-RO-081": Row({"seller.address.line_1": None}),
    "BR-RO-082": Row({"buyer.address.line_1": None}),
    "BR-RO-091": Row({"seller.address.city": None}),
    "BR-RO-092": Row({"buyer.address.city": None}, also=("BR-RO-101",)),
    "BR-RO-100": Row({"seller.address.subdivision": "RO-B"}),
    "BR-RO-101": Row({"buyer.address.city": "Bucuresti"}),
    "BR-RO-110": Row({"seller.address.subdivision": "Cluj"}),
    "BR-RO-111": Row({"buyer.address.subdivision": None}),
    "BR-RO-140": Row({"tax_representative.address.line_1": None}),
    "BR-RO-150": Row({"tax_representative.address.city": None}),
    "BR-RO-160": Row({"tax_representative.address.subdivision": "RO-B"}),
    "BR-RO-170": Row({"tax_representative.address.subdivision": "CJ"}),
    "BR-RO-180": Row({"delivery.address.line_1": None}),
    "BR-RO-201": Row({"delivery.address.city": None}, also=("BR-RO-202",)),
    "BR-RO-202": Row({"delivery.address.city": "SECTOR7"}),
    "BR-RO-211": Row({"delivery.address.subdivision": None}, also=("BR-RO-212",)),
    "BR-RO-212": Row({"delivery.address.subdivision": "RO-XX"}),
    "BR-DEC-RO-01": Row({"allowances[1].amount": D("0.000")}, also=("BR-DEC-01",)),
    "BR-DEC-RO-02": Row({"allowances[1].base": D("1.000")}, also=("BR-DEC-02",)),
    "BR-DEC-RO-05": Row({"charges[1].amount": D("0.000")}, also=("BR-DEC-05",)),
    "BR-DEC-RO-06": Row({"charges[1].base": D("1.000")}, also=("BR-DEC-06",)),
    "BR-DEC-RO-09": Row({"totals.lines": D("150.000")}, also=("BR-DEC-09",)),
    "BR-DEC-RO-10": Row({"totals.allowances": D("10.000")}, also=("BR-DEC-10",)),
    "BR-DEC-RO-11": Row({"totals.charges": D("10.000")}, also=("BR-DEC-11",)),
    "BR-DEC-RO-12": Row({"totals.without_vat": D("150.000")}, also=("BR-DEC-12",)),
    "BR-DEC-RO-14": Row({"totals.with_vat": D("178.500")}, also=("BR-DEC-14",)),
    "BR-DEC-RO-16": Row({"totals.paid": D("100.000")}, also=("BR-DEC-16",)),
    "BR-DEC-RO-17": Row({"totals.rounding": D("0.500")}, also=("BR-DEC-17",)),
    "BR-DEC-RO-18": Row({"totals.due": D("79.000")}, also=("BR-DEC-18",)),
    "BR-DEC-RO-1009": Row({"vat_breakdown[0].taxable": D("150.000")}, also=("BR-DEC-19",)),
    "BR-DEC-RO-1010": Row({"vat_breakdown[0].tax": D("28.500")}, also=("BR-DEC-20",)),
    "BR-DEC-RO-24": Row({"lines[0].allowances[0].amount": D("5.000")}, also=("BR-DEC-24",)),
    "BR-DEC-RO-25": Row({"lines[0].allowances[0].base": D("5.000")}, also=("BR-DEC-25",)),
    "BR-DEC-RO-27": Row({"lines[0].charges[0].amount": D("5.000")}, also=("BR-DEC-27",)),
    "BR-DEC-RO-28": Row({"lines[0].charges[0].base": D("5.000")}, also=("BR-DEC-28",)),
}

LONGEST: dict[str, tuple[str, int]] = {
    "BR-RO-L155": ("number", 200),
    "BR-RO-L0302": ("contract", 200),
    "BR-RO-L0303": ("purchase_order", 200),
    "BR-RO-L0304": ("sales_order", 200),
    "BR-RO-L0305": ("receiving_advice", 200),
    "BR-RO-L0306": ("despatch_advice", 200),
    "BR-RO-L0307": ("tender", 200),
    "BR-RO-L0308": ("invoiced_object.value", 200),
    "BR-RO-L1001": ("accounting_reference", 100),
    "BR-RO-L301": ("payment_terms", 300),
    "BR-RO-L302": ("notes[0].text", 300),
    "BR-RO-L303": ("lines[0].note", 300),
    "BR-RO-L156": ("preceding[0].number", 200),
    "BR-RO-L201": ("seller.name", 200),
    "BR-RO-L202": ("seller.trading_name", 200),
    "BR-RO-L1000": ("seller.legal_information", 1000),
    "BR-RO-L151": ("seller.address.line_1", 150),
    "BR-RO-L1002": ("seller.address.line_2", 100),
    "BR-RO-L1003": ("seller.address.line_3", 100),
    "BR-RO-L0501": ("seller.address.city", 50),
    "BR-RO-L0201": ("seller.address.post_code", 20),
    "BR-RO-L1004": ("seller.contact.name", 100),
    "BR-RO-L1005": ("seller.contact.phone", 100),
    "BR-RO-L1006": ("seller.contact.email", 100),
    "BR-RO-L203": ("buyer.name", 200),
    "BR-RO-L204": ("buyer.trading_name", 200),
    "BR-RO-L152": ("buyer.address.line_1", 150),
    "BR-RO-L1007": ("buyer.address.line_2", 100),
    "BR-RO-L1008": ("buyer.address.line_3", 100),
    "BR-RO-L0502": ("buyer.address.city", 50),
    "BR-RO-L0202": ("buyer.address.post_code", 20),
    "BR-RO-L1009": ("buyer.contact.name", 100),
    "BR-RO-L1010": ("buyer.contact.phone", 100),
    "BR-RO-L1011": ("buyer.contact.email", 100),
    "BR-RO-L205": ("payee.name", 200),
    "BR-RO-L206": ("tax_representative.name", 200),
    "BR-RO-L153": ("tax_representative.address.line_1", 150),
    "BR-RO-L1012": ("tax_representative.address.line_2", 100),
    "BR-RO-L1013": ("tax_representative.address.line_3", 100),
    "BR-RO-L0503": ("tax_representative.address.city", 50),
    "BR-RO-L0203": ("tax_representative.address.post_code", 20),
    "BR-RO-L207": ("delivery.name", 200),
    "BR-RO-L154": ("delivery.address.line_1", 150),
    "BR-RO-L1014": ("delivery.address.line_2", 100),
    "BR-RO-L1015": ("delivery.address.line_3", 100),
    "BR-RO-L0504": ("delivery.address.city", 50),
    "BR-RO-L0204": ("delivery.address.post_code", 20),
    "BR-RO-L1016": ("payment.means_text", 100),
    "BR-RO-L140": ("payment.remittance", 140),
    "BR-RO-L208": ("payment.credit_transfers[0].account_name", 200),
    "BR-RO-L209": ("payment.card.holder", 200),
    "BR-RO-L1017": ("allowances[0].reason_code", 100),
    "BR-RO-L1018": ("charges[0].reason_code", 100),
    "BR-RO-L1020": ("supporting_documents[0].description", 100),
    "BR-RO-L210": ("supporting_documents[0].location", 200),
    "BR-RO-L211": ("supporting_documents[0].attachment.file_name", 200),
    "BR-RO-L1021": ("lines[0].accounting_reference", 100),
    "BR-RO-L1024": ("lines[0].item.name", 100),
    "BR-RO-L212": ("lines[0].item.description", 200),
    "BR-RO-L1022": ("lines[0].allowances[0].reason", 100),
    "BR-RO-L1023": ("lines[0].charges[0].reason", 100),
    "BR-RO-L0505": ("lines[0].item.attributes[0].name", 50),
    "BR-RO-L1025": ("lines[0].item.attributes[0].value", 100),
}
NOTES_TOO = {"BR-RO-L301": {"BR-RO-L302"}, "BR-RO-L303": {"BR-RO-L302"}}
"""In UBL these are elements called Note as well."""
NO_CODE = {
    "BR-RO-L1017": {"BR-CL-19"},
    "BR-RO-L1018": {"BR-CL-20"},
    "BR-RO-L0502": {"BR-RO-101"},
    "BR-RO-L0504": {"BR-RO-202"},
}


def broken(rule: str) -> Invoice:
    row = BROKEN[rule]
    invoice: Invoice = change(BASES[row.base], row.changes)
    return invoice


def written(rule: str, *, over: int) -> Invoice:
    path, longest = LONGEST[rule]
    invoice: Invoice = change(RO, {path: "7" * (longest + over)})
    return invoice


@pytest.mark.parametrize("base", BASES)
def test_a_clean_invoice_has_no_findings(base: str) -> None:
    assert check(BASES[base], CIUS_RO) == ()


@pytest.mark.parametrize("rule", BROKEN)
def test_each_rule_fires_alone(rule: str) -> None:
    fired = {finding.rule for finding in check(broken(rule), CIUS_RO)}
    assert fired == {rule, *BROKEN[rule].also}


@pytest.mark.parametrize("rule", LONGEST)
def test_a_text_may_be_as_long_as_it_says(rule: str) -> None:
    excused = NO_CODE.get(rule, set())
    fired = {finding.rule for finding in check(written(rule, over=1), CIUS_RO)}
    assert fired == {rule} | NOTES_TOO.get(rule, set()) | excused
    assert {finding.rule for finding in check(written(rule, over=0), CIUS_RO)} == excused


def test_every_rule_has_its_row() -> None:
    assert {rule.id for rule in CIUS_RO.rules} == {*BROKEN, *LONGEST}


def test_blanks_in_a_row_count_as_one() -> None:
    padded = change(RO, {"seller.address.post_code": f" 12 {' ' * 40} 34 "})
    assert check(padded, CIUS_RO) == ()


def test_personal_data_stay_out_of_messages() -> None:
    secret = "x" * 101
    findings = check(change(RO, {"seller.contact": Contact(name=secret)}), CIUS_RO)
    assert {finding.rule for finding in findings} == {"BR-RO-L1004"}
    assert secret not in str(findings)


def test_a_partial_document_is_judged_as_far_as_it_goes() -> None:
    assert "BR-RO-030" in outcome(Invoice(), CIUS_RO).failed
    partial = Invoice(
        seller=Party(),
        tax_representative=TaxRepresentative(),
        preceding=(PrecedingInvoice(),),
        allowances=(AllowanceCharge(),),
        invoiced_object=Identifier(value="1"),
        notes=(Note(),),
    )
    assert "BR-RO-081" in outcome(partial, CIUS_RO).failed

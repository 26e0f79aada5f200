"""Where the official tests of UBL and CII give the same invoice different verdicts."""

from dataclasses import fields
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from formats.findings import Severity
from formats.model import Invoice, Period, Totals, VatBreakdown
from formats.rules.en16931 import EN16931
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import Rule, check
from tests.formats.rules.samples import BASES, CLEAN, change

D = Decimal


class Row(NamedTuple):
    changes: dict[str, Any]
    ubl: bool
    """Whether the rule fires for UBL; for CII it is the other way round."""
    base: str = "S"


def no_row(*categories: str) -> dict[str, Row]:
    ids = {"S": "BR-S-01", "L": "BR-AF-01", "M": "BR-AG-01"}
    return {
        ids[category]: Row({"vat_breakdown": ()}, ubl=True, base=category)
        for category in categories
    }


def idle_row(**ids: str) -> dict[str, Row]:
    nothing = {"lines": (), "allowances": (), "charges": ()}
    return {rule: Row(nothing, ubl=False, base=category) for category, rule in ids.items()}


def off_by_a_cent(*, ubl: bool, **ids: str) -> dict[str, Row]:
    return {
        rule: Row({"vat_breakdown[0].taxable": D("150.01")}, ubl=ubl, base=category)
        for category, rule in ids.items()
    }


DIFFERENT: dict[str, Row] = {
    "BR-09": Row({"seller.address": None}, ubl=False),
    "BR-11": Row({"buyer.address": None}, ubl=False),
    "BR-17": Row({"payee.name": "Seller GmbH"}, ubl=False),
    "BR-20": Row({"tax_representative.address": None}, ubl=False),
    "BR-53": Row({"accounting_currency": "EUR"}, ubl=False),
    "BR-CO-09": Row({"seller.vat_identifier": "S"}, ubl=False),
    "BR-CO-13": Row(
        {
            "totals": Totals(lines=D("150.001"), without_vat=D("150.00")),
            "allowances": (),
            "charges": (),
        },
        ubl=True,
    ),
    "BR-CO-14": Row({"vat_breakdown": ()}, ubl=False),
    "BR-CO-15": Row({"totals.with_vat": D("150.00")}, ubl=True),
    "BR-CO-16": Row({"totals.rounding": D("0.501")}, ubl=False),
    "BR-CO-17": Row({"vat_breakdown[0].tax": D("29.50")}, ubl=True),
    "BR-CO-18": Row({"vat_breakdown": (), "lines": ()}, ubl=True),
    "BR-CO-19": Row({"period": Period()}, ubl=False),
    **no_row("S", "L", "M"),
    **idle_row(Z="BR-Z-01", E="BR-E-01", AE="BR-AE-01", K="BR-IC-01", G="BR-G-01", O="BR-O-01"),
    "BR-AF-05": Row({"lines[2].vat_rate": D(0)}, ubl=False, base="L"),
    "BR-AF-06": Row({"allowances[1].vat_rate": D(0)}, ubl=False, base="L"),
    "BR-AF-07": Row({"charges[1].vat_rate": D(0)}, ubl=False, base="L"),
    **off_by_a_cent(ubl=False, S="BR-S-08"),
    "BR-AF-08": Row({"vat_breakdown[0].taxable": D(99)}, ubl=True, base="L"),
    "BR-AG-08": Row({"vat_breakdown[0].taxable": D(99)}, ubl=True, base="M"),
    "BR-61": Row({"payment.credit_transfers": ()}, ubl=True),
    **off_by_a_cent(ubl=True, Z="BR-Z-08", E="BR-E-08", AE="BR-AE-08", K="BR-IC-08", G="BR-G-08"),
    "BR-O-08": Row({"vat_breakdown[0].taxable": D(0), "lines": ()}, ubl=True, base="O"),
    "BR-AF-09": Row({"vat_breakdown[0].tax": D(99)}, ubl=True, base="L"),
    "BR-AG-09": Row({"vat_breakdown[0].tax": D(99)}, ubl=True, base="M"),
    "BR-O-11": Row({"lines[2].vat_category": "Z"}, ubl=False, base="O"),
    "BR-O-12": Row(
        {"vat_breakdown": (*BASES["O"].vat_breakdown, VatBreakdown(category="Z"))},
        ubl=False,
        base="O",
    ),
    "BR-O-13": Row({"charges[1].vat_category": "Z"}, ubl=False, base="O"),
    "BR-O-14": Row({"allowances[1].vat_category": "Z"}, ubl=False, base="O"),
    "BR-CL-17": Row({"vat_breakdown[0].category": "X"}, ubl=True),
    "BR-CL-18": Row({"vat_breakdown[0].category": "X"}, ubl=False),
    "BR-DEC-13": Row({"totals.vat": D("28.501")}, ubl=True),
}
ONLY_SEVERITY = {"BR-51"}


def fired(invoice: Invoice) -> tuple[set[str], set[str]]:
    ubl, cii = check(invoice, EN16931), check(invoice, EN16931_CII)
    return {finding.rule for finding in ubl}, {finding.rule for finding in cii}


@pytest.mark.parametrize("base", BASES)
def test_clean_invoices_are_clean(base: str) -> None:
    assert check(BASES[base], EN16931_CII) == ()


@pytest.mark.parametrize("rule", DIFFERENT)
def test_the_syntaxes_differ(rule: str) -> None:
    row = DIFFERENT[rule]
    ubl, cii = fired(change(BASES[row.base], row.changes))
    assert (rule in ubl, rule in cii) == (row.ubl, not row.ubl)


def test_every_rule_that_differs_has_its_row() -> None:
    assert {rule.id for rule in EN16931_CII.rules} == DIFFERENT.keys() | ONLY_SEVERITY


def test_a_full_card_number_is_fatal_in_cii() -> None:
    findings = check(change(CLEAN, {"payment.card.number": "12345678901"}), EN16931_CII)
    assert [(finding.rule, finding.severity) for finding in findings] == [("BR-51", Severity.FATAL)]


def test_what_differs_is_judged_elsewhere_but_says_the_same() -> None:
    core = {rule.id: rule for rule in EN16931}
    told = {field.name for field in fields(Rule)} & {"sentence", "fix", "actor"}
    for rule in EN16931_CII.rules:
        assert {getattr(rule, name) for name in told} == {
            getattr(core[rule.id], name) for name in told
        }

"""Law: what a writer makes of an invoice that adds up breaks no rule on elements and attributes."""

import pytest
from hypothesis import HealthCheck, given, settings

from formats.catalogue import WRITERS
from formats.codec import Material
from formats.model import Invoice
from formats.syntax.judge import judge
from formats.syntax.peppol_22 import PEPPOL_UBL_22
from formats.syntax.rules import SyntaxRules
from formats.xml.parsing import parse
from tests.properties.examples import examples
from tests.properties.right_invoices import right_invoices

ALLOWED = {"CII-SR-475", "CII-SR-476"}
"""Warnings: one description and one file of all supporting documents (BG-24), of which EN 16931
allows any number."""


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("ubl", None),
        ("peppol-bis-3", None),
        ("peppol-bis-3", PEPPOL_UBL_22),
        ("cius-ro-ubl", None),
        ("cii", None),
        ("fr-ctc-cii", None),
    ],
)
@given(invoice=right_invoices())
@settings(max_examples=examples(4), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_we_write_breaks_no_rule_on_files(
    name: str, rules: SyntaxRules | None, invoice: Invoice
) -> None:
    written = WRITERS[name].write(WRITERS[name].dress(invoice), Material())
    found = judge(parse(written, what="what we have written"), rules).findings
    assert [(each.rule, each.place) for each in found if each.rule not in ALLOWED] == []

"""Law: an invoice that adds up and is complete breaks no rule of any writer that takes it."""

import pytest
from hypothesis import HealthCheck, given, settings

from formats.catalogue import WRITERS
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from tests.properties.right_invoices import right_invoices

NAMES = ("ubl", "xrechnung-ubl", "peppol-bis-3", "cii", "xrechnung-cii")


@pytest.mark.parametrize("name", NAMES)
@given(invoice=right_invoices())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_right_invoices_break_no_rule(name: str, invoice: Invoice) -> None:
    writer = WRITERS[name]
    dressed = writer.dress(invoice)
    found = [f for key in writer.rules for f in check(dressed, RULESETS[key])]
    assert [(f.rule, f.message) for f in found] == []

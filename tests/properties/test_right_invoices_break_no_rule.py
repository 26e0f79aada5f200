"""Law: an invoice that adds up and is complete breaks no rule of any writer that takes it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats.catalogue import WRITERS
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from tests.properties.examples import examples
from tests.properties.right_abroad import finishing
from tests.properties.right_invoices import right_invoices

NATIONAL = {"fatturapa", "ksef-fa3", "facturae"}
"""Their own strategies are in `national_invoices`."""
NAMES = [name for name, each in WRITERS.items() if each.rules and name not in NATIONAL]
WARNED = {
    f"{prefix}-{category}-08rev"
    for prefix in ("BR-FXEXT", "BR-FREXT")
    for category in ("AE", "E", "G", "IC", "O")
}
"""They only warn: lines need not repeat the reason of exemption that the breakdown gives, and
allowances and charges cannot."""


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=examples(6), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_right_invoices_break_no_rule(name: str, data: st.DataObject) -> None:
    writer, finish = WRITERS[name], finishing(name)
    dressed = writer.dress(finish.of(data.draw(right_invoices(finish.rates))))
    found = [f for key in writer.rules for f in check(dressed, RULESETS[key])]
    assert [(f.rule, f.message) for f in found if f.rule not in WARNED] == []

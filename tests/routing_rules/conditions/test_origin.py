from datetime import date

import pytest

from formats.model import Invoice
from routing_rules.conditions.catalogue import holds
from routing_rules.decision import Facts

FACTS = Facts(tenant="muster", sender="sap-p01", today=date(2026, 1, 1), tags=("test", "urgent"))

HELD = {
    'tenant = "muster"': True,
    'tenant = ["other"]': False,
    'sender = ["sap-p01", "sap-p02"]': True,
    'not_sender = "sap-p01"': False,
    'tag = "urgent"': True,
    'not_tag = ["urgent", "small-issuer"]': False,
}


@pytest.mark.parametrize("when", HELD)
def test_condition(when: str) -> None:
    assert holds(when, document=Invoice(), facts=FACTS) is HELD[when]

"""A correction answers the message that it corrects, if that went to the same customer."""

from typing import Any

import pytest
from msgspec.structs import replace

from formats.model import Identifier, PrecedingInvoice
from hub.pipeline.receive import Arrival, receive
from tests.hub.houses import Home
from tests.hub.invoices import CLEAN, ubl

assert CLEAN.buyer is not None
OTHER = replace(CLEAN.buyer, name="Somebody else", identifiers=(Identifier(value="K2"),))
CASES: dict[str, tuple[dict[str, Any], bool]] = {  # of the correction; whether it answers
    "of what was sent": ({"preceding": (PrecedingInvoice(number="R-1"),)}, True),
    "of what is not known": ({"preceding": (PrecedingInvoice(number="R-0"),)}, False),
    "of nothing": ({}, False),
    "to another customer": (
        {"preceding": (PrecedingInvoice(number="R-1"),), "buyer": OTHER},
        False,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_correction_answers_what_it_corrects(home: Home, case: str) -> None:
    changes, answers = CASES[case]
    for data in (ubl(number="R-1"), ubl(number="R-2", **changes)):
        arrival = Arrival(data=data, name="a", tenant="nordwind", sender="erp", door="api")
        receive(home.house, arrival)
        home.run()
    first, second = home.post.sent
    earlier = f"id-{first.key}" if answers else None
    assert "replies_to" not in first.labels
    assert second.labels.get("replies_to") == earlier

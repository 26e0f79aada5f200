from decimal import Decimal

from msgspec.structs import replace

from formats.differences import differences
from formats.model import Invoice
from tests.hub.invoices import CLEAN


def test_each_value_that_differs_is_named_by_its_term() -> None:
    (line,) = CLEAN.lines
    other = replace(
        CLEAN,
        number="R-2",
        project="P",
        due_date=None,
        lines=(replace(line, net=Decimal("100.0")), replace(line, id="2")),
    )
    found = {one.term: (one.first, one.second) for one in differences(CLEAN, other)}
    assert found["BT-1"] == ("R-1", "R-2")
    assert found["BT-11"] == ("", "P")
    assert found["BT-9"] == ("2026-12-20", "")
    assert found["BT-126"] == ("", "2")
    assert found["BT-131"][1] == "100.00"


def test_the_same_differs_in_nothing_and_long_values_are_cut() -> None:
    assert differences(CLEAN, CLEAN) == ()
    (one,) = differences(CLEAN, replace(CLEAN, number="9" * 1000))
    assert len(one.second) == 80
    assert differences(Invoice(), Invoice()) == ()

"""A value is what stands beside its label, under it, or in its box."""

import pytest

from formats.guide import parse
from formats.pdf_text.fields import found
from formats.pdf_text.layout import layout
from formats.pdf_text.pages import pages_of
from tests.formats.pdf_text.drawing import Text, drawn

PAGE_1: list[Text] = [
    (20, 20, "Number: R-1"),
    (120, 20, "Page 1"),
    (20, 40, "Order"),
    (60, 40, "Order date"),
    (120, 40, "Customer"),
    (20, 45, "PO 17"),
    (60, 45, "3 May 2026"),
    (110, 45, "Sample Trading Company"),
    (20, 80, "Notes"),
    (20, 90, "none"),
]
PAGE_2: list[Text] = [(20, 20, "Number: R-1"), (120, 20, "Page 2"), (20, 100, "Total 9.00")]

CASES = {  # the field as the layout has it, and all that is found
    "rest of the row": ("'Total'", ["9.00"]),
    "group": ("'Number: (\\S+)'", ["R-1", "R-1"]),
    "group before the label": ("'(\\S+) Page'", ["R-1", "R-1"]),
    "one page": ("{ label = 'Page', page = 2 }", ["2"]),
    "last page": ("{ label = 'Page', page = 'last' }", ["2"]),
    "page that is not there": ("{ label = 'Page', page = 3 }", []),
    "label in a box": ("{ label = 'Number: (.+)', box = [10, 10, 100, 30] }", ["R-1", "R-1"]),
    "label without value": ("'none'", []),
    "under, one word": ("{ label = '^Order', below = true }", ["PO 17"]),
    "under, among others": ("{ label = 'Order date', below = true }", ["3 May 2026"]),
    "under, wider than its label": (
        "{ label = 'Customer', below = true }",
        ["Sample Trading Company"],
    ),
    "under, two cells": (
        "{ label = 'Order date Customer', below = true }",
        ["3 May 2026", "Sample Trading Company"],
    ),
    "under, nothing near": ("{ label = 'Page', below = true, page = 1 }", []),
    "box": ("{ box = [15, 35, 110, 50], page = 1 }", ["Order Order date PO 17 3 May 2026"]),
    "empty box": ("{ box = [15, 250, 110, 260] }", []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_found(case: str) -> None:
    field, expected = CASES[case]
    guide = parse(
        "x",
        f"""
        format = "pdf_text"
        anchors = ['x']
        fields.number = {field}
        tables.lines = {{ start = 'x', columns = {{ id = [0, 1] }} }}
        """,
    )
    (made,) = layout(guide).fields
    assert [each.text for each in found(made, pages_of(drawn(PAGE_1, PAGE_2)))] == expected

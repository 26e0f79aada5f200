"""What stops a document is called something in the worklist, not by the id of a rule."""

import re
from pathlib import Path

import pytest

import formats
from hub.worklist.titles import TITLES

SOURCES = [path.read_text("utf-8") for path in sorted(Path(formats.__path__[0]).rglob("*.py"))]
RULE = re.compile(r'"(IN-(?:CSV|XLSX|DATEV|IDOC|PDF|FPA|JSON|XML)(?:-[A-Z0-9]+)+)"')
MILD = {
    "IN-CSV-DRAFT",
    "IN-CSV-PASSED",
    "IN-IDOC-LONGER",
    "IN-PDF-NOBODYS",
    "IN-PDF-PARTS",
    "IN-PDF-NOXML",
}
"""Warnings, and what one reader tells the next; these park nothing."""
BY_TERM = {"IN-CSV-VALUE", "IN-IDOC-VALUE", "IN-PDF-VALUE", "IN-PDF-SUM"}
"""Each is of one field, whose name says more."""


def test_every_rule_of_a_reader_has_a_title() -> None:
    found = {rule for text in SOURCES for rule in RULE.findall(text)}
    assert len(found) > 40
    assert found - MILD - BY_TERM <= TITLES.keys()


@pytest.mark.parametrize("syntax", ["EDIFACT", "X12"])
def test_so_has_what_stops_an_interchange(syntax: str) -> None:
    assert {f"IN-{syntax}-{what}" for what in ("SYNTAX", "ENVELOPE", "MESSAGE", "COUNT")} <= (
        TITLES.keys()
    )

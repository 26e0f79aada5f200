"""CEN's own unit tests of its rules: fragments in UBL, each with the rules that must fire or not.

The expectation is the file's; ours is only the table of what a model cannot see, with reasons.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from formats.findings import Finding
from formats.rules.en16931 import EN16931, UNJUDGED
from formats.rules.engine import check
from formats.ubl.read import read_ubl
from formats.xml.parsing import parse

TESTS = (
    Path(os.environ.get("FACTEUR_CORPORA", "../shared/corpora"))
    / "en16931-rule-tests/cen-en16931/test"
)
VEFA = "{http://difi.no/xsd/vefa/validator/1.0}"

RETIRED = "BR-CO-25"
"""Still has a test, but is no rule of 1.3.16."""

EXPLAINED = {
    ("Invoice-unit-UBL/BR-03.xml", 1): "the date is 123, which the reader refuses to take as one",
    ("CreditNote-unit-UBL/BR-03.xml", 1): "the date is 123, which the reader refuses",
    ("CreditNote-unit-UBL/BR-CL-18.xml", 2): "an InvoiceLine in a CreditNote is left unread",
    ("Invoice-unit-UBL/BR-CL-07.xml", 3): "an identifier without value is none in the model",
    ("Invoice-unit-UBL/BR-CL-07.xml", 5): "an identifier without value is none in the model",
    ("Invoice-unit-UBL/BR-CL-10.xml", 2): "an identifier without value is none in the model",
    ("Invoice-unit-UBL/BR-CL-14.xml", 2): "4 of 6 times: registration addresses are no terms",
    ("Invoice-unit-UBL/BR-CL-17.xml", 2): "1 of 2 times: an AllowanceCharge without indicator",
    ("Invoice-unit-UBL/BR-E-01.xml", 6): "of two TaxTotal in one currency the second is left",
    ("Invoice-unit-UBL/BR-G-01.xml", 6): "of two TaxTotal in one currency the second is left",
    ("Invoice-unit-UBL/BR-Z-01.xml", 6): "of two TaxTotal in one currency the second is left",
    ("CreditNote-unit-UBL/BR-E-01.xml", 6): "of two TaxTotal in one currency the second is left",
}
"""File and number of the test in it: why we do not agree."""


class Expectation(NamedTuple):
    file: str
    number: int
    rule: str
    fires: bool
    times: int | None
    fragment: bytes


def expectations() -> Iterator[Expectation]:
    for path in sorted(TESTS.rglob("*.xml")):
        root = parse(path.read_bytes(), what="a test set")
        for number, test in enumerate(root.iter(f"{VEFA}test"), 1):
            document = next(child for child in test if not str(child.tag).startswith(VEFA))
            for said in test.iter(f"{VEFA}success", f"{VEFA}error", f"{VEFA}warning"):
                times = said.get("number")
                yield Expectation(
                    file=path.relative_to(TESTS).as_posix(),
                    number=number,
                    rule=(said.text or "").strip(),
                    fires=said.tag != f"{VEFA}success",
                    times=int(times) if times else None,
                    fragment=etree.tostring(document),
                )


def agrees(expected: Expectation, findings: tuple[Finding, ...]) -> bool:
    times = sum(finding.rule == expected.rule for finding in findings)
    if expected.times is not None:
        return times == expected.times
    return (times > 0) is expected.fires


@pytest.mark.skipif(not TESTS.exists(), reason="the shared corpora are not here")
def test_we_agree_with_cen() -> None:
    judged = {rule.id for rule in EN16931}
    cases = [expected for expected in expectations() if expected.rule in judged]
    others = {expected.rule for expected in expectations()} - judged
    disagreeing = {
        (case.file, case.number)
        for case in cases
        if not agrees(case, check(read_ubl(case.fragment).document, EN16931))
    }
    sys.stdout.write(f"{len(cases)} verdicts compared, {len(disagreeing)} disagree\n")
    assert len(cases) > 600, "the tests were found and read"
    assert {rule for rule in others if rule.startswith("BR-")} <= {*UNJUDGED, RETIRED}
    assert disagreeing == set(EXPLAINED)

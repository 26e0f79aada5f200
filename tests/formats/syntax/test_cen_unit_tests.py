"""CEN's own unit tests of its rules on UBL files; the expectation is the file's."""

import sys

import pytest

from formats.syntax.judge import judge
from formats.syntax.ubl import UBL
from formats.xml.parsing import parse
from tests.formats.rules.test_cen_unit_tests import TESTS, agrees, expectations


@pytest.mark.skipif(not TESTS.exists(), reason="the shared corpora are not here")
def test_we_agree_with_cen_on_rules_on_files() -> None:
    judged = {rule.id for rule in UBL}
    cases = [expected for expected in expectations() if expected.rule in judged]
    disagreeing = [
        (case.file, case.number, case.rule)
        for case in cases
        if not agrees(case, judge(parse(case.fragment, what="a fragment", blanks=False)).findings)
    ]
    sys.stdout.write(f"{len(cases)} verdicts compared, {len(disagreeing)} disagree\n")
    assert len(cases) >= 16, "the tests were found and read"
    assert disagreeing == []

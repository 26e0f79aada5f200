"""The count itself: a disagreement, a broken test and a judge who is not here are told apart."""

from typing import Literal

import pytest

from tests.oracles.judge import NO_VERDICT, Tally
from tests.oracles.verdicts import PROPERTY, Verdict, Verdicts

TEST = "tests/oracles/test_x.py::test_it[one/two]"


def report(
    outcome: Literal["passed", "failed", "skipped"], *verdicts: Verdict, when: str = "call"
) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=TEST,
        location=("tests/oracles/test_x.py", 1, "test_it"),
        keywords={},
        outcome=outcome,
        longrepr=("test_x.py", 1, "Skipped: qpdf is not installed")
        if outcome == "skipped"
        else None,
        when=when,  # type: ignore[arg-type]
        user_properties=[(PROPERTY, verdict) for verdict in verdicts],
    )


GOOD = Verdict("qpdf", "a.pdf", agrees=True, files=3)
BAD = Verdict("qpdf", "b.pdf", agrees=False, files=1)
CASES = {
    "agrees": (report("passed", GOOD), "qpdf", "oracles: 3 verdicts compared, 0 disagree"),
    "disagrees": (
        report("failed", GOOD, BAD),
        "disagrees: qpdf: b.pdf",
        "oracles: 4 verdicts compared, 1 disagree",
    ),
    "breaks": (
        report("failed", GOOD),
        f"disagrees: {NO_VERDICT}: {TEST}",
        "oracles: 4 verdicts compared, 1 disagree",
    ),
    "breaks before": (
        report("failed", when="setup"),
        f"disagrees: {NO_VERDICT}: {TEST}",
        "oracles: 1 verdicts compared, 1 disagree",
    ),
    "is not here": (
        report("skipped", when="setup"),
        "skipped 1: test_x.py::test_it: qpdf is not installed",
        "oracles: 0 verdicts compared, 0 disagree",
    ),
    "said so already": (
        report("passed", GOOD, when="teardown"),
        "judge",
        "oracles: 0 verdicts compared, 0 disagree",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_end_of_a_test_is_counted(case: str) -> None:
    ended, told, last = CASES[case]
    tally = Tally()
    tally.pytest_runtest_logreport(ended)
    lines = list(tally.lines())
    assert any(told in line for line in lines)
    assert lines[-1] == last


def test_a_verdict_is_noted_before_it_fails() -> None:
    verdicts = Verdicts([])
    with pytest.raises(AssertionError, match=r"qpdf disagrees about b\.pdf: broken"):
        verdicts("qpdf", "b.pdf", agrees=False, says="broken")
    assert verdicts.noted == [(PROPERTY, BAD)]

"""Lets others judge what we write: runs all oracles and prints what they said, judge by judge.

    python -m tests.oracles.judge

The last line is `oracles: N verdicts compared, M disagree`; a verdict is one judge's word on one
file, or on one file that was tampered with. Ends with 1 if any disagrees. A test that fails without
a verdict counts as one that disagrees, and a judge who is not here is named with the reason.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.official.artefacts import NotFetched
from tests.oracles import artefacts, java, phive, saxon
from tests.oracles.verdicts import PROPERTY, Verdict

NO_VERDICT = "none: the test broke"


class Tally:
    """Counts verdicts as a plug-in of pytest."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.disagreeing: Counter[str] = Counter()
        self.subjects: list[str] = []
        self.skipped: Counter[str] = Counter()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count a file that cannot even be collected."""
        if report.failed:
            self._note(Verdict(NO_VERDICT, report.nodeid, agrees=False, files=1))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a test has noted, and that it was skipped or broke."""
        if report.skipped:
            assert isinstance(report.longrepr, tuple)
            test = report.nodeid.partition("[")[0].rpartition("/")[2]
            self.skipped[f"{test}: {report.longrepr[2].removeprefix('Skipped: ')}"] += 1
        noted = [v for name, v in report.user_properties if name == PROPERTY]
        verdicts = [v for v in noted if isinstance(v, Verdict)]
        if report.when == "call":
            for verdict in verdicts:
                self._note(verdict)
        if report.failed and all(verdict.agrees for verdict in verdicts):
            self._note(Verdict(NO_VERDICT, report.nodeid, agrees=False, files=1))

    def _note(self, verdict: Verdict) -> None:
        self.compared[verdict.judge] += verdict.files
        if not verdict.agrees:
            self.disagreeing[verdict.judge] += verdict.files
            self.subjects.append(f"{verdict.judge}: {verdict.subject}")

    def lines(self) -> Iterator[str]:
        """Yield the table, what disagrees and what was skipped, and the sum."""
        yield f"\n{'judge':<44}{'compared':>9}{'disagree':>9}"
        for judge, compared in sorted(self.compared.items()):
            yield f"{judge:<44}{compared:>9}{self.disagreeing[judge]:>9}"
        yield from (f"disagrees: {subject}" for subject in self.subjects)
        yield from (f"skipped {count}: {why}" for why, count in sorted(self.skipped.items()))
        compared, disagreeing = self.compared.total(), self.disagreeing.total()
        yield f"oracles: {compared} verdicts compared, {disagreeing} disagree"


def main() -> int:
    """Fetch what can be fetched, run all oracles, print the table."""
    for fetch in (artefacts.fetch, saxon.make, phive.make, java.make):
        _try(fetch)
    tally = Tally()
    pytest.main(
        ["-q", "-m", "oracle", "-p", "no:cacheprovider", "-rfE", str(Path(__file__).parent)],
        plugins=[tally],
    )
    sys.stdout.write("\n".join(tally.lines()) + "\n")
    return 1 if tally.disagreeing or not tally.compared else 0


def _try(fetch: Callable[[], None]) -> None:
    try:
        fetch()
    except (NotFetched, subprocess.SubprocessError, AssertionError, OSError) as error:
        sys.stdout.write(f"not fetched, and so skipped: {error}\n")


if __name__ == "__main__":
    sys.exit(main())

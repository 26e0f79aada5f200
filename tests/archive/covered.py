"""Runs the archive's tests and fails unless every branch of what must not fail was taken.

    python -m tests.archive.covered

That is the log, the way of a commit to the disk and back, and the verifiers; see `FILES`. What is
too long for the fast suite is run, too.
"""

import sys
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = (
    "archive/archive.py",
    "archive/content.py",
    "archive/ed25519.py",
    "archive/evidence.py",
    "archive/filing.py",
    "archive/kept.py",
    "archive/ledger.py",
    "archive/log.py",
    "archive/logs.py",
    "archive/manifest.py",
    "archive/packs/*.py",
    "archive/report.py",
    "archive/seal.py",
    "archive/store.py",
    "archive/turns.py",
    "archive/verify*.py",
)
LONG_TOO = "not oracle and not postgresql"
TESTS = ("tests/archive", "tests/tamper", "tests/properties/test_ledger_proofs.py")


def main() -> int:
    """Run the tests under coverage; 1 if any fails or any branch was not taken."""
    measured = coverage.Coverage(
        branch=True, include=[str(ROOT / file) for file in FILES], data_file=None
    )
    measured.exclude('if __name__ == "__main__":')
    measured.start()
    failed = pytest.main(
        ["-q", "-p", "no:cacheprovider", "-m", LONG_TOO, *(str(ROOT / test) for test in TESTS)]
    )
    measured.stop()
    covered = measured.report(show_missing=True, skip_covered=True, precision=2)
    print(f"coverage: {covered:.2f} % of lines and branches")  # noqa: T201
    return int(bool(failed) or covered < 100)


if __name__ == "__main__":
    sys.exit(main())

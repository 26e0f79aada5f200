"""The short form of `make faults`: some of the boundaries, some kills at random."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.scenario


def test_nothing_is_lost_or_doubled_by_kills() -> None:
    command = [sys.executable, "-m", "bench.faults", "--quick"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    last = run.stdout.splitlines()[-1:]
    assert [line.partition("kills, ")[2] for line in last] == ["0 lost, 0 doubled"], (
        run.stdout + run.stderr
    )
    assert run.returncode == 0, run.stdout

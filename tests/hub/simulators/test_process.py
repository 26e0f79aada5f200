"""What all simulators share: faults are counted down, and nobody is left behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.simulators.process import Faults

SIMULATORS = ("mail", "sftp_partner", "access_point", "print_house")


def test_fault_strikes_what_it_matches_as_often_as_it_says() -> None:
    faults = Faults('[{"do": "cut", "match": "a*", "times": 2}, {"do": "full"}]')
    assert [faults.strikes("cut", "anna") for _ in range(3)] == [True, True, False]
    assert not faults.strikes("cut", "bert")
    assert all(faults.strikes("full", name) for name in ("anna", "bert", ""))


@pytest.mark.parametrize("name", SIMULATORS)
def test_simulator_ends_when_its_parent_is_gone(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"hub.simulators.{name}", "--dir", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--die-with-parent"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline().startswith("listening 127.0.0.1:")
        process.stdin.close()
        assert process.wait(timeout=10) == 0

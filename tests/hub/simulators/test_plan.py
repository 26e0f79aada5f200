"""Fault plans: one vocabulary for all simulators, and every fault of a plan named with its line."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.simulators.plan import BadPlan, listed, read_plan
from hub.simulators.process import Faults

KNOWN = {
    "refuse": {"": "says no"},
    "cut": {"data": "hangs up in the data", "end": "hangs up at the end"},
    "hang": {"data": "says nothing"},
}

WRONG = {
    'do = "cut"': "plan.toml:1: do: unknown; a plan has [[fault]] and nothing else",
    '[fault]\ndo = "cut"': "plan.toml:1: write [[fault]], with two brackets",
    "[[fault]]\ndo = ": "plan.toml:2: not TOML",
    '\n[[fault]]\ndo = "explode"': "plan.toml:3: do: unknown 'explode'; known here: refuse, cut",
    '[[fault]]\n\ndo = "cut"\nat = "rcpt"': "plan.toml:4: at: 'cut' has no moment 'rcpt'; known "
    "here: data, end",
    '[[fault]]\ndo = "refuse"\nat = "data"': "plan.toml:3: at: 'refuse' has no moment 'data'; "
    "known here: none, leave `at` out",
    '[[fault]]\nmatch = "*"': "plan.toml:1: do: is missing",
    '[[fault]]\ndo = "cut"\nhow = 1': "plan.toml:3: how: unknown; known: do, at, match, times",
    '[[fault]]\ndo = "cut"\ntimes = "two"': "plan.toml:3: times: must be a number",
    '[[fault]]\ndo = "cut"\ntimes = -1': "plan.toml:3: times: -1 is less than 0",
    '[[fault]]\ndo = "cut"\nafter_seconds = nan': "plan.toml:3: after_seconds: nan is no number of",
    '[[fault]]\ndo = "cut"\nafter_seconds = inf': "plan.toml:3: after_seconds: inf is no number of",
    '[[fault]]\ndo = "cut"\nskip = true': "plan.toml:3: skip: must be a number",
    '[[fault]]\ndo = 3\n[[fault]]\nat = 2\ndo = "cut"': "plan.toml:4: at: must be text",
    'fault = ["cut"]': "plan.toml:1: a fault must be a table",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_plan_is_named_with_its_line(text: str) -> None:
    with pytest.raises(BadPlan) as caught:
        read_plan(text, KNOWN, file="plan.toml")
    assert any(line.startswith(WRONG[text]) for line in str(caught.value).splitlines()), (
        caught.value
    )


def test_all_faults_of_a_plan_are_named_at_once() -> None:
    text = '[[fault]]\ndo = "explode"\ntimes = "x"\n[[fault]]\nat = "data"\n'
    with pytest.raises(BadPlan) as caught:
        read_plan(text, KNOWN, file="p")
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == ["p:3", "p:2", "p:4"]


def test_a_fault_strikes_at_its_moment_whom_it_matches_as_often_as_it_says(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(
        '[[fault]]\ndo = "cut"\nmatch = "a*"\nskip = 1\ntimes = 2\nafter_seconds = 3\n'
        '[[fault]]\ndo = "refuse"\n'
    )
    faults = Faults(str(plan), KNOWN)
    struck = [faults.due("cut", "anna", at="data") for _ in range(4)]
    assert [one is not None for one in struck] == [False, True, True, False]
    assert [one.seconds(9) for one in struck if one] == [3, 3]
    assert not faults.strikes("cut", "anna", at="end")
    assert not faults.strikes("cut", "bert", at="data")
    assert all(faults.strikes("refuse", name) for name in ("anna", "bert", ""))


def test_every_word_and_moment_is_listed_with_what_it_does() -> None:
    lines = list(listed(KNOWN))
    assert len(lines) == 4
    assert 'do = "cut", at = "end"' in lines[2]
    assert lines[0].split() == ["do", "=", '"refuse"', "says", "no"]


@pytest.mark.parametrize("name", ["sftp_partner", "access_point"])
def test_a_simulator_with_a_plan_it_does_not_understand_ends_with_the_line(
    name: str, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('[[fault]]\ndo = "explode"\n')
    command = [sys.executable, "-m", f"hub.simulators.{name}", "--dir", str(tmp_path / "peer")]
    done = subprocess.run(
        [*command, "--faults", str(plan)], capture_output=True, text=True, check=False, timeout=20
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{plan}:2: do: unknown 'explode'; known here: refuse")

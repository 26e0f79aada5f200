"""The demo as a newcomer starts it, kept running, and ended by hand."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from hub.demo.expected import PARKED, load

pytestmark = pytest.mark.scenario
FACTEUR = str(Path(sys.executable).with_name("facteur"))


@contextmanager
def played(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [FACTEUR, "demo", "--data", str(folder), *options]
    out = subprocess.PIPE
    with subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    """Return the lines up to the one that begins so; all of them if none does."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(beginning):
            break
    return lines


def processes_in(folder: Path) -> list[str]:
    """Return the command lines of all processes that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found


def gone(folder: Path, within_seconds: float = 30) -> list[str]:
    """Return what is still there of a play after some time, nothing if all has ended."""
    deadline = time.monotonic() + within_seconds
    while (left := processes_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def test_a_day_is_played_kept_and_ended_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "play"
    with played(folder, "--keep") as process:
        lines = read_until(process, "Ctrl-C")
        ends = load().ends
        parked = sum(end == PARKED for end in ends.values())
        last = (
            f"demo: {len(ends)} in, {len(ends) - parked} delivered, {parked} parked, "
            "0 lost, 0 doubled"
        )
        assert last in lines, "\n".join(lines)
        assert [line for line in lines if line.startswith("wrong:")] == []
        assert re.search(r"told back: \d+ documents in \d+ files", "\n".join(lines))
        assert re.search(r"archive verify: \d+ entries, \d+ files, 0 faults", "\n".join(lines))
        for name in ends:
            assert any(line.startswith(f"{name} ") for line in lines), name
        link = next(found[0] for line in lines if (found := re.search(r"http\S+/login/\S+", line)))
        assert httpx.get(link, follow_redirects=True).is_success
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert gone(folder) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)],
    ids=["terminated", "interrupted", "killed"],
)
def test_a_play_that_is_stopped_leaves_no_process(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with played(tmp_path / "play") as process:
        assert process.stdout is not None
        while "nordwind-shop" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(60) == code
    assert gone(tmp_path) == []


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [FACTEUR, "demo", "--data", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "not empty and not of an earlier demo" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]

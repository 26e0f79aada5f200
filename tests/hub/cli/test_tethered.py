"""A hub that a demo has started is not left behind, nor is any child of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub.cli.conftest import Facteur
from tests.servers.waiting import wait_for


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.scenario
@pytest.mark.parametrize("kill", [False, True], ids=["stdin closes", "parent is killed"])
def test_a_hub_ends_with_whoever_has_started_it(
    facteur: Facteur, tmp_path: Path, *, kill: bool
) -> None:
    facteur("init")
    text = (tmp_path / "facteur.toml").read_text()
    (tmp_path / "facteur.toml").write_text(text.replace("127.0.0.1:8480", "127.0.0.1:0", 1))
    (tmp_path / "log").touch()
    start = (
        "import subprocess, sys; "
        "child = subprocess.Popen([sys.executable, '-m', 'hub.cli.tethered', 'serve'], "
        "stdin=subprocess.PIPE, stderr=open('log', 'w'), start_new_session=True); "
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        group = int(parent.stdout.readline())
        wait_for(lambda: "API and console on" in (tmp_path / "log").read_text())
        assert not group_is_gone(group)
        if kill:
            parent.send_signal(signal.SIGKILL)
        else:
            parent.stdin.close()
        parent.wait()
    try:
        wait_for(lambda: group_is_gone(group))
    finally:
        if not group_is_gone(group):
            os.killpg(group, signal.SIGKILL)
    assert "Traceback" not in (tmp_path / "log").read_text()

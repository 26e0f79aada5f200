"""`facteur sim`: a peer that the settings it prints lead to, and that fails as a plan says."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hub.cli.peers import PEERS
from hub.config.loading import load
from hub.wiring.building import channels_of
from outbound.channel import Channel, Deferred, Refused
from tests.hub.cli.conftest import Facteur
from tests.outbound.rigs import invoice, parcel, send
from tests.servers.waiting import wait_for

FACTEUR = str(Path(sys.executable).with_name("facteur"))
PLAN = '[[fault]]\ndo = "{do}"\ntimes = 1\n'
ORDERS: dict[str, tuple[str, type[Exception]]] = {
    "email": ("defer", Deferred),
    "sftp": ("refuse", Refused),
    "print": ("defer", Deferred),
    "access-point": ("refuse", Refused),
}
"""Peer to what is ordered of it and what the hub's channel says to it, once."""


@contextmanager
def running(name: str, *words: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, Any]]]:
    command = [sys.executable, "-m", "hub.cli.tethered", "sim", name, "--json", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *words], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line == "}\n":
                break
        try:
            yield process, json.loads(said)
        finally:
            process.kill()


def road(folder: Path, settings: str, facteur: Facteur) -> Channel:
    """Return the channel that a hub with these settings would use."""
    facteur("init")
    with (folder / "facteur.toml").open("a") as file:
        file.write(settings)
    config = load(folder / "facteur.toml")
    [(_, made)] = channels_of(config, config.channels).items()
    return made


@pytest.mark.parametrize("name", PEERS)
def test_the_settings_it_prints_lead_to_it_and_it_fails_as_ordered(
    name: str, tmp_path: Path, facteur: Facteur
) -> None:
    do, fault = ORDERS[name]
    (tmp_path / "plan.toml").write_text(PLAN.format(do=do))
    (tmp_path / "peer").mkdir()
    (tmp_path / "peer" / "secret").write_text("-k-as-chance-may-have-it")
    words = ("--dir", str(tmp_path / "peer"), "--faults", str(tmp_path / "plan.toml"))
    with running(name, *words) as (process, facts):
        channel = road(tmp_path, facts["settings"], facteur)
        made = invoice("one") if name == "access-point" else parcel("one")
        with pytest.raises(fault):
            send(channel, made)
        send(channel, made)
        assert process.stdout is not None
        while "one" not in (line := process.stdout.readline()):
            assert line, "it has ended"
        channel.close()
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        wait_for(lambda: not listens(facts["port"]))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("name", PEERS)
def test_its_help_lists_every_word_and_moment(name: str, facteur: Facteur) -> None:
    shown = facteur("sim", name, "--help")
    assert shown.code == 0
    assert f'match = "*"         # {PEERS[name].matched}; ' in shown.out
    known = import_module(f"hub.simulators.{PEERS[name].module}").FAULTS
    for word, moments in known.items():
        for moment, meaning in moments.items():
            at = f', at = "{moment}"' if moment else ""
            assert f'do = "{word}"{at}' in shown.out
            assert meaning in shown.out


def test_a_plan_with_unknown_words_ends_it_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text('[[fault]]\ndo = "defer"\nat = "dinner"\n')
    command = [FACTEUR, "sim", "sftp", "--port", "0", "--faults", "plan.toml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "plan.toml:3: at: 'defer' has no moment 'dinner'; known here: write, close\n"
    )


def test_what_cannot_be_is_said(facteur: Facteur) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = facteur("sim", "sftp", "--port", taken.getsockname()[1])
    assert (said.code, said.out) == (2, "")
    assert "is taken; give another with --port" in said.err
    for beyond in (-1, 65536):
        said = facteur("sim", "sftp", "--port", beyond)
        assert (said.code, said.err) == (2, f"facteur: --port {beyond}: give 0 to 65535\n")
    said = facteur("sim", "email", "--port", "0", "--next-key")
    assert said.code == 2
    assert "a mail server shows no host key" in said.err
    assert facteur("sim").code == 2
    assert "facteur sim email --help" in facteur("sim", "--help").out


def test_the_secret_of_a_peer_is_its_own_and_stays(tmp_path: Path) -> None:
    file, seen = tmp_path / "peer" / "secret", set()
    for _ in range(2):
        with running("access-point", "--dir", str(tmp_path / "peer")) as (_, facts):
            seen.add(file.read_text().strip())
        assert f'token_file = "{file}"' in facts["settings"]
    assert [len(secret) >= 32 for secret in seen] == [True]
    assert file.stat().st_mode & 0o077 == 0

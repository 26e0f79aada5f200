"""Starts everything that takes part as a process of its own, and ends every one of them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import httpx

_START_SECONDS = 60
_END_SECONDS = 20
_LOOK_SECONDS = 0.1


class Failed(Exception):
    """Something that must run does not; the message ends with what it said last."""


class Processes:
    """All processes of one play; leaving the block ends those that still run."""

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in reversed(self._running.values()):
            _end(process)

    def start(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a process with its own logs and its own session: Ctrl-C is ours alone."""
        with self._log(name, "out").open("wb") as said, self._log(name, "err").open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"PYTHONFAULTHANDLER": "1"},
            )
        self._running[name] = process
        return process

    def until(self, name: str, process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
        """Wait until a process is ready.

        Raises:
            Failed: it ended, or is not ready within a minute.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"{name} did not start: {self.complaint(name)}")
            time.sleep(_LOOK_SECONDS)

    def state(self, name: str) -> str:
        """Return whether a process runs, or how it has ended."""
        code = self._running[name].poll()
        return "it runs" if code is None else f"it has ended with {code}: {self.complaint(name)}"

    def said(self, name: str) -> str:
        """Return what a process has written so far."""
        return self._log(name, "out").read_text(encoding="utf-8")

    def complaint(self, name: str) -> str:
        """Return the end of what it has written to stderr."""
        return self._log(name, "err").read_text(encoding="utf-8", errors="replace")[-2000:].strip()

    def port(self, name: str, process: subprocess.Popen[bytes]) -> int:
        """Wait for a simulator's first line; returns the port it listens on."""
        self.until(name, process, lambda: self.said(name).startswith("listening"))
        return int(self.said(name).split()[1].rpartition(":")[2])

    def _log(self, name: str, kind: str) -> Path:
        return self._logs / f"{name}.{kind}"


def facteur(*words: str) -> list[str]:
    """Return the command line of a command of ours that ends with us."""
    return [sys.executable, "-m", "hub.cli.tethered", *words]


def simulator(name: str, folder: Path, *options: str) -> list[str]:
    """Return the command line of a peer."""
    module = f"hub.simulators.{name}"
    return [sys.executable, "-m", module, "--dir", str(folder), "--die-with-parent", *options]


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def answers(url: str) -> bool:
    """Whether a web server is there and well."""
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, insist; its children end with it."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        process.stdin.close()

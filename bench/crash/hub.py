"""A hub as `facteur serve` and `facteur work` run it, with its step boundaries watched.

It is forked from a process that has imported everything once, so that a hundred of them can be
started and killed in minutes; and its schedule runs faster, so that nothing waits for a clock.
"""
# ruff: noqa: SLF001 - the standard library's fork server and our engine are hurried from outside

import multiprocessing
import os
import signal
import socket
import threading
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import forkserver
from multiprocessing.connection import Connection, arbitrary_address, wait  # type: ignore[attr-defined]
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from bench.crash import seams
from hub.cli import serving
from hub.config.config import Config
from hub.engine import durable
from hub.engine.schedule import Job
from hub.pipeline import check, read, render, sign
from hub.runs.print_batches import print_now
from hub.wiring import running

IMPORTED = (check, read, render, sign)
"""What the pool's children need, imported before they are forked."""

_SERVER: Any = forkserver._forkserver
_EVERY_SECONDS = 0.5
_SWEEP_SECONDS = 1


class Nursery:
    """Starts hubs: the standard library's fork server, which has imported this module."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])

    def start(self, settings: Path, *, order: str = "", command: str = "serve") -> "Hub":
        """Start one; `order` names the boundary at which it dies."""
        told, tell = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_live, args=(settings, command, order, tell), name=f"hub {command}"
        )
        process.start()
        tell.close()
        return Hub(process, order, told)


class Hub:
    """A running hub."""

    def __init__(self, process: ForkServerProcess, order: str, told: Connection) -> None:
        self.order = order
        self._process = process
        self._told = told
        self._may_end = False

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def is_dead(self, *, within_seconds: float = 0) -> bool:
        """Whether it has ended."""
        return bool(wait([self._process.sentinel], within_seconds))

    def kill(self) -> bool:
        """End it by `kill -9`; False if it was dead already."""
        was_alive = not self.is_dead()
        if was_alive:
            os.kill(self.pid, signal.SIGKILL)
        self._process.join()
        return was_alive

    @property
    def failure(self) -> str:
        """What it ended with, where nobody killed it; empty while it lives."""
        code = self._process.exitcode
        fine = self._may_end or code in {None, -signal.SIGKILL}
        return "" if fine else f"a hub ended by itself with {code}"

    @property
    def is_starting(self) -> bool:
        """Whether it has not said yet that it runs; on a busy machine that may take long."""
        return not self._told.poll()

    def may_end_if_starting(self) -> None:
        """Allow it to end where it is only starting: what it needs for that is about to go."""
        self._may_end = self._may_end or self.is_starting

    def pool_children(self) -> list[int]:
        """Return the processes of its pool: children of its own fork server."""
        return sorted(child for server in _children(self.pid) for child in _children(server))


def seam_log(settings: Path) -> Path:
    """Where the hubs of these settings write down which boundaries they pass."""
    return settings.parent / "seams.log"


def _live(settings: Path, command: str, order: str, tell: Connection) -> None:
    _redirect_output(settings.parent / "hub.log")
    _fork_own_server()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    seams.install(seams.Seams(order, seam_log(settings)))
    _hurry()
    _tell_when_started(tell)
    getattr(serving, command)(Namespace(config=settings))


def _hurry() -> None:
    """Look at doors, peers and print partners twice a second, and for dead workers every second."""

    def quick(**parts: Any) -> Job:
        job = Job(**parts)
        return replace(job, every_seconds=min(job.every_seconds, _EVERY_SECONDS))

    started: Any = running
    started.Job = quick
    started.print_when_due = print_now
    durable._SWEEP_SECONDS = _SWEEP_SECONDS


def _tell_when_started(tell: Connection) -> None:
    """Say so once engine and schedule run, of a hub or a worker."""

    def telling(start: Callable[[Config], running.Running]) -> Callable[[Config], running.Running]:
        def started(config: Config) -> running.Running:
            made = start(config)
            tell.send("started")
            return made

        return started

    commands: Any = serving
    commands.web, commands.worker = telling(commands.web), telling(commands.worker)


def _fork_own_server() -> None:
    """Give the hub the fork server that its pool would start, forked from here: all is imported."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(arbitrary_address("AF_UNIX"))
    listener.listen()
    alive_read, alive_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(alive_write)
        try:
            forkserver.main(listener.fileno(), alive_read, [])
        finally:
            os._exit(0)
    _SERVER._forkserver_address = listener.getsockname()
    _SERVER._forkserver_alive_fd = alive_write
    _SERVER._forkserver_pid = pid
    listener.close()
    os.close(alive_read)


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(child) for child in text.split()]


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


def _redirect_output(log: Path) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(handle, 1)
    os.dup2(handle, 2)

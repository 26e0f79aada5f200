"""CPU work and hostile files in bounded child processes that die with their parent.

A child has a memory limit and no task may take longer than its time; one that does is killed and
replaced, and only that task fails. A task whose child somebody else has killed is tried once more.
Children work in the root folder, which stays; the one that a hub was started from may go.
A function given to the pool must be importable by name and take and return things that can be
pickled.
"""

import ctypes
import multiprocessing
import os
import resource
import select
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, TypeVar

from hub.engine.garbage import collect_seldom

T = TypeVar("T")
_TASKS_A_CHILD = 2_000
_FAREWELL_SECONDS = 5
_PR_SET_NO_NEW_PRIVS = 38
_OUT_OF_MEMORY = 12
"""Exit status, after ENOMEM."""


class ChildDied(Exception):
    """A task's process was killed: too much memory, too much time, or a crash in native code."""


class ChildOutgrown(ChildDied):
    """A task needed more memory than its process may use."""


class _UsedChildOutgrown(ChildOutgrown):
    """It had worked before, and may have held what is left of that."""


class _ChildKilled(ChildDied):
    """`kill -9` from outside, such as by the system for want of memory: perhaps another's fault."""


class Pool:
    """A fixed number of child processes, each served by one thread.

    Attributes:
        size: how many children.
        cpu_seconds: what the children have spent so far, by the name of the function.
    """

    def __init__(
        self,
        size: int,
        *,
        memory_bytes: int = 2 << 30,
        timeout_seconds: float = 60,
        preload: Sequence[str] = (),
    ) -> None:
        self.size = size
        self.cpu_seconds: dict[str, float] = defaultdict(float)
        self._counting = threading.Lock()
        self._memory_bytes = memory_bytes
        self._timeout_seconds = timeout_seconds
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__, *preload])
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="pool")
        self._own = threading.local()
        self._children: set[_Child] = set()

    def submit(
        self, function: Callable[..., T], *arguments: Any, timeout_seconds: float | None = None
    ) -> "Future[T]":
        """Run `function(*arguments)` in a child; the future raises what it raised, or ChildDied.

        `timeout_seconds` is the pool's own where none is given; waiting for a child is not counted.
        """
        within = self._timeout_seconds if timeout_seconds is None else timeout_seconds
        return self._threads.submit(self._run, function, arguments, within)

    def map(
        self,
        function: Callable[..., T],
        calls: Sequence[tuple[Any, ...]],
        *,
        more_seconds: float = 0,
    ) -> list[T | Exception]:
        """Run one call after another on all children; an exception stands in its call's place.

        Each may take `more_seconds` than the pool's tasks otherwise.
        """
        within = self._timeout_seconds + more_seconds
        futures = [self.submit(function, *call, timeout_seconds=within) for call in calls]
        outcomes: list[T | Exception] = []
        for future in futures:
            try:
                outcomes.append(future.result())
            except Exception as error:  # noqa: BLE001  (it stands in its call's place)
                outcomes.append(error)
        return outcomes

    def close(self) -> None:
        """Wait for running tasks and end the children."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in list(self._children):
            child.kill()
        self._children.clear()

    def _run(
        self, function: Callable[..., T], arguments: tuple[Any, ...], timeout_seconds: float
    ) -> T:
        try:
            good, value, seconds = self._call(function, arguments, timeout_seconds)
        except (_ChildKilled, _UsedChildOutgrown):
            good, value, seconds = self._call_again(function, arguments, timeout_seconds)
        with self._counting:
            self.cpu_seconds[function.__name__] += seconds
        if good:
            result: T = value
            return result
        raise value

    def _call(
        self, function: Callable[..., T], arguments: tuple[Any, ...], timeout_seconds: float
    ) -> tuple[bool, Any, float]:
        child: _Child | None = getattr(self._own, "child", None)
        if child is None or child.tasks >= _TASKS_A_CHILD:
            if child is not None:
                self._forget(child)
            child = _Child(self._context, self._memory_bytes)
            self._children.add(child)
            self._own.child = child
        try:
            return child.call(function, arguments, timeout_seconds)
        except ChildDied:
            self._forget(child)
            raise

    def _call_again(
        self, function: Callable[..., T], arguments: tuple[Any, ...], timeout_seconds: float
    ) -> tuple[bool, Any, float]:
        try:
            return self._call(function, arguments, timeout_seconds)
        except _ChildKilled as error:
            raise ChildDied(f"{error}, twice") from error

    def _forget(self, child: "_Child") -> None:
        child.kill()
        self._children.discard(child)
        self._own.child = None


class _Child:
    def __init__(self, context: ForkServerContext, memory_bytes: int) -> None:
        self.tasks = 0
        self._pipe, theirs = context.Pipe()
        self._process: ForkServerProcess = context.Process(
            target=_serve, args=(theirs, os.getpid(), memory_bytes), daemon=True
        )
        self._process.start()
        theirs.close()

    def call(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout_seconds: float
    ) -> tuple[bool, Any, float]:
        """Return whether it went well, its value or what it raised, and its CPU seconds."""
        self.tasks += 1
        try:
            self._pipe.send((function, arguments))
            if not self._pipe.poll(timeout_seconds):
                raise ChildDied(f"{function.__name__} took longer than {timeout_seconds:g} s")
            answer: tuple[bool, Any, float] = self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise self._death(function.__name__) from error
        return answer

    def _death(self, name: str) -> ChildDied:
        self._process.join(_FAREWELL_SECONDS)
        if self._process.exitcode == _OUT_OF_MEMORY:
            kind = ChildOutgrown if self.tasks == 1 else _UsedChildOutgrown
            return kind(f"the process of {name} needed more memory than it may use")
        if self._process.exitcode == -signal.SIGKILL:
            return _ChildKilled(f"the process of {name} was killed")
        return ChildDied(f"the process of {name} died")

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _serve(pipe: Connection, parent: int, memory_bytes: int) -> None:
    _die_with(parent)
    os.chdir("/")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    collect_seldom()
    spent = time.process_time()
    while True:
        try:
            function, arguments = pipe.recv()
        except (EOFError, ConnectionError):
            return
        try:
            good, value = True, function(*arguments)
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001  (sent to the caller)
            good, value = False, error
        before, spent = spent, time.process_time()
        try:
            pipe.send((good, value, spent - before))
        except ConnectionError:
            return
        function = arguments = value = None  # with an error go all frames that it came through


def _die_with(parent: int) -> None:
    try:
        handle = os.pidfd_open(parent)
    except ProcessLookupError:
        os._exit(0)

    def watch() -> None:
        select.select([handle], [], [])
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()

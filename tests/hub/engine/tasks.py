"""What children of a pool are given to do; apart, as each of them loads the module it is from."""

import os
import signal
import time
from pathlib import Path

LEFT: list[bytes] = []


def double(number: int) -> int:
    return number * 2


def not_two(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def fail(text: str) -> None:
    raise ValueError(text)


def hang() -> None:
    while True:
        signal.pause()


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def eat_memory() -> int:
    return len(bytes(8 << 30))


def leave_memory() -> int:
    """Leave so much behind that no process can do it twice."""
    LEFT.append(bytes(500 << 20))
    return len(LEFT)


def kill(marker: str) -> int:
    """Be killed as if from outside, the first time."""
    if Path(marker).exists():
        return 7
    Path(marker).touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def kill_always() -> None:
    os.kill(os.getpid(), signal.SIGKILL)

"""Waiting for another process: looked at again and again, and not for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], *, seconds: float = 15) -> Found:
    """Return what `look` sees once it is truthy.

    Raises:
        AssertionError: it was not in time.
    """
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.01)
    return found

"""Calls under way in threads, a few at a time: what is quick does not wait for what is slow."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")
_PATIENCE_SECONDS = 0.25


class Window(Generic[T]):
    """Begins calls and gathers what has ended; leaving it waits for all.

    Args:
        threads: how many calls run at once.
        size: how many may be begun and not gathered.
    """

    def __init__(self, threads: int, *, size: int) -> None:
        self._size = size
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="send")
        self._under_way: list[Future[T]] = []
        self._new: list[Future[T]] = []

    def __enter__(self) -> Self:
        """Open it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for all."""
        self._threads.shutdown()

    @property
    def free(self) -> int:
        """How many calls may be begun."""
        return self._size - len(self._under_way)

    @property
    def is_busy(self) -> bool:
        """Whether any call is under way."""
        return bool(self._under_way)

    def begin(self, call: Callable[[], T]) -> None:
        """Begin a call."""
        future = self._threads.submit(call)
        self._under_way.append(future)
        self._new.append(future)

    def ended(self) -> list[Future[T]]:
        """Return calls that have ended, at least one: all that were begun last, if they are quick.

        What was slow before is not waited for again.
        """
        wait(self._new, timeout=_PATIENCE_SECONDS)
        self._new = []
        if not any(future.done() for future in self._under_way):
            wait(self._under_way, return_when=FIRST_COMPLETED)
        ended = [future for future in self._under_way if future.done()]
        self._under_way = [future for future in self._under_way if future not in ended]
        return ended

    def rest(self) -> list[Future[T]]:
        """Wait for all that is under way and return it."""
        wait(self._under_way)
        rest, self._under_way, self._new = self._under_way, [], []
        return rest

"""Open connections that wait for the next parcel, each lent to one thread at a time."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from outbound.channel import DeliveryError

Line = TypeVar("Line")


class Pool(Generic[Line]):
    """Lends connections to threads, opens one where none waits, drops those that broke.

    A connection comes back after a DeliveryError too, because a refused parcel says nothing about
    the line; whoever loses the line must leave it in a state that `alive` recognises.
    """

    def __init__(
        self,
        *,
        connect: Callable[[], Line],
        alive: Callable[[Line], bool],
        close: Callable[[Line], None],
    ) -> None:
        self._connect = connect
        self._alive = alive
        self._close = close
        self._idle: deque[Line] = deque()

    @contextmanager
    def borrow(self) -> Iterator[Line]:
        """Lend a connection that answers, newly opened if need be."""
        line = self._take()
        try:
            yield line
        except DeliveryError:
            self._idle.append(line)
            raise
        except BaseException:
            self._close(line)
            raise
        self._idle.append(line)

    def close(self) -> None:
        """Let all waiting connections go."""
        while (line := self._pop()) is not None:
            self._close(line)

    def _take(self) -> Line:
        while (line := self._pop()) is not None:
            if self._alive(line):
                return line
            self._close(line)
        return self._connect()

    def _pop(self) -> Line | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

"""Who has failed to log in too often waits; nobody else does."""

from collections import deque
from collections.abc import Callable

_ADDRESSES_MAX = 10_000


class Throttle:
    """Counts failed logins by address.

    Args:
        tries: failures within `seconds` after which an address is not let in.
    """

    def __init__(self, *, tries: int, seconds: float, monotonic: Callable[[], float]) -> None:
        self._tries = tries
        self._seconds = seconds
        self._monotonic = monotonic
        self._failed: dict[str, deque[float]] = {}

    def lets_in(self, address: str) -> bool:
        """Whether somebody from this address may try now."""
        failed = self._failed.get(address)
        if failed is None:
            return True
        self._forget(address, failed)
        return len(failed) < self._tries

    def note_failure(self, address: str) -> None:
        """Count one failed login."""
        failed = self._failed.pop(address, deque(maxlen=self._tries))
        failed.append(self._monotonic())
        if len(self._failed) >= _ADDRESSES_MAX:
            del self._failed[next(iter(self._failed))]
        self._failed[address] = failed

    def _forget(self, address: str, failed: deque[float]) -> None:
        since = self._monotonic() - self._seconds
        while failed and failed[0] < since:
            failed.popleft()
        if not failed:
            del self._failed[address]

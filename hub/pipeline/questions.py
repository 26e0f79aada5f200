"""When what is in doubt is asked about: soon at first, then each time after as long as it lasted.

A server that is down, or paused, is asked nothing; one that is found down is asked no more.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from hub.endpoints.watch import Watch
from hub.pipeline.holding import watch_of
from hub.pipeline.house import House
from hub.store.deliveries import Delivery
from hub.store.endpoints import SERVER
from outbound.channel import Deferred

_LONGEST: Final = timedelta(days=1)


class Questions:
    """Whose turn it is; what was asked is forgotten with the process, and asked once more."""

    def __init__(self, *, first_seconds: float) -> None:
        self._first = timedelta(seconds=first_seconds)
        self._next: dict[str, datetime] = {}

    def turn(self, doubtful: Sequence[Delivery], now: datetime) -> list[Delivery]:
        """Return what is asked about now, of all that is in doubt."""
        turn = [each for each in doubtful if self._next.get(each.id, now) <= now]
        known = {each.id: self._next[each.id] for each in doubtful if each.id in self._next}
        self._next = known | {each.id: now + self._pause(each, now) for each in turn}
        return turn

    def _pause(self, delivery: Delivery, now: datetime) -> timedelta:
        return max(self._first, min(now - delivery.changed_at, _LONGEST))


class Servers:
    """The servers that are asked, and which of them need not be asked now."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._watches: dict[str, Watch] = {}

    def answering(self, doubtful: Sequence[Delivery]) -> Iterator[Delivery]:
        """Yield what can be asked about now; looks again before each."""
        for delivery in doubtful:
            if self._watch(delivery.channel).holder(SERVER) is None:
                yield delivery

    def heed(self, channel: str, said: Deferred | None) -> None:
        """Draw the conclusions from an answer, or none."""
        self._watch(channel).heed(SERVER, said, 0)

    def _watch(self, channel: str) -> Watch:
        if channel not in self._watches:
            self._watches[channel] = watch_of(self._house, channel)
        return self._watches[channel]

"""When what is in doubt is asked about: soon at first, then each time after as long as it lasted.

Never at once: a peer may still be busy with what it was given when the line broke, know nothing of
it yet, and would be given it again. A server that is down, or paused, is asked nothing; one that is
found down is asked no more.
"""

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

    def is_turn(self, delivery: Delivery, now: datetime) -> bool:
        """Whether a delivery in doubt is asked about now; if so, its next turn comes later."""
        if self._next.get(delivery.id, delivery.changed_at + self._first) > now:
            return False
        self._next[delivery.id] = now + self._pause(delivery, now)
        return True

    def forget(self, now: datetime) -> None:
        """Forget what nobody has asked about for long: it is in doubt no more, or comes first."""
        self._next = {id_: at for id_, at in self._next.items() if now - at < _LONGEST}

    def _pause(self, delivery: Delivery, now: datetime) -> timedelta:
        return max(self._first, min(now - delivery.changed_at, _LONGEST))


class Servers:
    """The servers that are asked, and which of them need not be asked now."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._watches: dict[str, Watch] = {}

    def answers(self, channel: str) -> bool:
        """Whether a channel's server can be asked now; looks again each time."""
        return self._watch(channel).holder(SERVER) is None

    def heed(self, channel: str, said: Deferred | None) -> None:
        """Draw the conclusions from an answer, or none."""
        self._watch(channel).heed(SERVER, said, 0)

    def _watch(self, channel: str) -> Watch:
        if channel not in self._watches:
            self._watches[channel] = watch_of(self._house, channel)
        return self._watches[channel]

"""The workers of one hub, kept running as a supervisor keeps them, and what is done to them."""

import random
import time

from bench.crash.hub import Hub
from bench.crash.stage import REST_SECONDS, Run, Stage, say
from tests.servers.postgres import Cluster

TAKE_OVER_SECONDS = (0.5, 5.0)
_LOOK_SECONDS = 0.5


class Crew:
    """As many workers as the stage has settings; the first has the doors.

    Attributes:
        has_no_room: whether the disk is full, so that one who only starts may end again.
    """

    has_no_room = False

    def __init__(self, played: Stage, chance: random.Random) -> None:
        self._played = played
        self._chance = chance
        workers = range(1, len(played.site.settings) + 1)
        self._hubs = {worker: played.start(worker=worker) for worker in workers}

    @property
    def hubs(self) -> tuple[Hub, ...]:
        """All of them, those that have died among them."""
        return tuple(self._hubs.values())

    def kill_one(self) -> None:
        """End any of them by `kill -9`."""
        worker = self._chance.choice(list(self._hubs))
        self._played.kills += self._hubs[worker].kill()

    def restart_database(self, cluster: Cluster, mode: str) -> None:
        """Stop and start PostgreSQL beneath them: `immediate` is a crash, `fast` an order."""
        for hub in self.hubs:
            hub.may_end_if_starting()
        cluster.stop(mode)
        cluster.start()
        say(f"       PostgreSQL was stopped ({mode}) and started")

    def replace_dead(self) -> None:
        """Do what a supervisor does."""
        for worker, hub in self._hubs.items():
            if hub.is_dead():
                self._hubs[worker] = self._played.start(worker=worker)
                if self.has_no_room:
                    self._hubs[worker].may_end_if_starting()

    def go_on(self, seconds: float) -> str:
        """Let them work for a time, or until all is at rest; return what is not."""
        end = time.monotonic() + seconds
        while (left := self._played.unrest()) and time.monotonic() < end:
            self.replace_dead()
            time.sleep(_LOOK_SECONDS)
        return left

    def finish(self) -> Run:
        """Let all of it come to rest, whoever still ends for the want of a lock, and be judged."""
        return self._played.conclude(lambda: self.go_on(REST_SECONDS))

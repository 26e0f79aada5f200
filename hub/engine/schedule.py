"""What runs when: each job in its own thread, one run at a time; a failure stops no clock."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_log = logging.getLogger("facteur.schedule")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again.

    Attributes:
        every_seconds: from the end of one run to the start of the next.
        run: may raise; that is logged, and the next run comes in its time.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]


class Schedule:
    """Runs jobs until stopped."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(job,), name=job.name, daemon=True)
            for job in jobs
        ]

    def start(self) -> None:
        """Start the clock."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let running jobs finish, start no others."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, job: Job) -> None:
        while not self._stopping.is_set():
            try:
                job.run()
            except Exception as error:  # noqa: BLE001  (the next run comes in its time)
                _log.warning("%s: %s: %s", job.name, type(error).__name__, error)
            self._stopping.wait(job.every_seconds)

"""Commits that threads share: what several ask for at once costs one wait for the disk."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from threading import Lock

import sqlalchemy as sa

Work = Callable[[sa.Connection], object]


class Together:
    """Runs small pieces of work of many threads in few transactions.

    While one commit is waited for, whoever comes gathers for the next.

    Args:
        transaction: opens one, durable when it ends well.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[sa.Connection]]) -> None:
        self._transaction = transaction
        self._turn = Lock()
        self._guard = Lock()
        self._waiting: list[tuple[Work, Future[None]]] = []

    def run(self, work: Work) -> None:
        """Run `work` and return when it is durable; what it raises, it raises here alone."""
        done: Future[None] = Future()
        with self._guard:
            self._waiting.append((work, done))
        with self._turn:
            if not done.done():
                self._commit()
        done.result()

    def _commit(self) -> None:
        with self._guard:
            group, self._waiting = self._waiting, []
        try:
            with self._transaction() as connection:
                for work, _ in group:
                    work(connection)
        except Exception:  # noqa: BLE001  (whose it was is found by running each alone)
            for work, done in group:
                self._alone(work, done)
        except BaseException as end:  # noqa: BLE001  (whoever waits is told)
            for _, done in group:
                done.set_exception(end)
        else:
            for _, done in group:
                done.set_result(None)

    def _alone(self, work: Work, done: Future[None]) -> None:
        try:
            with self._transaction() as connection:
                work(connection)
        except BaseException as error:  # noqa: BLE001  (it is raised where it was asked for)
            done.set_exception(error)
        else:
            done.set_result(None)

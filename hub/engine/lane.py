"""A lane: work that waits together and is done together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from hub.store.database import Connection


def _no_sorting(_connection: Connection) -> None:
    """It waits where it belongs."""


def _no_count(_connection: Connection, _count: int) -> None:
    """Nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Work of one kind.

    Attributes:
        batch_size: how many subjects go into one batch at most.
        batches: how many batches of this lane one worker has under way.
        patience_seconds: after which a batch under way no longer keeps small ones from beginning.
        spare: how many more batches may be under way beside those that have lasted longer.
        alone: whether all workers together have one batch of it under way at most.
        each: how many subjects of one endpoint may be under way at once; None: any number.
        only: what a subject must fulfil to be claimed now.
        sort: called before claiming, in the same transaction; may change where work waits.
        claimed: told how many were, in the same transaction.
    """

    batch_size: int
    batches: int
    patience_seconds: float = float("inf")
    spare: int = 0
    alone: bool = False
    each: int | None = None
    only: sa.ColumnElement[bool] | None = None
    sort: Callable[[Connection], None] = _no_sorting
    claimed: Callable[[Connection, int], None] = _no_count


class Lanes(Protocol):
    """Which lanes are open."""

    @property
    def batches(self) -> int:
        """How many batches one worker has under way at most, of all lanes."""
        ...

    def open(self, connection: Connection, under_way: Sequence[str]) -> Mapping[str, Lane]:
        """Return the lanes from which may be claimed now, in order of urgency.

        Args:
            connection: of a transaction that may change where work waits.
            under_way: this worker's batches, by lane.
        """
        ...


@dataclass(frozen=True, slots=True)
class FixedLanes:
    """Lanes that are always open."""

    lanes: Mapping[str, Lane]

    @property
    def batches(self) -> int:
        """The sum of all."""
        return sum(lane.batches for lane in self.lanes.values())

    def open(self, _connection: Connection, _under_way: Sequence[str]) -> Mapping[str, Lane]:
        """Return all."""
        return self.lanes

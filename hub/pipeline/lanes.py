"""Lanes: which work waits together, so that nothing slow stands in the way of something else."""

from collections.abc import Iterable

from hub.engine.lane import Lane
from hub.store.work import RUNS_LAST

DOCUMENTS = "documents"
RUNS = "runs"


def lane_of(priority: int) -> str:
    """Return the lane for reading, checking and rendering at this priority."""
    return RUNS if priority >= RUNS_LAST else DOCUMENTS


def send_lane(channel: str) -> str:
    """Return the lane of a channel: one dead endpoint delays nobody else."""
    return f"send:{channel}"


def lanes(channels: Iterable[str]) -> dict[str, Lane]:
    """Return all lanes, the most urgent first."""
    return {
        DOCUMENTS: Lane(batch_size=50, batches=2),
        **{send_lane(c): Lane(batch_size=50, batches=1) for c in sorted(channels)},
        RUNS: Lane(batch_size=10, batches=1),
    }

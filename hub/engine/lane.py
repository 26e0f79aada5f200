"""A lane: work that waits together and is done together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Work of one kind.

    Attributes:
        batch_size: how many subjects go into one batch at most.
        batches: how many batches of this lane one worker has under way.
    """

    batch_size: int
    batches: int

"""What a mailbox is to whoever reads reports: letters that wait, and two places to put them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

LETTER_BYTES_MAX = 33_554_432
"""Larger ones are for a person: no report is."""


class Letter(NamedTuple):
    """A message that waits.

    Attributes:
        source: stable id, the same when it is seen again.
    """

    source: str
    data: bytes


class Left(NamedTuple):
    """A message that waits for a person: where it lies, and its header, cut in bounds."""

    place: str
    head: bytes


HEAD_BYTES_MAX = 65_536
LEFT_MAX = 200
"""Messages for a person that are named; all are counted."""


class Mailbox(Protocol):
    """A mailbox that is ours alone to empty; `is_here` if it lies on this machine.

    `place` is what no other mailbox has: two that have the same are one.
    """

    is_here: bool

    @property
    def place(self) -> tuple[str, ...]:
        """Where it is, by whichever port it is spoken to."""
        ...

    def waiting(self) -> Iterator[Letter]:
        """Yield the messages that nobody has put away yet, oldest first.

        Raises:
            Deferred: it cannot be reached now.
        """
        ...

    def put_away(self, source: str, *, taken: bool) -> None:
        """Move a message out of the way, harmless when repeated; what was not taken is a person's.

        A message that cannot be moved now is seen again.
        """
        ...

    def left_for_a_person(self) -> int:
        """Return how many messages wait for somebody to read them.

        Raises:
            Deferred: it cannot be reached now.
        """
        ...

    def left(self) -> Sequence[Left]:
        """Return the oldest of them.

        Raises:
            Deferred: it cannot be reached now.
        """
        ...

    def close(self) -> None:
        """Let connections go."""
        ...

"""A file of many documents, none of which is right, is one fault and not as many as they are."""

from collections.abc import Sequence

from formats.codec import Reading, Unreadable
from formats.findings import Finding, foremost, is_fatal

MANY = 50
"""Documents of one file that may be faulty, each for itself, though no other in it is right."""


def all_faulty(name: str, readings: Sequence[Reading]) -> Unreadable | None:
    """Return why a file parks as a whole; None if one of its documents is right, or they are few.

    Args:
        name: what the sender calls it.
        readings: all that was read out of it.
    """
    if len(readings) <= MANY or not all(is_fatal(reading.notices) for reading in readings):
        return None
    first = foremost(readings[0].notices)
    assert first is not None
    return Unreadable(
        Finding(
            rule="IN-ALL-FAULTY",
            message=f"none of the {len(readings)} documents in {name} can be read without faults,"
            f" so it parks as a whole; the first has {first.rule}: {first.message}",
            place=first.place,
            fix="correct the file and give it in place of this one, or mend the guide and resubmit",
            actor=first.actor,
        )
    )

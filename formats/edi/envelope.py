"""Trailers of envelopes: what they count and repeat, against what is there."""

from collections.abc import Iterator, Sequence

from formats.edi.faults import Faults
from formats.edi.segments import Segment
from formats.findings import Finding


def differences(
    end: Segment, wanted: Sequence[tuple[int, str, str]], faults: Faults
) -> Iterator[Finding]:
    """Yield a fault for each element of a trailer that is not what it should be.

    Args:
        end: the trailer; element 1 is a count, 2 repeats its head's reference.
        wanted: element, what should stand there, and what it counts or repeats.
        faults: of the format.
    """
    for element, value, what in wanted:
        said = end.text(element)
        if _same(said, value):
            continue
        message = (
            f"{end.tag} counts {said or 'nothing'}, but there are {value} {what}"
            if element == 1
            else f"{end.tag} names `{said}`, but its {what} `{value}`"
        )
        yield faults.envelope(
            message[:200],
            end.here if end.number else end.tag,
            "send the file whole, as the other system made it",
            value=said[:40] or None,
        )


def _same(said: str, value: str) -> bool:
    """Whether they are the same, leading zeros apart.

    >>> _same("0007", "7"), _same("A1", "A2"), _same("", "")
    (True, False, True)
    """
    if said.isdigit() and value.isdigit():
        return said.lstrip("0") == value.lstrip("0")
    return said == value

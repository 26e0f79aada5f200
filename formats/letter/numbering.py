"""Numbering: how wide the column of line numbers is, and which numbers are too long for any.

An ERP writes 000010, others 4500018910-00010 or a UUID; a number broken into pieces cannot be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

NARROW_MM: Final = 12
WIDEST_MM: Final = 30
_PLAIN_EM_MM, _SMALL_EM_MM = 3.35, 2.83
"""How wide an em is in the letter's type of 9.5 and 8 points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """The column.

    Attributes:
        width_mm: how wide it is.
        small: whether it is set in the smaller type.
    """

    width_mm: int = NARROW_MM
    small: bool = False

    def holds(self, number: str) -> bool:
        """Whether a number stands in the column; else it is told in the line's details."""
        return _ems(number) * (_SMALL_EM_MM if self.small else _PLAIN_EM_MM) <= self.width_mm


def numbering(numbers: Sequence[str]) -> Numbering:
    """Return the column for these numbers, as wide as the longest that fits in one at all.

    >>> numbering(["10", "20"]).width_mm, numbering(["4500018910-00010", "x" * 36])
    (12, Numbering(width_mm=27, small=True))
    """
    widths = [_ems(number) for number in numbers]
    if max(widths, default=0) * _PLAIN_EM_MM <= NARROW_MM:
        return Numbering()
    small = [ceil(width * _SMALL_EM_MM) + 1 for width in widths]
    fitting = [width for width in small if width <= WIDEST_MM]
    return Numbering(width_mm=max(NARROW_MM, *fitting), small=True)


def _ems(text: str) -> float:
    """Return how wide a text is at most in a sans-serif, in ems."""
    return sum(map(_em, text))


def _em(character: str) -> float:
    if character in ".,:;-/ ":
        return 0.33
    if character in "MW@m%":
        return 0.95
    return 0.78 if character.isupper() else 0.57

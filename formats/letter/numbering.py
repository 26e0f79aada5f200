"""Numbering: how wide the column of line numbers is, and which numbers are too long for any.

An ERP writes 000010, others 4500018910-00010 or a UUID; a number broken into pieces cannot be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NARROW_MM: Final = 12
WIDEST_MM: Final = 30
_PLAIN_EM, _SMALL_EM = 335, 283
"""How wide an em is in the letter's type of 9.5 and 8 points, in hundredths of a millimetre."""


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
        return _width_mm(number, _SMALL_EM if self.small else _PLAIN_EM) <= self.width_mm


def numbering(numbers: Sequence[str]) -> Numbering:
    """Return the column for these numbers, as wide as the longest that fits in one at all.

    >>> numbering(["10", "20"]).width_mm, numbering(["4500018910-00010", "x" * 36])
    (12, Numbering(width_mm=27, small=True))
    """
    plain = Numbering()
    if all(map(plain.holds, numbers)):
        return plain
    small = [_width_mm(number, _SMALL_EM) + 1 for number in numbers]
    fitting = [width for width in small if width <= WIDEST_MM]
    return Numbering(width_mm=max(NARROW_MM, *fitting), small=True)


def _width_mm(text: str, em: int) -> int:
    """Return how wide a text is at most in a sans-serif, rounded up."""
    return -(-sum(map(_width, text)) * em // 10_000)


def _width(character: str) -> int:
    """Return how wide a character is at most, in hundredths of an em."""
    if character in ".,:;-/ ":
        return 33
    if character in "MW@m%":
        return 95
    return 78 if character.isupper() else 57

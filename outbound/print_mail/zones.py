"""Where on an A4 sheet what may stand, in millimetres from its upper left corner as it is read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

A4_MM = (210, 297)


class Box(NamedTuple):
    """A rectangle; edges in millimetres from the left and the upper edge of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box", *, slack: float = 0) -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left - slack <= other.left
            and self.top - slack <= other.top
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: "Box") -> bool:
        """Whether they have a place in common.

        >>> Box(0, 0, 10, 10).meets(Box(10, 0, 20, 10))
        False
        """
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def moved(self, right: float, down: float) -> "Box":
        """Return it elsewhere."""
        return Box(self.left + right, self.top + down, self.right + right, self.bottom + down)

    def around(self, other: "Box") -> "Box":
        """Return the smallest box about both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def rounded(self) -> "Box":
        """Return it to a tenth of a millimetre, for people."""
        return Box(*(round(edge, 1) for edge in self))


class Window(NamedTuple):
    """What an envelope's window shows of the first sheet.

    Attributes:
        address: where the address stands, wherever the folded sheet has slid to.
        clear: what can be seen; nothing but the address, and in `sender` the return line.
        sender: the part for the return line and the post's notes, above the address.
        lines_max: of the address.
        source: of the figures.
    """

    address: Box
    clear: Box
    sender: Box | None
    lines_max: int
    source: str


_DIN = "DIN 5008:2020, 5.1 to 5.3: field at 20 mm, 85 by 45 mm, notes zone 17.7, address 27.3 mm"

WINDOWS: Mapping[str, Window] = MappingProxyType(
    {
        "din5008-a": Window(
            address=Box(20, 44.7, 105, 72),
            clear=Box(20, 27, 105, 72),
            sender=Box(20, 27, 105, 44.7),
            lines_max=6,
            source=f"{_DIN}, form A: field from 27 mm (DL, C6/5, C5, C4)",
        ),
        "din5008-b": Window(
            address=Box(20, 62.7, 105, 90),
            clear=Box(20, 45, 105, 90),
            sender=Box(20, 45, 105, 62.7),
            lines_max=6,
            source=f"{_DIN}, form B: field from 45 mm (DL, C6/5, C5, C4)",
        ),
        "nf-right": Window(
            address=Box(100, 55, 190, 79),
            clear=Box(95, 50, 200, 84),
            sender=None,
            lines_max=6,
            source="NF Z10-011, window of 35 by 100 mm, 20 mm from the right and lower edge of a "
            "DL: what always shows of a sheet folded in three, that has 10 by 11 mm of room in it",
        ),
        "c4-left": Window(
            address=Box(20, 62.7, 105, 90),
            clear=Box(20, 45, 110, 90),
            sender=Box(20, 45, 110, 62.7),
            lines_max=6,
            source="DIN 680, window of a C4 at the left, 45 by 90 mm: the sheet lies flat in it",
        ),
    }
)
